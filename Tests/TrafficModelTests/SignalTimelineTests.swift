import TestSupport
import Testing
import TrafficModel

@Suite("Ring-barrier timelines")
struct SignalRingBarrierTimelineTests {
  /// Cycle 100 s. Ring 1: 1: 20, 2: 35 | 3: 15, 4: 30. Ring 2: 5: 25, 6: 30 | 7: 20, 8: 25. Yellow 3 s, red clearance
  /// 1 s; phase 2: 4 s and 2 s. Pedestrians on 2 (7 s + 10 s) and 6 (7 s + 14 s).
  private func controller() -> SignalController {
    SignalFixture.eightPhase {
      $0[1].yellow = 4
      $0[1].red = 2
      $0[1].walk = (7, 10)
      $0[5].walk = (7, 14)
    }
  }

  private func pattern(
    _ reference: OffsetReference = .firstGreen, offset: Double = 10, cycle: Double = 100,
    splits: [Double] = [20, 35, 15, 30, 25, 30, 20, 25], references: [Int] = [1, 5],
    diagram: [[[Int]]] = [[[0, 1], [2, 3]], [[4, 5], [6, 7]]]
  ) -> Pattern {
    Pattern(
      number: 1, cycle: TimeSpan(seconds: cycle), offset: TimeSpan(seconds: offset), reference: reference,
      timing: .ringBarrier(
        diagram: RingBarrierDiagram(rings: diagram), splits: splits.map { TimeSpan(seconds: $0) },
        referencePhases: references))
  }

  private func green(_ timeline: CycleTimeline, _ group: Int) -> [[Double]] {
    timeline.greens[group].map { [$0.start.seconds, $0.duration.seconds] }
  }

  @Test("greens are splits without clearances, one after the other, both rings from the same barrier")
  func greens() throws {
    let timeline = try controller().timeline(of: pattern(offset: 20))
    // Phase 2 starts at the offset, so side 1 starts at 0.
    #expect(green(timeline, 0) == [[0, 16]])
    #expect(green(timeline, 1) == [[20, 29]])
    #expect(green(timeline, 2) == [[55, 11]])
    #expect(green(timeline, 3) == [[70, 26]])
    #expect(green(timeline, 4) == [[0, 21]])
    #expect(green(timeline, 5) == [[25, 26]])
    #expect(green(timeline, 6) == [[55, 16]])
    #expect(green(timeline, 7) == [[75, 21]])
    let ring1 = timeline.intervals.filter { $0.ring == 0 }
    #expect(ring1.map(\.index) == [0, 1, 2, 3])
    #expect(ring1.map(\.duration.seconds) == [20, 35, 15, 30])
  }

  @Test("walk starts with green and its clearance ends with it")
  func walk() throws {
    let timeline = try controller().timeline(of: pattern(offset: 20))
    #expect(green(timeline, 8) == [[20, 19]])
    #expect(green(timeline, 9) == [[25, 12]])
  }

  /// Local times of the reference points: greens at 20 s and 25 s, yellows at 49 s and 51 s, reds at 53 s and 54 s,
  /// flashing don't walk at 39 s and 37 s.
  @Test(
    "each of the five offset references puts its point at the offset",
    arguments: [
      (OffsetReference.firstGreen, 20.0), (.lastGreen, 25), (.firstYellow, 49), (.firstRed, 53),
      (.firstPedestrianClearance, 37),
    ])
  func offsetReference(reference: OffsetReference, point: Double) throws {
    for offset in [0.0, 10, 99.9] {
      let timeline = try controller().timeline(of: pattern(reference, offset: offset))
      let start = try #require(timeline.greens[1].first).start
      #expect(start == TimeSpan(seconds: 20 + offset - point).modulo(timeline.cycle))
    }
  }

  @Test("a larger offset is later")
  func offsetSign() throws {
    let early = try controller().timeline(of: pattern(offset: 10))
    let late = try controller().timeline(of: pattern(offset: 13))
    #expect(late.greens[1][0].start - early.greens[1][0].start == TimeSpan(seconds: 3))
  }

  @Test("without pedestrians the clearance reference is the start of yellow")
  func referenceWithoutPedestrians() throws {
    let plain = SignalFixture.eightPhase()
    let first = try plain.timeline(of: pattern(.firstPedestrianClearance))
    #expect(try first == plain.timeline(of: pattern(.firstYellow)))
  }

  @Test("a lagging left turn comes after its through phase")
  func lag() throws {
    let timeline = try controller().timeline(
      of: pattern(offset: 0, diagram: [[[1, 0], [2, 3]], [[4, 5], [6, 7]]]))
    // Phase 2 now starts first, at the barrier; phase 1 follows it.
    #expect(green(timeline, 1) == [[0, 29]])
    #expect(green(timeline, 0) == [[35, 16]])
    #expect(green(timeline, 5) == [[25, 26]])
  }

  @Test("a ring with an empty side dwells there in red")
  func dwellingRing() throws {
    let controller = SignalFixture.ringBarrier(
      [.init(2), .init(4), .init(6)], diagram: [[[0], [1]], [[2], []]])
    let timeline = try controller.timeline(
      of: pattern(
        offset: 0, cycle: 60, splits: [40, 20, 40], references: [0], diagram: [[[0], [1]], [[2], []]]))
    #expect(green(timeline, 1) == [[40, 16]])
    #expect(green(timeline, 2) == [[0, 36]])
    #expect(timeline.intervals.count == 3)
  }

  @Test("a split of zero omits its phase, and a side with nothing but zeros is dwelt through")
  func omittedPhase() throws {
    let timeline = try controller().timeline(
      of: pattern(offset: 0, splits: [0, 55, 0, 45, 25, 30, 0, 0]))
    #expect(timeline.greens[0].isEmpty)
    #expect(green(timeline, 1) == [[0, 49]])
    #expect(timeline.greens[7].isEmpty)
  }

  @Test("a cycle of 73.2 s is kept to the tenth")
  func oddCycle() throws {
    let timeline = try controller().timeline(
      of: pattern(
        offset: 73.1, cycle: 73.2, splits: [9.6, 28.4, 12.3, 22.9, 11, 27, 13.2, 22], references: [1]))
    #expect(green(timeline, 1) == [[73.1, 22.4]])
    #expect(timeline.cycle.milliseconds == 73_200)
  }

  @Test("an overlap stays green from a phase into the next, also over the end of the cycle")
  func overlap() throws {
    var controller = SignalFixture.ringBarrier([.init(1), .init(2), .init(3)], diagram: [[[0, 1], [2]]])
    controller.phases[1].groups.append(0)
    controller.phases[2].groups.append(1)
    controller.phases[0].groups.append(1)
    controller.conflicts = ConflictMatrix(count: 3)
    let plan = pattern(
      offset: 0, cycle: 60, splits: [20, 20, 20], references: [0], diagram: [[[0, 1], [2]]])
    let timeline = try controller.timeline(of: plan)
    #expect(green(timeline, 0) == [[0, 36]])
    #expect(green(timeline, 1) == [[0, 60]])
    #expect(green(timeline, 2) == [[40, 16]])
  }

  @Test("a short ring is explained with its numbers")
  func shortRing() throws {
    let failure = try #require(throws: TimelineFailure.self) {
      _ = try controller().timeline(of: pattern(splits: [20, 35, 15, 30, 25, 27, 20, 25]))
    }
    #expect(failure.code == .ringSum)
    #expect(
      failure.message
        == "ring 2 sums to 52.0 s before barrier 1, ring 1 to 55.0 s: phase 6 is 3.0 s short")
  }

  @Test("plans that cannot be are refused, each for its reason")
  func failures() {
    func code(_ pattern: Pattern) -> TimelineFailure.Code? {
      do { _ = try controller().timeline(of: pattern) } catch { return error.code }
      return nil
    }
    #expect(code(pattern(cycle: 101)) == .cycleSum)
    #expect(code(pattern(cycle: 0)) == .cycleOutOfRange)
    #expect(code(pattern(splits: [4, 51, 15, 30, 25, 30, 20, 25])) == .noGreen)
    #expect(code(pattern(splits: [-5, 60, 15, 30, 25, 30, 20, 25])) == .noGreen)
    #expect(code(pattern(splits: [20, 35, 15, 30, 31, 24, 20, 25])) == .pedestriansDoNotFit)
    #expect(code(pattern(references: [])) == .noReferencePhase)
    #expect(code(pattern(references: [40])) == .noReferencePhase)
    #expect(code(pattern(splits: [20, 35])) == .badReference)
    #expect(code(pattern(diagram: [[[0, 1], [2, 9]], [[4, 5], [6, 7]]])) == .badReference)
    #expect(code(pattern(diagram: [[[0, 1], [2, 2]], [[4, 5], [6, 7]]])) == .badReference)
  }
}

@Suite("Stage timelines")
struct SignalStageTimelineTests {
  /// Groups: 0 main, 1 opposing, 2 left, 3 side, 4 walk across the main road.
  private func controller() -> SignalController {
    let groups = ["main", "opposing", "left", "side"].map {
      SignalGroup(
        name: $0, losing: [TimedIndication(.yellow, TimeSpan(seconds: 3))], minimumGreen: TimeSpan(seconds: 5)
      )
    }
    let walk = SignalGroup(
      name: "walk", kind: .pedestrian, losing: [TimedIndication(.flashingGreen, TimeSpan(seconds: 6))],
      minimumGreen: TimeSpan(seconds: 5))
    var conflicts = ConflictMatrix(count: 5)
    var intergreens = IntergreenMatrix(count: 5)
    for (a, b, there, back) in [
      (0, 3, 5.0, 4.0), (1, 3, 5.5, 4), (2, 3, 4, 4), (1, 2, 4.5, 4), (0, 4, 6, 8), (1, 4, 6, 8),
      (2, 4, 5, 7),
    ] {
      conflicts[a, b] = .excluded
      intergreens[a, b] = TimeSpan(seconds: there)
      intergreens[b, a] = TimeSpan(seconds: back)
    }
    func stage(_ name: String, _ groups: [Int]) -> Stage {
      Stage(
        name: name, groups: groups, minimumDuration: TimeSpan(seconds: 8),
        maximumDuration: TimeSpan(seconds: 60))
    }
    return SignalController(
      name: "four", nodes: [NodeID(0)], groups: groups + [walk], conflicts: conflicts,
      intergreens: intergreens,
      stages: [stage("A", [0, 1]), stage("B", [0, 2]), stage("C", [3, 4]), stage("D", [3])], patterns: [])
  }

  private func pattern(_ chain: [(Int, Double)], offset: Double = 0, cycle: Double = 90) -> Pattern {
    Pattern(
      number: 1, cycle: TimeSpan(seconds: cycle), offset: TimeSpan(seconds: offset),
      timing: .stages(chain.map { StageInterval(stage: $0.0, duration: TimeSpan(seconds: $0.1)) }))
  }

  private func green(_ timeline: CycleTimeline, _ group: Int) -> [[Double]] {
    timeline.greens[group].map { [$0.start.seconds, $0.duration.seconds] }
  }

  @Test("groups run through stages that share them and end before the next stage by their own intergreen")
  func chain() throws {
    let timeline = try controller().timeline(of: pattern([(0, 30), (1, 20), (2, 25), (3, 15)]))
    // Main: 50 s less the larger of 5 s (side) and 6 s (walk). Walk ends before stage D without a partner there: its
    // own 6 s. Side runs through C and D and ends 4 s before A.
    #expect(green(timeline, 0) == [[0, 44]])
    #expect(green(timeline, 1) == [[0, 25.5]])
    #expect(green(timeline, 2) == [[30, 15]])
    #expect(green(timeline, 3) == [[50, 36]])
    #expect(green(timeline, 4) == [[50, 19]])
    #expect(timeline.intervals.map(\.index) == [0, 1, 2, 3])
  }

  @Test("the offset moves the start of the first stage, and the rest with it round the cycle")
  func offset() throws {
    let timeline = try controller().timeline(of: pattern([(0, 30), (1, 20), (2, 25), (3, 15)], offset: 70))
    #expect(green(timeline, 0) == [[70, 44]])
    #expect(green(timeline, 3) == [[30, 36]])
    #expect(timeline.intervals.map(\.index) == [1, 2, 3, 0])
  }

  @Test("a group of the last and the first stage goes on over the end of the cycle")
  func acrossCycleEnd() throws {
    let timeline = try controller().timeline(of: pattern([(1, 20), (2, 40), (0, 30)]))
    #expect(green(timeline, 0) == [[60, 44]])
    #expect(green(timeline, 1) == [[60, 25.5]])
  }

  @Test("a group of every stage is green for the whole cycle")
  func always() throws {
    let timeline = try controller().timeline(of: pattern([(0, 50), (1, 40)], offset: 33))
    #expect(green(timeline, 0) == [[0, 90]])
  }

  @Test("late start and early end shorten a green at its own end only")
  func lateAndEarly() throws {
    var controller = controller()
    controller.stages[2].lateStart = [3: TimeSpan(seconds: 4)]
    controller.stages[3].earlyEnd = [3: TimeSpan(seconds: 2.5)]
    controller.stages[2].earlyEnd = [3: TimeSpan(seconds: 9)]
    let timeline = try controller.timeline(of: pattern([(0, 30), (1, 20), (2, 25), (3, 15)]))
    #expect(green(timeline, 3) == [[54, 29.5]])
  }

  @Test("stages that do not fill the cycle, or leave no green, are refused")
  func failures() {
    func code(_ pattern: Pattern) -> TimelineFailure.Code? {
      do { _ = try controller().timeline(of: pattern) } catch { return error.code }
      return nil
    }
    #expect(code(pattern([(0, 30), (1, 20), (2, 25)])) == .cycleSum)
    #expect(code(pattern([])) == .nothingServed)
    #expect(code(pattern([(0, 30), (7, 60)])) == .badReference)
    #expect(code(pattern([(0, 90), (1, 0)])) == .noGreen)
    #expect(code(pattern([(0, 84), (2, 6)])) == .noGreen)
  }
}
