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

  @Test("every single change moved by a second or left out is caught, or harmless for a named reason")
  func mutations() {
    var caught = 0
    for index in good.indices {
      var earlier = good
      earlier[index].0 -= 1
      if !violations(earlier.sorted { $0.0 < $1.0 }).isEmpty { caught += 1 }
      var missing = good
      missing.remove(at: index)
      if !violations(missing).isEmpty { caught += 1 }
    }
    // One second earlier is harmless for the first green, for both ends of green (10 s and 21 s, whose losing
    // colours get longer), and for the pedestrians' walk, which only joins its vehicles' green. Leaving out is
    // harmless for every first green of a group whose end then has no beginning (0, 14 and 14 s), for the last
    // green, and for the reds, whose absence shows only when somebody else turns green.
    #expect(caught >= 9)
    #expect(violations(good.map { ($0.0 * 0.9, $0.1, $0.2) }).isEmpty == false)
  }
}
