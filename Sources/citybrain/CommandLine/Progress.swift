import Synchronization

/// A bar on standard error that fills while runs finish; it shows on a terminal only.
final class Progress: Sendable {
  private let console: Console
  private let title: String
  private let total: Int
  private let done = Mutex(0)

  init(_ console: Console, title: String, total: Int) {
    self.console = console
    self.title = title
    self.total = total
    show(0)
  }

  /// One more run has finished.
  func advance() {
    // Written under the lock, so that bars appear in order.
    done.withLock { count in
      count += 1
      show(count)
    }
  }

  /// Wipes the bar.
  func finish() { if isShown { console.writeError("\r\u{1B}[K") } }

  private var isShown: Bool { console.isErrorTerminal && !console.isQuiet }

  private func show(_ count: Int) {
    if isShown { console.writeError("\r\u{1B}[K" + Self.bar(title: title, count: count, total: total)) }
  }

  static func bar(title: String, count: Int, total: Int) -> String {
    let width = 30
    let filled = total > 0 ? width * count / total : width
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    return "\(title) [\(bar)] \(count)/\(total)"
  }
}
