import Files
import Foundation
import Imaging
import TestSupport
import Testing

@testable import lenet

/// The example as it is run.
@Suite(.timeLimit(.minutes(60))) struct LeNetTests {
    private let folder: TemporaryFolder
    private let digits = Repository.path("samples/digits.png")

    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: String...) throws -> Command.Outcome {
        try Command.run(arguments, of: "lenet", in: folder)
    }

    @Test func `it reads 98 % of the digits that it never saw, and one in a picture`() throws {
        let outcome = try run(digits, "--save", "lenet.bin", "--plot", "curve.svg")
        #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 81)
        let last = try #require(
            lines.last?.firstMatch(of: /([0-9.]+) % of 1000 digits held out, after 4000 digits 80 times in [0-9.]+ s/))
        #expect(try #require(Double(last.1)) >= 98, "\(lines)")
        #expect(try folder.text("curve.svg").contains("Cross-entropy"))

        let again = try run(digits, "--weights", "lenet.bin")
        let share = try #require(again.output.firstMatch(of: /lenet.bin reads ([0-9.]+) % of 5000 digits/))
        #expect(try #require(Double(share.1)) >= 98.5)

        // A digit as it is on the sheet; and larger, dark on light, where nobody cut it out.
        let all = try Digit.sheet(FilePath(digits))
        var right = 0
        for index in stride(from: 4, to: 5000, by: 500) {
            let digit = all[index]
            let small = Self.picture(digit.ink)
            let large = digit.ink.resampled(to: Size(width: 90, height: 90))
            let page = Mask(
                width: 200, height: 140,
                values: (0..<200 * 140).map { i in
                    let (x, y) = (i % 200 - 70, i / 200 - 20)
                    return 0.95 - ((0..<90).contains(x) && (0..<90).contains(y) ? 0.9 * large[x, y] : 0)
                })
            for (name, picture) in [("small.png", small), ("large.png", Self.picture(page))] {
                try folder.write(picture.encoded(as: .png), to: name)
                let outcome = try run("--weights", "lenet.bin", "--classify", name)
                #expect(outcome.output.hasPrefix("\(name): "))
                right += outcome.output.hasPrefix("\(name): \(digit.value) (") ? 1 : 0
            }
        }
        #expect(right >= 19, "\(right) of 20")
    }

    @Test(arguments: ["adam", "sgd", "momentum", "nesterov", "rmsprop"])
    func `a seed gives the same bits every time, and each optimizer learns`(optimizer: String) throws {
        func learn(_ name: String, _ more: String...) throws -> [UInt8] {
            let arguments = [digits, "--epochs", "1", "--optimizer", optimizer, "--save", name] + more
            let outcome = try Command.run(arguments, of: "lenet", in: folder)
            let accuracies = outcome.output.matches(of: /accuracy ([0-9.]+) %/).compactMap { Double($0.1) }
            #expect(accuracies.count == 1 && accuracies[0] > 70, "\(outcome.output)")
            return try folder.bytes(name)
        }
        let first = try learn("first.bin")
        #expect(try learn("second.bin", "--seed", "1") == first)
        if optimizer == "adam" { #expect(try learn("third.bin", "--seed", "2") != first) }
    }

    @Test(arguments: ["adam", "sgd", "momentum", "nesterov", "rmsprop"])
    func `each optimizer learns on a cycle, of the largest rate that is given`(optimizer: String) throws {
        func learn(_ name: String, _ more: String...) throws -> [UInt8] {
            let arguments = [digits, "--one-cycle", "--epochs", "2", "--optimizer", optimizer, "--save", name] + more
            let outcome = try Command.run(arguments, of: "lenet", in: folder)
            let accuracies = outcome.output.matches(of: /accuracy ([0-9.]+) %/).compactMap { Double($0.1) }
            #expect(accuracies.count == 2 && accuracies[1] > 85, "\(outcome.output)\(outcome.errors)")
            return try folder.bytes(name)
        }
        let first = try learn("first.bin")
        if optimizer == "adam" { #expect(try learn("second.bin", "--max-rate", "0.005") != first) }
    }

    @Test func `it tells which rates suit, and draws why, and the same every time`() throws {
        let outcome = try run(digits, "--find-rate", "--plot", "rates.svg")
        #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
        let steepest = try #require(outcome.output.firstMatch(of: /falls fastest at a rate of (\S+): --rate (\S+)\n/))
        let tenth = try #require(outcome.output.firstMatch(of: /a tenth of .+: --rate (\S+)\n/))
        #expect(steepest.1 == steepest.2)
        // Adam's usual rates for such a network.
        #expect((1e-4...1e-2).contains(try #require(Double(steepest.1))), "\(outcome.output)")
        #expect((5e-4...2e-2).contains(try #require(Double(tenth.1))), "\(outcome.output)")
        let chart = try folder.text("rates.svg")
        for name in ["Each batch", "Smoothed", "Falls fastest"] { #expect(chart.contains(name)) }

        #expect(try run(digits, "--find-rate").output == outcome.output)
        let cycle = try run(digits, "--find-rate", "--one-cycle")
        #expect(cycle.output.contains("--max-rate ") && !cycle.output.contains("--rate "))
    }

    @Test func `what cannot be done is said`() throws {
        try folder.write(Self.picture(Mask(width: 50, height: 20, repeating: 1)).encoded(as: .png), to: "blank.png")
        try folder.write(Self.picture(Mask(width: 40, height: 100, repeating: 0)).encoded(as: .png), to: "black.png")
        try folder.write(Array("no weights".utf8), to: "none.bin")
        for (arguments, error, exitCode) in [
            ([], "Error: there is nothing to learn from: name a sheet of digits, or --weights FILE", 64),
            (["none.png"], "Error: none.png does not exist", 1),
            (["none.bin"], "Error: none.bin is none of PNG, JPEG, TIFF, WebP, HEIC and AVIF", 1),
            (["blank.png"], "Error: blank.png is 50×20: no sheet of 20×20 digits, as many of each", 1),
            (["black.png"], "Error: black.png shows nothing", 1),
            (["--weights", "none.bin"], "Error: none.bin holds no weights of LeNet-5", 1),
            ([digits, "--epochs", "0"], "Error: --epochs and --batch start at 1", 64),
            ([digits, "--rate", "-1"], "Error: --rate is above 0", 64),
            ([digits, "--save", "/none/lenet.bin"], "Error: nothing can be written in /none", 64),
            ([digits, "--plot", "curve.bmp"], "Error: --plot ends in .png, .svg or .pdf", 64),
            (
                [digits, "--rate", "1e9", "--epochs", "1"],
                "Error: the loss is no longer a number: give a smaller rate", 1
            ),
            (
                [digits, "--epochs", "\(Int.max)"],
                "Error: \(Int.max) epochs of 4000 samples have more steps than can be counted: give fewer epochs", 1
            ),
            ([digits, "--max-rate", "0.01"], "Error: --max-rate is for --one-cycle", 64),
            ([digits, "--one-cycle", "--max-rate", "0"], "Error: --max-rate is above 0", 64),
            ([digits, "--one-cycle", "--rate", "0.01"], "Error: --one-cycle takes --max-rate, and no --rate", 64),
            (
                ["--weights", "none.bin", "--one-cycle"],
                "Error: --save, --plot and --one-cycle are for learning, and --weights is not", 64
            ),
            (
                [digits, "--find-rate", "--save", "lenet.bin"],
                "Error: --find-rate goes with --batch, --optimizer, --one-cycle, --seed and --plot alone", 64
            ),
        ] {
            let outcome = try Command.run(arguments, of: "lenet", in: folder)
            #expect(outcome.errors.split(separator: "\n").first.map(String.init) == error)
            #expect(outcome.exitCode == exitCode)
        }
    }

    private static func picture(_ mask: Mask) -> Image {
        Image(width: mask.width, height: mask.height, values: mask.values.flatMap { [$0, $0, $0] })
    }
}
