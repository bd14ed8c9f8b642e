import RoadSimulation
import Testing
import TestSupport
import TrafficModel

@Suite("Flows at the edge of what a number can be")
struct FlowLimitsTests {
  @Test(
    "a flow of next to nothing sends nobody and harms nothing",
    arguments: [Double.leastNonzeroMagnitude, 1e-300, 1e-17], ArrivalProcess.allCases)
  func tinyFlow(vehiclesPerHour: Double, process: ArrivalProcess) throws {
    var scenario = TestRoads.singleApproach(
      vehiclesPerHour: vehiclesPerHour, process: process, innerLengthMeters: 10)
    scenario.network.crosswalks = [
      Crosswalk(name: "west leg", node: NodeID(1), lengthMeters: 10, group: nil)
    ]
    scenario.demand.pedestrians = [
      PedestrianFlow(crosswalk: CrosswalkID(0), pedestriansPerHour: vehiclesPerHour)
    ]
    try #require(scenario.findings().allSatisfy { $0.severity != .error })
    var street = try ScriptedStreet(scenario)
    street.run(to: 3600)
    #expect(street.times(of: .vehicleDemanded).isEmpty)
    #expect(street.times(of: .pedestrianArrived).isEmpty)
  }

  @Test("a later step still sends its flow after a step of next to nothing")
  func laterStep() throws {
    var scenario = TestRoads.singleApproach(vehiclesPerHour: 600)
    scenario.demand.sources[0].flow = [
      FlowStep(vehiclesPerHour: .leastNonzeroMagnitude), FlowStep(startSeconds: 1800, vehiclesPerHour: 600),
    ]
    scenario.demand.sources[0].process = .poisson
    var street = try ScriptedStreet(scenario)
    street.run(to: 3600)
    let arrivals = street.times(of: .vehicleDemanded)
    #expect(arrivals.count > 200)
    #expect(arrivals.allSatisfy { $0 >= 1800 })
  }

  @Test("more vehicles or pedestrians than a run can hold are refused")
  func tooMany() {
    var scenario = TestRoads.singleApproach(vehiclesPerHour: 600, innerLengthMeters: 10)
    scenario.network.crosswalks = [
      Crosswalk(name: "west leg", node: NodeID(1), lengthMeters: 10, group: nil)
    ]
    scenario.demand.pedestrians = [PedestrianFlow(crosswalk: CrosswalkID(0), pedestriansPerHour: 1e9)]
    scenario.demand.sources[0].flow = [FlowStep(vehiclesPerHour: 1e9)]
    let rules = scenario.findings().filter { $0.severity == .error }.map(\.rule)
    #expect(rules == ["vehicles-too-many", "pedestrians-too-many"])
  }
}
