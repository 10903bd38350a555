import Foundation
import Harmonization
import Imaging
import Synchronization
import Testing

/// Harmonizing from asynchronous code.
@Suite(.timeLimit(.minutes(60))) struct HarmonizationTaskTests {
    private let scene: NoiseScene

    init() throws { scene = try NoiseScene() }

    @Test func `a task gives the progress in order and the result of the blocking call`() async throws {
        let harmonizer = try scene.harmonizer()
        let task = harmonizer.start(scene.painting, with: scene.object)
        var began: [Int] = [], finished: [Int] = [], numbers: [Int] = [], isPlanned = false
        for await progress in task.progress {
            switch progress {
            case .planned: isPlanned = began.isEmpty
            case .began(let step): began.append(step.pass)
            case .evaluated(let evaluation): numbers.append(evaluation.totalNumber)
            case .finished(let record): finished.append(record.pass)
            case .synthesizing: #expect(finished.count == 3)
            case .painted: #expect(finished.count >= 2)
            }
        }
        let result = try await task.result
        let (painting, object) = (scene.painting, scene.object)
        let expected = try await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: Result { try harmonizer.harmonize(painting, with: object) }) }
                .start()
        }.get()
        #expect(isPlanned && began == [1, 1, 2] && finished == began)
        // A reader that is late gets the latest evaluation, and none twice.
        #expect(numbers == Set(numbers).sorted() && numbers.last == 33)
        #expect(result.stage1 == expected.stage1 && result.stage2 == expected.stage2)
    }

    @Test func `a cancelled task gives the best so far`() async throws {
        let harmonizer = try scene.harmonizer { $0.iterations = Iterations(1_000_000) }
        let task = harmonizer.start(scene.painting, with: scene.object)
        for await case .evaluated in task.progress {
            task.cancel()
            break
        }
        #expect(try await task.result.isCancelled)
    }

    @Test func `cancelling the caller ends an asynchronous call with the best so far`() async throws {
        let harmonizer = try scene.harmonizer { $0.iterations = Iterations(1_000_000) }
        let (painting, object) = (scene.painting, scene.object)
        let caller = Task { try await harmonizer.harmonize(painting, with: object) }
        try await Task.sleep(for: .milliseconds(200))
        caller.cancel()
        // Before the first evaluation there is no picture yet.
        switch await caller.result {
        case .success(let result): #expect(result.isCancelled)
        case .failure(let error): #expect(error as? HarmonizationError == .cancelled)
        }
    }

    @Test func `errors reach the caller`() async throws {
        let small = Image(width: 8, height: 8, values: Array(repeating: 0.5, count: 192))
        let error = await #expect(throws: HarmonizationError.self) {
            try await scene.harmonizer().harmonize(small, with: scene.object)
        }
        #expect(error == .paintingTooSmall(small.size, smallest: 16))
    }
}
