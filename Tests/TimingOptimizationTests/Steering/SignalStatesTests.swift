import ControlLoop
import Testing
import TestSupport
import TrafficModel

@testable import TimingOptimization

@Suite("States that a cabinet can be asked for")
struct SignalStatesTests {
  private func phases(_ numbers: Int...) -> PhaseSet {
    numbers.reduce([]) { $0.union(PhaseSet(phase: $1 - 1)) }
  }

  private func state(_ states: SignalStates, _ numbers: Int...) throws -> Int {
    try #require(states.state(showing: numbers.reduce([]) { $0.union(PhaseSet(phase: $1 - 1)) }))
  }

  @Test("eight phases in two rings give four pairs on each side of the barrier")
  func eightPhases() throws {
    let states = try #require(SignalStates(SignalFixture.eightPhase()))
    #expect(states.count == 8)
    #expect(states.state(showing: phases(2, 6)) != nil)
    #expect(states.state(showing: phases(2, 8)) == nil)
  }

  @Test("a change takes the longest clearance of the phases that end")
  func changeTime() throws {
    let data = SignalFixture.eightPhase { sketches in
      sketches[1].yellow = 4
      sketches[1].red = 2
    }
    let states = try #require(SignalStates(data))
    #expect(try states.change(from: state(states, 2, 6), to: state(states, 4, 8)) == 6)
    #expect(try states.change(from: state(states, 1, 5), to: state(states, 2, 6)) == 4)
  }

  @Test("going back within a side ends both rings, and a ring forward with one back is no single change")
  func goingBack() throws {
    let states = try #require(SignalStates(SignalFixture.eightPhase()))
    let back = try state(states, 2, 6) * states.count + state(states, 1, 6)
    #expect(states.restartsRings[back])
    let ahead = try state(states, 1, 6) * states.count + state(states, 2, 6)
    #expect(!states.restartsRings[ahead])
    #expect(try states.change(from: state(states, 1, 6), to: state(states, 2, 5)) == .infinity)
  }

  @Test("a green in which people walk lasts walk and clearance")
  func pedestrians() throws {
    let states = try #require(SignalStates(SignalFixture.twoPhase { $0[1].walk = (7, 12) }))
    #expect(states.minimumGreen(ofPhase: 1, walking: []) == 5)
    #expect(states.minimumGreen(ofPhase: 1, walking: PhaseSet(phase: 1)) == 19)
  }

  @Test("no wait shorter than one round of minimums can be promised")
  func smallestWait() throws {
    let long = SignalFixture.twoPhase { sketches in
      sketches[0].minimum = 80
      sketches[1].minimum = 60
    }
    let states = try #require(SignalStates(long))
    #expect(states.smallestFeasibleWait == 148)
    #expect(CallWaits(states, PredictiveParameters()).limit == 151)
    let short = try #require(SignalStates(SignalFixture.twoPhase()))
    #expect(CallWaits(short, PredictiveParameters()).limit == 120)
  }

  @Test("a cabinet goes from every state to every other that is one change away, when the table says so")
  func everyChange() throws {
    let data = SignalFixture.eightPhase { $0[3].walk = (7, 8) }
    let states = try #require(SignalStates(data))
    for from in 0..<states.count {
      for to in 0..<states.count where to != from && states.change(from: from, to: to) < .infinity {
        var bench = try CabinetBench(data, states)
        bench.ask(for: from, until: 60)
        #expect(bench.shown == from)
        let asked = bench.now
        bench.ask(for: to, until: asked.seconds + Double(states.change(from: from, to: to)) + 0.05)
        #expect(bench.shown == to, "from \(from) to \(to)")
        #expect(bench.cabinet.status(at: bench.now).refusals.isEmpty)
        #expect(bench.cabinet.violation == nil)
      }
    }
  }

  @Test("under hold nothing ends a green, and a button is served only when its pedestrians may start")
  func holdAndWalk() throws {
    let data = SignalFixture.twoPhase { $0[0].walk = (7, 8) }
    let states = try #require(SignalStates(data))
    var bench = try CabinetBench(data, states)
    bench.ask(for: 0, until: 30)
    bench.push(phase: 0)
    bench.ask(for: 0, until: 90)
    #expect(bench.shown == 0)
    #expect(bench.cabinet.status(at: bench.now).pedestrianCalls.contains(phase: 0))
    bench.ask(for: 0, walking: PhaseSet(phase: 0), until: 92)
    #expect(!bench.cabinet.status(at: bench.now).pedestrianCalls.contains(phase: 0))
  }
}

/// A cabinet that is asked for states every second, as the brain does.
private struct CabinetBench {
  var cabinet: EmulatedCabinet
  var now = SimTime.zero
  private let states: SignalStates
  private var changes: ContiguousArray<IndicationChange> = []

  init(_ data: SignalController, _ states: SignalStates) throws {
    cabinet = try EmulatedCabinet(data, id: ControllerID(0), network: SignalFixture.network(for: data))
    self.states = states
    cabinet.apply(CabinetCommand(program: .free), at: .zero)
    cabinet.start(at: .zero, into: &changes)
  }

  var shown: Int? { states.state(showing: cabinet.status(at: now).greenPhases) }

  mutating func push(phase: Int) { cabinet.handle(.pushButton(CrosswalkID(phase)), at: now) }

  mutating func ask(for state: Int, walking: PhaseSet = [], until seconds: Double) {
    let end = SimTime(seconds: seconds)
    while now < end {
      let request = StateRequest(state: state, walking: walking)
      cabinet.apply(request.command(for: states, seeing: cabinet.status(at: now)), at: now)
      for _ in 0..<10 where now < end {
        cabinet.advance(to: now, into: &changes)
        now += .tick
      }
    }
    cabinet.advance(to: now, into: &changes)
  }
}
