import RoadSimulation
import Testing
import TestSupport
import TrafficModel

@Suite("Right turns on red")
struct RightOnRedTests {
  /// Right turns from the south, against a stream from the west that they join.
  private func junction(
    right: Double, crossing: Double, turnsOnRed: Bool = true, hours: Double = 1
  ) -> FourLegs {
    var legs = FourLegs(.signal)
    legs.controllers = [TestRoads.twoStages(nodes: [NodeID(0)])]
    for index in legs.network.movements.indices {
      let from = legs.network.movements[index].from
      let isMain = from == FourLegs.inbound(.west) || from == FourLegs.inbound(.east)
      legs.network.movements[index].protectedGroups = [isMain ? 0 : 1]
    }
    let turn = legs.movement(.south, .right)
    legs.network[turn].turnsOnRed = turnsOnRed
    legs.network.deriveYielding(
      of: legs.network.movements.indices.map { MovementID($0) }, under: legs.controllers[0],
      geometry: MovementConflicts(legs.network))
    legs.hours = hours
    legs.flow(.south, .right, right)
    legs.flow(.west, .through, crossing)
    return legs
  }

  @Test("a turn on red yields to all that it meets under any lamp, and only where it is allowed")
  func yields() {
    let legs = junction(right: 10, crossing: 10)
    let turn = legs.network[legs.movement(.south, .right)]
    #expect(Set(turn.yieldsTo) == [legs.movement(.west, .through), legs.movement(.north, .left)])
    #expect(legs.network[legs.movement(.north, .right)].yieldsTo.isEmpty)
  }

  @Test("a driver alone at red stops, stands a second and goes")
  func stopsFirst() throws {
    let legs = junction(right: 60, crossing: 0)
    var street = try ScriptedStreet(legs.scenario, constants: .field)
    street.run(to: street.end.seconds)
    let turn = legs.movement(.south, .right)
    let measures = street.road.finish().movements[turn.index]
    #expect(measures.passed > 40)
    #expect(measures.stops >= measures.passed - 1)
    // Braking from 6 m/s beyond the slow turn itself, the dwell, and starting from standstill.
    let perVehicle = measures.delaySeconds / Double(measures.passed)
    #expect(perVehicle > 2 && perVehicle < 6, "\(perVehicle) s")
  }

  @Test("where it is not allowed nobody goes on red")
  func notAllowed() throws {
    let legs = junction(right: 60, crossing: 0, turnsOnRed: false)
    var street = try ScriptedStreet(legs.scenario, constants: .field)
    street.run(to: street.end.seconds)
    #expect(street.road.finish().movements[legs.movement(.south, .right).index].passed == 0)
  }

  /// The stream that is joined has green all the time and comes from a lane of its own: Tanner's formula with the
  /// critical gap and the follow-up time of a minor right turn (HCM: 6.2 s and 3.3 s).
  @Test(
    "a saturated turn on red gets through as often as the gap formula says",
    arguments: [150.0, 300, 450, 600])
  func capacity(crossing: Double) throws {
    let legs = junction(right: 1500, crossing: crossing, hours: 2)
    var street = try ScriptedStreet(legs.scenario, constants: .field)
    street.show(.green, at: 0, group: 0)
    street.run(to: street.end.seconds)
    let measures = street.road.finish()
    let passed = measures.movements[legs.movement(.south, .right).index].passed
    let perHour = Double(passed) / measures.measuredSeconds * 3600
    let q = crossing / 3600
    let least = 0.9 * 3600 / 1900
    let theory =
      3600 * q * (1 - least * q) * exponential(-q * (6.2 - least)) / (1 - exponential(-q * 3.3))
    #expect(abs(perHour - theory) < 0.1 * theory, "\(perHour) against \(theory) veh/h")
  }

  @Test("green for the turn itself needs no stop and no gap")
  func green() throws {
    let legs = junction(right: 400, crossing: 0)
    var street = try ScriptedStreet(legs.scenario, constants: .field)
    street.show(.green, at: 0, group: 1)
    street.run(to: street.end.seconds)
    let measures = street.road.finish().movements[legs.movement(.south, .right).index]
    #expect(measures.delaySeconds / Double(measures.passed) < 1.5)
    #expect(measures.stops < measures.passed / 10)
  }

  @Test("a vehicle that goes straight on holds those behind it who could turn")
  func sharedLane() throws {
    var legs = junction(right: 300, crossing: 0)
    legs.flow(.south, .through, 300)
    var street = try ScriptedStreet(legs.scenario, constants: .field)
    street.run(to: street.end.seconds)
    #expect(street.road.finish().movements[legs.movement(.south, .right).index].passed < 10)
  }
}
