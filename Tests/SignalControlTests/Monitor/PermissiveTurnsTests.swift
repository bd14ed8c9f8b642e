import TestSupport
import Testing
import TrafficModel

@testable import SignalControl

/// The yellow trap of a left turn that yields under a steady green: phases 2 and 6 (groups 1 and 5) face each other.
@Suite("Invariant of turns that yield")
struct PermissiveTurnsTests {
  private var data = SignalFixture.eightPhase()

  /// Who turns left beside phase 2 yields to phase 6 under the given groups.
  private func network(permitted: [Int], protected: [Int] = []) -> Network {
    var network = SignalFixture.network(for: data)
    func movement(_ turn: Turn, _ protected: [Int], _ permitted: [Int], _ yieldsTo: [MovementID]) -> Movement
    {
      Movement(
        node: NodeID(0), from: LinkID(0), to: LinkID(0), turn: turn, lanes: [0], protectedGroups: protected,
        permittedGroups: permitted, yieldsTo: yieldsTo)
    }
    network.movements = [
      movement(.through, [5], [], []), movement(.left, protected, permitted, [MovementID(0)]),
    ]
    return network
  }

  private typealias Sequence = [(Double, [(Int, Indication)])]

  private func violations(
    _ sequence: Sequence, _ network: Network?, mode: CabinetMode = .free
  ) -> [SafetyViolation.Kind] {
    var invariants = Invariants(data, id: ControllerID(0), network: network)
    for (seconds, changes) in sequence {
      let list = ContiguousArray(
        changes.map { IndicationChange(controller: ControllerID(0), group: $0.0, indication: $0.1) })
      invariants.observe(
        list[...], status: CabinetStatus(mode: mode, indications: []), at: SimTime(seconds: seconds))
    }
    return invariants.violations.map(\.kind)
  }

  /// Phase 2 gives way to its lagging left turn while phase 6 goes on.
  private let lagging: Sequence = [
    (0, [(7, .red)]), (1, [(1, .green), (5, .green)]), (20, [(1, .yellow)]), (23, [(1, .red)]),
    (24, [(0, .green)]),
  ]

  @Test("a turn that yields under a green which ends before that of oncoming traffic is in a yellow trap")
  func trap() {
    #expect(violations(lagging, network(permitted: [1], protected: [4])) == [.yellowTrap])
  }

  @Test("greens that end together, and oncoming traffic that only begins, are no trap")
  func together() {
    let together: Sequence = [
      (0, [(7, .red)]), (1, [(1, .green), (5, .green)]), (20, [(1, .yellow), (5, .yellow)]),
    ]
    #expect(violations(together, network(permitted: [1])).isEmpty)
    let begins: Sequence = [(0, [(7, .red)]), (1, [(1, .green)]), (20, [(1, .yellow), (5, .green)])]
    #expect(violations(begins, network(permitted: [1])).isEmpty)
  }

  @Test("a lead-lag plan whose left turn is protected only is none, nor one without the roads")
  func protectedOnly() {
    #expect(violations(lagging, network(permitted: [], protected: [4])).isEmpty)
    #expect(violations(lagging, nil).isEmpty)
  }

  @Test("where data let the left turn lag beside a turn that yields, the validator warns and nobody trips")
  mutating func inTheData() {
    data.diagram.rings[0][0].reverse()
    #expect(violations(lagging, network(permitted: [1], protected: [4])).isEmpty)
  }

  @Test(
    "a preempt may take the right of way from one of two facing approaches; a pretimed plan was checked before"
  )
  func excused() {
    #expect(violations(lagging, network(permitted: [1]), mode: .preempt(1)).isEmpty)
    #expect(violations(lagging, network(permitted: [1]), mode: .pattern(1)).isEmpty)
  }

  @Test("on the way from a pretimed plan to free operation the greens of vehicles end together")
  func clearing() throws {
    // Both begin at 9 s; phase 2 could end at 14 s, phase 6 at 19 s.
    var bench = try Bench(SignalFixture.eightPhase { $0[5].minimum = 10 }, free: false)
    bench.command(CabinetCommand(program: .free), at: 10)
    bench.run(to: 40)
    #expect(bench.times(1, .yellow).first == 19)
    #expect(bench.times(5, .yellow).first == 19)
    bench.expectSafe()
  }

  @Test("rings rest in red together, and one stays green beside another that somebody recalls")
  func restInRed() throws {
    var data = SignalFixture.eightPhase()
    data.options.restsInRed = true
    var bench = try Bench(data)
    // Phase 2 could rest from 5 s; phase 6 has its last vehicle until 6.3 s.
    bench.passage(1, at: 0)
    bench.passage(5, at: 0)
    bench.passage(5, at: 4)
    bench.passage(5, at: 6)
    bench.run(to: 30)
    #expect(bench.times(1, .yellow) == [8.3])
    #expect(bench.times(5, .yellow) == [8.3])
    data.phases[5].recall = .minimum
    var recalled = try Bench(data)
    recalled.passage(1, at: 0)
    recalled.run(to: 60)
    #expect(recalled.times(1, .yellow).isEmpty)
    #expect(recalled.greenNow == [1, 5])
    for bench in [bench, recalled] { bench.expectSafe() }
  }
}
