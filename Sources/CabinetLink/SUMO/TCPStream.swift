import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A connection of bytes to a port of this machine, or of another by its IPv4 address.
///
/// Calls block. Copies of a struct that holds one share the connection; it closes with the last of them.
public final class TCPStream: Sendable {
  private let descriptor: Int32
  private let isClosed = Mutex(false)

  /// - Parameters:
  ///   - address: in numbers, such as 127.0.0.1.
  ///   - silence: a read that gets nothing for so many seconds fails.
  /// - Throws: `port` if nobody listens there.
  public init(address: String = "127.0.0.1", port: Int, silence: Int = 120) throws(LinkError) {
    let descriptor = try Self.makeSocket()
    self.descriptor = descriptor
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
    let isAddress = unsafe inet_pton(AF_INET, address, &place.sin_addr) == 1
    guard isAddress, (1...65_535).contains(port) else {
      Self.close(descriptor)
      throw LinkError(.port, "\(address):\(port) is no address; write it as 127.0.0.1:8813")
    }
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = unsafe withUnsafePointer(to: &place) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Self.connect(descriptor, $0, length)
      }
    }
    guard result == 0 else {
      let reason = Self.reason()
      Self.close(descriptor)
      throw LinkError(.port, "nobody answers at \(address):\(port) (\(reason))")
    }
    setOptions(silence)
  }

  deinit { close() }

  private static func makeSocket() throws(LinkError) -> Int32 {
    #if canImport(Darwin)
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #else
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    if descriptor < 0 { throw LinkError(.port, "no socket can be made (\(reason()))") }
    return descriptor
  }

  private static func connect(_ descriptor: Int32, _ place: UnsafePointer<sockaddr>, _ length: socklen_t)
    -> Int32
  {
    #if canImport(Darwin)
      unsafe Darwin.connect(descriptor, place, length)
    #elseif canImport(Glibc)
      unsafe Glibc.connect(descriptor, place, length)
    #else
      unsafe Musl.connect(descriptor, place, length)
    #endif
  }

  private static func close(_ descriptor: Int32) {
    #if canImport(Darwin)
      _ = Darwin.close(descriptor)
    #elseif canImport(Glibc)
      _ = Glibc.close(descriptor)
    #else
      _ = Musl.close(descriptor)
    #endif
  }

  private static func reason() -> String { unsafe String(cString: strerror(errno)) }

  /// Small messages go at once, and silence has an end.
  private func setOptions(_ silence: Int) {
    var on: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
    #if canImport(Darwin)
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, size)
    #endif
    var limit = timeval()
    limit.tv_sec = silence
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  public func close() {
    let first = isClosed.withLock { closed in
      defer { closed = true }
      return !closed
    }
    if first { Self.close(descriptor) }
  }

  /// Sends all of it.
  /// - Throws: `dead` if the other side has gone.
  public func send(_ bytes: [UInt8]) throws(LinkError) {
    #if canImport(Darwin)
      let flags: Int32 = 0
    #else
      let flags = Int32(MSG_NOSIGNAL)
    #endif
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        #if canImport(Darwin)
          unsafe Darwin.send(descriptor, buffer.baseAddress?.advanced(by: sent), bytes.count - sent, flags)
        #elseif canImport(Glibc)
          unsafe Glibc.send(descriptor, buffer.baseAddress?.advanced(by: sent), bytes.count - sent, flags)
        #else
          unsafe Musl.send(descriptor, buffer.baseAddress?.advanced(by: sent), bytes.count - sent, flags)
        #endif
      }
      if count > 0 {
        sent += count
      } else if errno != EINTR {
        throw LinkError(.dead, "the connection has gone (\(Self.reason()))")
      }
    }
  }

  /// Waits for exactly so many bytes.
  /// - Throws: `dead` if the other side has gone or is silent for too long.
  public func receive(_ wanted: Int) throws(LinkError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: wanted)
    var filled = 0
    while filled < wanted {
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe recv(descriptor, buffer.baseAddress?.advanced(by: filled), wanted - filled, 0)
      }
      if count > 0 {
        filled += count
      } else if count == 0 {
        throw LinkError(.dead, "the connection was closed by the other side")
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        throw LinkError(.dead, "no answer for too long")
      } else if errno != EINTR {
        throw LinkError(.dead, "the connection has gone (\(Self.reason()))")
      }
    }
    return bytes
  }

  /// Whether nobody listens at a port of this machine.
  public static func isFree(_ port: Int) -> Bool { (try? boundPort(port)) != nil }

  /// A port of this machine that nobody uses now.
  public static func freePort() throws(LinkError) -> Int { try boundPort(0) }

  /// Takes a port for a moment; 0 takes any.
  private static func boundPort(_ port: Int) throws(LinkError) -> Int {
    let descriptor = try makeSocket()
    defer { close(descriptor) }
    var on: Int32 = 1
    // A port that a finished conversation still holds counts as free.
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
    _ = unsafe inet_pton(AF_INET, "127.0.0.1", &place.sin_addr)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = unsafe withUnsafeMutablePointer(to: &place) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
      }
    }
    guard result else { throw LinkError(.port, "the port is taken (\(reason()))") }
    return Int(UInt16(bigEndian: place.sin_port))
  }
}
