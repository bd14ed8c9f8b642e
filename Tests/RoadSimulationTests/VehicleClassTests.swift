import RoadSimulation
import Testing
import TestSupport
import TrafficModel

@Suite("Vehicle classes")
struct VehicleClassTests {
  private static let lorry = VehicleClass(
    name: "lorry", lengthMeters: 12, minimumGapMeters: 2.5, acceleration: 1.2, headwayFactor: 1.25,
    personsPerVehicle: 1, isHeavy: true)
  private static let motorcycle = VehicleClass(
    name: "motorcycle", lengthMeters: 2, minimumGapMeters: 0.5, acceleration: 3, personsPerVehicle: 1.1)

  /// One approach with nothing but vehicles of one class, or a mix.
  private func approach(
    _ classes: [VehicleClass], _ shares: [Double], vehiclesPerHour: Double = 1800, hours: Double = 0.25,
    lengthMeters: Double = 500, heavy: Double = 0, process: ArrivalProcess = .uniform
  ) -> Scenario {
    var scenario = TestRoads.singleApproach(
      lengthMeters: lengthMeters, vehiclesPerHour: vehiclesPerHour, process: process, hours: hours)
    scenario.demand.vehicleClasses = classes
    scenario.demand.sources[0].heavyVehicleShare = heavy
    scenario.demand.sources[0].classShares = shares.enumerated().map {
      ClassShare(vehicleClass: $0, share: $1)
    }
    return scenario
  }

  @Test("a class that is a passenger car in everything drives the same bytes as passenger cars")
  func sameAsCar() throws {
    let own = approach([VehicleClass(name: "family car")], [1], vehiclesPerHour: 900, process: .poisson)
    let usual = approach([], [], vehiclesPerHour: 900, process: .poisson)
    var first = try ScriptedStreet(own, constants: .field)
    var second = try ScriptedStreet(usual, constants: .field)
    first.runFixedCycle(60, green: 30)
    second.runFixedCycle(60, green: 30)
    #expect(first.road.records.count > 500)
    let isSame = first.road.records == second.road.records
    #expect(isSame)
  }

  @Test(
    "a long queue of one class has the headway of its reaction time and its own length, and so its equivalent"
  )
  func equivalent() throws {
    // Drivers of one mind: a slow one ahead on the exit would hold the queue back there.
    var constants = DriverConstants.field
    constants.speedFactorDeviation = 0
    for own in [Self.lorry, Self.motorcycle] {
      var street = try ScriptedStreet(
        approach([own], [1], hours: 0.5, lengthMeters: 1200), constants: constants)
      street.show(.red, at: 0)
      street.show(.green, at: 900)
      street.run(to: 1200)
      // From when the queue has its speed to the last that stood on the road.
      let times = Array(street.times(of: .stopLineCrossed).prefix(75).dropFirst(15))
      #expect(times.count == 60)
      let headway = (times[times.count - 1] - times[0]) / Double(times.count - 1)
      // The profile's car: 3600/1900 s with 7.5 m at 12 m/s; the rest of it is reaction.
      let reaction = 3600 / 1900.0 - 7.5 / 12
      let expected = own.headwayFactor * reaction + (own.lengthMeters + own.minimumGapMeters) / 12
      #expect(abs(headway - expected) < 0.01, "\(own.name): \(headway) s, \(expected) s")
    }
  }

  @Test("the start wave passes each vehicle in its own reaction time, whatever its length")
  func startWave() throws {
    for own in [Self.lorry, Self.motorcycle] {
      var street = try ScriptedStreet(approach([own], [1], lengthMeters: 300), constants: .field)
      street.show(.red, at: 0)
      street.show(.green, at: 600)
      street.run(to: 899)
      let started = try #require(street.times(of: .stopLineCrossed).first)
      let entered = try #require(street.times(of: .laneEntered, value: 0).first { $0 > 500 })
      let held = (300 / (own.lengthMeters + own.minimumGapMeters)).rounded(.down)
      // The profile's reaction time at this limit of 15 m/s.
      let reaction = (3600 / 1900.0 - 7.5 / 15) * own.headwayFactor
      let expected = held * reaction
      #expect(
        abs(entered - started - expected) < 0.05 * expected, "\(own.name): \(entered - started), \(expected)")
    }
  }

  @Test(
    "a lane before red holds as many vehicles as their lengths and gaps fill, the last one's tail hanging back"
  )
  func storage() throws {
    for (own, held) in [(Self.lorry, 14), (Self.motorcycle, 81)] {
      var street = try ScriptedStreet(approach([own], [1], lengthMeters: 200), constants: .field)
      street.show(.red, at: 0)
      street.run(to: 899)
      #expect(street.road.vehiclesPresent.onRoad == held)
    }
  }

  @Test("classes come in their shares, with heavy vehicles and passenger cars as the rest")
  func shares() throws {
    let scenario = approach(
      [Self.lorry, Self.motorcycle], [0.2, 0.1], vehiclesPerHour: 1200, hours: 5, heavy: 0.05,
      process: .poisson)
    var street = try ScriptedStreet(scenario, constants: .field)
    street.show(.green, at: 0)
    street.run(to: street.end.seconds)
    let measures = street.road.finish()
    let counts = measures.classes.map(\.demanded)
    #expect(counts.reduce(0, +) == measures.network.demanded)
    let total = Double(measures.network.demanded)
    for (count, share) in zip(counts, [0.65, 0.05, 0.2, 0.1]) {
      // Binomial, 99.9 %.
      let deviation = (total * share * (1 - share)).squareRoot()
      #expect(abs(Double(count) - total * share) < 3.29 * deviation, "\(counts)")
    }
    #expect(measures.classes.reduce(0) { $0 + $1.finished } == measures.network.finished)
  }

  @Test("a class that cannot drive faster takes its time, which is no delay of its own")
  func maximumSpeed() throws {
    let tractor = VehicleClass(name: "tractor", lengthMeters: 6, maximumSpeedMetersPerSecond: 8)
    var street = try ScriptedStreet(
      approach([tractor], [1], vehiclesPerHour: 60, hours: 0.25), constants: .field)
    street.show(.green, at: 0)
    street.run(to: street.end.seconds)
    let measures = street.road.finish()
    let vehicles = Double(measures.classes[2].finished)
    #expect(vehicles >= 10)
    // 1000 m at 8 m/s.
    #expect(abs(measures.classes[2].finishedTravelSeconds / vehicles - 125) < 0.5)
    #expect(measures.network.delaySeconds / vehicles < 0.01)
  }

  @Test("delay of persons is delay of vehicles times those on board, class by class, buses by their line")
  func persons() throws {
    var scenario = approach([Self.lorry], [0.3], vehiclesPerHour: 500, process: .poisson)
    scenario.demand.routes = [Route(name: "through", links: [LinkID(0), LinkID(1)])]
    scenario.demand.busLines = [
      BusLine(name: "7", route: 0, headwaySeconds: 120, vehicleClass: 0, personsPerVehicle: 30)
    ]
    var street = try ScriptedStreet(scenario, constants: .field)
    street.runFixedCycle(60, green: 25)
    let measures = street.road.finish()
    let buses = measures.routes[0]
    #expect(buses.demanded == 8 && buses.delaySeconds > 0)
    let cars = measures.classes[0]
    let lorries = measures.classes[2]
    #expect(abs(cars.personDelaySeconds - 1.5 * cars.delaySeconds) < 1e-6)
    let expected = lorries.delaySeconds - buses.delaySeconds + 30 * buses.delaySeconds
    #expect(abs(lorries.personDelaySeconds - expected) < 1e-6)
    #expect(abs(lorries.persons - Double(lorries.demanded - 8 + 240)) < 1e-9)
    let sum = measures.classes.reduce(0) { $0 + $1.personDelaySeconds }
    #expect(abs(sum - measures.network.personDelaySeconds) < 1e-6)
    // Everybody drives over the one stop line and is at the end of the road soon after.
    #expect(measures.movements[0].personDelaySeconds > 0.8 * sum)
  }

  @Test("a single trip drives the class that it names")
  func trips() throws {
    var scenario = TestRoads.openRoad(vehiclesPerHour: 0, hours: 0.2)
    scenario.demand.vehicleClasses = [Self.lorry, Self.motorcycle]
    scenario.demand.trips = [
      Trip(departureSeconds: 10, route: 0, vehicleClass: 1),
      Trip(departureSeconds: 60, route: 0, isHeavy: true),
      Trip(departureSeconds: 110, route: 0),
    ]
    var street = try ScriptedStreet(scenario, constants: .field)
    street.run(to: street.end.seconds)
    #expect(street.road.finish().classes.map(\.demanded) == [1, 1, 0, 1])
  }
}
