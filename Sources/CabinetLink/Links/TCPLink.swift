import Foundation

/// A stream of bytes over TCP.
public struct TCPLink: Link {
  public let endpoint: Endpoint
  let connection: Descriptor
  public var descriptor: Descriptor? { connection }

  /// Connects, waiting at most as long as the operating system does.
  public init(to host: String, port: Int) throws(LinkFailure) {
    let endpoint = Endpoint.tcp(host: host, port: port)
    let address = try SocketAddress.resolve(host: host, port: port, isStream: true)
    let connection = try SocketKind.open(SocketKind.stream, for: address, endpoint)
    guard unsafe address.withPointer({ unsafe connect(connection.number, $0, $1) }) == 0 else {
      throw .system(operation: "connecting", endpoint: "\(endpoint)", code: errno)
    }
    try self.init(connection, endpoint)
  }

  init(_ connection: Descriptor, _ endpoint: Endpoint) throws(LinkFailure) {
    self.endpoint = endpoint
    self.connection = connection
    try connection.setNonBlocking(endpoint)
    // Lockstep sends many small messages: none may wait for a fuller packet.
    var on: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    _ = unsafe setsockopt(connection.number, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
    BrokenPipes.ignore()
  }

  public mutating func send(_ bytes: [UInt8]) throws(LinkFailure) {
    try connection.writeAll(bytes, endpoint)
  }

  public mutating func receive(into bytes: inout [UInt8]) throws(LinkFailure) -> Bool {
    try connection.readAvailable(into: &bytes, endpoint)
  }
}

/// Waits for others to connect.
public struct TCPListener: Sendable {
  public let endpoint: Endpoint
  public let descriptor: Descriptor

  /// Listens at an address; port 0 lets the system choose, see ``port``.
  public init(at host: String, port: Int) throws(LinkFailure) {
    endpoint = .tcp(host: host, port: port)
    let address = try SocketAddress.resolve(host: host, port: port, isStream: true)
    descriptor = try SocketKind.open(SocketKind.stream, for: address, endpoint)
    let number = descriptor.number
    var on: Int32 = 1
    _ = unsafe setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    guard unsafe address.withPointer({ unsafe bind(number, $0, $1) }) == 0, listen(number, 16) == 0 else {
      throw .system(operation: "listening", endpoint: "\(endpoint)", code: errno)
    }
    try descriptor.setNonBlocking(endpoint)
  }

  /// The port that it listens at.
  public var port: Int {
    let number = descriptor.number
    return unsafe SocketAddress.filled { unsafe Int(getsockname(number, $0, $1)) }.address.port
  }

  /// The next connection, or `nil` when none waits.
  public func accept() throws(LinkFailure) -> TCPLink? {
    let number = descriptor.number
    let (connection, _) = unsafe SocketAddress.filled { address, length in
      #if canImport(Darwin)
        unsafe Int(Darwin.accept(number, address, length))
      #else
        unsafe Int(Glibc.accept(number, address, length))
      #endif
    }
    if connection >= 0 { return try TCPLink(Descriptor(Int32(connection)), endpoint) }
    let code = errno
    if [EAGAIN, EWOULDBLOCK, EINTR, ECONNABORTED].contains(code) { return nil }
    throw .system(operation: "accepting a connection", endpoint: "\(endpoint)", code: code)
  }
}

/// A peer that goes away must be an error of one link and not the end of the process.
enum BrokenPipes {
  static func ignore() { _ = signal(SIGPIPE, SIG_IGN) }
}
