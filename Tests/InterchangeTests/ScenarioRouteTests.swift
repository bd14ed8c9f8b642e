import Testing
import TrafficModel

@testable import Interchange

@Suite("Routes, trips, bus lines and incidents of a scenario file")
struct ScenarioRouteTests {
  private static let path = "Tests/InterchangeTests/Fixtures/good/routes.json"

  private func scenario() throws -> Scenario {
    try ScenarioReader.read(ScenarioFiles.bytes(Self.path), file: Self.path).scenario
  }

  private func names(_ route: Route, _ network: Network) -> [String] { route.links.map { network[$0].name } }

  @Test("a flow from link to link becomes a flow along the fastest route, one route for each pair of links")
  func flowsFromLinkToLink() throws {
    let scenario = try scenario()
    let demand = scenario.demand
    #expect(demand.routes.map(\.name) == ["straight on", "to the hill", "N-C to C-W", "W-C to C-E"])
    #expect(names(demand.routes[2], scenario.network) == ["N-C", "C-W"])
    #expect(
      demand.routeFlows.map(\.name) == ["commuters", "shoppers", "N-C to C-W", "lorries", "W-C to C-E"])
    #expect(demand.routeFlows.map(\.route) == [0, 1, 2, 2, 3])
    #expect(demand.routeFlows[2].flow.map(\.vehiclesPerHour) == [100, 140])
    #expect(demand.routeFlows[3].heavyVehicleShare == 1)
    #expect(demand.routeFlows[3].process == .uniform)
  }

  @Test("trips, bus lines and incidents keep their times and places in seconds and metres")
  func timesAndPlaces() throws {
    let scenario = try scenario()
    #expect(
      scenario.demand.trips == [
        Trip(departureSeconds: 61.25, route: 1), Trip(departureSeconds: 90, route: 0, isHeavy: true),
        Trip(departureSeconds: 95, route: 0, vehicleClass: 1),
      ])
    let line = scenario.demand.busLines[0]
    #expect(line.headwaySeconds == 240 && line.firstSeconds == 30)
    #expect(line.stops[1] == BusStop(link: LinkID(4), distanceMeters: 800 * 0.3048, dwellSeconds: 12.5))
    #expect(scenario.incidents.map(\.capacityShare) == [0, 0.6])
    #expect(scenario.incidents[1].lengthMeters == 100 * 0.3048)
  }

  @Test(
    "vehicle classes keep their values in metres and seconds, and flows, trips and buses find them by name")
  func vehicleClasses() throws {
    let demand = try scenario().demand
    #expect(
      demand.vehicleClasses == [
        VehicleClass(
          name: "lorry", lengthMeters: 16.5, minimumGapMeters: 3, acceleration: 0.9, deceleration: 3,
          headwayFactor: 1.25, maximumSpeedMetersPerSecond: 80 / 3.6, isHeavy: true),
        VehicleClass(
          name: "motorcycle", lengthMeters: 7 * 0.3048, minimumGapMeters: 2 * 0.3048,
          maximumSpeedMetersPerSecond: 80 * 0.44704, personsPerVehicle: 1.1),
        VehicleClass(name: "tractor", lengthMeters: 6, maximumSpeedMetersPerSecond: 8),
      ])
    #expect(
      demand.sources[0].classShares == [
        ClassShare(vehicleClass: 1, share: 0.1), ClassShare(vehicleClass: 0, share: 0.05),
      ])
    #expect(demand.routeFlows[0].classShares == [ClassShare(vehicleClass: 0, share: 0.03)])
    #expect(demand.routeFlows[4].classShares == [ClassShare(vehicleClass: 2, share: 1)])
    #expect(demand.busLines.map(\.vehicleClass) == [nil, 0])
    #expect(demand.busLines.map(\.personsPerVehicle) == [15, 22.5])
  }

  @Test("expected vehicles count flows along routes, trips and buses")
  func expectedVehicles() throws {
    let scenario = try scenario()
    // 660 s: source 300/h; routes 200 for 300 s then 260.5, 40, 100 for 120 s then 140, 20, 30; three trips; buses at 30,
    // 270, 510 and at 0, 300, 600.
    let flows: Double = 300 * 660 + 200 * 300 + 260.5 * 360 + 40 * 660 + 100 * 120 + 140 * 540 + 50 * 660
    let expected = flows / 3600 + 3 + 6
    #expect(abs(scenario.demand.expectedVehicles(run: scenario.run) - expected) < 1e-9)
  }

  @Test("without sources no turning volumes are needed")
  func routesAlone() throws {
    let bytes = try ScenarioFiles.bytes(Self.path)
    var text = String(decoding: bytes, as: UTF8.self)
    let begin = try #require(text.firstRange(of: "\"sources\""))
    let end = try #require(text.firstRange(of: "\"routes\": ["))
    text.removeSubrange(begin.lowerBound..<end.lowerBound)
    let (scenario, warnings) = try ScenarioReader.read(Array(text.utf8), file: "x")
    #expect(scenario.demand.turning.isEmpty && scenario.demand.sources.isEmpty)
    #expect(warnings == [])
  }

  @Test("every flow that has no way is reported")
  func severalWithoutWay() throws {
    let bytes = try ScenarioFiles.bytes(Self.path)
    var text = String(decoding: bytes, as: UTF8.self)
    for flow in ["", "\"name\": \"lorries\", "] {
      text.replace(
        "{ \(flow)\"from\": \"N-C\", \"to\": \"C-W\", \"flow",
        with: "{ \(flow)\"from\": \"C-W\", \"to\": \"N-C\", \"flow")
    }
    do {
      _ = try ScenarioReader.read(Array(text.utf8), file: "x")
      Issue.record("read a flow without way")
    } catch {
      // The second flow of the same pair is as wrong as the first.
      #expect(error.errors.map(\.path) == ["$.demand.odFlows[0]", "$.demand.odFlows[1]"])
    }
  }
}
