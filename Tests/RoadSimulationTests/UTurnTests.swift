import RoadSimulation
import Testing
import TestSupport
import TrafficModel

@Suite("U-turns")
struct UTurnTests {
  private func legs(opposing: Double) -> Scenario {
    var legs = FourLegs(.priority, turns: [.left, .through, .right, .uTurn])
    legs.flow(.west, .uTurn, 1200)
    legs.flow(.east, .through, opposing)
    // The main road goes first; who turns round yields to what comes against him.
    let through = legs.movement(.east, .through)
    for index in legs.network.movements.indices { legs.network.movements[index].yieldsTo = [] }
    legs.network.movements[legs.movement(.west, .uTurn).index].yieldsTo = [through]
    return legs.scenario
  }

  @Test(
    "a vehicle that turns round does so at the speed of its small radius and leaves by the leg it came from")
  func path() throws {
    var scenario = legs(opposing: 0)
    scenario.demand.sources[2].flow = [FlowStep(vehiclesPerHour: 30)]
    scenario.demand.sources[2].process = .uniform
    var street = try ScriptedStreet(scenario)
    street.run(to: street.end.seconds)
    let crossed = street.times(of: .stopLineCrossed)
    let entered = street.times(of: .laneEntered, value: Int32(FourLegs.outbound(.west).index))
    #expect(crossed.count >= 30)
    // 15 m at 4.4 m/s.
    for (start, end) in zip(crossed, entered) { #expect(abs(end - start - 15 / 4.4) < 0.01) }
  }

  @Test("U-turns wait for gaps in what comes against them: their capacity falls as it grows")
  func capacity() throws {
    var passed: [Double] = []
    for opposing in [0.0, 400, 800, 1200] {
      let scenario = legs(opposing: opposing)
      var street = try ScriptedStreet(scenario, constants: .field)
      street.run(to: street.end.seconds)
      let movement = scenario.network.movements.firstIndex {
        $0.turn == .uTurn && $0.from == FourLegs.inbound(.west)
      }
      passed.append(Double(street.road.finish().movements[movement ?? 0].passed))
    }
    #expect(passed[0] > 1100)
    for (fewer, more) in zip(passed.dropFirst(), passed) { #expect(fewer < 0.9 * more, "\(passed)") }
    #expect(passed[3] > 0)
  }
}
