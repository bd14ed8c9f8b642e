import TestSupport
import Testing
import TrafficModel

@testable import SignalControl

/// Lamps and status by hand, with one planted mistake each; eight phases, phase `n` has index and group `n − 1`.
@Suite("Invariants of rings and barriers")
struct PhaseInvariantsTests {
  private let data = SignalFixture.eightPhase { $0[3].red = 3 }

  /// Shows the changes of each instant under one mode.
  private func violations(
    _ sequence: [(Double, [(Int, Indication)])], _ data: SignalController? = nil, mode: CabinetMode = .free,
    calls: PhaseSet = [], green: PhaseSet = []
  ) throws -> [SafetyViolation.Kind] {
    var invariants = try #require(PhaseInvariants(data ?? self.data, id: ControllerID(0)))
    for (seconds, changes) in sequence {
      let list = ContiguousArray(
        changes.map { IndicationChange(controller: ControllerID(0), group: $0.0, indication: $0.1) })
      invariants.observe(
        list[...],
        status: CabinetStatus(mode: mode, indications: [], greenPhases: green, vehicleCalls: calls),
        at: SimTime(seconds: seconds))
    }
    return invariants.violations.map(\.kind)
  }

  /// Phases 2 and 6, then 4 and 8; phase 4 needs 6 s of clearance, phase 8 needs 4 s.
  private let good: [(Double, [(Int, Indication)])] = [
    (0, [(7, .red)]), (1, [(1, .green), (5, .green)]), (20, [(1, .yellow), (5, .yellow)]),
    (23, [(1, .red), (5, .red)]), (24, [(3, .green), (7, .green)]), (40, [(3, .yellow), (7, .yellow)]),
    (43, [(3, .red), (7, .red)]), (46, [(1, .green), (5, .green)]),
  ]

  @Test("rings that cross barriers together break no rule")
  func correct() throws { #expect(try violations(good).isEmpty) }

  @Test("a ring that crosses before the other's longer red clearance is over is seen")
  func unequalClearance() throws {
    var early = good
    early[7].0 = 44
    #expect(Set(try violations(early)) == [.shortPhaseClearance])
    early[7] = (44, [(5, .green)])
    #expect(try violations(early) == [.shortPhaseClearance])
  }

  @Test("a phase that follows in its ring before yellow and red clearance is seen")
  func clearanceInRing() throws {
    let start = Array(good.prefix(3))
    #expect(try violations(start + [(23, [(1, .red), (0, .green)])]) == [.shortPhaseClearance])
    #expect(try violations(start + [(23, [(1, .red), (5, .red)]), (24, [(0, .green)])]).isEmpty)
  }

  @Test("two phases of a ring, and phases on both sides of a barrier, are seen")
  func together() throws {
    #expect(try violations(Array(good.prefix(2)) + [(9, [(0, .green)])]) == [.twoPhasesInRing])
    #expect(try violations(Array(good.prefix(2)) + [(9, [(2, .green)])]).contains(.acrossBarrier))
    #expect(try violations(Array(good.prefix(2)) + [(9, [(4, .green)])]).contains(.twoPhasesInRing))
  }

  @Test("a green below the phase's minimum is seen, but not where a preempt or a pretimed plan rules")
  func minimumGreen() throws {
    let short: [(Double, [(Int, Indication)])] = [
      (0, [(7, .red)]), (1, [(1, .green)]), (5.9, [(1, .yellow)]),
    ]
    #expect(try violations(short) == [.shortPhase])
    #expect(try violations(short, mode: .preempt(1)).isEmpty)
    #expect(try violations(short, mode: .pattern(1)).isEmpty)
  }

  @Test("a called phase that is passed over is seen; one without a call is not")
  func skipped() throws {
    let data = SignalFixture.ringBarrier(
      [.init(1), .init(2), .init(3)], diagram: [[[0, 1, 2]]])
    let sequence: [(Double, [(Int, Indication)])] = [
      (0, [(2, .red)]), (1, [(0, .green)]), (9, [(0, .yellow)]), (12, [(0, .red)]), (13, [(2, .green)]),
    ]
    #expect(try violations(sequence, data, calls: PhaseSet(phase: 1)) == [.skippedCall])
    #expect(try violations(sequence, data, calls: PhaseSet(phase: 2)).isEmpty)
  }

  @Test("a call that has gone since the green before ended may be passed over, one that stays may not")
  func skippedAfterGap() throws {
    let data = SignalFixture.ringBarrier(
      [.init(1), .init(2), .init(3)], diagram: [[[0, 1, 2]]])
    // Phase 2 is called when phase 1 ends, and again when phase 3 begins.
    func skips(between calls: PhaseSet) throws -> [SafetyViolation.Kind] {
      var invariants = try #require(PhaseInvariants(data, id: ControllerID(0)))
      func show(_ seconds: Double, _ group: Int, _ indication: Indication) {
        let change = IndicationChange(controller: ControllerID(0), group: group, indication: indication)
        invariants.observe(
          [change], status: CabinetStatus(mode: .free, indications: [], vehicleCalls: PhaseSet(phase: 1)),
          at: SimTime(seconds: seconds))
      }
      show(0, 2, .red)
      show(1, 0, .green)
      show(9, 0, .yellow)
      invariants.noteCalls(calls, at: SimTime(seconds: 10))
      invariants.noteCalls(PhaseSet(phase: 1), at: SimTime(seconds: 11))
      show(12, 0, .red)
      show(13, 2, .green)
      return invariants.violations.map(\.kind)
    }
    #expect(try skips(between: []).isEmpty)
    #expect(try skips(between: PhaseSet(phase: 1)) == [.skippedCall])
  }

  @Test("a group that goes on into the next phase shows no yellow")
  func continuing() throws {
    // Group 3 is green in both phases of the ring.
    var data = SignalFixture.ringBarrier([.init(1), .init(2)], diagram: [[[0, 1]]])
    data.groups.append(data.groups[0])
    var conflicts = ConflictMatrix(count: 3)
    conflicts[0, 1] = .excluded
    data.conflicts = conflicts
    data.intergreens = IntergreenMatrix(count: 3)
    data.phases[0].groups = [0, 2]
    data.phases[1].groups = [1, 2]
    let start: [(Double, [(Int, Indication)])] = [(0, [(1, .red)]), (1, [(0, .green), (2, .green)])]
    let end: [(Double, [(Int, Indication)])] = [(12, [(0, .red)]), (13, [(1, .green)])]
    let calls = PhaseSet(phase: 1)
    #expect(try violations(start + [(9, [(0, .yellow)])] + end, data, calls: calls).isEmpty)
    let yellow: [(Double, [(Int, Indication)])] = [
      (9, [(0, .yellow), (2, .yellow)]), (12, [(0, .red), (2, .red)]), (13, [(1, .green), (2, .green)]),
    ]
    #expect(try violations(start + yellow, data, calls: calls) == [.yellowOnContinuing])
    // A phase that the unit calls green keeps all its groups.
    #expect(
      try violations(start + [(9, [(2, .yellow)])], data, green: PhaseSet(phase: 0)) == [.yellowOnContinuing])
  }

  @Test("the longest wait of a call is measured to its green, or to now")
  func waits() throws {
    var invariants = try #require(PhaseInvariants(data, id: ControllerID(0)))
    invariants.noteCalls(PhaseSet(phase: 1), at: SimTime(seconds: 5))
    invariants.noteCalls(PhaseSet(phase: 1), at: SimTime(seconds: 9))
    #expect(invariants.longestWaits(at: SimTime(seconds: 15))[1] == TimeSpan(seconds: 10))
    invariants.noteCalls([], at: SimTime(seconds: 20))
    invariants.noteCalls(PhaseSet(phase: 1), at: SimTime(seconds: 30))
    #expect(invariants.longestWaits(at: SimTime(seconds: 40))[1] == TimeSpan(seconds: 15))
  }
}

@Suite("Invariants of lamps")
struct LampInvariantsTests {
  private func violations(
    _ data: SignalController, _ sequence: [(Double, [(Int, Indication)])], mode: CabinetMode = .free,
    inputs: [(Double, CabinetInput)] = []
  ) -> [SafetyViolation.Kind] {
    var invariants = Invariants(data, id: ControllerID(0))
    var inputs = inputs[...]
    for (seconds, changes) in sequence {
      while let input = inputs.first, input.0 <= seconds {
        invariants.note(input.1, at: SimTime(seconds: input.0))
        inputs.removeFirst()
      }
      let list = ContiguousArray(
        changes.map { IndicationChange(controller: ControllerID(0), group: $0.0, indication: $0.1) })
      invariants.observe(
        list[...], status: CabinetStatus(mode: mode, indications: []), at: SimTime(seconds: seconds))
    }
    return invariants.violations.map(\.kind)
  }

  private let data = SignalFixture.twoPhase { $0[1].walk = (7, 10) }

  @Test("a yellow 0.1 s too long is seen, unless time stood still")
  func longYellow() {
    let sequence: [(Double, [(Int, Indication)])] = [
      (0, [(0, .green)]), (10, [(0, .yellow)]), (13.1, [(0, .red)]),
    ]
    #expect(violations(data, sequence) == [.longYellow])
    #expect(
      violations(data, sequence, inputs: [(11, .stopTime(true)), (11.1, .stopTime(false))]).isEmpty)
  }

  @Test("a vehicle group that is green again after less than red revert is seen")
  func redRevert() {
    let sequence: [(Double, [(Int, Indication)])] = [
      (0, [(0, .green)]), (10, [(0, .yellow)]), (13, [(0, .red)]), (14.9, [(0, .green)]),
    ]
    #expect(violations(data, sequence).contains(.shortRed))
  }

  @Test("a walk may be cut by a preempt that is set to, and by nothing else")
  func cutWalk() {
    var data = data
    data.preempts = [
      Preempt(
        number: 1, kind: .rail, minimumWalk: TimeSpan(seconds: 2), pedestrianClearance: TimeSpan(seconds: 6),
        dwellPhases: [0])
    ]
    let sequence: [(Double, [(Int, Indication)])] = [
      (0, [(2, .green)]), (2, [(2, .flashingRed)]), (8, [(2, .red)]),
    ]
    #expect(violations(data, sequence, mode: .preempt(1)).isEmpty)
    #expect(violations(data, sequence) == [.shortGreen, .shortYellow])
    #expect(
      violations(data, [(0, [(2, .green)]), (1.9, [(2, .flashingRed)])], mode: .preempt(1)) == [.shortGreen])
  }

  @Test("a flashing yellow arrow that ends while the opposing through stays green is a trap")
  func yellowTrap() {
    var data = SignalFixture.twoPhase()
    data.groups.append(
      SignalGroup(
        name: "A", losing: [TimedIndication(.yellow, TimeSpan(seconds: 3))],
        minimumGreen: TimeSpan(seconds: 3),
        proceed: .flashingYellow))
    data.conflicts = ConflictMatrix(count: 3)
    data.intergreens = IntergreenMatrix(count: 3)
    data.overlaps = [Overlap(number: 1, group: 2, kind: .flashingYellowArrow, includedPhases: [0])]
    let start: [(Double, [(Int, Indication)])] = [(0, [(0, .green), (2, .flashingYellow)])]
    #expect(violations(data, start + [(9, [(2, .yellow)])]) == [.yellowTrap])
    #expect(violations(data, start + [(9, [(2, .yellow), (0, .yellow)])]).isEmpty)
  }

  @Test("lamps flash only while the unit says so")
  func flash() {
    let sequence: [(Double, [(Int, Indication)])] = [
      (5, [(0, .flashingYellow), (1, .flashingRed), (2, .dark)]),
      (60, [(0, .red), (1, .red), (2, .red)]),
    ]
    #expect(violations(data, sequence, mode: .flash).isEmpty)
    #expect(violations(data, sequence) == [.unexpectedFlash])
  }
}
