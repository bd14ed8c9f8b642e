import ControlLoop
import RoadSimulation
import Testing
import TestSupport
import TrafficModel

@Suite("What a run measures")
struct MeasureTests {
  @Test("every green of an oversaturated approach is a split failure, and none where few vehicles come")
  func splitFailures() throws {
    func lane(_ vehiclesPerHour: Double) throws -> LaneMeasures {
      let scenario = TestRoads.singleApproach(vehiclesPerHour: vehiclesPerHour, process: .poisson, hours: 1)
      var street = try ScriptedStreet(scenario, constants: .field)
      street.runFixedCycle(60, green: 25)
      return street.road.finish().lanes[0]
    }
    let full = try lane(1500)
    #expect(full.greens >= 59)
    // The queue needs a cycle to build up.
    #expect(full.splitFailures >= full.greens - 2, "\(full.splitFailures) of \(full.greens)")
    let light = try lane(150)
    #expect(light.greens >= 59)
    #expect(light.splitFailures == 0)
  }

  @Test("a green that serves its queue just before it ends is no split failure though the zone was occupied")
  func servedQueue() throws {
    // Uniform arrivals at 0.8 of the capacity: the queue ends well before the green.
    let scenario = TestRoads.singleApproach(vehiclesPerHour: 500, hours: 1)
    var street = try ScriptedStreet(scenario, constants: .field)
    street.runFixedCycle(60, green: 25)
    let lane = street.road.finish().lanes[0]
    #expect(lane.greens >= 59 && lane.splitFailures == 0, "\(lane.splitFailures)")
  }

  @Test("travel time over a link is free-flow time and delay")
  func travelTime() throws {
    let scenario = TestRoads.singleApproach(vehiclesPerHour: 600, hours: 1, innerLengthMeters: 30)
    var street = try ScriptedStreet(scenario)
    street.runFixedCycle(60, green: 30)
    let movement = street.road.finish().movements[0]
    // Identical vehicles without acceleration: 530 m at 15 m/s and the wait; nobody waits outside.
    let free = 530 / 15.0 * Double(movement.passed)
    #expect(movement.outsideDelaySeconds == 0)
    let passedDelay = movement.travelSeconds - free
    #expect(passedDelay > 0 && passedDelay <= movement.delaySeconds + 1)
    #expect(passedDelay > 0.95 * movement.delaySeconds, "\(passedDelay) and \(movement.delaySeconds)")
  }

  @Test("vehicles that cross a stop line or leave after the end of the run have not done so within it")
  func lateCrossings() throws {
    for end in stride(from: 300.0, to: 330, by: 1.5) {
      var scenario = TestRoads.singleApproach(
        vehiclesPerHour: 1400, process: .poisson, hours: end / 3600, innerLengthMeters: 20)
      scenario.run.duration = TimeSpan(seconds: end)
      var street = try ScriptedStreet(scenario, constants: .field)
      street.runFixedCycle(60, green: 30)
      let crossed = street.times(of: .stopLineCrossed).count { $0 < end }
      let left = street.times(of: .vehicleFinished).count { $0 < end }
      let measures = street.road.finish()
      #expect(measures.movements[0].passed == crossed)
      #expect(measures.network.finished == left)
      let network = measures.network
      #expect(network.demanded == network.finished + network.driving + network.neverInserted)
      // Whoever has not passed the stop line is on the way to it.
      #expect(measures.movements[0].vehicles == network.demanded)
    }
  }

  @Test("crossings on red of the warm-up do not count")
  func crossingsOnRed() throws {
    var scenario = TestRoads.singleApproach(vehiclesPerHour: 1500, process: .poisson, hours: 1)
    scenario.run = RunSettings(warmUp: TimeSpan(seconds: 1800), duration: TimeSpan(seconds: 1800))
    var street = try ScriptedStreet(scenario, constants: .field)
    // Half a second of green and no yellow: whoever has started is over the line when it is red.
    street.runFixedCycle(40, green: 0.5)
    let all = street.times(of: .crossedOnRed)
    #expect(all.count { $0 < 1800 } > 3)
    #expect(street.road.finish().network.crossingsOnRed == all.count { $0 >= 1800 })
  }

  @Test(
    "a detector that reaches over a pocket's beginning is occupied as long as a vehicle is over any part of it"
  )
  func detectorOverCut() throws {
    var scenario = TestRoads.singleApproach(
      lengthMeters: 300, lanes: [Lane(), Lane(pocketMeters: 60)], vehiclesPerHour: 60, hours: 0.1,
      detectors: [Detector(name: "d", link: LinkID(0), lane: 0, distanceMeters: 50, lengthMeters: 20)])
    scenario.network.movements[0].lanes = [0]
    var street = try ScriptedStreet(scenario)
    street.show(.green, at: 0)
    street.run(to: 360)
    let on = street.times(of: .detectorOn)
    let off = street.times(of: .detectorOff)
    #expect(on.count == 6 && off.count == 6)
    // The zone of 20 m and the vehicle of 5 m at 15 m/s.
    for (start, end) in zip(on, off) { #expect(abs(end - start - 25 / 15.0) < 0.01, "\(end - start)") }
  }

  @Test("a road asked to go on for ever stops at the end of its run")
  func forever() throws {
    let scenario = TestRoads.singleApproach(vehiclesPerHour: 600, hours: 0.1)
    var street = try ScriptedStreet(scenario)
    street.show(.green, at: 0)
    var inputs: ContiguousArray<TimedInput> = []
    #expect(street.road.advance(to: .distantFuture, inputs: &inputs) == .distantFuture)
    #expect(street.road.finish().network.demanded == 60)
  }
}
