import RoadSimulation
import Testing
import TestSupport
import TrafficModel

/// Demand that is allowed and unusual.
@Suite("Odd demand")
struct OddDemandTests {
  @Test(
    "a flow next to nothing sends nobody within the run",
    arguments: [1e-300, Double.leastNonzeroMagnitude], [ArrivalProcess.poisson, .uniform])
  func tinyFlow(flow: Double, process: ArrivalProcess) throws {
    var scenario = TestRoads.singleApproach(vehiclesPerHour: flow, process: process)
    scenario.network.crosswalks = [Crosswalk(name: "leg", node: NodeID(1), lengthMeters: 10, group: nil)]
    scenario.demand.pedestrians = [PedestrianFlow(crosswalk: CrosswalkID(0), pedestriansPerHour: flow)]
    var street = try ScriptedStreet(scenario)
    street.run(to: 3600)
    #expect(street.road.records.isEmpty)
  }

  @Test("equal arrivals bring the whole flow of every step, the first half a headway after its start")
  func uniformSteps() throws {
    var scenario = TestRoads.singleApproach(vehiclesPerHour: 600)
    scenario.demand.sources[0].flow = [
      FlowStep(vehiclesPerHour: 600), FlowStep(startSeconds: 900, vehiclesPerHour: 300),
      FlowStep(startSeconds: 1800, vehiclesPerHour: 0), FlowStep(startSeconds: 2700, vehiclesPerHour: 400),
    ]
    var street = try ScriptedStreet(scenario)
    street.run(to: 3600)
    let times = street.times(of: .vehicleDemanded)
    #expect(times.count { $0 < 900 } == 150)
    #expect(times.count { $0 >= 900 && $0 < 1800 } == 75)
    #expect(times.count { $0 >= 2700 } == 100)
    #expect(times.first { $0 >= 900 } == 906)
    #expect(times.first { $0 >= 1800 } == 2704.5)
  }

  @Test("vehicles that come in mid-block do not leave there at once")
  func midblockSource() throws {
    var scenario = TestRoads.singleApproach(vehiclesPerHour: 600)
    scenario.demand.sources[0].isMidblock = true
    scenario.demand.turning[0].midblockExitShare = [0.5, 0]
    var street = try ScriptedStreet(scenario)
    street.show(.green, at: 0)
    street.run(to: 3600)
    #expect(street.times(of: .vehicleFinished, value: 0).isEmpty)
    #expect(street.times(of: .stopLineCrossed).count > 580)
  }

  @Test("the queue of a lane whose lamp never changes is the one that stands at the end")
  func queueWithoutCycle() throws {
    let scenario = TestRoads.singleApproach(vehiclesPerHour: 120, hours: 0.25)
    var street = try ScriptedStreet(scenario)
    street.run(to: 900)
    // 29 of 30 vehicles have reached the end of the queue, 7.5 m each.
    let lane = street.road.finish().lanes[0]
    #expect(lane.queueMaximaMeters.count == 1)
    #expect(lane.queue95Meters >= 28 * 7.5 && lane.queue95Meters <= 30 * 7.5)
  }
}
