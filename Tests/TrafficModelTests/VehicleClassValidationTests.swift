import Testing
import TestSupport
import TrafficModel

@Suite("References of scenarios made by code")
struct DanglingReferenceTests {
  @Test("a corridor over a link, or a controller of a node, that does not exist is told and traps nothing")
  func dangling() {
    var scenario = TestRoads.singleApproach(vehiclesPerHour: 600, innerLengthMeters: 10)
    scenario.corridor = [LinkID(0), LinkID(99)]
    #expect(scenario.findings().contains { $0.rule == "corridor-link" && $0.severity == .error })
    scenario.corridor = []
    scenario.controllers[0].nodes.append(NodeID(77))
    #expect(scenario.findings().contains { $0.rule == "controller-node" && $0.severity == .error })
  }
}

@Suite("Vehicle class checks")
struct VehicleClassValidationTests {
  private func rules(_ change: (inout Demand) -> Void) -> [String] {
    var scenario = TestRoads.singleApproach(vehiclesPerHour: 600)
    scenario.demand.vehicleClasses = [
      VehicleClass(name: "lorry", lengthMeters: 12, isHeavy: true), VehicleClass(name: "van"),
    ]
    change(&scenario.demand)
    return scenario.demand.findings(in: scenario.network, run: scenario.run).map(\.rule)
  }

  @Test("classes and shares that fit pass")
  func valid() {
    #expect(rules { $0.sources[0].classShares = [ClassShare(vehicleClass: 0, share: 0.2)] }.isEmpty)
    #expect(
      rules {
        $0.sources[0].heavyVehicleShare = 0.7
        $0.sources[0].classShares = [ClassShare(vehicleClass: 1, share: 0.3)]
      }.isEmpty)
  }

  @Test("a second class of one name, or the name of a built-in one, is refused")
  func names() {
    #expect(rules { $0.vehicleClasses[1].name = "lorry" } == ["name-duplicate"])
    #expect(rules { $0.vehicleClasses[1].name = "car" } == ["name-duplicate"])
  }

  @Test("lengths and speeds out of all bounds are refused")
  func values() {
    #expect(rules { $0.vehicleClasses[0].lengthMeters = 0 } == ["class-value"])
    #expect(rules { $0.vehicleClasses[0].maximumSpeedMetersPerSecond = .nan } == ["class-value"])
    #expect(rules { $0.vehicleClasses[0].acceleration = -1 } == ["class-value"])
  }

  @Test("shares that sum to more than one, name a class twice or none that exists, are refused")
  func shares() {
    #expect(
      rules {
        $0.sources[0].heavyVehicleShare = 0.8
        $0.sources[0].classShares = [ClassShare(vehicleClass: 0, share: 0.3)]
      } == ["class-shares"])
    #expect(
      rules {
        $0.sources[0].classShares = [
          ClassShare(vehicleClass: 0, share: 0.1), ClassShare(vehicleClass: 0, share: 0.1),
        ]
      } == ["class-twice"])
    #expect(
      rules { $0.sources[0].classShares = [ClassShare(vehicleClass: 5, share: 0.1)] } == ["class-missing"])
    #expect(
      rules {
        $0.routes = [Route(name: "r", links: [LinkID(0), LinkID(1)])]
        $0.trips = [Trip(departureSeconds: 0, route: 0, vehicleClass: 2)]
        $0.busLines = [BusLine(name: "1", route: 0, headwaySeconds: 60, vehicleClass: -1)]
      } == ["class-missing", "class-missing"])
  }

  @Test("heavy classes count as heavy vehicles in the share that capacity analyses use")
  func heavyShare() {
    var scenario = TestRoads.singleApproach(vehiclesPerHour: 600)
    scenario.demand.vehicleClasses = [
      VehicleClass(name: "lorry", lengthMeters: 12, isHeavy: true), VehicleClass(name: "van"),
    ]
    scenario.demand.sources[0].heavyVehicleShare = 0.05
    scenario.demand.sources[0].classShares = [
      ClassShare(vehicleClass: 0, share: 0.1), ClassShare(vehicleClass: 1, share: 0.2),
    ]
    #expect(abs(scenario.demand.heavyShare(of: scenario.demand.sources[0]) - 0.15) < 1e-12)
  }
}
