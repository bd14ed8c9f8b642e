import Foundation
import TrafficModel

/// Small roads for tests: one approach, one signal, nothing that the test did not ask for.
public enum TestRoads {
  /// Link `approach` from outside to a signal whose group 0 governs the only movement, and link `exit` behind it.
  public static func singleApproach(
    lengthMeters: Double = 500, speed: Double = 15, lanes: [Lane] = [Lane()], vehiclesPerHour: Double,
    process: ArrivalProcess = .uniform, hours: Double = 1, innerLengthMeters: Double = 0,
    detectors: [Detector] = []
  ) -> Scenario {
    let nodes = [
      Node(name: "west", control: .external, position: Point(xMeters: -lengthMeters, yMeters: 0)),
      Node(name: "junction", control: .signal, position: Point(xMeters: 0, yMeters: 0)),
      Node(name: "east", control: .external, position: Point(xMeters: 500, yMeters: 0)),
    ]
    let links = [
      Link(
        name: "approach", from: NodeID(0), to: NodeID(1), lengthMeters: lengthMeters,
        speedLimitMetersPerSecond: speed, lanes: lanes),
      Link(
        name: "exit", from: NodeID(1), to: NodeID(2), lengthMeters: 500, speedLimitMetersPerSecond: speed,
        lanes: lanes.filter { $0.pocketMeters == nil }),
    ]
    let movement = Movement(
      node: NodeID(1), from: LinkID(0), to: LinkID(1), turn: .through, lanes: Array(lanes.indices),
      protectedGroups: [0], innerLengthMeters: innerLengthMeters)
    return Scenario(
      name: "single approach",
      network: Network(nodes: nodes, links: links, movements: [movement], detectors: detectors),
      controllers: [twoStages(nodes: [NodeID(1)])],
      demand: Demand(
        sources: [
          VehicleSource(
            name: "west", link: LinkID(0), flow: [FlowStep(vehiclesPerHour: vehiclesPerHour)],
            process: process)
        ],
        turning: [TurningStep(vehiclesPerHour: [vehiclesPerHour], midblockExitShare: [0, 0])]),
      run: RunSettings(warmUp: .zero, duration: TimeSpan(seconds: hours * 3600)))
  }

  /// A controller with two groups that exclude each other, half a cycle each; tests that show lamps by hand need it
  /// only so that the groups exist.
  public static func twoStages(nodes: [NodeID], cycleSeconds: Double = 60) -> SignalController {
    var conflicts = ConflictMatrix(count: 2)
    conflicts[0, 1] = .excluded
    var intergreens = IntergreenMatrix(count: 2)
    intergreens[0, 1] = TimeSpan(seconds: 5)
    intergreens[1, 0] = TimeSpan(seconds: 5)
    let groups = ["main", "side"].map { name in
      SignalGroup(
        name: name, losing: [TimedIndication(.yellow, TimeSpan(seconds: 3))],
        minimumGreen: TimeSpan(seconds: 5))
    }
    let stages = [0, 1].map { group in
      Stage(
        name: "\(group)", groups: [group], minimumDuration: TimeSpan(seconds: 10),
        maximumDuration: TimeSpan(seconds: 60))
    }
    let half = TimeSpan(seconds: cycleSeconds / 2)
    return SignalController(
      name: "junction", nodes: nodes, groups: groups, conflicts: conflicts, intergreens: intergreens,
      stages: stages,
      patterns: [
        Pattern(
          number: 1, cycle: half * 2, offset: .zero,
          timing: .stages([
            StageInterval(stage: 0, duration: half), StageInterval(stage: 1, duration: half),
          ]))
      ])
  }
}

extension TestRoads {
  /// A saturated turn that yields to one crossing stream at a priority node: movement 0 goes first, movement 1 waits.
  public static func yieldingTurn(
    majorVehiclesPerHour: Double, criticalGapSeconds: Double, hours: Double = 4
  ) -> Scenario {
    func node(_ name: String, _ control: NodeControl, _ x: Double, _ y: Double) -> Node {
      Node(name: name, control: control, position: Point(xMeters: x, yMeters: y))
    }
    func link(_ name: String, _ from: Int, _ to: Int) -> Link {
      Link(
        name: name, from: NodeID(from), to: NodeID(to), lengthMeters: 300, speedLimitMetersPerSecond: 15,
        lanes: [Lane()])
    }
    let network = Network(
      nodes: [
        node("centre", .priority, 0, 0), node("west", .external, -300, 0), node("east", .external, 300, 0),
        node("south", .external, 0, -300),
      ],
      links: [
        link("from west", 1, 0), link("to east", 0, 2), link("from east", 2, 0), link("to south", 0, 3),
      ],
      movements: [
        Movement(
          node: NodeID(0), from: LinkID(0), to: LinkID(1), turn: .through, lanes: [0], innerLengthMeters: 15),
        Movement(
          node: NodeID(0), from: LinkID(2), to: LinkID(3), turn: .left, lanes: [0],
          yieldsTo: [MovementID(0)], innerLengthMeters: 15, turningSpeedMetersPerSecond: 7,
          criticalGapSeconds: criticalGapSeconds),
      ])
    return Scenario(
      name: "yielding turn", network: network,
      demand: Demand(
        sources: [
          VehicleSource(
            name: "major", link: LinkID(0), flow: [FlowStep(vehiclesPerHour: majorVehiclesPerHour)]),
          VehicleSource(name: "minor", link: LinkID(2), flow: [FlowStep(vehiclesPerHour: 2000)]),
        ],
        turning: [
          TurningStep(
            vehiclesPerHour: [majorVehiclesPerHour, 2000], midblockExitShare: [0, 0, 0, 0])
        ]),
      run: RunSettings(warmUp: TimeSpan(seconds: 300), duration: TimeSpan(seconds: hours * 3600)))
  }
}

extension TestRoads {
  /// Two links one behind the other, `first` and `second`, without anything that holds vehicles back; all vehicles drive
  /// the route along both.
  public static func openRoad(
    lanes: Int = 1, lengthMeters: Double = 1000, vehiclesPerHour: Double, process: ArrivalProcess = .uniform,
    hours: Double = 1
  ) -> Scenario {
    func node(_ name: String, _ control: NodeControl, _ x: Double) -> Node {
      Node(name: name, control: control, position: Point(xMeters: x, yMeters: 0))
    }
    let links = ["first", "second"].enumerated().map { index, name in
      Link(
        name: name, from: NodeID(index), to: NodeID(index + 1), lengthMeters: lengthMeters,
        speedLimitMetersPerSecond: 15, lanes: Array(repeating: Lane(), count: lanes))
    }
    let movement = Movement(
      node: NodeID(1), from: LinkID(0), to: LinkID(1), turn: .through, lanes: Array(0..<lanes),
      innerLengthMeters: 0)
    var demand = Demand(routes: [Route(name: "along", links: [LinkID(0), LinkID(1)])])
    if vehiclesPerHour > 0 {
      demand.routeFlows = [
        RouteFlow(
          name: "cars", route: 0, flow: [FlowStep(vehiclesPerHour: vehiclesPerHour)], process: process)
      ]
    }
    return Scenario(
      name: "open road",
      network: Network(
        nodes: [
          node("west", .external, -lengthMeters), node("middle", .uncontrolled, 0),
          node("east", .external, lengthMeters),
        ], links: links, movements: [movement]),
      demand: demand, run: RunSettings(warmUp: .zero, duration: TimeSpan(seconds: hours * 3600)))
  }
}
