import Files
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(60))) struct FileLockTests {
    @Test func `a lock that is held is taken by nobody else, and is free once it is closed`() throws {
        let folder = try TemporaryFolder(), path = folder.path("lock")
        let first = try FileLock.open(path, .immediate)
        #expect(throws: FileLock.Busy.self) { try FileLock.open(path, .immediate) }
        close(first)
        close(try FileLock.open(path, .immediate))
    }

    @Test func `who waits for a file that is removed meanwhile gets a lock on the one of that name`() throws {
        let folder = try TemporaryFolder(), path = folder.path("lock")
        let owner = try FileLock.open(path, .immediate)
        let waiting = Mutex<CInt?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let file = try? FileLock.open(path, .waiting)
            waiting.withLock { $0 = file }
            isDone.signal()
        }
        // Long enough for the other thread to have opened the file that is to go.
        usleep(100_000)
        unlink(path)
        close(owner)
        isDone.wait()
        let file = try #require(waiting.withLock { $0 })
        defer { close(file) }
        var (mine, named) = (stat(), stat())
        #expect(fstat(file, &mine) == 0 && stat(path, &named) == 0 && mine.st_ino == named.st_ino)
        #expect(throws: FileLock.Busy.self) { try FileLock.open(path, .immediate) }
    }

    @Test func `a folder that is not there is an error that names the path`() throws {
        let path = try TemporaryFolder().path("none/lock")
        let error = #expect(throws: FileError.self) { try FileLock.open(path, .immediate) }
        #expect(error == FileError(path: path, reason: "No such file or directory"))
    }
}
