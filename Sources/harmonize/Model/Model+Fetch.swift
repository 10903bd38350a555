internal import ArgumentParser
internal import Fetching
internal import Files
internal import NeuralNet

extension Model {
    /// `harmonize model fetch NAME`
    struct Fetch: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Get published weights, for --model NAME.",
            discussion: """
                Gets the convolutions out of the published safetensors file (huggingface.co/timm), a tenth of it: \
                59 MB, or 80 MB of VGG19. What was cut off goes on where it ended. The weights are under CC BY 4.0.
                """)

        @ParentCommand var root: Harmonize

        @Argument(help: "The model.") var name: KnownModel
        @Option(help: ArgumentHelp("Where the same safetensors file lies elsewhere.", valueName: "url"))
        var url: String?
        @Flag(help: "Get all of the file, about 550 MB, and compare its SHA-256.") var verify = false
        @Flag(help: "Get it even if it is there already.") var force = false
        @Option(help: ArgumentHelp("Seconds without a byte after which to try again.", valueName: "s"))
        var timeout = 30
        @Option(help: ArgumentHelp("How often to try again.", valueName: "n")) var retries = 4
        // For the help: the flag itself is taken by the root command, which has one of the same name.
        @Flag(help: "Print nothing but errors.") var quiet = false

        func validate() throws {
            if let url, url.prefixMatch(of: /(?i:https?):\/\/[^\/]/) == nil {
                throw ValidationError("--url needs an address that begins with https:// or http://, got \(url)")
            }
            guard (1...3600).contains(timeout) else {
                throw ValidationError("--timeout goes from 1 to 3600, got \(timeout)")
            }
            guard (0...100).contains(retries) else {
                throw ValidationError("--retries goes from 0 to 100, got \(retries)")
            }
        }

        func run() throws {
            let store = try ModelStore()
            let path = store.path(of: name)
            var display = FetchDisplay(quiet: quiet || root.output.quiet)
            if !force, isThere(path, display) { return }
            let fetch = ModelFetch(
                of: name, from: url ?? name.url, verifies: verify, timeout: timeout, retries: retries)
            let weights = try fetch.run(in: store) { display.show($0, of: name) }
            display.say("wrote \(path): \(weights.summary)")
        }

        /// Whether the file at `path` holds this model's weights, complete.
        private func isThere(_ path: FilePath, _ display: FetchDisplay) -> Bool {
            guard path.exists else { return false }
            do {
                let weights = try Weights.read(path)
                if let difference = name.difference(of: weights) {
                    display.say("\(path) is not \(name.rawValue): \(difference); fetching it again")
                    return false
                }
                display.say("\(name.rawValue) is there: \(path)")
                return true
            } catch {
                display.say("\(error); fetching it again")
                return false
            }
        }
    }
}

extension KnownModel: ExpressibleByArgument {}
