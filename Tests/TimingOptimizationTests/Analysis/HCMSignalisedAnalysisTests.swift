import Testing
import TimingOptimization
import TrafficModel

@Suite("Lane groups of a signalised junction")
struct HCMSignalisedAnalysisTests {
  static func analysis(_ site: AnalysisScenario) -> HCMSignalisedAnalysis {
    HCMSignalisedAnalysis(site.scenario, timelines: [site.timeline])
  }

  @Test("a through lane at 1800 veh/h with 36 s of 90 s has the delay of the worked lane group")
  func throughLane() throws {
    var site = AnalysisScenario(cycleSeconds: 90)
    site.lanes("WC", [Lane(saturationHeadwaySeconds: 2)])
    site.lanes("CE", [Lane()])
    site.source("WC", 600)
    let green = site.group(from: 80, for: 36)
    site.movement("WC", "CE", .through, 600, lanes: [0], protected: [green])
    let group = try #require(Self.analysis(site).laneGroups(of: AnalysisScenario.centre).first)
    #expect(group.saturationFlow == 1800)
    #expect(abs(group.effectiveGreenSeconds - 36) < 1e-9)
    #expect(abs(group.capacity - 720) < 1e-9)
    #expect(abs(group.uniformDelay - 24.30) < 0.005)
    #expect(abs(group.incrementalDelay - 10.91) < 0.005)
    #expect(group.levelOfService == .d)
  }

  @Test("heavy vehicles and a right turn cut the saturation flow by their factors")
  func saturationFactors() throws {
    var site = AnalysisScenario(cycleSeconds: 90)
    site.lanes("WC", [Lane(), Lane()])
    site.lanes("CE", [Lane()])
    site.lanes("CS", [Lane()])
    site.source("WC", 500, heavy: 0.1)
    let green = site.group(from: 0, for: 30)
    site.movement("WC", "CS", .right, 100, lanes: [0], protected: [green])
    site.movement("WC", "CE", .through, 400, lanes: [1], protected: [green])
    let groups = Self.analysis(site).laneGroups(of: AnalysisScenario.centre)
    #expect(groups.count == 2)
    #expect(abs(groups[0].saturationFlow - 1900 * 0.922 / 1.18) < 1e-6)
    #expect(abs(groups[1].saturationFlow - 1900 * 0.922) < 1e-6)
    #expect(abs(groups[0].volume - 100) < 1e-6)
  }

  /// 60 s cycle, both directions green from 0 to 30, a single opposing lane.
  static func opposed(left: Double, opposing: Double) -> AnalysisScenario {
    var site = AnalysisScenario(cycleSeconds: 60)
    site.lanes("WC", [Lane()])
    site.lanes("EC", [Lane()])
    for exit in ["CW", "CN"] { site.lanes(exit, [Lane()]) }
    site.source("WC", left)
    site.source("EC", opposing)
    let green = site.group(from: 0, for: 30)
    let through = site.movement("EC", "CW", .through, opposing, lanes: [0], protected: [green])
    site.movement("WC", "CN", .left, left, lanes: [0], permitted: [green], yieldsTo: [through])
    return site
  }

  @Test("a permitted left turn goes in the gaps after the opposing queue, and two sneak through at the end")
  func permittedLeft() throws {
    let site = Self.opposed(left: 120, opposing: 500)
    let groups = Self.analysis(site).laneGroups(of: AnalysisScenario.centre)
    let left = try #require(groups.first { $0.movements == [MovementID(1)] })
    // y = 500/1900; the queue of 30 s red leaves in y·30/(1 − y) = 10.714 s; 17.286 s remain at 912.3 veh/h.
    let gaps = permittedSaturationFlow(
      opposingVehiclesPerHour: 500, criticalGapSeconds: 4.5, followUpSeconds: 2.5)
    #expect(abs(gaps - 912.3) < 0.1)
    #expect(abs(left.capacity - (912.32 * 17.2857 / 60 + 120)) < 0.1)
  }

  @Test("an opposing queue that never clears leaves a permitted left turn its sneakers only")
  func saturatedOpposition() throws {
    let site = Self.opposed(left: 120, opposing: 1200)
    let groups = Self.analysis(site).laneGroups(of: AnalysisScenario.centre)
    let left = try #require(groups.first { $0.movements == [MovementID(1)] })
    #expect(abs(left.capacity - 120) < 1e-6)
  }

  @Test("a left turn with an arrow before its permitted green has the capacity of both")
  func protectedAndPermitted() throws {
    var site = Self.opposed(left: 200, opposing: 500)
    let before = Self.analysis(site).laneGroups(of: AnalysisScenario.centre)
    let arrow = site.group(from: 45, for: 10)
    site.network.movements[1].protectedGroups = [arrow]
    let after = Self.analysis(site).laneGroups(of: AnalysisScenario.centre)
    let permitted = try #require(before.first { $0.movements == [MovementID(1)] })
    let both = try #require(after.first { $0.movements == [MovementID(1)] })
    #expect(abs(both.capacity - permitted.capacity - 1900 / 1.05 * 10 / 60) < 1e-6)
    #expect(both.uniformDelay < permitted.uniformDelay)
  }

  @Test("a lane for through and right turns has the capacity of its mixture")
  func sharedLane() throws {
    var site = AnalysisScenario(cycleSeconds: 60)
    site.lanes("WC", [Lane()])
    for exit in ["CE", "CS"] { site.lanes(exit, [Lane()]) }
    site.source("WC", 400)
    let green = site.group(from: 0, for: 30)
    site.movement("WC", "CS", .right, 100, lanes: [0], protected: [green])
    site.movement("WC", "CE", .through, 300, lanes: [0], protected: [green])
    let groups = Self.analysis(site).laneGroups(of: AnalysisScenario.centre)
    #expect(groups.count == 1)
    // f_RT by share: 1/(1 + P_RT(E_RT − 1)).
    #expect(abs(groups[0].capacity - 1900 / (1 + 0.25 * 0.18) * 30 / 60) < 1e-6)
  }

  @Test("a shared lane that left turns fill becomes their own")
  func deFactoLeftLane() throws {
    var site = AnalysisScenario(cycleSeconds: 60)
    site.lanes("WC", [Lane(), Lane()])
    for exit in ["CE", "CN"] { site.lanes(exit, [Lane(), Lane()]) }
    site.source("WC", 800)
    let green = site.group(from: 0, for: 30)
    site.movement("WC", "CE", .through, 200, lanes: [0, 1], protected: [green])
    site.movement("WC", "CN", .left, 600, lanes: [1], protected: [green])
    let groups = Self.analysis(site).laneGroups(of: AnalysisScenario.centre)
    #expect(groups.map(\.lanes) == [[0], [1]])
    #expect(groups.map(\.movements) == [[MovementID(0)], [MovementID(1)]])
    site.turning = [600, 200]
    let shared = Self.analysis(site).laneGroups(of: AnalysisScenario.centre)
    #expect(shared.map(\.lanes) == [[0, 1]])
  }

  @Test("demand without green is level F with an infinite degree of saturation, and no demand is not")
  func withoutGreen() throws {
    var site = AnalysisScenario(cycleSeconds: 60)
    site.lanes("WC", [Lane()])
    site.lanes("CE", [Lane()])
    site.source("WC", 100)
    site.movement("WC", "CE", .through, 100, lanes: [0])
    let group = try #require(Self.analysis(site).laneGroups(of: AnalysisScenario.centre).first)
    #expect(group.capacity == 0)
    #expect(group.degreeOfSaturation == .infinity)
    #expect(group.levelOfService == .f)
  }

  @Test("measured arrivals on green change the uniform delay by the progression factor")
  func measuredProgression() throws {
    var site = AnalysisScenario(cycleSeconds: 90)
    site.lanes("WC", [Lane(saturationHeadwaySeconds: 2)])
    site.lanes("CE", [Lane()])
    site.source("WC", 600)
    let green = site.group(from: 0, for: 36)
    site.movement("WC", "CE", .through, 600, lanes: [0], protected: [green])
    let analysis = HCMSignalisedAnalysis(site.scenario, timelines: [site.timeline], arrivalsOnGreen: [0.6])
    let group = try #require(analysis.laneGroups(of: AnalysisScenario.centre).first)
    #expect(abs(group.progressionFactor - 0.64198) < 1e-5)
    #expect(abs(group.controlDelay - (0.64198 * 24.30 + 10.91)) < 0.01)
  }

  @Test("measured arrivals on green change nothing for a turn that is also served while permitted")
  func progressionOfPermittedTurns() throws {
    var site = Self.opposed(left: 200, opposing: 500)
    let arrow = site.group(from: 45, for: 10)
    site.network.movements[1].protectedGroups = [arrow]
    let analysis = HCMSignalisedAnalysis(
      site.scenario, timelines: [site.timeline], arrivalsOnGreen: [0.9, 0.9])
    let groups = analysis.laneGroups(of: AnalysisScenario.centre)
    let left = try #require(groups.first { $0.movements == [MovementID(1)] })
    let through = try #require(groups.first { $0.movements == [MovementID(0)] })
    #expect(left.progressionFactor == 1)
    #expect(through.progressionFactor < 0.5)
  }

  @Test("a node without signals and a controller without a plan have no lane groups")
  func nothingToAnalyse() {
    var site = AnalysisScenario(cycleSeconds: 60)
    site.lanes("WC", [Lane()])
    site.lanes("CE", [Lane()])
    site.movement("WC", "CE", .through, 100, lanes: [0])
    #expect(Self.analysis(site).laneGroups(of: NodeID(1)).isEmpty)
    let planless = HCMSignalisedAnalysis(site.scenario, timelines: [nil])
    #expect(planless.laneGroups(of: AnalysisScenario.centre).isEmpty)
  }

  @Test("the delay of an approach weighs its lane groups by volume")
  func approachDelay() {
    var site = AnalysisScenario(cycleSeconds: 90)
    site.lanes("WC", [Lane(), Lane()])
    for exit in ["CE", "CS"] { site.lanes(exit, [Lane()]) }
    site.source("WC", 500)
    let green = site.group(from: 0, for: 30)
    site.movement("WC", "CS", .right, 100, lanes: [0], protected: [green])
    site.movement("WC", "CE", .through, 400, lanes: [1], protected: [green])
    let groups = Self.analysis(site).laneGroups(of: AnalysisScenario.centre)
    let expected = (100 * groups[0].controlDelay + 400 * groups[1].controlDelay) / 500
    #expect(abs(HCMSignalisedAnalysis.controlDelay(of: groups) - expected) < 1e-9)
  }

  @Test(
    "right turns on red add capacity to a lane of their own and none to a lane shared with through traffic")
  func rightOnRed() throws {
    var site = AnalysisScenario(cycleSeconds: 60)
    site.lanes("WC", [Lane(), Lane()])
    for exit in ["CE", "CS"] { site.lanes(exit, [Lane()]) }
    site.source("WC", 500)
    let green = site.group(from: 0, for: 30)
    let crossing = site.group(from: 30, for: 30)
    site.lanes("NC", [Lane()])
    site.source("NC", 300)
    site.movement("WC", "CE", .through, 400, lanes: [1], protected: [green])
    let other = site.movement("NC", "CS", .through, 300, lanes: [0], protected: [crossing])
    site.movement(
      "WC", "CS", .right, 100, lanes: [0], protected: [green], yieldsTo: [other])
    site.network.movements[2].turnsOnRed = true
    let own = Self.analysis(site).laneGroups(of: AnalysisScenario.centre)
    let right = try #require(own.first { $0.movements == [MovementID(2)] })
    #expect(right.capacity > 1900 / 1.18 * 0.5 + 100)
    site.network.movements[0].lanes = [0]
    let shared = Self.analysis(site).laneGroups(of: AnalysisScenario.centre)
    let both = try #require(shared.first { $0.movements == [MovementID(0), MovementID(2)] })
    #expect(abs(both.capacity - 1900 / (1 + 0.2 * 0.18) * 0.5) < 1e-6)
  }
}
