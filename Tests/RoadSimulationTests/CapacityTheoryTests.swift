import RoadSimulation
import Testing
import TestSupport
import TrafficModel

@Suite("Capacity of permitted left turns")
struct PermittedLeftTheoryTests {
  private static let cycle = 110.0
  private static let green = 37.5

  /// A saturated left turn from a lane of its own against one opposing lane, both under group 0.
  private func scenario(opposing: Double, hours: Double) -> Scenario {
    var scenario = TestRoads.yieldingTurn(
      majorVehiclesPerHour: opposing, criticalGapSeconds: 4.5, hours: hours)
    scenario.network.nodes[0].control = .signal
    scenario.network.movements[0].protectedGroups = [0]
    scenario.network.movements[1].permittedGroups = [0]
    scenario.network.movements[1].waitingPlaceMeters = 15
    scenario.controllers = [TestRoads.twoStages(nodes: [NodeID(0)])]
    // The opposing stream must find room for its queue.
    scenario.network.links[0].lengthMeters = 600
    return scenario
  }

  @Test(
    "gaps after the opposing queue and two sneakers per cycle make the capacity that HCM gives",
    arguments: [200.0, 300, 450])
  func capacity(opposing: Double) throws {
    var street = try ScriptedStreet(scenario(opposing: opposing, hours: 6), constants: .field)
    var start = 0.0
    while start < street.end.seconds {
      street.show(.green, at: start)
      street.show(.yellow, at: start + Self.green)
      street.show(.red, at: start + Self.green + 4)
      start += Self.cycle
    }
    street.run(to: street.end.seconds)
    let measures = street.road.finish()
    let perHour = Double(measures.movements[1].passed) / measures.measuredSeconds * 3600
    // HCM 6, chapter 31: gaps in the opposing stream after its queue has gone, at (q e^(−q t_c)) / (1 − e^(−q t_f)),
    // and the two vehicles in the junction at the end of green. Effective green is the displayed one.
    let q = opposing / 3600
    let queueTime = (Self.cycle - Self.green) * opposing / (1900 - opposing)
    let unsaturated = max(0, Self.green - queueTime)
    let gaps = 3600 * q * exponential(-q * 4.5) / (1 - exponential(-q * 2.5)) * unsaturated / Self.cycle
    let theory = gaps + 2 * 3600 / Self.cycle
    #expect(abs(perHour - theory) < 0.1 * theory, "\(perHour) against \(theory) veh/h")
  }
}

/// One lane for left turns and straight on, each with its own green: whoever is not meant holds all behind him.
@Suite("Shared lane with blocking")
struct SharedLaneTheoryTests {
  /// Vehicles per cycle of a lane that is never empty, by enumeration of what stands at the stop line.
  ///
  /// Through green lets up to `through` vehicles go and stops at the first left turn; then left green lets up to `left`
  /// go and stops at the first that drives straight on. Between greens the first vehicle is a known one that was
  /// stopped, or one of which nothing is known: a chain of three states.
  static func vehiclesPerCycle(leftShare p: Double, through: Int, left: Int) -> Double {
    // Served, and probability of ending with a vehicle of the other kind in front, by what stands in front.
    func green(_ share: Double, _ most: Int, startsWithOwn: Bool) -> (served: Double, blocked: Double) {
      var served = startsWithOwn ? 1.0 : 0
      var alive = 1.0
      for _ in (startsWithOwn ? 1 : 0)..<most {
        alive *= share
        served += alive
      }
      return (served, 1 - alive)
    }
    // States before through green: 0 unknown, 1 known to go straight on. Left in front cannot be: it just had green,
    // unless left green ran out, and then nothing is known.
    var unknown = 1.0
    var perCycle = 0.0
    for _ in 0..<200 {
      let fresh = green(1 - p, through, startsWithOwn: false)
      let known = green(1 - p, through, startsWithOwn: true)
      let served = unknown * fresh.served + (1 - unknown) * known.served
      let blocked = unknown * fresh.blocked + (1 - unknown) * known.blocked
      let leftFresh = green(p, left, startsWithOwn: false)
      let leftKnown = green(p, left, startsWithOwn: true)
      perCycle = served + blocked * leftKnown.served + (1 - blocked) * leftFresh.served
      unknown = 1 - (blocked * leftKnown.blocked + (1 - blocked) * leftFresh.blocked)
    }
    return perCycle
  }

  @Test("the enumeration gives the closed values at its ends")
  func enumeration() {
    #expect(abs(Self.vehiclesPerCycle(leftShare: 0, through: 11, left: 5) - 11) < 1e-12)
    #expect(abs(Self.vehiclesPerCycle(leftShare: 1, through: 11, left: 5) - 5) < 1e-12)
    // One of each per cycle, equally likely: known through, or half; then the left likewise. In the steady state the
    // first vehicle is unknown with u = 1 − (b·0 + (1 − b)·½) where b = ½ u, so u = ⅔: ½·⅔ + ⅓ = ⅔ and as many lefts.
    #expect(abs(Self.vehiclesPerCycle(leftShare: 0.5, through: 1, left: 1) - 4.0 / 3) < 1e-9)
  }

  @Test("a saturated shared lane passes what enumeration says", arguments: [0.05, 0.2, 0.5])
  func throughput(leftShare p: Double) throws {
    var scenario = TestRoads.singleApproach(
      lengthMeters: 300, vehiclesPerHour: 1700, process: .uniform, hours: 10)
    scenario.network.nodes.append(
      Node(name: "north", control: .external, position: Point(xMeters: 0, yMeters: 300)))
    scenario.network.links.append(
      Link(
        name: "left exit", from: NodeID(1), to: NodeID(3), lengthMeters: 300, speedLimitMetersPerSecond: 15,
        lanes: [Lane()]))
    scenario.network.movements.append(
      Movement(
        node: NodeID(1), from: LinkID(0), to: LinkID(2), turn: .left, lanes: [0], protectedGroups: [1],
        innerLengthMeters: 0))
    scenario.demand.turning = [
      TurningStep(vehiclesPerHour: [1 - p, p], midblockExitShare: [0, 0, 0])
    ]
    var street = try ScriptedStreet(scenario)
    // 21 s send 11 vehicles at most, 9 s five; the first crosses as its green begins.
    var start = 600.0
    while start < street.end.seconds {
      street.show(.green, at: start, group: 0)
      street.show(.red, at: start + 21, group: 0)
      street.show(.green, at: start + 30, group: 1)
      street.show(.red, at: start + 39, group: 1)
      start += 60
    }
    street.run(to: street.end.seconds)
    let cycles = (street.end.seconds - 600) / 60
    let perCycle = Double(street.times(of: .stopLineCrossed).count) / cycles
    let theory = Self.vehiclesPerCycle(leftShare: p, through: 11, left: 5)
    #expect(abs(perCycle - theory) < 0.04 * theory, "\(perCycle) against \(theory) vehicles per cycle")
  }
}

@Suite("Pedestrian delay")
struct PedestrianTheoryTests {
  @Test("pedestrians wait (C − g)²/2C in the mean", arguments: [(60.0, 7.0), (90, 20), (120, 10)])
  func delay(cycle: Double, walk: Double) throws {
    var scenario = TestRoads.singleApproach(vehiclesPerHour: 60, hours: 10)
    scenario.network.crosswalks = [
      Crosswalk(name: "west leg", node: NodeID(1), lengthMeters: 10, group: 1)
    ]
    scenario.controllers[0].groups[1].kind = .pedestrian
    scenario.controllers[0].groups[1].losing = [TimedIndication(.flashingRed, TimeSpan(seconds: 3))]
    scenario.demand.pedestrians = [
      PedestrianFlow(crosswalk: CrosswalkID(0), pedestriansPerHour: 600)
    ]
    var street = try ScriptedStreet(scenario)
    var start = 0.0
    while start < street.end.seconds {
      street.show(.green, at: start, group: 1)
      street.show(.flashingRed, at: start + walk, group: 1)
      street.show(.red, at: start + walk + 3, group: 1)
      start += cycle
    }
    street.run(to: street.end.seconds)
    let crosswalk = street.road.finish().crosswalks[0]
    let mean = crosswalk.delaySeconds / Double(crosswalk.pedestrians)
    let theory = (cycle - walk) * (cycle - walk) / (2 * cycle)
    #expect(crosswalk.pedestrians > 5500)
    #expect(abs(mean - theory) < 0.03 * theory, "\(mean) against \(theory) s")
  }
}
