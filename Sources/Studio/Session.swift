internal import Files
internal import Foundation
internal import Geometry
internal import Imaging

/// The work in progress: a painting, a photograph, what is set, and one job at a time.
///
/// All computation is in processes of their own: nothing that a picture or a job does ends the studio.
actor Session {
    let configuration: StudioConfiguration
    let folder: SessionFolder
    private(set) var state = StudioState()

    /// The files that the page may ask for, by name.
    private var files: [String: FilePath] = [:]
    private var count = 0
    private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]

    private var painting: Source?, photograph: Source?, result: Source?
    /// The mask that was given.
    private var given: Source?
    /// The object with its shape, reduced.
    private var smallObject: (path: FilePath, size: Size)?
    /// The cut at the photograph's size, and what it was made of.
    private var fullCut: (number: Int, folder: String, path: FilePath)?
    private var cutNumber = 0
    private var cutMasks: [String: FilePath] = [:]
    /// The folders of what is made anew all the time, by kind.
    private var lately: [String: [String]] = [:]
    /// The pictures whose tiles are made, or there.
    private var tilings: [String: Task<Void, Never>] = [:]
    private var looking: Worker?, cutting: Worker?, working: Worker?
    private var running: [ObjectIdentifier: Worker] = [:]
    private var isStopping = false, isClosed = false
    /// The strength of the painting's strokes, once it was seen at a size that does not change it.
    private var exactStrength: Double?
    private var lastPreview: ino_t = 0
    private var resultFiles: [String: FilePath] = [:]

    /// A picture that was given.
    private struct Source {
        let path: FilePath
        /// How the command line names it.
        let argument: String
        let size: Size
        /// The reduced ones, largest first.
        let reduced: [(path: FilePath, size: Size)]

        /// The smallest, to work with.
        var small: (path: FilePath, size: Size) { reduced.last ?? (path, size) }
    }

    init(_ configuration: StudioConfiguration, _ folder: SessionFolder) {
        (self.configuration, self.folder) = (configuration, folder)
    }

    // MARK: What the page asks for

    /// The state, once it is newer than `revision`; after a while in any case.
    func state(after revision: Int) async -> StudioState {
        if state.revision <= revision {
            count += 1
            let number = count
            let timer = Task {
                try await Task.sleep(for: .seconds(20))
                wake(number)
            }
            await withCheckedContinuation { waiters[number] = $0 }
            timer.cancel()
        }
        return state
    }

    private func wake(_ number: Int) { waiters.removeValue(forKey: number)?.resume() }

    /// Tells all pages of a change.
    private func publish() {
        state.revision += 1
        state.command = command()
        let all = waiters.values
        waiters = [:]
        for waiter in all { waiter.resume() }
    }

    /// The file of a name that the state holds, or of a tile of one of its pictures.
    func file(_ name: String) async -> FilePath? {
        if files[name] == nil, let id = name.wholeMatch(of: /(.+)-tile-[0-9]+-[0-9]+/)?.1 { await tile(String(id)) }
        return files[name]
    }

    /// The side of a tile, as the page has it.
    private static let tileSide = 1024

    /// A picture of the state at its own size.
    private func whole(_ id: String) -> Source? {
        switch id {
        case state.painting?.id: painting
        case state.photograph?.id: photograph
        case state.result?.id: result
        default: nil
        }
    }

    /// Makes the tiles of a picture, once; where that fails, there are none.
    private func tile(_ id: String) async {
        guard let picture = whole(id) else { return }
        let tiling =
            tilings[id]
            ?? Task {
                let folder = folder.path.appending(id)
                let side = String(Self.tileSide), limit = String(configuration.maxPixels)
                do {
                    let _: StepSummary = try await step(
                        [
                            "studio-step", "tiles", picture.path.argument, folder.argument, "--side", side,
                            "--max-pixels", limit, "--json",
                        ])
                    guard whole(id) != nil else { return }
                    for row in 0...(picture.size.height - 1) / Self.tileSide {
                        for column in 0...(picture.size.width - 1) / Self.tileSide {
                            files["\(id)-tile-\(column)-\(row)"] = folder.appending("tile-\(column)-\(row).png")
                        }
                    }
                } catch {
                    tell(error)
                }
            }
        tilings[id] = tiling
        await tiling.value
    }

    /// A path for an upload.
    func uploadPath() throws -> FilePath {
        count += 1
        return try folder.folder("given-\(count)").appending("file")
    }

    private func newFolder(_ kind: String) throws -> (name: String, path: FilePath) {
        count += 1
        let name = "\(kind)-\(count)"
        return (name, try folder.folder(name))
    }

    /// Keeps a new folder and the one before it, which a page may still be reading.
    private func keep(_ name: String, _ kind: String) {
        lately[kind, default: []].append(name)
        while lately[kind, default: []].count > 2 { discard([lately[kind, default: []].removeFirst()]) }
    }

    private func discard(_ names: [String]) {
        for name in names {
            tilings[name] = nil
            for file in files.keys where file.hasPrefix(name + "-") { files[file] = nil }
            try? FileManager.default.removeItem(atPath: folder.path.appending(name).string)
        }
    }

    // MARK: Pictures

    enum Kind: String { case painting, photograph, mask }

    /// Takes a picture that was uploaded to, or is at, `path`. Says what is wrong with it, if anything is.
    func take(_ kind: Kind, _ path: FilePath, argument: String, tab: String) async {
        state.reading = "Reading \(argument.split(separator: "/").last.map(String.init) ?? argument)"
        publish()
        defer {
            state.reading = nil
            publish()
        }
        var made: String?
        do {
            let (name, folder) = try newFolder(kind.rawValue)
            made = name
            let (sides, mask) = kind == .mask ? ([Self.cutSide], Optional(path)) : (sides(kind), nil)
            guard let picture = kind == .mask ? photograph?.path : path else { return }
            var arguments = ["studio-step", "picture", picture.argument, folder.argument]
            arguments += ["--max-pixels", String(configuration.maxPixels), "--json"]
            if let mask { arguments += ["--mask", mask.argument] }
            let summary: StepSummary = try await step(arguments + sides.map { "--side=\($0)" })
            guard let numbers = summary.size, let reduced = summary.sides, let hasShape = summary.hasShape else {
                throw Trouble.nothing
            }
            let size = Size(width: numbers[0], height: numbers[1])
            let files = zip(sides, reduced).map { side, size in
                (path: folder.appending("\(side).png"), size: Size(width: size[0], height: size[1]))
            }
            for side in sides { self.files["\(name)-\(side)"] = folder.appending("\(side).png") }
            let source = Source(path: path, argument: argument, size: size, reduced: files)
            state.writer = tab
            let shown = StudioState.PictureState(
                id: name, name: argument.split(separator: "/").last.map(String.init) ?? argument,
                width: size.width, height: size.height, hasShape: hasShape)
            for warning in summary.warnings ?? [] { tell(warning.warning, warning.hint, isError: false) }
            switch kind {
            case .painting:
                discard(painting, state.painting)
                (painting, state.painting, state.place) = (source, shown, nil)
                (state.autoStrength, exactStrength) = (nil, nil)
                state.settings.region = nil
                changed()
            case .photograph:
                discard(photograph, state.photograph)
                (photograph, state.photograph, state.place, given) = (source, shown, nil, nil)
                (smallObject, fullCut, state.object) = (nil, nil, nil)
                state.cut = StudioState.CutState()
                if hasShape {
                    setObject(name, .shape, bounds: summary.bounds, source.small)
                } else {
                    Task { await cut() }
                }
            case .mask:
                given = source
                setObject(name, .mask, bounds: summary.bounds, source.small)
            }
        } catch {
            discard([made, upload(path)].compactMap(\.self))
            tell(error)
        }
    }

    /// Removes what is left of a picture that another has replaced; not while a job may have to read it.
    private func discard(_ source: Source?, _ shown: StudioState.PictureState?) {
        if let shown { discard([shown.id]) }
        if let source, state.job.status == .idle, let upload = upload(source.path) { discard([upload]) }
    }

    /// The name of the folder that an uploaded file has for itself; nil for a file of the user's.
    private func upload(_ path: FilePath) -> String? {
        let parent = path.removingLastComponent()
        return parent.removingLastComponent() == folder.path ? parent.lastComponent?.string : nil
    }

    private static let cutSide = 1000, viewSide = 4096
    /// The long sides of the painting of a look: of the first one, and of the better one that follows.
    private static let lookSide = 320, betterLookSide = 1000

    private func sides(_ kind: Kind) -> [Int] {
        kind == .painting ? [Self.viewSide, Self.betterLookSide, Self.lookSide] : [2000, Self.cutSide]
    }

    /// Has an object with its shape: places it where it has no place yet.
    private func setObject(
        _ id: String, _ kind: StudioState.ObjectState.Kind, bounds: [Int]?, _ small: (path: FilePath, size: Size)
    ) {
        guard let bounds else {
            state.object = nil
            smallObject = nil
            return
        }
        files["\(id)-object"] = small.path
        state.object = StudioState.ObjectState(id: "\(id)-object", kind: kind, bounds: bounds)
        smallObject = small
        changed()
    }

    /// Something that a repainting depends on is another now.
    private func changed() {
        state.inputs += 1
        if state.place == nil, let painting, let photograph, let bounds = state.object?.bounds {
            state.place = Self.firstPlace(photograph.size, bounds, in: painting.size)
        }
        publish()
        look()
    }

    /// In the middle, a good third of the painting high or wide.
    private static func firstPlace(_ object: Size, _ bounds: [Int], in painting: Size) -> PlaceState {
        let factor = min(
            0.4 * Double(painting.width) / Double(bounds[2]), 0.4 * Double(painting.height) / Double(bounds[3]))
        var place = PlaceState(x: 0, y: 0, scale: max(0.001, (factor * 1000).rounded() / 1000), rotate: 0, flip: false)
        place.scale = min(place.scale, 100)
        place.x = painting.width / 2 - Int((Double(bounds[0]) + Double(bounds[2]) / 2) * place.scale)
        place.y = painting.height / 2 - Int((Double(bounds[1]) + Double(bounds[3]) / 2) * place.scale)
        return place
    }

    // MARK: Changes by hand

    /// Applies a change; nil if it is not possible.
    func apply(_ change: Change) -> StudioState? {
        guard change.isSensible(painting: painting?.size, photograph: photograph?.size) else { return nil }
        state.writer = String(change.tab.prefix(64))
        let before = (state.place, state.settings)
        if let place = change.place, state.object != nil { state.place = place }
        if let settings = change.settings {
            if settings.region != state.settings.region { (state.autoStrength, exactStrength) = (nil, nil) }
            state.settings = settings
        }
        var settings = before.1
        settings.quality = state.settings.quality
        if before.0 != state.place || settings != state.settings {
            changed()
        } else {
            if before.1 != state.settings { state.inputs += 1 }
            publish()
        }
        if let cut = change.cut {
            (state.cut.box, state.cut.strokes) = (cut.box, cut.strokes)
            Task { await self.cut() }
        }
        return state
    }

    // MARK: Cutting out

    /// Cuts the object out of the reduced photograph, in place of a cut that is under way.
    private func cut() async {
        guard let photograph else { return }
        cutNumber += 1
        let number = cutNumber
        cutting?.stop(SIGKILL)
        state.cut.isWorking = true
        publish()
        do {
            let (name, folder) = try newFolder("cut")
            let output = folder.appending("object.png")
            let summary = try await cut(
                photograph.small.path, of: photograph.small.size, in: folder, to: output
            ) { self.cutting = $0 }
            guard number == cutNumber else { return discard([name]) }
            let factor = Double(photograph.size.width) / Double(photograph.small.size.width)
            state.cut.warning = summary.warnings?.first.map { .init(text: $0.warning, hint: $0.hint) }
            state.cut.isWorking = nil
            keep(name, "cut")
            given = nil
            let bounds = summary.bounds?.map { Int((Double($0) * factor).rounded()) }
            setObject(name, .cut, bounds: bounds, (output, photograph.small.size))
            publish()
        } catch {
            guard number == cutNumber else { return }
            state.cut.isWorking = nil
            tell(error)
        }
    }

    /// Cuts the object out of a picture of the photograph, of any size, in one process after another.
    private func cut(
        _ picture: FilePath, of size: Size, in folder: FilePath, to output: FilePath, _ began: (Worker) -> Void
    ) async throws -> StepSummary {
        let factor = Double(size.width) / Double(photograph?.size.width ?? size.width)
        var arguments = ["cut", picture.argument, "--output", output.argument]
        arguments += ["--max-pixels", String(configuration.maxPixels), "--json", "--quiet"]
        if let box = state.cut.box {
            let left = min(size.width - 2, Int((Double(box[0]) * factor).rounded(.down)))
            let top = min(size.height - 2, Int((Double(box[1]) * factor).rounded(.down)))
            let width = max(2, min(size.width - left, Int((Double(box[2]) * factor).rounded())))
            let height = max(2, min(size.height - top, Int((Double(box[3]) * factor).rounded())))
            arguments += ["--box", "\(left),\(top),\(width),\(height)"]
        }
        let strokes = state.cut.strokes
        if !strokes.isEmpty {
            let list = folder.appending(Self.strokesName)
            let drawing = Drawing(
                width: size.width, height: size.height,
                strokes: strokes.map {
                    Stroke(keep: $0.keep, radius: $0.radius * factor, points: $0.points.map { $0 * factor })
                })
            try AtomicFile.write([UInt8](JSONEncoder().encode(drawing)), to: list)
            arguments += ["--strokes", list.argument]
        }
        return try await step(arguments, began)
    }

    private static let strokesName = "strokes.json"

    /// The cut at the photograph's own size, for a repainting; with its strokes as masks, for who has it again.
    private func wholeCut() async throws -> FilePath {
        guard let photograph else { throw Trouble.nothing }
        if let fullCut, fullCut.number == cutNumber { return fullCut.path }
        let number = cutNumber, strokes = state.cut.strokes
        let (name, folder) = try newFolder("whole")
        let output = folder.appending("cutout.png")
        let _ = try await cut(photograph.path, of: photograph.size, in: folder, to: output) { self.working = $0 }
        if !strokes.isEmpty {
            let list = folder.appending(Self.strokesName)
            let _: StepSummary = try await step(["studio-step", "strokes", list.argument, folder.argument, "--json"])
        }
        fullCut = (number, name, output)
        cutMasks = [:]
        for kind in ["keep", "drop"] where strokes.contains(where: { $0.keep == (kind == "keep") }) {
            cutMasks[kind] = folder.appending("\(kind).png")
        }
        return output
    }

    // MARK: A look

    /// Begins a small repainting, in place of one that is under way.
    private func look() {
        looking?.stop(SIGKILL)
        looking = nil
        guard state.job.status == .idle, let painting, let photograph, let smallObject, let place = state.place else {
            state.look.isWorking = false
            return
        }
        let inputs = state.inputs
        state.look.isWorking = true
        publish()
        Task {
            do {
                for (number, version) in painting.reduced.dropFirst().reversed().enumerated() {
                    // A better one only where it is larger.
                    guard number == 0 || version.size != painting.small.size else { break }
                    try await look(at: version, of: painting.size, place, photograph.size, smallObject, inputs)
                    publish()
                }
            } catch {
                guard inputs == state.inputs, !(error is Stopped) else { return }
                state.look = .init(inputs: inputs, problem: notice(of: error))
                publish()
            }
        }
    }

    /// One look, at a reduced painting.
    private func look(
        at version: (path: FilePath, size: Size), of painting: Size, _ place: PlaceState, _ photograph: Size,
        _ object: (path: FilePath, size: Size), _ inputs: Int
    ) async throws {
        let start = ContinuousClock.now, factor = Double(version.size.width) / Double(painting.width)
        let (name, folder) = try newFolder("look")
        var arguments = [
            "--painting", version.path.argument, "--object", object.path.argument, "--output", folder.argument,
            "--layer", folder.appending("layer.png").argument, "--quality", "draft", "--no-config", "--quiet", "--json",
        ]
        arguments += try place.reduced(factor, from: photograph, to: object.size).arguments
        arguments += state.settings.arguments(autoStrength: exactStrength, factor: factor)
        let summary: StepSummary
        do {
            summary = try await step(arguments + configuration.jobArguments) { self.looking = $0 }
            guard inputs == state.inputs else { throw Stopped() }
        } catch {
            discard([name])
            throw error
        }
        looking = nil
        files["\(name)-layer"] = folder.appending("layer.png")
        state.look = .init(
            id: "\(name)-layer", inputs: inputs, isWorking: false,
            milliseconds: state.look.inputs == inputs
                ? state.look.milliseconds : Int((ContinuousClock.now - start) / .milliseconds(1)))
        if state.settings.strength == nil, let strength = summary.settings?.styleLevel {
            state.autoStrength = strength
            if version.size == self.painting?.reduced[1].size { exactStrength = strength }
        }
        keep(name, "look")
    }

    // MARK: Repainting

    /// Begins the repainting, unless one is under way.
    func repaint() {
        guard state.job.status == .idle, let painting, let photograph, let place = state.place,
            let kind = state.object?.kind
        else { return }
        looking?.stop(SIGKILL)
        state.look.isWorking = false
        state.job = .init(status: .working, what: "Starting")
        isStopping = false
        publish()
        let inputs = state.inputs, settings = state.settings, shown = command() ?? ""
        Task {
            var made: String?
            do {
                var object = photograph.path
                if kind == .cut {
                    state.job.what = "Cutting out at full size"
                    publish()
                    object = try await wholeCut()
                }
                if isStopping { throw Stopped() }
                let (name, folder) = try newFolder("run")
                made = name
                let layer = folder.appending("layer.png"), layers = folder.appending("layers.ora")
                var arguments = ["--painting", painting.path.argument, "--object", object.argument]
                if kind == .mask, let mask = given { arguments += ["--mask", mask.path.argument] }
                arguments += place.arguments + settings.arguments() + ["--quality", settings.quality.rawValue]
                arguments += [
                    "--max-pixels", String(configuration.maxPixels), "--output", folder.argument, "--layer",
                    layer.argument, "--output-file", layers.argument, "--no-config", "--json", "--progress-json",
                    "--preview-every", "12",
                ]
                let worker = worker(arguments + configuration.jobArguments)
                working = worker
                let outcome = try await run(worker) { line in Task { await self.heard(line, name, folder) } }
                let summary: StepSummary? = outcome.summary()
                let isWhole = summary?.status == "done"
                guard let summary, isWhole || summary.status == "interrupted" && summary.files != nil else {
                    if outcome.isStopped { throw Stopped() }
                    throw Trouble.failed(outcome.failure)
                }
                // Shown at a size that a page can hold.
                let _: StepSummary = try await step(
                    [
                        "studio-step", "picture", folder.appending("stage2.png").argument, folder.argument,
                        "--max-pixels", String(configuration.maxPixels), "--json", "--side=\(Self.viewSide)",
                    ])
                files["\(name)-view"] = folder.appending("\(Self.viewSide).png")
                let warnings = (summary.warnings ?? []).map { StudioState.Notice(text: $0.warning, hint: $0.hint) }
                state.result.map { discard([$0.id]) }
                resultFiles = [
                    "stage1": folder.appending("stage1.png"), "stage2": folder.appending("stage2.png"),
                    "layer": layer, "layers": layers, "object": object,
                ]
                result = Source(
                    path: folder.appending("stage2.png"), argument: "stage2.png", size: painting.size, reduced: [])
                if kind == .cut, let name = fullCut?.folder, lately["whole"]?.last != name { keep(name, "whole") }
                if kind == .mask, let mask = given { resultFiles["mask"] = mask.path }
                for (kind, path) in cutMasks where state.object?.kind == .cut { resultFiles[kind] = path }
                state.result = StudioState.ResultState(
                    id: name, inputs: inputs, isWhole: isWhole, seconds: summary.seconds ?? 0,
                    strength: summary.settings?.styleLevel ?? 0, command: shown, warnings: warnings)
                if settings.strength == nil, state.settings == settings {
                    state.autoStrength = summary.settings?.styleLevel
                    exactStrength = state.autoStrength
                }
            } catch {
                if let made { discard([made]) }
                if !(error is Stopped) { tell(error) }
            }
            working = nil
            state.job = .init()
            publish()
            // What was changed meanwhile.
            if state.look.inputs != state.inputs { look() }
        }
    }

    /// Stops the repainting; what it has reached is kept. A second time, it ends at once.
    func stop() {
        guard state.job.status != .idle else { return }
        working?.stop(state.job.status == .stopping ? SIGKILL : SIGINT)
        isStopping = true
        state.job.status = .stopping
        publish()
    }

    private func heard(_ line: String, _ name: String, _ folder: FilePath) {
        guard state.job.status != .idle, let progress = try? JSONDecoder().decode(Progress.self, from: Data(line.utf8))
        else { return }
        state.job.part = max(state.job.part, progress.part)
        (state.job.left, state.job.what) = (progress.left, progress.what)
        let preview = folder.appending("preview.png")
        if let written = try? preview.stat().inode.rawValue, written != lastPreview {
            // A name for each, as a page asks for none twice. It is a new file each time.
            lastPreview = written
            count += 1
            state.job.preview = "\(name)-preview\(count)"
            files["\(name)-preview\(count)"] = preview
        }
        publish()
    }

    private struct Progress: Decodable {
        let part: Double
        let left: Int?
        let what: String
    }

    // MARK: Saving

    /// A file to keep, and its name.
    func saved(_ name: String) async -> (path: FilePath, name: String)? {
        let names = [
            "stage1": "stage1.png", "stage2": "stage2.png", "layer": "layer.png", "layers": "layers.ora",
            "object": "cutout.png", "keep": "keep.png", "drop": "drop.png", "mask": "mask.png",
        ]
        if name == "all" { return await all(names) }
        guard let file = names[name], let path = resultFiles[name] else { return nil }
        return (path, file)
    }

    private func all(_ names: [String: String]) async -> (path: FilePath, name: String)? {
        guard let result = state.result else { return nil }
        do {
            let (name, folder) = try newFolder("all")
            keep(name, "all")
            let command = folder.appending("command.txt"), zip = folder.appending("harmonize.zip")
            try AtomicFile.write(Array((result.command + "\n").utf8), to: command)
            var words = ["studio-step", "zip", zip.argument, "--json", "--entry=command.txt=\(command.argument)"]
            for (kind, path) in resultFiles.sorted(by: { $0.key < $1.key }) {
                if let name = names[kind] { words.append("--entry=\(name)=\(path.argument)") }
            }
            let _: StepSummary = try await step(words)
            return (zip, "harmonize.zip")
        } catch {
            tell(error)
            return nil
        }
    }

    /// The command line for what is set now.
    private func command() -> String? {
        guard let painting, let photograph, let place = state.place, let object = state.object else { return nil }
        var words = ["harmonize", "--painting", painting.argument, "--object", photograph.argument]
        switch object.kind {
        case .shape: break
        case .mask: words += ["--mask", given?.argument ?? "mask.png"]
        case .cut:
            words += ["--cut"]
            if let box = state.cut.box { words += ["--box", box.map(String.init).joined(separator: ",")] }
            if state.cut.strokes.contains(where: \.keep) { words += ["--keep", "keep.png"] }
            if state.cut.strokes.contains(where: { !$0.keep }) { words += ["--drop", "drop.png"] }
        }
        words += place.arguments + state.settings.arguments()
        if state.settings.quality != .normal { words += ["--quality", state.settings.quality.rawValue] }
        return (words + ["--no-config", "--output", "results"]).shellLine
    }

    // MARK: Processes

    private struct Stopped: Error {}

    private enum Trouble: Error {
        case nothing
        case failed(StudioState.Notice)
    }

    private func worker(_ arguments: [String]) -> Worker {
        Worker(configuration.executable, arguments, memory: configuration.availableMemory())
    }

    /// Runs a process that is done soon, and returns its summary.
    private func step(_ arguments: [String], _ began: (Worker) -> Void = { _ in }) async throws -> StepSummary {
        let worker = worker(arguments)
        began(worker)
        let outcome = try await run(worker)
        if outcome.isStopped { throw Stopped() }
        guard outcome.isDone, let summary: StepSummary = outcome.summary() else {
            throw Trouble.failed(outcome.failure)
        }
        return summary
    }

    private func notice(of error: any Error) -> StudioState.Notice {
        if case Trouble.failed(let notice) = error { return notice }
        return .init(text: "\(error)", hint: nil)
    }

    private func tell(_ error: any Error) {
        guard !(error is Stopped) else { return }
        let notice = notice(of: error)
        tell(notice.text, notice.hint)
    }

    func tell(_ text: String, _ hint: String?, isError: Bool = true) {
        state.notice = .init(
            text: text.withoutNames, hint: hint, number: (state.notice?.number ?? 0) + 1, isError: isError)
        publish()
    }

    /// Runs a process, which ends with the session.
    private func run(
        _ worker: Worker, heard: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> Worker.Outcome {
        guard !isClosed else { throw Stopped() }
        running[ObjectIdentifier(worker)] = worker
        defer { running[ObjectIdentifier(worker)] = nil }
        return try await worker.run(heard: heard)
    }

    /// Ends all processes; there will be no more.
    func close() async {
        isClosed = true
        for worker in running.values { worker.stop(SIGKILL) }
        while !running.isEmpty { await Task.yield() }
    }
}
