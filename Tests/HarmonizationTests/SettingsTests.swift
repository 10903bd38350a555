import Harmonization
import Testing

@Suite struct SettingsTests {
    @Test func `a setting out of its range is an error that names it`() {
        let changes: [(String, (inout Settings) -> Void)] = [
            ("iterations.pass1", { $0.iterations = Iterations(pass1: -1, pass2: 1) }),
            ("iterations.pass2", { $0.iterations = Iterations(pass1: 1, pass2: -1) }), ("detail", { $0.detail = 1.1 }),
            ("styleLevel", { $0.styleLevel = .level(0.5) }), ("styleLevel", { $0.styleLevel = .level(.nan) }),
            ("colorMatching", { $0.colorMatching = 1.5 }), ("largestSide", { $0.largestSide = 15 }),
            ("memoryLimit", { $0.memoryLimit = -1 }), ("threads", { $0.threads = 0 }),
            ("contentWeight", { $0.contentWeight = -1 }), ("styleWeight", { $0.styleWeight = .infinity }),
            ("histogramWeight", { $0.histogramWeight = .nan }), ("tvWeight", { $0.tvWeight = -0.1 }),
        ]
        for (name, change) in changes {
            var settings = Settings()
            change(&settings)
            let error = #expect(throws: HarmonizationError.self) { try Harmonizer(settings: settings) }
            guard case .setting(let problem) = error else {
                Issue.record("\(name): \(String(describing: error))")
                continue
            }
            #expect(problem.setting == name && problem.description.hasPrefix("\(name) must be "))
        }
    }

    @Test func `the bounds of the ranges are settings`() {
        var settings = Settings()
        (settings.iterations, settings.styleLevel) = (Iterations(pass1: 0, pass2: .max), .level(10))
        (settings.colorMatching, settings.largestSide, settings.threads) = (1, 16, 1)
        (settings.memoryLimit, settings.tvWeight) = (0, 0)
        #expect(throws: Never.self) { try Harmonizer(settings: settings) }
    }
}
