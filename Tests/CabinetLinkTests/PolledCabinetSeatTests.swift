import CabinetProtocols
import ControlLoop
import TestSupport
import Testing
import TrafficModel

@testable import CabinetLink

/// A session with a controller of stages that shows its first for ever.
private struct FirstStageSession: CabinetSession {
  var state: SessionState { .shadow }
  var status: CabinetStatus? {
    var status = CabinetStatus(
      mode: .free, indications: [.green, .red], greenPhases: PhaseSet(phase: 0))
    status.phaseSince = [.zero, .zero]
    return status
  }
  var roundTrips: RoundTripTimes { RoundTripTimes() }
  var renewals: RenewalTimes { RenewalTimes() }
  var leaseMargin: TimeSpan? { nil }
  var differencesInWords: [String] { [] }
  var nextDeadline: SimTime { .distantFuture }
  private var hasNews = false

  mutating func start(at now: SimTime) {}
  mutating func handle(_ message: [UInt8], at now: SimTime) {}
  mutating func advance(to now: SimTime) { hasNews = true }
  mutating func nextMessage() -> [UInt8]? { nil }
  mutating func nextNotice() -> SessionNotice? {
    defer { hasNews = false }
    return hasNews ? .status : nil
  }
  mutating func arm(at now: SimTime) {}
  mutating func command(_ command: CabinetCommand, at now: SimTime) -> SessionControl? { nil }
  mutating func release(at now: SimTime) {}
}

@Suite("The seat of a controller that is polled")
struct PolledCabinetSeatTests {
  @Test("a stage is called until it is seen green with its detectors free")
  func stageCalls() throws {
    let data = SignalFixture.twoStages(plans: [31])
    let port = try UDPSocket(listeningAt: "127.0.0.1", port: 0).port
    var seat = try PolledCabinet(
      FirstStageSession(), at: FieldWay(.udp(host: "127.0.0.1", port: port), speaks: .gbt20999), data,
      id: ControllerID(0), network: SignalFixture.network(for: data), pace: Pace(speed: 100), arms: false,
      journal: nil)
    var changes: ContiguousArray<IndicationChange> = []
    var now = SimTime.zero.firstTick()
    seat.start(at: now, into: &changes)
    for detector in 0..<2 { seat.handle(.detector(DetectorID(detector), isOn: true), at: now) }
    now += .tick
    seat.advance(to: now, into: &changes)
    #expect(seat.status(at: now).vehicleCalls == [PhaseSet(phase: 0), PhaseSet(phase: 1)])
    for detector in 0..<2 { seat.handle(.detector(DetectorID(detector), isOn: false), at: now) }
    now += .tick
    seat.advance(to: now, into: &changes)
    #expect(seat.status(at: now).vehicleCalls == PhaseSet(phase: 1))
  }
}

@Suite("Renewals of commands")
struct RenewalTimesTests {
  @Test("the longest gap lies between the sending of a command and the confirmation of the next")
  func gaps() {
    func time(_ seconds: Double) -> SimTime { .zero + TimeSpan(seconds: seconds) }
    var renewals = RenewalTimes()
    renewals.note(sentAt: time(10), confirmedAt: time(11))
    #expect(renewals.longestGap == .zero)
    renewals.note(sentAt: time(18), confirmedAt: time(20))
    #expect(renewals.longestGap == TimeSpan(seconds: 10))
    renewals.note(sentAt: time(22), confirmedAt: time(22))
    #expect(renewals.longestGap == TimeSpan(seconds: 10))
    renewals.interrupt()
    renewals.note(sentAt: time(100), confirmedAt: time(101))
    #expect(renewals.longestGap == TimeSpan(seconds: 10))
  }
}
