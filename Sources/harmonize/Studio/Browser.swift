internal import Files
internal import Foundation
internal import Processes

/// The user's browser.
enum Browser {
    /// Opens an address; where there is no browser, nothing happens.
    static func open(_ address: String) {
        #if canImport(Darwin)
            let program: FilePath? = "/usr/bin/open"
        #else
            let environment = ProcessInfo.processInfo.environment
            guard environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil else { return }
            let program = (environment["PATH"] ?? "").split(separator: ":").lazy
                .map { FilePath(String($0)).appending("xdg-open") }.first { $0.isRegular }
        #endif
        guard let program,
            let nowhere = try? FileDescriptor.open("/dev/null", .writeOnly, options: .closeOnExec),
            let process = try? ChildProcess.spawn(program, [address], output: nowhere, errors: nowhere)
        else { return }
        try? nowhere.close()
        Thread.detachNewThread {
            ChildProcess.wait(for: process)
            _ = ChildProcess.reap(process)
        }
    }
}
