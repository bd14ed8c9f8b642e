import Foundation

/// The address of the other end of a socket.
public struct SocketAddress: Hashable, Sendable {
  /// As the operating system lays it out.
  let bytes: [UInt8]
  let family: Int32

  /// The first address that a name resolves to.
  static func resolve(host: String, port: Int, isStream: Bool) throws(LinkFailure) -> SocketAddress {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    unsafe hints.ai_socktype = isStream ? SocketKind.stream : SocketKind.datagram
    var list: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(host, "\(port)", &hints, &list)
    defer { if let list = unsafe list { unsafe freeaddrinfo(list) } }
    guard code == 0, let first = unsafe list?.pointee, let address = unsafe first.ai_addr else {
      throw .unresolved(host: host, reason: unsafe String(cString: gai_strerror(code)))
    }
    let raw = unsafe UnsafeRawBufferPointer(start: address, count: Int(first.ai_addrlen))
    return SocketAddress(bytes: unsafe Array(raw), family: unsafe first.ai_family)
  }

  /// Hands the address to a call of the operating system.
  func withPointer<Result>(
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var storage = sockaddr_storage()
    unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.copyBytes(from: bytes) }
    return unsafe withUnsafePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(bytes.count))
      }
    }
  }

  /// Takes an address from a call of the operating system that fills one in.
  static func filled(
    by body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int
  ) -> (result: Int, address: SocketAddress) {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, &length) }
    }
    let bytes = unsafe withUnsafeBytes(of: &storage) { unsafe Array($0.prefix(Int(length))) }
    return (result, SocketAddress(bytes: bytes, family: Int32(storage.ss_family)))
  }

  /// The port of an IPv4 or IPv6 address.
  var port: Int { bytes.count > 3 ? Int(bytes[2]) << 8 | Int(bytes[3]) : 0 }
}

/// The two kinds of sockets, which the systems' headers type differently.
enum SocketKind {
  #if canImport(Glibc) || canImport(Musl)
    static let stream = Int32(SOCK_STREAM.rawValue)
    static let datagram = Int32(SOCK_DGRAM.rawValue)
  #else
    static let stream = SOCK_STREAM
    static let datagram = SOCK_DGRAM
  #endif

  static func open(
    _ kind: Int32, for address: SocketAddress, _ endpoint: Endpoint
  ) throws(LinkFailure) -> Descriptor {
    let number = socket(address.family, kind, 0)
    guard number >= 0 else {
      throw .system(operation: "opening a socket", endpoint: "\(endpoint)", code: errno)
    }
    return Descriptor(number)
  }
}
