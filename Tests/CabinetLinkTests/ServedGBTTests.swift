import CabinetProtocols
import ControlLoop
import Foundation
import TestSupport
import Testing
import TrafficModel

@testable import CabinetLink

@Suite("GB/T 20999 before an emulated cabinet")
struct ServedGBTTests {
  private static let data = SignalFixture.twoStages(plans: [30, 40])

  private func served(_ configuration: GBTController.Configuration = .init()) throws -> ServedCabinet {
    let data = Self.data
    let controller = try #require(GBTController(data, unixSeconds: 1_700_000_000, configuration))
    return ServedCabinet(
      try EmulatedCabinet(data, id: ControllerID(0), network: SignalFixture.network(for: data)),
      ntcip: NTCIPAgent(data, unixSeconds: 1_700_000_000),
      gbt: controller)
  }

  /// An upper computer of ours and the cabinet on one wire; runs to `end`.
  private func run(
    _ session: inout GBTUpperSession, _ cabinet: inout ServedCabinet, from: SimTime, to end: SimTime,
    isConnected: Bool = true
  ) {
    var now = from
    while now <= end {
      cabinet.advance(to: now)
      session.advance(to: now)
      while let frame = session.nextFrame() {
        guard isConnected else { continue }
        for answer in cabinet.handleGBT20999(frame, at: now) { session.handle(answer, at: now) }
      }
      while session.nextEvent() != nil {}
      now += .tick
    }
  }

  @Test("an upper computer watches, commands a plan and a stage, and silence gives the cabinet back")
  func commands() throws {
    var cabinet = try served()
    cabinet.start(at: .zero, unixMilliseconds: 1_700_000_000_000)
    var session = GBTUpperSession(Self.data, .init(isFallbackProven: true))
    session.start(at: .zero)
    func at(_ seconds: Double) -> SimTime { SimTime(seconds: seconds) }
    run(&session, &cabinet, from: .zero, to: at(10))
    #expect(session.state == .shadow)
    #expect(session.status?.mode == .pattern(1))
    session.arm(at: at(10))
    #expect(session.state == .armed)
    session.apply(CabinetCommand(program: .pattern(2)), at: at(10.1))
    run(&session, &cabinet, from: at(10.1), to: at(60))
    #expect(cabinet.cabinet.status(at: at(60)).mode == .pattern(2))
    session.apply(CabinetCommand(program: .free, stage: 1), at: at(60.1))
    run(&session, &cabinet, from: at(60.1), to: at(200))
    #expect(cabinet.cabinet.status(at: at(200)).greenPhases == PhaseSet(phase: 1))
    run(&session, &cabinet, from: at(200.1), to: at(300), isConnected: false)
    #expect(cabinet.cabinet.status(at: at(300)).mode == .pattern(1))
    #expect(cabinet.gbt?.counts.fallbacks == 1)
    #expect(cabinet.cabinet.violation == nil)
  }

  @Test("a plan that is set runs from the next tick on, and NTCIP tells the same")
  func plans() throws {
    var cabinet = try served()
    cabinet.start(at: .zero, unixMilliseconds: 1_700_000_000_000)
    cabinet.advance(to: SimTime(seconds: 100))
    let durations = [UInt8](repeating: 0, count: 28) + [0, 20, 0, 40]
    let values = [GBTValue(GBTAddress(9, 2, 7, 1), durations)]
    let answers = cabinet.handleGBT20999(
      GBTFrame(.set, sequence: 3, values: values), at: SimTime(seconds: 100))
    #expect(answers.map(\.kind) == [.setReply])
    #expect(cabinet.refusedDownloads == 0)
    #expect(cabinet.cabinet.status(at: SimTime(seconds: 100)).mode == .pattern(1))
    #expect(cabinet.ntcip.controller == cabinet.gbt?.controller)
    #expect(cabinet.ntcip.controller.patterns[0].timing != Self.data.patterns[0].timing)
    cabinet.advance(to: SimTime(seconds: 600))
    #expect(cabinet.cabinet.violation == nil)
  }

  @Test("over UDP and over a stream the same frames are answered, and hostile bytes are dropped")
  func doors() throws {
    var host = CabinetHost(try served(), speed: 10)
    let place = try host.serveGBT20999(at: Endpoint("udp:127.0.0.1:0"))
    let listener = try TCPListener(at: "127.0.0.1", port: 0)
    _ = try host.serveGBT20999(at: .tcp(host: "127.0.0.1", port: listener.port))
    _ = Readiness.wait(for: [listener.descriptor], milliseconds: 2000)
    var stream = try #require(try listener.accept())
    var datagrams = try Links.open(Endpoint(place))
    let query = GBTFrame(.query, sequence: 5, values: [GBTValue(GBTAddress(1, 1))])
    try datagrams.send([0x7E, 0xFF, 0xFF, 0x7D])
    try datagrams.send(query.datagram)
    try stream.send([0x7E, 0x5C, 0x00] + query.escaped)
    var answers: [GBTFrame] = []
    var decoder = GBTDecoder()
    let end = MonotonicClock.seconds + 5
    while answers.count < 2 && MonotonicClock.seconds < end {
      try host.step(patience: 20)
      var bytes: [UInt8] = []
      if try datagrams.receive(into: &bytes) { answers.append(try GBTFrame(datagram: bytes)) }
      bytes = []
      if try stream.receive(into: &bytes) { decoder.append(bytes) }
      if let frame = decoder.next() { answers.append(frame) }
    }
    #expect(answers.map(\.kind) == [.queryReply, .queryReply])
    #expect(answers.first?.values.first?.data == Array("CityBrain".utf8))
  }
}
