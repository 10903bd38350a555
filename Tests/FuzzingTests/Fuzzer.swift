import Foundation

/// libFuzzer, which `Tests/soak.sh` links in. It runs one reader over inputs of its own making and ends the process.
enum Fuzzer {
    /// The reader to try; nil in ordinary tests.
    static let reader = ProcessInfo.processInfo.environment["HARMONIZE_FUZZ"].flatMap { name in
        Reader.all.first { $0.name == name }
    }

    /// libFuzzer's arguments, one a line.
    private static var arguments: [String] {
        let text = ProcessInfo.processInfo.environment["HARMONIZE_FUZZ_ARGUMENTS"] ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    /// What is wrong with a build that cannot do this.
    struct NotLinked: Error {}

    static func run(_ reader: Reader) throws {
        typealias Bytes = UnsafePointer<UInt8>
        typealias Strings = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
        typealias Driver =
            @convention(c) (
                UnsafeMutablePointer<CInt>, UnsafeMutablePointer<Strings>, @convention(c) (Bytes?, Int) -> CInt
            ) -> CInt
        let all = [CommandLine.arguments[0], "-max_len=\(reader.limit)"] + arguments
        var count = CInt(all.count)
        // libFuzzer keeps them.
        var strings = Strings.allocate(capacity: all.count + 1)
        strings.initialize(repeating: nil, count: all.count + 1)
        for (index, argument) in all.enumerated() { strings[index] = strdup(argument) }
        let drive = try unsafeBitCast(symbol("LLVMFuzzerRunDriver"), to: Driver.self)
        exit(drive(&count, &strings) { bytes, count in Fuzzer.tryOne(UnsafeBufferPointer(start: bytes, count: count)) })
    }

    private static func tryOne(_ bytes: UnsafeBufferPointer<UInt8>) -> CInt {
        guard let reader else { return -1 }
        if thread == nil { handOnAlarms() }
        if case .failed(let error) = reader.outcome(of: Array(bytes)) {
            fatalError("\(reader.name) threw \(error), which is none of its errors")
        }
        return 0
    }

    private nonisolated(unsafe) static var thread: pthread_t?
    private nonisolated(unsafe) static var alarmed: (@convention(c) (CInt) -> Void)?

    /// By an alarm libFuzzer finds out how long an input takes, if it comes on the thread that reads. That is one of
    /// Dispatch's here, which take none: they are handed on to it.
    private static func handOnAlarms() {
        thread = pthread_self()
        alarmed = signal(SIGALRM) { number in
            guard let thread = Fuzzer.thread, let alarmed = Fuzzer.alarmed else { return }
            if pthread_equal(thread, pthread_self()) != 0 { alarmed(number) } else { pthread_kill(thread, number) }
        }
        var alarm = sigset_t()
        sigemptyset(&alarm)
        sigaddset(&alarm, SIGALRM)
        pthread_sigmask(SIG_UNBLOCK, &alarm, nil)
    }

    fileprivate static func symbol(_ name: String) throws -> UnsafeMutableRawPointer {
        guard let symbol = dlsym(nil, name) else { throw NotLinked() }
        return symbol
    }

    typealias Mutator = @convention(c) (UnsafeMutablePointer<UInt8>, Int, Int) -> Int
    fileprivate static let mutator: Mutator? = (try? symbol("LLVMFuzzerMutate")).map {
        unsafeBitCast($0, to: Mutator.self)
    }
}

/// libFuzzer calls this for a new input: one of its own changes, and mostly a repair.
@_cdecl("LLVMFuzzerCustomMutator")
func mutate(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ room: Int, _ seed: UInt32) -> Int {
    guard let mutator = Fuzzer.mutator, let reader = Fuzzer.reader else { return count }
    let newCount = mutator(bytes, count, room)
    guard seed % 16 != 0 else { return newCount }
    let repaired = reader.repair(Array(UnsafeBufferPointer(start: bytes, count: newCount)))
    guard repaired.count <= room else { return newCount }
    bytes.update(from: repaired, count: repaired.count)
    return repaired.count
}

/// The leak detector asks for what it is to overlook: TOMLKit frees nothing of what it parsed, and parses two files a
/// run; libheif 1.15 loses a colour space whose numbers it does not know, and what dav1d has of a damaged picture.
@_cdecl("__lsan_default_suppressions")
func leaksOfOthers() -> UnsafePointer<CChar>? { overlooked }

private nonisolated(unsafe) let overlooked = UnsafePointer(strdup("leak:/TOMLKit/\nleak:libheif.so\nleak:libdav1d.so"))
