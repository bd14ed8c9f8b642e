import Foundation

/// A file of the operating system that is closed when its last owner lets go.
public final class Descriptor: Sendable {
  /// The operating system's number.
  public let number: Int32
  private let closes: Bool

  public init(_ number: Int32, closes: Bool = true) {
    self.number = number
    self.closes = closes
    // Programs that we start must not keep our files open.
    if closes { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
  }

  deinit { if closes { close(number) } }

  /// Makes reads and writes return instead of waiting.
  func setNonBlocking(_ endpoint: Endpoint) throws(LinkFailure) {
    let flags = fcntl(number, F_GETFL)
    guard flags >= 0, fcntl(number, F_SETFL, flags | O_NONBLOCK) >= 0 else {
      throw .system(operation: "setting non-blocking mode", endpoint: "\(endpoint)", code: errno)
    }
  }

  /// Appends what can be read now, up to `limit` bytes.
  /// - Returns: Whether anything was read.
  func readAvailable(
    into bytes: inout [UInt8], _ endpoint: Endpoint, atMost limit: Int = 65_536
  ) throws(LinkFailure) -> Bool {
    var chunk = [UInt8](repeating: 0, count: min(limit, 65_536))
    let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(number, $0.baseAddress, $0.count) }
    if count > 0 {
      bytes.append(contentsOf: chunk[..<count])
      return true
    }
    if count == 0 { throw .closed(endpoint: "\(endpoint)") }
    let code = errno
    if code == EAGAIN || code == EWOULDBLOCK || code == EINTR { return false }
    // A pseudo-terminal whose other side is gone says so with an input/output error.
    if code == EIO || code == ECONNRESET { throw .closed(endpoint: "\(endpoint)") }
    throw .system(operation: "reading", endpoint: "\(endpoint)", code: code)
  }

  /// Writes all bytes, waiting up to `patience` seconds in all where the other side is slow.
  func writeAll(
    _ bytes: [UInt8], _ endpoint: Endpoint, patience: Double = 5
  ) throws(LinkFailure) {
    var start = 0
    let deadline = MonotonicClock.seconds + patience
    while start < bytes.count {
      let count = unsafe bytes[start...].withUnsafeBytes { unsafe write(number, $0.baseAddress, $0.count) }
      if count >= 0 {
        start += count
        continue
      }
      let code = errno
      if code == EPIPE || code == ECONNRESET { throw .closed(endpoint: "\(endpoint)") }
      guard code == EAGAIN || code == EWOULDBLOCK || code == EINTR, MonotonicClock.seconds < deadline else {
        throw .system(operation: "writing", endpoint: "\(endpoint)", code: code)
      }
      Readiness.waitToWrite(self, milliseconds: 50)
    }
  }
}

/// Seconds that only go forward, for timeouts.
public enum MonotonicClock {
  public static var seconds: Double { ProcessInfo.processInfo.systemUptime }
}
