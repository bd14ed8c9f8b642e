import Dispatch
import Foundation
import Synchronization

/// Somebody's wish that the work should stop: it is asked for between replications.
final class Interruption: Sendable {
  /// The exit code of the first wish; 0 while there is none.
  private let code = Atomic<Int32>(0)

  /// Notes the wish; returns whether it is the first.
  @discardableResult
  func request(_ exitCode: ExitCode) -> Bool {
    code.compareExchange(
      expected: 0, desired: exitCode.rawValue, ordering: .sequentiallyConsistent
    ).exchanged
  }

  var isRequested: Bool { code.load(ordering: .relaxed) != 0 }

  /// Throws if the work should stop.
  ///
  /// - Parameter message: what to tell the user.
  func check(_ message: String = "interrupted; no file was changed") throws(CommandFailure) {
    if let exitCode = ExitCode(rawValue: code.load(ordering: .relaxed)), exitCode != .success {
      throw CommandFailure(exitCode, message)
    }
  }
}

/// Turns SIGINT and SIGTERM into an ``Interruption``; lives as long as it is held.
struct SignalWatch {
  private let sources: [any DispatchSourceSignal]

  /// - Parameter remark: tells the user that what is under way will be ended in good order first.
  init(_ interruption: Interruption, remark: @escaping @Sendable (String) -> Void) {
    sources = [(SIGINT, ExitCode.interrupted), (SIGTERM, ExitCode.terminated)].map { number, code in
      // The default action would end the process before the source hears of it.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
      source.setEventHandler {
        if interruption.request(code) {
          remark("\nending in good order; again to stop at once\n")
        } else {
          exit(code.rawValue)
        }
      }
      source.resume()
      return source
    }
  }

  func cancel() { for source in sources { source.cancel() } }
}
