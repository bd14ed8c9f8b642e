import Testing
import TestSupport
import TrafficModel

@testable import TimingOptimization

@Suite("Promised waits")
struct CallWaitsTests {
  private func status(calls: PhaseSet, green: PhaseSet) -> CabinetStatus {
    CabinetStatus(mode: .free, indications: [], greenPhases: green, vehicleCalls: calls)
  }

  @Test("staying is allowed until the last moment at which the call can still be served in time")
  func lastMoment() throws {
    let states = try #require(SignalStates(SignalFixture.twoPhase()))
    var waits = CallWaits(states, PredictiveParameters())
    let none = ContiguousArray<Float>(repeating: 0, count: 2)
    let side = PhaseSet(phase: 1)
    waits.update(status(calls: side, green: PhaseSet(phase: 0)), walks: [], stood: none, states, at: 0)
    // Promised within 120 s with a reserve of 3 s; the change takes 4 s.
    waits.update(status(calls: side, green: PhaseSet(phase: 0)), walks: [], stood: none, states, at: 112_000)
    #expect(waits.lateness(showing: 0, from: 0, leavingAt: 1, states) <= 0)
    waits.update(status(calls: side, green: PhaseSet(phase: 0)), walks: [], stood: none, states, at: 113_000)
    #expect(waits.lateness(showing: 0, from: 0, leavingAt: 1, states) > 0)
    #expect(waits.lateness(showing: 1, from: 4, leavingAt: 9, states) <= 0)
  }

  @Test("a call that is served waits no more, and the next one counts from its own time")
  func served() throws {
    let states = try #require(SignalStates(SignalFixture.twoPhase()))
    var waits = CallWaits(states, PredictiveParameters())
    let none = ContiguousArray<Float>(repeating: 0, count: 2)
    let side = PhaseSet(phase: 1)
    waits.update(status(calls: side, green: PhaseSet(phase: 0)), walks: [], stood: none, states, at: 0)
    waits.update(status(calls: [], green: side), walks: [], stood: none, states, at: 50_000)
    #expect(waits.waiting.isEmpty)
    waits.update(status(calls: side, green: PhaseSet(phase: 0)), walks: [], stood: none, states, at: 60_000)
    #expect(waits.deadline[1] == 117)
  }
}
