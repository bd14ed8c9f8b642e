import Testing
import TrafficModel

@testable import TimingOptimization

/// A street from west to east, and a left turn out of the opposite direction: under phase 2 it yields, under phase 4 it is
/// alone.
@Suite("Turns that yield to traffic which is not all seen")
struct CrossingTrafficTests {
  private let scenario: Scenario
  private let numbering: LaneNumbering
  private let states: SignalStates

  init() throws {
    scenario = CrossingStreets.scenario([
      CrossingStreets.movement(ofStreet: 0),
      CrossingStreets.movement(ofStreet: 1, .left, permittedGroups: [0], yieldsTo: [MovementID(0)]),
    ])
    numbering = LaneNumbering(scenario.network)
    states = try #require(SignalStates(scenario.controllers[0]))
  }

  private func junction() -> PredictiveJunction {
    PredictiveJunction(0, states, in: scenario, numbering, PredictiveParameters(), reach: 100)
  }

  private func seen(_ vehicle: UInt32, link: Int, _ distance: Double, speed: Double) -> VehicleObservation {
    VehicleObservation(
      lane: numbering.laneID(LinkID(link), lane: 0), distanceMeters: distance, speedMetersPerSecond: speed,
      vehicle: vehicle)
  }

  @Test("a turn that finds no gap is expected to find none, and gets a green of its own")
  func standsYielding() {
    var junction = junction()
    var picture = TrafficPicture(scenario, numbering, sensors: .laneArea(meters: 100))
    let groups = scenario.controllers[0].groups.count
    for second in 0...14 {
      let now = Int32(second * 1000)
      picture.update([seen(1, link: 2, 1, speed: 0)], at: now)
      let status = CabinetStatus(
        mode: .free, indications: Array(repeating: .red, count: groups), greenPhases: states.phasesOfState[0],
        phaseSince: Array(repeating: .zero, count: states.phases.count))
      _ = junction.decide(&picture, status, at: now)
    }
    #expect(junction.planner.permittedReleaseAt[1] >= 24)
    #expect(junction.planner.releaseAt[1] < 3)
    #expect(junction.request.state == 1)
  }

  @Test(
    "the flow that nobody sees yet lengthens the wait for a gap, and a turn counts it beyond what is seen")
  func gaps() {
    #expect(PredictiveJunction.gapWait(flow: 0, critical: 4.5, followUp: 2.5) == 0)
    // 0.2 e^−0.9 / (1 − e^−0.5) = 0.2067 places a second.
    let wait = PredictiveJunction.gapWait(flow: 0.2, critical: 4.5, followUp: 2.5)
    #expect(abs(wait - 2.339) < 0.005)

    var junction = junction()
    var picture = TrafficPicture(scenario, numbering, sensors: .laneArea(meters: 100))
    picture.update([], at: 0)
    picture.lanes[0].rate = 0.2
    junction.findGaps(picture)
    // 100 m are seen, and one vehicle more.
    #expect(abs(junction.planner.gapHorizon[1] - (100 / 14 + 2.5)) < 0.01)
    #expect(abs(junction.planner.gapWait[1] - wait) < 0.001)
    #expect(junction.planner.waitForGap(5, 1, 1, 0, until: 60) == 5)
    #expect(junction.planner.waitForGap(20, 1, 1, 0, until: 60) == 20 + wait)
    // Alone it yields to nobody.
    #expect(junction.planner.gapWait[2 + 1] == 0)
  }
}
