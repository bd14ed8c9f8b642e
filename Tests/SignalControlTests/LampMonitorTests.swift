import SignalControl
import TestSupport
import Testing
import TrafficModel

/// The monitor is fed by hand, with one planted fault each: it must see that fault and no other.
@Suite("Lamp monitor")
struct LampMonitorTests {
  /// Two vehicle groups that exclude each other (yellow 3 s, intergreen 4 s), and pedestrians (clearance 10 s).
  private func violations(_ sequence: [(Double, Int, Indication)]) -> [SafetyViolation.Kind] {
    let data = SignalFixture.twoPhase { $0[1].walk = (7, 10) }
    var monitor = LampMonitor(data, id: ControllerID(0))
    var index = 0
    while index < sequence.count {
      var batch: ContiguousArray<IndicationChange> = []
      let time = sequence[index].0
      while index < sequence.count, sequence[index].0 == time {
        batch.append(
          IndicationChange(
            controller: ControllerID(0), group: sequence[index].1, indication: sequence[index].2))
        index += 1
      }
      monitor.observe(batch[...], at: SimTime(seconds: time))
    }
    return monitor.violations.map(\.kind)
  }

  private let good: [(Double, Int, Indication)] = [
    (0, 0, .green), (10, 0, .yellow), (13, 0, .red), (14, 1, .green), (14, 2, .green), (21, 2, .flashingRed),
    (31, 2, .red), (31, 1, .yellow), (34, 1, .red), (35, 0, .green),
  ]

  @Test("a correct sequence is no violation")
  func correct() { #expect(violations(good).isEmpty) }

  @Test("the order of changes within one instant does not matter")
  func orderWithinInstant() {
    #expect(violations([(0, 0, .green), (10, 0, .yellow), (14, 1, .green), (14, 0, .red)]).isEmpty)
  }

  @Test("two excluded greens are a conflict")
  func conflict() {
    #expect(violations([(0, 0, .green), (5, 1, .green)]).contains(.conflict))
  }

  @Test("green against another's yellow is a conflict")
  func conflictInYellow() {
    #expect(violations([(0, 0, .green), (10, 0, .yellow), (12, 1, .green)]).contains(.conflict))
  }

  @Test("walk against a crossing green, and green against a pedestrian clearance, are conflicts")
  func pedestrianConflicts() {
    #expect(violations([(0, 0, .green), (5, 2, .green)]).contains(.conflict))
    #expect(violations([(0, 2, .green), (7, 2, .flashingRed), (16, 0, .green)]).contains(.conflict))
  }

  @Test("a yellow 0.1 s short is seen")
  func shortYellow() {
    #expect(violations([(0, 0, .green), (10, 0, .yellow), (12.9, 0, .red)]) == [.shortYellow])
  }

  @Test("a pedestrian clearance cut short is seen")
  func shortPedestrianClearance() {
    #expect(violations([(0, 2, .green), (7, 2, .flashingRed), (16.9, 2, .red)]) == [.shortYellow])
  }

  @Test("a yellow that turns green again after a second is seen")
  func yellowBackToGreen() {
    #expect(violations([(0, 0, .green), (10, 0, .yellow), (11, 0, .green)]) == [.shortYellow])
  }

  @Test("green straight to red is seen")
  func skippedYellow() {
    #expect(violations([(0, 0, .green), (10, 0, .red)]) == [.skippedYellow])
  }

  @Test("a clearance 0.1 s short is seen")
  func shortClearance() {
    #expect(
      violations([(0, 0, .green), (10, 0, .yellow), (13, 0, .red), (13.9, 1, .green)]) == [.shortClearance])
  }

  /// What one change of the correct sequence, 0.1 s early or left out, does. Harmless are: any green that only
  /// begins earlier against nobody, an end of green after its minimum (its losing colours only get longer), and a red
  /// left out while nobody else turns green.
  @Test(
    "each change of a correct sequence, made too early, is caught or harmless",
    arguments: [
      (0, []), (1, []), (2, [.shortYellow]), (3, [.shortClearance]), (4, [.shortClearance]),
      (5, [.shortGreen]),
      (6, [.shortYellow]), (7, []), (8, [.shortYellow]), (9, [.shortClearance]),
    ] as [(Int, Set<SafetyViolation.Kind>)])
  func tooEarly(index: Int, expected: Set<SafetyViolation.Kind>) {
    var sequence = good
    sequence[index].0 -= 0.1
    #expect(Set(violations(sequence.sorted { $0.0 < $1.0 })) == expected)
  }

  @Test(
    "each change of a correct sequence, left out, is caught or harmless",
    arguments: [
      (0, []), (1, [.skippedYellow, .shortClearance]), (2, [.conflict]), (3, []), (4, []),
      (5, [.skippedYellow, .shortClearance]),
      (6, [.conflict]), (7, [.skippedYellow, .shortClearance]), (8, [.conflict]), (9, []),
    ] as [(Int, Set<SafetyViolation.Kind>)])
  func leftOut(index: Int, expected: Set<SafetyViolation.Kind>) {
    var sequence = good
    sequence.remove(at: index)
    #expect(Set(violations(sequence)) == expected)
  }
}
