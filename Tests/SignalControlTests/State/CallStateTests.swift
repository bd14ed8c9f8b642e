import TestSupport
import Testing
import TrafficModel

@testable import SignalControl

@Suite("Callers that are tried one by one")
struct CallStateTests {
  private func digest(_ unit: ControllerUnit) -> UInt64 {
    var digest = StateDigest()
    unit.feedState(into: &digest)
    return digest.value
  }

  private func pulse(_ detector: Int, _ unit: inout ControllerUnit) {
    unit.handle(.detector(DetectorID(detector), isOn: true), at: .zero)
    unit.handle(.detector(DetectorID(detector), isOn: false), at: .zero)
  }

  @Test("a call that is tried and taken back leaves the unit as it was, and leads where a copy leads")
  func triedCalls() throws {
    let sketches = (1...4).map { SignalFixture.PhaseSketch($0).with { $0.walk = (1, 1) } }
    let data = SignalFixture.ringBarrier(sketches, diagram: [[[0, 1]], [[2, 3]]])
    var unit = try ControllerUnit(data, id: ControllerID(0), network: SignalFixture.network(for: data))
    var changes: ContiguousArray<IndicationChange> = []
    unit.apply(CabinetCommand(program: .free, lease: .distantFuture - .zero), at: .zero)
    unit.start(at: .zero, into: &changes)
    var found: Set<UInt64> = []
    var stream = RandomStream(seed: 5, purpose: .testing, place: 1)
    for step in 0..<400 {
      if unit.nextDeadline < .distantFuture {
        let deadline = unit.nextDeadline
        unit.advance(to: deadline, into: &changes)
        unit.rebase(by: deadline - .zero)
      }
      unit.restartClocks()
      unit.forgetPast()
      let before = digest(unit)
      let calls = unit.callState
      for detector in data.detectors.indices {
        var copy = unit
        pulse(detector, &copy)
        copy.restartClocks()
        copy.forgetPast()
        pulse(detector, &unit)
        unit.settleCalls()
        #expect(digest(unit) == digest(copy), "step \(step), detector \(detector)")
        found.insert(digest(unit))
        unit.callState = calls
        #expect(digest(unit) == before, "step \(step), detector \(detector)")
      }
      pulse(Int(stream.next() % UInt64(data.detectors.count)), &unit)
    }
    #expect(found.count > 20)
  }
}
