import Foundation
import Testing

@testable import CabinetLink

@Suite("Links over the machine's own loopback")
struct LinkTests {
  /// Reads until `count` bytes have come or two seconds are over.
  private func read(_ count: Int, from link: inout some Link) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let end = MonotonicClock.seconds + 2
    while bytes.count < count, MonotonicClock.seconds < end {
      if let descriptor = link.descriptor { _ = Readiness.wait(for: [descriptor], milliseconds: 50) }
      _ = try link.receive(into: &bytes)
    }
    return bytes
  }

  @Test("a datagram goes to the server and its answer comes back")
  func datagrams() throws {
    let server = try UDPSocket(listeningAt: "127.0.0.1", port: 0)
    var client = try UDPLink(to: "127.0.0.1", port: server.port)
    try client.send([1, 2, 3])
    #expect(Readiness.wait(for: [server.descriptor], milliseconds: 2000) == [0])
    let request = try #require(try server.receive())
    #expect(request.bytes == [1, 2, 3])
    try server.send([4, 5], to: request.sender)
    #expect(try read(2, from: &client) == [4, 5])
  }

  @Test("a stream carries a megabyte both ways in order")
  func streams() throws {
    let listener = try TCPListener(at: "127.0.0.1", port: 0)
    var client = try TCPLink(to: "127.0.0.1", port: listener.port)
    _ = Readiness.wait(for: [listener.descriptor], milliseconds: 2000)
    var server = try #require(try listener.accept())
    let sent = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    for _ in 0..<10 {
      try client.send(sent)
      #expect(try read(sent.count, from: &server) == sent)
    }
    try server.send([9])
    #expect(try read(1, from: &client) == [9])
  }

  @Test("a peer that hangs up is an error of its link")
  func hangUp() throws {
    let listener = try TCPListener(at: "127.0.0.1", port: 0)
    var client = try TCPLink(to: "127.0.0.1", port: listener.port)
    _ = Readiness.wait(for: [listener.descriptor], milliseconds: 2000)
    do { _ = try #require(try listener.accept()) }
    var bytes: [UInt8] = []
    _ = Readiness.wait(for: [try #require(client.descriptor)], milliseconds: 2000)
    #expect(throws: LinkFailure.closed(endpoint: "\(client.endpoint)")) { try client.receive(into: &bytes) }
  }

  @Test("a port that is taken is told with its mend")
  func portTaken() throws {
    let first = try TCPListener(at: "127.0.0.1", port: 0)
    let failure = #expect(throws: LinkFailure.self) { try TCPListener(at: "127.0.0.1", port: first.port) }
    #expect(failure?.message.hasSuffix("another program listens there: choose another port") == true)
  }

  @Test("a program's standard streams are a link")
  func program() throws {
    var link: any Link = try Links.open(Endpoint("exec:cat"))
    try link.send(Array("hello\n".utf8))
    var bytes: [UInt8] = []
    _ = Readiness.wait(for: [try #require(link.descriptor)], milliseconds: 2000)
    _ = try link.receive(into: &bytes)
    #expect(bytes == Array("hello\n".utf8))
  }

  @Test("a serial line carries every byte value unchanged")
  func serialLine() throws {
    var master: Int32 = -1
    var slave: Int32 = -1
    var buffer = [CChar](repeating: 0, count: 256)
    try #require(unsafe openpty(&master, &slave, &buffer, nil, nil) == 0)
    let pair = Descriptor(master)
    let other = Descriptor(slave)
    defer { _ = other }
    let name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var line = try SerialLink(device: name, Endpoint.settings("38400,8N1"))
    let all = (0...255).map { UInt8($0) }
    try pair.writeAll(all, line.endpoint)
    #expect(try read(256, from: &line) == all)
    try line.send(all)
    var back: [UInt8] = []
    _ = Readiness.wait(for: [pair], milliseconds: 2000)
    _ = try pair.readAvailable(into: &back, line.endpoint)
    #expect(back == all)
  }

  @Test("a device that does not exist is told by name")
  func missingDevice() {
    let failure = #expect(throws: LinkFailure.self) {
      try SerialLink(device: "/dev/no-such-line", SerialSettings())
    }
    #expect(failure?.message.hasSuffix("there is no such device or file") == true)
  }
}
