import RoadSimulation
import Testing
import TestSupport
import TrafficModel

@Suite("People on crosswalks")
struct CrosswalkTests {
  private let same = WalkingSpeeds(
    metersPerSecond: 1.2, deviationMetersPerSecond: 0, slowShare: 0, slowMetersPerSecond: 1.2)

  /// Nobody yields but to people: all vehicles come from the south and go straight on.
  private func street(pedestriansPerHour: Double, vehicles: Double) -> FourLegs {
    var legs = FourLegs(.priority, turns: [.through])
    legs.walking = same
    legs.crosswalk(.south, pedestriansPerHour: pedestriansPerHour)
    legs.flow(.south, .through, vehicles)
    legs.hours = 2
    return legs
  }

  /// The lane and a metre beside it are walked on for B = 5 m / 1.2 m/s. Half the people come to the lane first and stop
  /// it from then on, half of them later: vehicles need gaps of B or of B and the time in which they clear the crosswalk.
  /// Capacity is that of gaps in a random stream, c = q e^(−q t_c)/(1 − e^(−q t_f)), t_f the saturation headway.
  @Test(
    "a zebra crossing lets through as many vehicles as there is room between people",
    arguments: [100.0, 250, 500])
  func zebra(pedestrians: Double) throws {
    let legs = street(pedestriansPerHour: pedestrians, vehicles: 2500)
    var street = try ScriptedStreet(legs.scenario, constants: .field)
    street.run(to: street.end.seconds)
    let measures = street.road.finish()
    let perHour =
      Double(measures.movements[legs.movement(.south, .through).index].passed) / measures.measuredSeconds
      * 3600
    let q = pedestrians / 3600
    let walk = 5 / 1.2
    let clearance = 9 / 14.0
    // A queue that starts again loses about two seconds each time.
    let gap = walk + clearance / 2 + 2
    let theory = 3600 * q * exponential(-q * gap) / (1 - exponential(-q * 3600 / 1900))
    #expect(abs(perHour - theory) < 0.1 * theory, "\(perHour) against \(theory) veh/h")
  }

  @Test("nobody yields where pedestrians have no priority")
  func withoutPriority() throws {
    var legs = street(pedestriansPerHour: 600, vehicles: 300)
    legs.network.crosswalks[0].hasPriority = false
    var street = try ScriptedStreet(legs.scenario, constants: .field)
    street.run(to: street.end.seconds)
    let measures = street.road.finish().movements[legs.movement(.south, .through).index]
    #expect(measures.stops < measures.passed / 50)
  }

  /// Right turns from the south into the east leg, whose crosswalk has "walk" at the same time.
  private func turning(pedestriansPerHour: Double, walking: WalkingSpeeds, isPermittedLeft: Bool = false)
    -> (legs: FourLegs, movement: MovementID)
  {
    var legs = FourLegs(.signal)
    var controller = TestRoads.twoStages(nodes: [NodeID(0)])
    controller.groups[1].kind = .pedestrian
    legs.controllers = [controller]
    legs.walking = walking
    for index in legs.network.movements.indices { legs.network.movements[index].protectedGroups = [0] }
    legs.crosswalk(
      isPermittedLeft ? .west : .east, lengthMeters: 12, group: 1, pedestriansPerHour: pedestriansPerHour)
    let turn: Turn = isPermittedLeft ? .left : .right
    let id = legs.movement(.south, turn)
    if isPermittedLeft {
      legs.network[id].protectedGroups = []
      legs.network[id].permittedGroups = [0]
      legs.network[id].waitingPlaceMeters = 15
      legs.network[id].yieldsTo = [legs.movement(.north, .through)]
    }
    legs.flow(.south, turn, 400)
    return (legs, id)
  }

  private func delay(_ site: (legs: FourLegs, movement: MovementID)) throws -> Double {
    var street = try ScriptedStreet(site.legs.scenario, constants: .field)
    street.show(.green, at: 0, group: 0)
    var start = 0.0
    // Walk of 10 s every 40 s, while the turn is green all the time.
    while start < street.end.seconds {
      street.show(.green, at: start, group: 1)
      street.show(.red, at: start + 10, group: 1)
      start += 40
    }
    street.run(to: street.end.seconds)
    let measures = street.road.finish()
    return measures.movements[site.movement.index].delayPerVehicleSeconds
  }

  @Test("right turns wait for people on the crosswalk, and longer for slow ones")
  func rightTurns() throws {
    let slow = WalkingSpeeds(
      metersPerSecond: 0.8, deviationMetersPerSecond: 0, slowShare: 0, slowMetersPerSecond: 0.8)
    let without = try delay(turning(pedestriansPerHour: 0, walking: same))
    let normal = try delay(turning(pedestriansPerHour: 600, walking: same))
    let slowed = try delay(turning(pedestriansPerHour: 600, walking: slow))
    #expect(normal > without + 1, "\(normal) against \(without) s")
    #expect(slowed > normal + 0.5, "\(slowed) against \(normal) s")
  }

  @Test("permitted left turns wait for people on the crosswalk that they turn to")
  func leftTurns() throws {
    let without = try delay(turning(pedestriansPerHour: 0, walking: same, isPermittedLeft: true))
    let with = try delay(turning(pedestriansPerHour: 600, walking: same, isPermittedLeft: true))
    #expect(with > without + 1, "\(with) against \(without) s")
  }

  @Test("nobody starts without the walk signal, and who has started finishes before vehicles go")
  func finishes() throws {
    let site = turning(pedestriansPerHour: 3600, walking: same)
    var street = try ScriptedStreet(site.legs.scenario, constants: .field)
    street.show(.green, at: 80, group: 1)
    street.show(.red, at: 81, group: 1)
    street.show(.green, at: 82, group: 0)
    street.run(to: 120)
    // Who started at 81 s at the far side leaves the exit half of 12 m at 91 s; the vehicle needs 2.5 s to get there.
    let first = try #require(street.times(of: .stopLineCrossed).first)
    #expect(first > 87 && first < 91, "\(first) s")
    #expect(!street.times(of: .pedestrianArrived).isEmpty)
    #expect(street.times(of: .pedestrianStarted) == [80])
  }

  @Test("what a junction does about its vehicles changes no pedestrian")
  func commonRandomNumbers() throws {
    let site = turning(pedestriansPerHour: 600, walking: WalkingSpeeds())
    var other = site.legs
    other.flow(.south, .right, 50)
    var first = try ScriptedStreet(site.legs.scenario, constants: .field)
    var second = try ScriptedStreet(other.scenario, constants: .field)
    first.run(to: 600)
    second.run(to: 600)
    #expect(first.times(of: .pedestrianArrived) == second.times(of: .pedestrianArrived))
  }
}
