import Foundation
import Synchronization

/// A child process with both its pipes, in a process group of its own; ends with its last owner.
///
/// The group keeps a terminal's Ctrl-C from it, so that the conversation can be ended in order, and lets everything be
/// ended that the program has started itself.
final class RunningProgram: Sendable {
  private let input: Mutex<Descriptor?>
  let output: Descriptor
  private let identifier: pid_t
  private let endpoint: Endpoint
  /// What `waitpid` said; `nil` while it runs.
  private let status = Mutex<Int32?>(nil)

  /// How long a program may take to end by itself, in seconds.
  private static let grace = 2.0
  /// Two programs that are started at once would inherit each other's pipes before those are marked.
  private static let starting = Mutex(())

  init(_ command: String, _ endpoint: Endpoint) throws(LinkFailure) {
    BrokenPipes.ignore()
    self.endpoint = endpoint
    let (toProgram, fromProgram, identifier) = try Self.starting.withLock {
      _ throws(LinkFailure) -> (Descriptor, Descriptor, pid_t) in
      let down = try Self.pipe(endpoint)
      let up = try Self.pipe(endpoint)
      let child = try Self.spawn(command, reading: down.reading, writing: up.writing, endpoint)
      return (down.writing, up.reading, child)
    }
    self.identifier = identifier
    output = fromProgram
    input = Mutex(toProgram)
    LivePrograms.add(identifier)
    try toProgram.setNonBlocking(endpoint)
    try fromProgram.setNonBlocking(endpoint)
  }

  deinit {
    input.withLock { $0 = nil }
    if !hasEnded(within: Self.grace) {
      kill(-identifier, SIGTERM)
      if !hasEnded(within: 1) { kill(-identifier, SIGKILL) }
      _ = hasEnded(within: 5)
    }
    // What it may have left behind.
    kill(-identifier, SIGKILL)
    LivePrograms.remove(identifier)
  }

  func write(_ bytes: [UInt8]) throws(LinkFailure) {
    try input.withLock { input throws(LinkFailure) in
      guard let input else { throw .closed(endpoint: "\(endpoint)") }
      do throws(LinkFailure) {
        try input.writeAll(bytes, endpoint)
      } catch {
        guard case .closed = error, let how = howItEnded(within: 0.5) else { throw error }
        throw .ended(endpoint: "\(endpoint)", how: how)
      }
    }
  }

  /// In words; `nil` if it still runs after so many seconds.
  func howItEnded(within seconds: Double) -> String? {
    guard hasEnded(within: seconds), let status = status.withLock({ $0 }) else { return nil }
    let signal = status & 0x7F
    return signal == 0 ? "exit code \((status >> 8) & 0xFF)" : "signal \(signal)"
  }

  private func hasEnded(within seconds: Double) -> Bool {
    let deadline = MonotonicClock.seconds + seconds
    while true {
      let isOver = status.withLock { status in
        if status != nil { return true }
        var found: Int32 = 0
        let child = unsafe waitpid(identifier, &found, WNOHANG)
        // An error means that there is no such child any more.
        if child != 0 { status = child == identifier ? found : 0 }
        return child != 0
      }
      if isOver { return true }
      if MonotonicClock.seconds >= deadline { return false }
      Thread.sleep(forTimeInterval: 0.005)
    }
  }

  // MARK: - Starting

  private static func pipe(
    _ endpoint: Endpoint
  ) throws(LinkFailure) -> (reading: Descriptor, writing: Descriptor) {
    var ends: [Int32] = [-1, -1]
    #if canImport(Darwin)
      let result = unsafe Darwin.pipe(&ends)
    #else
      let result = unsafe Glibc.pipe(&ends)
    #endif
    guard result == 0 else {
      throw .system(operation: "making a pipe", endpoint: "\(endpoint)", code: errno)
    }
    return (Descriptor(ends[0]), Descriptor(ends[1]))
  }

  private static func spawn(
    _ command: String, reading: Descriptor, writing: Descriptor, _ endpoint: Endpoint
  ) throws(LinkFailure) -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = unsafe posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe posix_spawn_file_actions_adddup2(&actions, reading.number, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, writing.number, 1)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    // What this process ignores would be ignored by the program too.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGPIPE, SIGINT, SIGTERM] { unsafe sigaddset(&signals, signal) }
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    let texts = ["/bin/sh", "-c", command]
    var words: [UnsafeMutablePointer<CChar>?] = unsafe texts.map { text in unsafe strdup(text) }
    unsafe words.append(nil)
    defer { unsafe words.forEach { word in unsafe free(word) } }
    var child: pid_t = 0
    let code = unsafe posix_spawn(&child, "/bin/sh", &actions, &attributes, &words, environ)
    guard code == 0 else {
      throw .system(operation: "starting /bin/sh", endpoint: "\(endpoint)", code: code)
    }
    return child
  }
}

/// Programs that run: when this process is ended in haste, they are too.
private enum LivePrograms {
  private struct State {
    var identifiers: Set<pid_t> = []
    var isWatching = false
  }

  private static let state = Mutex(State())

  static func add(_ identifier: pid_t) {
    state.withLock { state in
      state.identifiers.insert(identifier)
      if state.isWatching { return }
      state.isWatching = true
      atexit { LivePrograms.end() }
    }
  }

  static func remove(_ identifier: pid_t) { _ = state.withLock { $0.identifiers.remove(identifier) } }

  private static func end() {
    for identifier in state.withLock({ $0.identifiers }) { kill(-identifier, SIGKILL) }
  }
}
