import ControlLoop
import SignalControl
import TestSupport
import Testing
import TrafficModel

/// What a cabinet's unit is told of detectors that change between two ticks, read from its event log.
@Suite("Detector inputs")
struct DetectorInputsTests {
  /// - Parameter changes: Seconds, and whether detector 1 goes on.
  /// - Returns: `time code channel` of the detector lines of the log.
  private func log(_ changes: [(Double, Bool)]) throws -> [String] {
    let data = SignalFixture.twoPhase()
    var cabinet = try EmulatedCabinet(
      data, id: ControllerID(0), network: SignalFixture.network(for: data))
    cabinet.recordsEvents = true
    var lamps: ContiguousArray<IndicationChange> = []
    cabinet.start(at: .zero, into: &lamps)
    func run(before end: SimTime) {
      while cabinet.nextDeadline < end { cabinet.advance(to: cabinet.nextDeadline, into: &lamps) }
    }
    for (seconds, isOn) in changes {
      run(before: SimTime(seconds: seconds))
      cabinet.handle(.detector(DetectorID(0), isOn: isOn), at: SimTime(seconds: seconds))
    }
    run(before: SimTime(seconds: 100))
    return cabinet.takeEvents().filter { $0.code == .detectorOn || $0.code == .detectorOff }
      .map { "\($0.time.seconds) \($0.code) \($0.parameter)" }
  }

  @Test("a detector goes on and off at the first tick at or after its change")
  func plain() throws {
    #expect(try log([(10.01, true), (10.3, false)]) == ["10.1 detectorOn 1", "10.3 detectorOff 1"])
  }

  @Test("a gap between two ticks is not sampled: the detector stays on")
  func shortGap() throws {
    let lines = try log([(10, true), (12.01, false), (12.09, true), (13.02, false)])
    #expect(lines == ["10.0 detectorOn 1", "13.1 detectorOff 1"])
    // Also where the vehicle behind arrives at the tick itself.
    #expect(try log([(10, true), (12.01, false), (12.1, true), (13, false)]).count == 2)
    // A gap with a tick in it is one.
    #expect(try log([(10, true), (12.1, false), (12.11, true), (13, false)]).count == 4)
  }

  @Test("an actuation between two ticks is held for a tick, so that the vehicle is counted")
  func shortPulse() throws {
    #expect(try log([(10.02, true), (10.05, false)]) == ["10.1 detectorOn 1", "10.2 detectorOff 1"])
    // Two vehicles within one tick are one actuation.
    let twice = try log([(10.02, true), (10.04, false), (10.06, true), (10.08, false)])
    #expect(twice == ["10.1 detectorOn 1", "10.2 detectorOff 1"])
  }

  @Test("what is said twice is heard once")
  func repeated() throws {
    let lines = try log([(5, false), (10, true), (10.5, true), (11, false), (11.01, false), (11.5, false)])
    #expect(lines == ["10.0 detectorOn 1", "11.0 detectorOff 1"])
  }
}
