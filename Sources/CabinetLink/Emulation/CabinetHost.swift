import CabinetProtocols
import Foundation
import TrafficModel

/// Runs a ``ServedCabinet`` against the real clock and serves it at sockets and serial lines.
public struct CabinetHost {
  /// Where clients reach the cabinet.
  enum Door {
    case snmp(UDPSocket)
    case pmpp(any Link, PMPPDecoder, address: UInt16)
    /// Unasked reports go to who has spoken last.
    case gbtDatagrams(UDPSocket, upperComputer: SocketAddress?)
    case gbtStream(any Link, GBTDecoder)
  }

  public private(set) var cabinet: ServedCabinet
  private var doors: [Door] = []
  /// Simulated seconds per real second.
  private let speed: Double
  private let origin = MonotonicClock.seconds
  /// What the cabinet's clock says at its time zero, in milliseconds of UTC since 1970.
  public let startMilliseconds: Int64

  /// - Parameters:
  ///   - speed: 1 is real time.
  ///   - epoch: When clocks of this speed agree with ours, in seconds since 1970, so that the clocks of cabinets that are
  ///     started one after the other agree; by default now.
  public init(_ cabinet: ServedCabinet, speed: Double = 1, epoch: Double? = nil) {
    self.cabinet = cabinet
    self.speed = speed
    let now = Date().timeIntervalSince1970
    let clock = epoch.map { $0 + (now - $0) * speed } ?? now
    startMilliseconds = Int64((clock * 1000).rounded())
    self.cabinet.start(at: .zero, unixMilliseconds: startMilliseconds)
  }

  /// Serves SNMP: on UDP as it is, on a serial line or a TCP stream in PMPP frames.
  ///
  /// - Parameter address: The PMPP address of this cabinet.
  /// - Returns: Where it listens, with the port that the system has chosen where 0 was asked for.
  public mutating func serveNTCIP(at endpoint: Endpoint, address: UInt16 = 1) throws(LinkFailure) -> String {
    guard case .udp(let host, let port) = endpoint else {
      doors.append(.pmpp(try Links.open(endpoint), PMPPDecoder(), address: address))
      return "\(endpoint)"
    }
    let socket = try UDPSocket(listeningAt: host, port: port)
    doors.append(.snmp(socket))
    return "udp:\(host):\(socket.port)"
  }

  /// Serves GB/T 20999: plain on UDP, with escapes on a serial line or a TCP stream.
  ///
  /// - Returns: Where it listens, with the port that the system has chosen where 0 was asked for.
  public mutating func serveGBT20999(at endpoint: Endpoint) throws(LinkFailure) -> String {
    guard case .udp(let host, let port) = endpoint else {
      doors.append(.gbtStream(try Links.open(endpoint), GBTDecoder()))
      return "\(endpoint)"
    }
    let socket = try UDPSocket(listeningAt: host, port: port)
    doors.append(.gbtDatagrams(socket, upperComputer: nil))
    return "udp:\(host):\(socket.port)"
  }

  /// The high-resolution log since the last time.
  public mutating func takeEvents() -> ContiguousArray<ControllerEvent> { cabinet.takeEvents() }

  /// Since the host was made, in the cabinet's time.
  public var now: SimTime {
    SimTime(milliseconds: Int64((MonotonicClock.seconds - origin) * 1000 * speed))
  }

  /// Waits for a message or for the next deadline, and acts once.
  ///
  /// - Parameter patience: Milliseconds to wait at most.
  /// - Throws: When a line is gone.
  public mutating func step(patience: Int = 100) throws(LinkFailure) {
    let due = Double((cabinet.nextDeadline - now).milliseconds) / speed
    let wait = Int(max(0, min(Double(patience), due.rounded(.up))))
    let descriptors = doors.compactMap(\.descriptor)
    _ = Readiness.wait(for: descriptors, milliseconds: wait)
    cabinet.advance(to: now)
    for frame in cabinet.takeReports() { try report(frame) }
    for index in doors.indices { try serve(index) }
  }

  /// Sends what nobody has asked for.
  private mutating func report(_ frame: GBTFrame) throws(LinkFailure) {
    for index in doors.indices {
      switch doors[index] {
      case .gbtDatagrams(let socket, let peer?): try socket.send(frame.datagram, to: peer)
      case .gbtStream(var link, let decoder):
        try link.send(frame.escaped)
        doors[index] = .gbtStream(link, decoder)
      case .gbtDatagrams, .snmp, .pmpp: break
      }
    }
  }

  private mutating func serve(_ index: Int) throws(LinkFailure) {
    switch doors[index] {
    case .snmp(let socket):
      while let (bytes, sender) = try socket.receive() {
        if let answer = cabinet.handleNTCIP(bytes, at: now) { try socket.send(answer, to: sender) }
      }
    case .pmpp(var link, var decoder, let address):
      var bytes: [UInt8] = []
      while try link.receive(into: &bytes) {}
      decoder.append(bytes)
      while let frame = decoder.next() { try answer(frame, as: address, over: &link) }
      doors[index] = .pmpp(link, decoder, address: address)
    case .gbtDatagrams(let socket, _):
      while let (bytes, sender) = try socket.receive() {
        // Whatever is no frame is dropped.
        guard let frame = try? GBTFrame(datagram: bytes) else { continue }
        doors[index] = .gbtDatagrams(socket, upperComputer: sender)
        for answer in cabinet.handleGBT20999(frame, at: now) { try socket.send(answer.datagram, to: sender) }
      }
    case .gbtStream(var link, var decoder):
      var bytes: [UInt8] = []
      while try link.receive(into: &bytes) {}
      decoder.append(bytes)
      while let frame = decoder.next() {
        for answer in cabinet.handleGBT20999(frame, at: now) { try link.send(answer.escaped) }
      }
      doors[index] = .gbtStream(link, decoder)
    }
  }

  private mutating func answer(
    _ frame: PMPPFrame, as address: UInt16, over link: inout any Link
  ) throws(LinkFailure) {
    let isForAll = frame.isGroup && frame.address == PMPPFrame.broadcastAddress
    guard frame.identifier == PMPPFrame.snmpIdentifier, isForAll || !frame.isGroup && frame.address == address
    else { return }
    let answer = cabinet.handleNTCIP(frame.payload, at: now)
    // Nobody answers a group: all stations would speak at once.
    guard let answer, !frame.isGroup else { return }
    try link.send(PMPPFrame(address: address, payload: answer).bytes())
  }
}

extension CabinetHost.Door {
  var descriptor: Descriptor? {
    switch self {
    case .snmp(let socket): socket.descriptor
    case .pmpp(let link, _, _): link.descriptor
    case .gbtDatagrams(let socket, _): socket.descriptor
    case .gbtStream(let link, _): link.descriptor
    }
  }
}
