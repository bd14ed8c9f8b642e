import RoadSimulation
import TestSupport
import Testing
import TrafficModel

@Suite("Flashing lamps")
struct FlashingLampsTests {
  /// A street from west to east under group 0, and one from south to north under group 1, that is made to flash.
  private func street(main: Double, side: Double) throws -> (street: ScriptedStreet, main: Int, side: Int) {
    var legs = FourLegs(.signal, turns: [.through])
    var controller = TestRoads.twoStages(nodes: [NodeID(0)])
    controller.options.flashingYellowGroups = [0]
    legs.controllers = [controller]
    for index in legs.network.movements.indices {
      let from = legs.network.movements[index].from
      let isMain = from == FourLegs.inbound(.west) || from == FourLegs.inbound(.east)
      legs.network.movements[index].protectedGroups = [isMain ? 0 : 1]
      legs.network.movements[index].yieldsTo = []
    }
    legs.flow(.west, .through, main)
    legs.flow(.south, .through, side)
    return (
      try ScriptedStreet(legs.scenario, constants: .field), legs.movement(.west, .through).index,
      legs.movement(.south, .through).index
    )
  }

  @Test("flashing yellow lets pass, flashing red stops everybody first")
  func yellowAndRed() throws {
    var (street, main, side) = try street(main: 60, side: 60)
    street.show(.flashingYellow, at: 0, group: 0)
    street.show(.flashingRed, at: 0, group: 1)
    street.run(to: street.end.seconds)
    let measures = street.road.finish().movements
    #expect(measures[main].passed > 40)
    #expect(measures[main].stops == 0)
    #expect(measures[main].delaySeconds / Double(measures[main].passed) < 0.5)
    #expect(measures[side].passed > 40)
    #expect(measures[side].stops >= measures[side].passed - 1)
    #expect(measures[side].delaySeconds / Double(measures[side].passed) > 3)
  }

  @Test("who faces flashing red waits for a gap in the stream before flashing yellow")
  func gap() throws {
    var delays: [Double] = []
    for flow in [100.0, 700] {
      var (street, main, side) = try street(main: flow, side: 60)
      street.show(.flashingYellow, at: 0, group: 0)
      street.show(.flashingRed, at: 0, group: 1)
      street.run(to: street.end.seconds)
      let measures = street.road.finish().movements
      #expect(measures[main].stops == 0)
      delays.append(measures[side].delaySeconds / Double(max(measures[side].passed, 1)))
    }
    #expect(delays[1] > delays[0] + 2, "\(delays)")
  }

  @Test("all red in flash is like an all-way stop: both streets get through, one vehicle after the other")
  func allRed() throws {
    var (street, main, side) = try street(main: 250, side: 250)
    for group in [0, 1] { street.show(.flashingRed, at: 0, group: group) }
    street.run(to: street.end.seconds)
    let measures = street.road.finish().movements
    for movement in [main, side] {
      #expect(measures[movement].passed > 200)
      #expect(measures[movement].stops >= measures[movement].passed * 9 / 10)
    }
  }

  @Test("a queue at steady red goes when the lamp begins to flash red, and stays when it is steady again")
  func begins() throws {
    var (street, _, side) = try street(main: 0, side: 120)
    street.show(.flashingRed, at: 600, group: 1)
    street.show(.red, at: 900, group: 1)
    street.run(to: street.end.seconds)
    let crossings = street.times(of: .stopLineCrossed, entity: UInt32(side))
    #expect(!crossings.isEmpty)
    #expect(crossings.allSatisfy { $0 > 600 && $0 < 910 })
  }
}
