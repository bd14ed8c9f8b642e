import TestSupport
import Testing
import TrafficModel

@Suite("Ring-barrier pattern as stages")
struct StageConversionTests {
  @Test("the usual eight phases become stages that show the same greens")
  func eightPhases() throws {
    let controller = SignalFixture.eightPhase { $0[1].walk = (7, 12) }
    let pattern = controller.patterns[0]
    let stages = try controller.stages(realising: pattern)
    #expect(stages.phases.isEmpty)
    #expect(
      try stages.timeline(of: stages.patterns[0]).greens == controller.timeline(of: pattern).greens)
    // Phases 1 and 5 end together, then 2 and 6, 3 and 7, 4 and 8; each pair is followed by its red clearance, and the
    // walk of phase 2 ends by itself.
    let shown = stages.stages.map { $0.groups }
    #expect(shown.contains([0, 4]))
    #expect(shown.contains([1, 5, 8]))
    #expect(shown.contains([]))
    guard case .stages(let chain) = stages.patterns[0].timing else {
      Issue.record("no chain")
      return
    }
    #expect(chain.reduce(TimeSpan.zero) { $0 + $1.duration } == pattern.cycle)
  }

  @Test("a permissive green that goes on through another phase's yellow goes on through the stages")
  func overlapGoesOn() throws {
    var controller = SignalFixture.eightPhase()
    // Group 1 belongs to phase 1 too: it stays green from phase 1 into phase 2.
    controller.phases[0].groups = [0, 1]
    let stages = try controller.stages(realising: controller.patterns[0])
    let timeline = try stages.timeline(of: stages.patterns[0])
    #expect(timeline.greens == (try controller.timeline(of: controller.patterns[0]).greens))
    #expect(timeline.greens[1].count == 1)
  }

  @Test("random plans with offsets, lead and lag become stages that show the same greens")
  func random() throws {
    var stream = RandomStream(seed: 7, purpose: .testing, place: 5)
    func draw(_ bound: UInt64) -> Int { Int(stream.next() % bound) }
    for _ in 0..<300 {
      let rings = [[[0, 1], [2, 3]], [[4, 5], [6, 7]]].map { ring in
        ring.map { draw(2) == 0 ? $0 : $0.reversed() }
      }
      var sketches = (1...8).map { SignalFixture.PhaseSketch($0) }
      for index in sketches.indices {
        sketches[index].yellow = 3 + Double(draw(20)) / 10
        sketches[index].red = Double(draw(25)) / 10
        sketches[index].minimum = 5 + Double(draw(150)) / 10
        if draw(3) == 0 { sketches[index].walk = (7, 5 + Double(draw(100)) / 10) }
      }
      var controller = SignalFixture.ringBarrier(sketches, diagram: rings)
      controller.patterns[0].offset = TimeSpan(tenths: draw(1000))
      controller.patterns[0].reference = OffsetReference.allCases[draw(5)]
      let stages = try controller.stages(realising: controller.patterns[0])
      #expect(
        try stages.timeline(of: stages.patterns[0]).greens
          == controller.timeline(of: controller.patterns[0]).greens)
    }
  }

  @Test(
    "of a controller with phases and stages its stages stay, and a phase's detector calls the stage that shows it"
  )
  func stagesAlone() throws {
    var both = SignalFixture.twoPhase()
    let stages = SignalFixture.twoStages(plans: [30])
    #expect(both.withStagesAlone == nil)
    #expect(stages.withStagesAlone == stages)
    both.stages = stages.stages.reversed()
    both.patterns += stages.patterns
    both.detectors = [DetectorAssignment(detector: DetectorID(0), calls: [0], extends: [0], switchPhase: 1)]
    let alone = try #require(both.withStagesAlone)
    #expect(alone.phases.isEmpty && alone.diagram.rings.isEmpty)
    #expect(alone.patterns == stages.patterns)
    // The first phase's group is that of the second stage here.
    #expect(alone.detectors == [DetectorAssignment(detector: DetectorID(0), calls: [1], extends: [1])])
    #expect(try !alone.timeline(of: alone.patterns[0]).greens.isEmpty)
  }
}
