import SignalControl
import TestSupport
import Testing
import TrafficModel

@Suite("Stages, actuated")
struct StageTests {
  /// Three stages: 0 main road (groups 0, 1), 1 main road with its left turn (groups 0, 2), 2 side road (group 3)
  /// with pedestrians (group 4). Group 0 goes on from stage 0 into 1.
  static func controller() -> SignalController {
    func vehicle(_ name: String) -> SignalGroup {
      SignalGroup(
        name: name, losing: [TimedIndication(.yellow, TimeSpan(seconds: 3))],
        minimumGreen: TimeSpan(seconds: 4))
    }
    let groups = [
      vehicle("main"), vehicle("opposing"), vehicle("left"), vehicle("side"),
      SignalGroup(
        name: "walk", kind: .pedestrian, losing: [TimedIndication(.flashingGreen, TimeSpan(seconds: 6))],
        minimumGreen: TimeSpan(seconds: 4)),
    ]
    var conflicts = ConflictMatrix(count: 5)
    var intergreens = IntergreenMatrix(count: 5)
    for (a, b) in [(0, 3), (1, 3), (2, 3), (1, 2), (0, 4), (1, 4), (2, 4)] {
      conflicts[a, b] = .excluded
      intergreens[a, b] = TimeSpan(seconds: b == 4 ? 5 : 4)
      intergreens[b, a] = TimeSpan(seconds: b == 4 ? 8 : 4)
    }
    func stage(_ name: String, _ groups: [Int], _ least: Double, _ most: Double) -> Stage {
      Stage(
        name: name, groups: groups, minimumDuration: TimeSpan(seconds: least),
        maximumDuration: TimeSpan(seconds: most))
    }
    let stages = [stage("A", [0, 1], 12, 40), stage("B", [0, 2], 10, 25), stage("C", [3, 4], 14, 30)]
    let chain = zip([0, 1, 2], [40.0, 20, 30]).map {
      StageInterval(stage: $0, duration: TimeSpan(seconds: $1))
    }
    return SignalController(
      name: "stages", nodes: [NodeID(0)], groups: groups, conflicts: conflicts, intergreens: intergreens,
      stages: stages,
      patterns: [Pattern(number: 1, cycle: TimeSpan(seconds: 90), offset: .zero, timing: .stages(chain))],
      detectors: [1, 2].map { DetectorAssignment(detector: DetectorID($0), calls: [$0], extends: [$0]) })
  }

  @Test("without calls the stage that nothing can call rests in green")
  func rests() throws {
    var bench = try Bench(Self.controller())
    bench.run(to: 300)
    #expect(bench.greens(0) == [[0]])
    #expect(bench.greens(1) == [[0]])
    #expect(bench.log.count == 2)
  }

  @Test("a group of the next stage stays green, the others end by their own intergreen before it starts")
  func continuingGroup() throws {
    var bench = try Bench(Self.controller())
    bench.passage(1, at: 30)
    bench.run(to: 36)
    // The decision is at 30 s, the intergreen from the opposing road to the left turn 4 s.
    #expect(bench.greens(1) == [[0, 30]])
    #expect(bench.greens(2) == [[34]])
    #expect(bench.greens(0) == [[0]])
    bench.passage(2, at: 36)
    bench.run(to: 50)
    // Stage B lasts its minimum of 10 s, until 44 s: vehicles end 5 s before walk.
    #expect(bench.greens(0) == [[0, 39]])
    #expect(bench.greens(2) == [[34, 39]])
    #expect(bench.greens(3).first?.first == 44)
    #expect(bench.greens(4).first?.first == 44)
    bench.expectSafe()
  }

  @Test("groups with different intergreens end at different times before the same stage start")
  func ownIntergreens() throws {
    var bench = try Bench(Self.controller())
    bench.passage(2, at: 20)
    bench.run(to: 60)
    // Decision at 20 s, stage C at 25 s. Then stage A is called again by recall: C lasts 14 s, to 39 s; the
    // pedestrians end 8 s before, the side road 4 s.
    #expect(bench.greens(0) == [[0, 20], [39]])
    #expect(bench.greens(4) == [[25, 31]])
    #expect(bench.greens(3) == [[25, 35]])
    bench.expectSafe()
  }

  @Test("traffic extends a stage up to its maximum, clearance included")
  func maximum() throws {
    var bench = try Bench(Self.controller())
    bench.detector(2, true, at: 20)
    bench.run(to: 60)
    #expect(bench.greens(3).first?.first == 25)
    // Maximum 30 s: stage A starts again at 55 s.
    #expect(bench.greens(0).last?.first == 55)
    #expect(bench.unit.terminationCounts[2].maxOuts == 1)
    bench.expectSafe()
  }

  @Test("a push button calls the stage that has the walk")
  func pushButton() throws {
    var controller = Self.controller()
    controller.nodes = [NodeID(0)]
    var network = SignalFixture.network(for: controller)
    network.crosswalks = [Crosswalk(name: "W", node: NodeID(0), lengthMeters: 8, group: 4)]
    var unit = try ControllerUnit(controller, id: ControllerID(0), network: network)
    unit.apply(CabinetCommand(program: .free), at: .zero)
    var changes: ContiguousArray<IndicationChange> = []
    unit.start(at: .zero, into: &changes)
    unit.handle(.pushButton(CrosswalkID(0)), at: SimTime(seconds: 20))
    #expect(unit.status.vehicleCalls == PhaseSet(phase: 2))
    while unit.nextDeadline < SimTime(seconds: 27) { unit.advance(to: unit.nextDeadline, into: &changes) }
    #expect(unit.status.indications[4] == .green)
  }

  @Test("late start and early end shift a group within its stage")
  func lateAndEarly() throws {
    var controller = Self.controller()
    controller.stages[2].lateStart = [3: TimeSpan(seconds: 2)]
    controller.stages[2].earlyEnd = [3: TimeSpan(seconds: 1.5)]
    var bench = try Bench(controller)
    bench.passage(2, at: 20)
    bench.run(to: 60)
    #expect(bench.greens(4) == [[25, 31]])
    #expect(bench.greens(3) == [[27, 33.5]])
    #expect(bench.greens(0).last == [39])
    bench.expectSafe()
  }

  @Test("the pretimed stage plan and the actuated stages show the same clearances")
  func pretimed() throws {
    var bench = try Bench(Self.controller(), free: false)
    bench.run(to: 100)
    #expect(bench.greens(1) == [[0, 36], [90]])
    #expect(bench.greens(2) == [[40, 55]])
    #expect(bench.greens(0) == [[0, 55], [90]])
    #expect(bench.greens(4) == [[60, 82]])
    #expect(bench.greens(3) == [[60, 86]])
    bench.expectSafe()
  }
}
