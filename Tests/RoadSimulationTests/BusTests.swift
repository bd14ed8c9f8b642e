import RoadSimulation
import Testing
import TestSupport
import TrafficModel

/// A road of two links of 1000 m, one lane, 15 m/s, with a bus stop 400 m before the end of the first link.
@Suite("Buses")
struct BusTests {
  private static let stop = BusStop(link: LinkID(0), distanceMeters: 400, dwellSeconds: 20)

  private func road(headwaySeconds: Double, carsPerHour: Double = 0, hours: Double) -> Scenario {
    var scenario = TestRoads.openRoad(vehiclesPerHour: carsPerHour, hours: hours)
    scenario.demand.busLines = [
      BusLine(
        name: "5", route: 0, headwaySeconds: headwaySeconds, firstSeconds: 10, stops: [Self.stop])
    ]
    return scenario
  }

  @Test("buses come at their headway from the first one on")
  func headways() throws {
    var street = try ScriptedStreet(road(headwaySeconds: 450, hours: 0.5))
    street.run(to: 1800)
    #expect(street.times(of: .vehicleDemanded) == [10, 460, 910, 1360])
  }

  @Test("dwell times have their mean, at least half of it each, and are no delay of the bus")
  func dwell() throws {
    let hours = 60.0
    var street = try ScriptedStreet(road(headwaySeconds: 240, hours: hours))
    street.run(to: hours * 3600)
    let begun = street.times(of: .vehicleDemanded)
    let ended = street.times(of: .vehicleFinished)
    // 2000 m at 15 m/s.
    let dwells = zip(begun, ended).map { $1 - $0 - 133.333 }
    #expect(dwells.count > 890)
    #expect(dwells.allSatisfy { $0 > 9.99 })
    let mean = dwells.reduce(0, +) / Double(dwells.count)
    // Fixed 10 s and exponential 10 s: standard deviation 10 s; 99 % interval.
    #expect(abs(mean - 20) < 2.576 * 10 / Double(dwells.count).squareRoot(), "\(mean)")
    let network = street.road.finish().network
    #expect(network.delaySeconds / Double(network.demanded) < 0.01)
    #expect(network.stops == 0)
  }

  @Test("braking for a stop and starting again are no delay either, with real drivers")
  func realDrivers() throws {
    var street = try ScriptedStreet(road(headwaySeconds: 240, hours: 4), constants: .field)
    street.run(to: 4 * 3600)
    let network = street.road.finish().network
    #expect(network.finished > 55)
    #expect(network.delaySeconds / Double(network.demanded) < 0.01)
  }

  @Test("a bus at its stop holds everybody behind it, who follow when it goes and whose wait is delay")
  func blocking() throws {
    // Cars every 12 s from 6 s on, the bus at 10 s; it reaches the stop 40 s later.
    var street = try ScriptedStreet(road(headwaySeconds: 3600, carsPerHour: 300, hours: 0.1))
    street.run(to: 200)
    // Entries of the lane behind the stop, by vehicle: the second entry of the first link.
    func passage(_ vehicle: UInt32) -> Double? {
      street.times(of: .laneEntered, entity: vehicle, value: 0).dropFirst().first
    }
    let demanded = street.times(of: .vehicleDemanded)
    #expect(Array(demanded.prefix(4)) == [6, 10, 18, 30])
    let bus = try #require(passage(1))
    #expect(bus > 60)
    #expect(passage(0) == 46)
    var before = bus
    var held = 0
    for vehicle in 2..<12 {
      let free = demanded[vehicle] + 40
      let expected = max(free, before + 2)
      let passed = try #require(passage(UInt32(vehicle)))
      #expect(abs(passed - expected) < 0.0015)
      if expected > free { held += 1 }
      before = passed
    }
    #expect(held >= 1)
    street.run(to: 360)
    // What the cars waited, and nothing for the bus.
    var waits = 0.0
    before = bus
    for time in demanded.dropFirst(2) {
      before = max(time + 40, before + 2)
      waits += before - (time + 40)
    }
    let network = street.road.finish().network
    #expect(abs(network.delaySeconds - waits) < 0.05)
    #expect(network.stops == held)
  }

  @Test("a bus passes the stops of other lines")
  func otherLines() throws {
    var scenario = road(headwaySeconds: 3600, hours: 0.1)
    scenario.demand.busLines.append(
      BusLine(name: "express", route: 0, headwaySeconds: 3600, firstSeconds: 100))
    var street = try ScriptedStreet(scenario)
    street.run(to: 360)
    let ended = street.times(of: .vehicleFinished)
    #expect(ended.count == 2)
    #expect(ended.contains { abs($0 - 233.333) < 0.0015 })
  }

  @Test("stops of two lines a few metres apart are one place, and each line dwells there once")
  func nearStops() throws {
    var scenario = road(headwaySeconds: 3600, hours: 0.2)
    var near = Self.stop
    near.distanceMeters = 404
    near.dwellSeconds = 60
    scenario.demand.busLines.append(
      BusLine(name: "6", route: 0, headwaySeconds: 3600, firstSeconds: 300, stops: [near]))
    var street = try ScriptedStreet(scenario)
    street.run(to: 720)
    let ended = street.times(of: .vehicleFinished)
    #expect(ended.count == 2)
    #expect(ended[0] > 10 + 133.333 + 10)
    #expect(ended[1] > 300 + 133.333 + 30)
  }

  @Test("a stop at the stop line is served before the lamp is looked at")
  func nearSideStop() throws {
    var scenario = TestRoads.singleApproach(vehiclesPerHour: 0, hours: 0.1)
    scenario.demand = Demand(
      routes: [Route(name: "along", links: [LinkID(0), LinkID(1)])],
      busLines: [
        BusLine(
          name: "5", route: 0, headwaySeconds: 3600,
          stops: [BusStop(link: LinkID(0), distanceMeters: 2, dwellSeconds: 20)])
      ])
    var street = try ScriptedStreet(scenario)
    street.show(.green, at: 0)
    street.run(to: 200)
    let crossed = street.times(of: .stopLineCrossed)
    #expect(crossed.count == 1)
    // 500 m at 15 m/s and at least half of the mean dwell.
    #expect((crossed.first ?? 0) > 43.3)
  }
}
