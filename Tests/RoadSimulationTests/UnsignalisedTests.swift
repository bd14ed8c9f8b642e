import RoadSimulation
import Testing
import TestSupport
import TrafficModel

@Suite("Junctions without signals")
struct UnsignalisedTests {
  private func passed(_ legs: FourLegs, _ leg: FourLegs.Leg, _ turn: Turn = .through) throws -> Double {
    var street = try ScriptedStreet(legs.scenario, constants: .field)
    street.run(to: street.end.seconds)
    let measures = street.road.finish()
    return Double(measures.movements[legs.movement(leg, turn).index].passed) / measures.measuredSeconds * 3600
  }

  // MARK: All-way stop

  /// HCM 6th edition, chapter 21: the departure headway of each approach is the mean of its saturation headways over
  /// the cases of who else stands there, weighted by the others' degrees of utilisation x = v·h/3600 until nothing
  /// changes. The first approach is saturated: x = 1, and its capacity is 3600/h.
  private func capacity(opposing: Double, crossing: [Double]) -> Double {
    let base = [3.9, 4.7, 5.8, 7.0, 9.6]
    let flows = [Double.infinity, opposing, crossing[0], crossing[1]]
    var headways = [4.0, 4.0, 4.0, 4.0]
    func use(_ approach: Int) -> Double { min(1, flows[approach] * headways[approach] / 3600) }
    for _ in 0..<200 {
      headways = (0..<4).map { own in
        // 0 and 1 are opposite, 2 and 3 are.
        let facing = use(own ^ 1)
        let sides = own < 2 ? [use(2), use(3)] : [use(0), use(1)]
        let none = (1 - sides[0]) * (1 - sides[1])
        let both = sides[0] * sides[1]
        let one = 1 - none - both
        return (1 - facing) * none * base[0] + facing * none * base[1] + (1 - facing) * one * base[2]
          + ((1 - facing) * both + facing * one) * base[3] + facing * both * base[4]
      }
    }
    return 3600 / headways[0]
  }

  @Test(
    "an approach of an all-way stop has the capacity of the HCM, whoever else comes",
    arguments: [
      (0.0, 0.0, 0.0), (2000, 0, 0), (0, 2000, 0), (2000, 2000, 2000), (150, 100, 100), (200, 250, 150),
      (100, 300, 300),
    ])
  func allWayCapacity(opposing: Double, west: Double, east: Double) throws {
    var legs = FourLegs(.allWayStop)
    legs.hours = 2
    legs.flow(.south, .through, 2000)
    legs.flow(.north, .through, opposing)
    legs.flow(.west, .through, west)
    legs.flow(.east, .through, east)
    let measured = try passed(legs, .south)
    let theory = capacity(opposing: opposing, crossing: [west, east])
    #expect(abs(measured - theory) < 0.1 * theory, "\(measured) against \(theory) veh/h")
  }

  @Test("four saturated approaches of an all-way stop take turns and get the same")
  func fairness() throws {
    var legs = FourLegs(.allWayStop)
    for leg in FourLegs.Leg.allCases { legs.flow(leg, .through, 1500) }
    for leg in FourLegs.Leg.allCases {
      let measured = try passed(legs, leg)
      #expect(abs(measured - 375) < 0.05 * 375, "\(leg): \(measured) veh/h")
    }
  }

  @Test("left turns at an all-way stop meet all others and still everyone gets through")
  func leftTurns() throws {
    var legs = FourLegs(.allWayStop)
    for leg in FourLegs.Leg.allCases { legs.flow(leg, .left, 1500) }
    for leg in FourLegs.Leg.allCases {
      let measured = try passed(legs, leg, .left)
      #expect(abs(measured - 3600 / 9.8) < 0.1 * 367, "\(leg): \(measured) veh/h")
    }
  }

  // MARK: Stop signs

  private func minor(stops: Bool, major: Double, minor: Double, hours: Double = 2) -> FourLegs {
    var legs = FourLegs(.priority)
    legs.hours = hours
    let turn = legs.movement(.south, .right)
    legs.network[turn].yieldsTo = [legs.movement(.west, .through)]
    legs.network[turn].stopsFirst = stops
    legs.flow(.west, .through, major)
    legs.flow(.south, .right, minor)
    return legs
  }

  @Test(
    "a saturated approach with a stop sign gets through as often as the gap formula says",
    arguments: [200.0, 400, 600])
  func stopSign(major: Double) throws {
    let measured = try passed(minor(stops: true, major: major, minor: 1500), .south, .right)
    let q = major / 3600
    let least = 0.9 * 3600 / 1900
    let theory =
      3600 * q * (1 - least * q) * exponential(-q * (6.2 - least)) / (1 - exponential(-q * 3.3))
    #expect(abs(measured - theory) < 0.1 * theory, "\(measured) against \(theory) veh/h")
  }

  @Test("a stop sign stops everyone, a yield sign hardly anyone on an empty road")
  func stopAgainstYield() throws {
    func stops(_ legs: FourLegs) throws -> Double {
      var street = try ScriptedStreet(legs.scenario, constants: .field)
      street.run(to: street.end.seconds)
      let measures = street.road.finish().movements[legs.movement(.south, .right).index]
      return Double(measures.stops) / Double(measures.passed)
    }
    #expect(try stops(minor(stops: true, major: 1, minor: 100)) > 0.97)
    #expect(try stops(minor(stops: false, major: 1, minor: 100)) < 0.05)
  }

  // MARK: Right before left

  @Test("by right before left one waits for those from the right and not for those from the left")
  func rightFirst() throws {
    let legs = FourLegs(.rightBeforeLeft)
    func names(_ leg: FourLegs.Leg, _ turn: Turn) -> Set<MovementID> {
      Set(legs.network[legs.movement(leg, turn)].yieldsTo)
    }
    // From the south the east is on the right.
    #expect(
      names(.south, .through) == [
        legs.movement(.east, .through), legs.movement(.east, .left),
        legs.movement(.east, .right),
      ])
    #expect(names(.south, .right) == [])
    #expect(
      names(.south, .left) == [
        legs.movement(.east, .through), legs.movement(.east, .left), legs.movement(.north, .through),
        legs.movement(.north, .right),
      ])
  }

  @Test("who comes from the right is not delayed, who comes from the left is")
  func delays() throws {
    var legs = FourLegs(.rightBeforeLeft)
    legs.flow(.east, .through, 300)
    legs.flow(.south, .through, 300)
    var street = try ScriptedStreet(legs.scenario, constants: .field)
    street.run(to: street.end.seconds)
    let measures = street.road.finish()
    let right = measures.movements[legs.movement(.east, .through).index].delayPerVehicleSeconds
    let left = measures.movements[legs.movement(.south, .through).index].delayPerVehicleSeconds
    #expect(right < 1, "\(right) s")
    #expect(left > 1.5, "\(left) s")
  }

  @Test("four streams that all wait for each other still flow")
  func fourWait() throws {
    var legs = FourLegs(.rightBeforeLeft)
    for leg in FourLegs.Leg.allCases { legs.flow(leg, .through, 1500) }
    for leg in FourLegs.Leg.allCases {
      let measured = try passed(legs, leg)
      #expect(measured > 200, "\(leg): \(measured) veh/h")
    }
  }

  // MARK: U-turns

  @Test("U-turns without a speed of their own are driven at walking pace of a car, not at the speed limit")
  func uTurns() throws {
    var legs = FourLegs(.priority, turns: [.uTurn])
    legs.flow(.south, .uTurn, 2500)
    legs.hours = 1
    let measured = try passed(legs, .south, .uTurn)
    var straight = FourLegs(.priority, turns: [.through])
    straight.flow(.south, .through, 2500)
    let through = try passed(straight, .south)
    // Served as a left turn: HCM's equivalent 1.05 on the headway.
    #expect(measured < through && measured > 0.9 * through / 1.05, "\(measured) against \(through) veh/h")
  }
}
