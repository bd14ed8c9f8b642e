import Foundation

/// Datagrams to one address and back; what others send is not heard.
public struct UDPLink: Link {
  public let endpoint: Endpoint
  private let socket: UDPSocket
  private let peer: SocketAddress

  public var descriptor: Descriptor? { socket.descriptor }
  public var keepsBorders: Bool { true }

  public init(to host: String, port: Int) throws(LinkFailure) {
    endpoint = .udp(host: host, port: port)
    peer = try SocketAddress.resolve(host: host, port: port, isStream: false)
    socket = try UDPSocket(like: peer, endpoint)
  }

  public mutating func send(_ bytes: [UInt8]) throws(LinkFailure) { try socket.send(bytes, to: peer) }

  public mutating func receive(into bytes: inout [UInt8]) throws(LinkFailure) -> Bool {
    while let (datagram, sender) = try socket.receive() {
      guard sender == peer else { continue }
      bytes.append(contentsOf: datagram)
      return true
    }
    return false
  }
}

/// A socket that anybody may send datagrams to: the server's side.
public struct UDPSocket: Sendable {
  public let endpoint: Endpoint
  public let descriptor: Descriptor
  /// The longest payload of a datagram over IPv4.
  public static let longestDatagram = 65_507

  /// Listens at an address; port 0 lets the system choose, see ``port``.
  public init(listeningAt host: String, port: Int) throws(LinkFailure) {
    endpoint = .udp(host: host, port: port)
    let address = try SocketAddress.resolve(host: host, port: port, isStream: false)
    descriptor = try SocketKind.open(SocketKind.datagram, for: address, endpoint)
    try descriptor.setNonBlocking(endpoint)
    let number = descriptor.number
    guard unsafe address.withPointer({ unsafe bind(number, $0, $1) }) == 0 else {
      throw .system(operation: "listening", endpoint: "\(endpoint)", code: errno)
    }
  }

  init(like address: SocketAddress, _ endpoint: Endpoint) throws(LinkFailure) {
    self.endpoint = endpoint
    descriptor = try SocketKind.open(SocketKind.datagram, for: address, endpoint)
    try descriptor.setNonBlocking(endpoint)
  }

  /// The port that it listens at.
  public var port: Int {
    let number = descriptor.number
    return unsafe SocketAddress.filled { unsafe Int(getsockname(number, $0, $1)) }.address.port
  }

  public func send(_ bytes: [UInt8], to address: SocketAddress) throws(LinkFailure) {
    guard bytes.count <= Self.longestDatagram else {
      throw .tooLong(endpoint: "\(endpoint)", count: bytes.count, limit: Self.longestDatagram)
    }
    let number = descriptor.number
    let count = unsafe address.withPointer { pointer, length in
      unsafe bytes.withUnsafeBytes { unsafe sendto(number, $0.baseAddress, $0.count, 0, pointer, length) }
    }
    // A full buffer loses the datagram, as the network may; sessions repeat what matters.
    guard count < 0 else { return }
    let code = errno
    if [EAGAIN, EWOULDBLOCK, ENOBUFS, EINTR, ECONNREFUSED].contains(code) { return }
    throw .system(operation: "sending", endpoint: "\(endpoint)", code: code)
  }

  /// The next datagram and who sent it, or `nil` when none waits.
  public func receive() throws(LinkFailure) -> (bytes: [UInt8], sender: SocketAddress)? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let number = descriptor.number
    let (count, sender) = unsafe buffer.withUnsafeMutableBytes { raw in
      unsafe SocketAddress.filled { address, length in
        unsafe recvfrom(number, raw.baseAddress, raw.count, 0, address, length)
      }
    }
    if count >= 0 { return (Array(buffer[..<count]), sender) }
    let code = errno
    // A refused earlier datagram is reported here; the next may be heard.
    if [EAGAIN, EWOULDBLOCK, EINTR, ECONNREFUSED].contains(code) { return nil }
    throw .system(operation: "receiving", endpoint: "\(endpoint)", code: code)
  }
}
