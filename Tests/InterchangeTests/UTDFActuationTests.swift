import Interchange
import Testing
import TrafficModel

@Suite struct UTDFActuationTests {
  private func phase(_ number: Int, _ result: UTDFImport) throws -> Phase {
    try #require(result.scenario.controllers[0].phases.first { $0.number == number })
  }

  @Test("a pretimed controller gets minimum recall on the reference phases and maxima by rule")
  func pretimed() throws {
    let result = try UTDFSample().read()
    #expect(
      result.scenario.controllers[0].phases.map(\.recall) == [
        .none, .minimum, .none, .none, .none, .minimum, .none, .none,
      ])
    // 1.4 × 550 / 3497 × 90 / 0.9 = 22.02 → 23 s; lefts 1.4 × 100 / 1770 × 100 = 7.9 → 15 s.
    #expect(try phase(2, result).maximumGreen == TimeSpan(seconds: 23))
    #expect(try phase(1, result).maximumGreen == TimeSpan(seconds: 15))
    #expect(try phase(2, result).passage == TimeSpan(seconds: 3))
    #expect(try phase(2, result).dualEntry && !phase(1, result).dualEntry)
    #expect(result.rules("recall-substituted").count == 1)
    #expect(result.rules("maximum-green-rule").count == 1)
  }

  @Test("a minimum split is kept, but not above the split of the file's own plan")
  func minimumSplit() throws {
    var sample = UTDFSample()
    #expect(try phase(1, sample.read()).minimumSplit == .zero)
    sample.phases("MinSplit", ["12.5", "25", "20", "25", "12.5", "25", "12.5", "25"])
    let result = try sample.read()
    #expect(try phase(1, result).minimumSplit == TimeSpan(seconds: 12.5))
    #expect(try phase(3, result).minimumSplit == TimeSpan(seconds: 15))
    #expect(result.rules("minimum-split").map(\.place) == ["controller 1, phase 3"])
    #expect(result.rules("minimum-green").isEmpty)
  }

  @Test("the maximum green rule has an upper bound")
  func heavy() throws {
    var sample = UTDFSample()
    sample.lanes("Volume", "NBT", "2000")
    sample.lanes("Volume", "NBL", "600")
    let result = try sample.read()
    #expect(try phase(2, result).maximumGreen == TimeSpan(seconds: 60))
    #expect(try phase(5, result).maximumGreen == TimeSpan(seconds: 30))
  }

  @Test(
    "an actuated controller keeps its recalls and maxima; coordination's maximum recall becomes minimum recall"
  )
  func actuated() throws {
    var sample = UTDFSample()
    sample.plan("Control Type", "3")
    sample.phases("Recall", ["0", "3", "1", "3", "0", "3", "2", "4"])
    sample.phases("MaxGreen", ["11", "42", "11", "20", "11", "30", "11", "20"])
    let result = try sample.read()
    #expect(
      result.scenario.controllers[0].phases.map(\.recall) == [
        .none, .minimum, .minimum, .maximum, .none, .minimum, .pedestrian, .minimum,
      ])
    #expect(try phase(2, result).maximumGreen == TimeSpan(seconds: 42))
    #expect(result.rules("recall-substituted").isEmpty)
    #expect(result.rules("recall-coordinated").count == 1)
    #expect(result.rules("rest-in-walk").first?.place == "1.8")
  }

  @Test("gap reduction, yield point and maximums of an actuated-coordinated controller are kept")
  func coordinated() throws {
    var sample = UTDFSample()
    sample.plan("Control Type", "3")
    sample.plan("Yield", "2")
    sample.phases("TimeBeforeReduce", Array(repeating: "8", count: 8))
    sample.phases("TimeToReduce", Array(repeating: "12", count: 8))
    sample.phases("MinGap", ["3", "2", "3", "2", "3", "2", "3", "4"])
    sample.phases("InhibitMax", Array(repeating: "1", count: 8))
    let result = try sample.read()
    #expect(try phase(2, result).actuation.timeBeforeReduction == TimeSpan(seconds: 8))
    #expect(try phase(2, result).actuation.timeToReduce == TimeSpan(seconds: 12))
    #expect(try phase(2, result).actuation.minimumGap == TimeSpan(seconds: 2))
    // A gap that is not reduced needs no reduction.
    #expect(try phase(1, result).actuation == PhaseActuation())
    #expect(try phase(8, result).actuation == PhaseActuation())
    #expect(result.rules("gap-reduction").first?.place == "1.8")
    let operation = result.scenario.controllers[0].patterns[0].operation
    #expect(operation == .coordinated(Coordination(permissive: .byPhase)))
  }

  @Test("a pretimed controller stays pretimed, whatever the rows of actuation say")
  func pretimedStays() throws {
    var sample = UTDFSample()
    sample.phases("TimeToReduce", Array(repeating: "12", count: 8))
    sample.phases("MinGap", Array(repeating: "2", count: 8))
    sample.lanes("DetectType1", "NBT", "359")
    let result = try sample.read()
    let controller = result.scenario.controllers[0]
    #expect(controller.phases.allSatisfy { $0.actuation == PhaseActuation() })
    #expect(controller.patterns[0].operation == .pretimed)
    #expect(controller.detectors.allSatisfy { !$0.locksInRed && !$0.locksInYellow && !$0.addsInitial })
  }

  @Test(
    "bits of a detector's type become queue limit, locks and added initial; SwitchPhase becomes its switch phase"
  )
  func detectorTypes() throws {
    var sample = UTDFSample()
    sample.plan("Control Type", "1")
    // 1 call + 2 extend + 4 queue + 32 yellow lock + 64 red lock + 256 added initial.
    sample.lanes("DetectType1", "NBL", "359")
    sample.lanes("DetectQueue1", "NBL", "6")
    sample.lanes("SwitchPhase", "NBL", "2")
    let result = try sample.read()
    let index = try #require(
      result.scenario.network.detectors.firstIndex { $0.name == "1 NBL lane 3 detector 1" })
    let assignment = try #require(
      result.scenario.controllers[0].detectors.first { $0.detector.index == index })
    #expect(assignment.queueLimit == TimeSpan(seconds: 6))
    #expect(assignment.locksInYellow && assignment.locksInRed && assignment.addsInitial)
    #expect(assignment.switchPhase == 1)
    #expect(result.scenario.controllers[0].patterns[0].operation == .pretimed)
  }

  @Test("detectors stand on each lane of their group and call and extend its phases")
  func detectors() throws {
    var sample = UTDFSample()
    sample.lanes("DetectExtend1", "NBT", "1.5")
    sample.lanes("DetectDelay1", "NBL", "3")
    sample.lanes("DetectType2", "NBT", "1")
    let result = try sample.read()
    let network = result.scenario.network
    let link = try #require(network.links.firstIndex { $0.name == "1 NB" })
    let here = network.detectors.indices.filter { network.detectors[$0].link.index == link }
    #expect(here.map { network.detectors[$0].lane } == [2, 0, 0, 1, 1])
    #expect(abs(network.detectors[here[2]].distanceMeters - 94 * 0.3048) < 1e-9)
    #expect(abs(network.detectors[here[0]].lengthMeters - 20 * 0.3048) < 1e-9)
    let assignments = result.scenario.controllers[0].detectors
    let left = try #require(assignments.first { $0.detector.index == here[0] })
    #expect(left.calls == [4] && left.extends == [4] && left.delay == TimeSpan(seconds: 3))
    let stopBar = try #require(assignments.first { $0.detector.index == here[1] })
    #expect(stopBar.calls == [1] && stopBar.prolongation == TimeSpan(seconds: 1.5))
    let advance = try #require(assignments.first { $0.detector.index == here[2] })
    #expect(advance.calls == [1] && advance.extends.isEmpty)
    #expect(result.rules("detector-default").isEmpty)
  }

  @Test("lanes without a calling detector get default ones")
  func defaults() throws {
    var sample = UTDFSample()
    sample.lanes("numDetects", "NBL", "0")
    sample.lanes("numDetects", "NBT", "0")
    let result = try sample.read()
    let network = result.scenario.network
    let link = try #require(network.links.firstIndex { $0.name == "1 NB" })
    let here = network.detectors.filter { $0.link.index == link }
    #expect(here.map(\.lane) == [2, 0, 0, 1, 1])
    #expect(here[0].lengthMeters == 12)
    #expect(abs(here[2].distanceMeters - 3 * 45 * 0.44704) < 1e-9)
    #expect(result.rules("detector-default").first?.place == "1 NBL, 1 NBT")
  }

  @Test("a detector beyond the stop line or its pocket is cut or left out")
  func offLane() throws {
    var sample = UTDFSample()
    sample.lanes("DetectPos1", "NBL", "-5")
    sample.lanes("numDetects", "SBL", "2")
    sample.lanes("DetectPos2", "SBL", "500")
    sample.lanes("DetectSize2", "SBL", "6")
    let result = try sample.read()
    let detector = try #require(
      result.scenario.network.detectors.first { $0.name == "1 NBL lane 3 detector 1" })
    #expect(detector.distanceMeters == 0)
    #expect(abs(detector.lengthMeters - 15 * 0.3048) < 1e-9)
    #expect(result.rules("detector-cut").map(\.place) == ["1 NBL"])
    #expect(result.rules("detector-off-lane").map(\.place) == ["1 SBL"])
  }
}
