import Foundation
import TestSupport
import Testing
import TrafficModel

@testable import SignalControl

/// Coordination against arithmetic: random feasible plans, midnight and both changes of the clocks included.
@Suite("Coordination against arithmetic")
struct CoordinationArithmeticTests {
  /// A jump of master time: where its zero was before and after, seen from the jump, in tenths.
  private struct Jump {
    var name: String
    /// UTC three hours before the jump, in milliseconds.
    var unix: Int64
    var zone: Int64
    var rule: TimeOfDaySchedule.DaylightSaving
    var zeroBefore: Int
    var zeroAfter: Int
  }

  private static let hour = 36_000

  /// Plans per test; `CITYBRAIN_COORDINATION_PLANS=1000` runs as many as acceptance asks for.
  private static let planCount =
    ProcessInfo.processInfo.environment["CITYBRAIN_COORDINATION_PLANS"].flatMap { Int($0) } ?? 60

  /// Dates of 2026: 8 March and 1 November (American), 29 March and 25 October (European).
  private static let jumps = [
    Jump(
      name: "midnight", unix: day(20_617) - 3 * 3_600_000, zone: 0, rule: .none, zeroBefore: -24 * hour,
      zeroAfter: 0),
    Jump(
      name: "American spring", unix: day(20_520) + 4 * 3_600_000, zone: -5, rule: .unitedStates,
      zeroBefore: -2 * hour, zeroAfter: -3 * hour),
    Jump(
      name: "American autumn", unix: day(20_758) + 3 * 3_600_000, zone: -5, rule: .unitedStates,
      zeroBefore: -2 * hour, zeroAfter: -hour),
    Jump(
      name: "European spring", unix: day(20_541) - 2 * 3_600_000, zone: 1, rule: .europe,
      zeroBefore: -2 * hour, zeroAfter: -3 * hour),
    Jump(
      name: "European autumn", unix: day(20_751) - 2 * 3_600_000, zone: 1, rule: .europe,
      zeroBefore: -3 * hour, zeroAfter: -2 * hour),
  ]

  private static func day(_ days: Int64) -> Int64 { days * 86_400_000 }

  @Test(
    "the referenced point is at the right tick in every cycle, and every jump of the clock costs the computed cycles"
  )
  func referencedPoint() throws {
    for seed in 0..<Self.planCount {
      let mode = TransitionRule.Mode.allCases[seed % 4]
      var plan = RandomPlan(
        seed: UInt64(seed), leads: false, mode: mode, forceOff: seed % 8 < 4 ? .fixed : .floating,
        recalls: true)
      let jump = Self.jumps[seed / 8 % 5]
      plan.controller.schedule = TimeOfDaySchedule(
        entries: [], dayPlans: [], standardTimeZone: TimeSpan(milliseconds: jump.zone * 3_600_000),
        daylightSaving: jump.rule)
      // The clock is set so that the jump comes after the first transition.
      let lead = plan.cycle * 12 + plan.draw(0...plan.cycle)
      var bench = try Bench(plan.controller, free: false)
      bench.unit.recorder.isRecording = true
      let unix = jump.unix + 3 * 3_600_000 - Int64(lead) * 100
      bench.unit.handle(.clock(unixMilliseconds: unix), at: .zero)
      bench.run(to: Double(lead + plan.cycle * 12) / 10)
      try check(plan, jump, seed: seed, lead: lead, bench)
      bench.expectSafe()
      if !bench.monitor.violations.isEmpty { break }
    }
  }

  private func check(
    _ plan: RandomPlan, _ jump: Jump, seed: Int, lead: Int, _ bench: Bench
  ) throws {
    let context: Comment =
      "seed \(seed), \(plan.rings), cycle \(plan.cycle), \(jump.name), \(plan.rule.mode), \(plan.reference)"
    let anchor = try #require(bench.unit.coordination.coordinator?.plan.anchor) + 1
    let yields = bench.unit.recorder.events.filter {
      $0.code == .coordinatedPhaseYield && Int($0.parameter) == anchor
    }.map { Int($0.time.milliseconds / 100) }
    // The first transition starts from the first yield point, the second from the first after the jump.
    let states = bench.unit.recorder.events.filter { $0.code == .coordinationState }
    #expect(states.last?.parameter == 1, context)
    let last = try #require(yields.last)
    for (start, zero) in [(0, lead + jump.zeroBefore), (lead, lead + jump.zeroAfter)] {
      let end = start == 0 ? lead : Int.max
      let own = yields.filter { $0 >= start && $0 < end }
      guard let first = own.first else {
        Issue.record(context)
        return
      }
      // Where this yield point would have to be: as far from the zero as the last one is from its own.
      let target = last - (lead + jump.zeroAfter) + zero
      let lag = modulo(target - first, plan.cycle)
      let lengths = zip(own.dropFirst(), own).map { $0 - $1 }
      let isDwell = plan.rule.mode == .dwell
      // A dwell comes before its yield point, so that the first one of the interval is in step already.
      let expected = isDwell ? 0 : plan.expectedCycles(lag: lag)
      if isDwell { #expect(lag == 0, context) }
      #expect(lengths.filter { $0 != plan.cycle }.count == expected, context)
      #expect(lengths.prefix(expected).allSatisfy { $0 != plan.cycle }, context)
      guard own.indices.contains(expected) else { continue }
      // What begins within a clearance (at most 7 s) of the yield point was decided before it, still in transition.
      checkReference(
        plan, bench, from: own[expected] + 70, to: min(end, yields.last ?? 0), zero: zero, context)
    }
  }

  /// The lamps between two moments in step are those of the pretimed plan with the same zero.
  private func checkReference(
    _ plan: RandomPlan, _ bench: Bench, from: Int, to: Int, zero: Int, _ context: Comment
  ) {
    guard let pattern = plan.controller.patterns.first,
      let timeline = try? plan.controller.timeline(of: pattern)
    else {
      Issue.record("the plan cannot be laid out")
      return
    }
    for (group, greens) in timeline.greens.enumerated() {
      var planned: [[Int]] = []
      for green in greens {
        let start = Int(green.start.milliseconds / 100)
        let length = Int(green.duration.milliseconds / 100)
        var time = zero + start
        time += (from - time + plan.cycle) / plan.cycle * plan.cycle - plan.cycle
        while time + length <= to {
          if time >= from { planned.append([time, time + length]) }
          time += plan.cycle
        }
      }
      let shown = bench.greens(group).filter { $0.count == 2 }
        .map { $0.map { Int(($0 * 10).rounded()) } }
        .filter { $0[0] >= from && $0[1] <= to }
      #expect(shown == planned.sorted { $0[0] < $1[0] }, context)
    }
  }

  private func modulo(_ number: Int, _ cycle: Int) -> Int { ((number % cycle) + cycle) % cycle }

  // MARK: - Unused green

  @Test("unused green goes to the next phase with fixed force-offs and to the coordinated ones with floating")
  func unusedGreen() throws {
    var dropped = 0
    for seed in 0..<Self.planCount {
      let forceOff: Coordination.ForceOff = seed % 2 == 0 ? .fixed : .floating
      var plan = RandomPlan(
        seed: UInt64(10_000 + seed), leads: true, mode: .dwell, forceOff: forceOff, recalls: false)
      var called = [0, 2, 3, 4, 6, 7].filter { _ in plan.draw(0...2) > 0 }
      if !called.contains(where: { [2, 3, 6, 7].contains($0) }) { called.append(7) }
      dropped += 6 - called.count
      var bench = try Bench(plan.controller, free: false)
      bench.unit.recorder.isRecording = true
      for phase in called { bench.detector(phase, true, at: 0) }
      bench.run(to: Double(6 * plan.cycle) / 10)
      let yields = bench.unit.recorder.events.filter {
        $0.code == .coordinatedPhaseYield && $0.parameter == 2
      }.map { Int($0.time.milliseconds / 100) }
      let start = try #require(yields.dropLast().last)
      let expected = Self.cycle(of: plan, called: called, from: start)
      for phase in 0..<8 {
        let shown = bench.greens(phase).filter { $0.count == 2 }
          .map { $0.map { Int(($0 * 10).rounded()) } }
          .filter { $0[0] > start && $0[0] <= start + plan.cycle && $0[1] <= start + plan.cycle }
        #expect(shown == expected[phase].map { [$0] } ?? [], "seed \(seed), \(forceOff), phase \(phase + 1)")
      }
      bench.expectSafe()
    }
    #expect(dropped > Self.planCount)
  }

  /// One cycle on paper, in tenths: greens by phase, from the yield point on.
  ///
  /// Every called phase is occupied throughout. With fixed force-offs each ends at its planned moment, with floating ones
  /// after its own split; the last of a ring waits in green for the other ring at the barrier.
  private static func cycle(of plan: RandomPlan, called: [Int], from start: Int) -> [[Int]?] {
    var greens: [[Int]?] = Array(repeating: nil, count: 8)
    // Planned ends from the yield point: side 2 after the clearance, then side 1.
    var plannedEnd: [Int] = Array(repeating: 0, count: 8)
    let exit = plan.clearance[1]
    for side in [1, 0] {
      for ring in plan.rings {
        var clock = exit + (side == 0 ? plan.rings[0][1].reduce(0) { $0 + plan.splits[$1] } : 0)
        for phase in ring[side] {
          clock += plan.splits[phase]
          plannedEnd[phase] = clock - plan.clearance[phase]
        }
      }
    }
    func end(_ phase: Int, _ begin: Int) -> Int {
      let own = begin + plan.splits[phase] - plan.clearance[phase]
      let fixed = start + plannedEnd[phase]
      return plan.coordination.forceOff == .fixed ? fixed : min(fixed, own)
    }
    var clock = start + exit
    var barrier = clock
    var lasts: [Int] = []
    for ring in plan.rings {
      var begin = clock
      let phases = ring[1].filter { called.contains($0) }
      for phase in phases {
        greens[phase] = [begin, end(phase, begin)]
        begin = end(phase, begin) + plan.clearance[phase]
      }
      guard let last = phases.last, let green = greens[last] else { continue }
      barrier = max(barrier, green[1])
      lasts.append(last)
    }
    for last in lasts { greens[last]?[1] = barrier }
    clock = barrier + (lasts.map { plan.clearance[$0] }.max() ?? 0)
    for ring in plan.rings {
      var begin = clock
      for phase in ring[0] {
        if [1, 5].contains(phase) {
          greens[phase] = [begin, start + plan.cycle]
        } else if called.contains(phase) {
          greens[phase] = [begin, end(phase, begin)]
          begin = end(phase, begin) + plan.clearance[phase]
        }
      }
    }
    return greens
  }
}
