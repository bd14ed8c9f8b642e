import Testing
import TrafficModel

/// A one-way street of three signals, edge W → A → B → C → edge E, with a side street at each signal.
///
/// The way from A to B has a bend; B and C hang on one controller. Counts of the signals do not balance: B claims
/// 9000 veh/h, which the ways on both sides of it make up by mid-block sources and exits.
private struct CutStreet {
  var scenario: Scenario

  enum NodeName: Int { case a, b, c, bend, west, east }

  static func node(_ name: NodeName) -> NodeID { NodeID(name.rawValue) }

  init() {
    var network = Network()
    func node(_ name: String, _ control: NodeControl, _ x: Double, _ y: Double = 0) -> NodeID {
      network.nodes.append(Node(name: name, control: control, position: Point(xMeters: x, yMeters: y)))
      return NodeID(network.nodes.count - 1)
    }
    func link(_ name: String, _ from: NodeID, _ to: NodeID, _ length: Double = 300) -> LinkID {
      network.links.append(
        Link(
          name: name, from: from, to: to, lengthMeters: length, speedLimitMetersPerSecond: 15, lanes: [Lane()]
        ))
      return LinkID(network.links.count - 1)
    }
    let (a, b, c) = (node("A", .signal, 0), node("B", .signal, 600), node("C", .signal, 900))
    let (bend, west, east) = (
      node("bend", .uncontrolled, 300, 20), node("W", .external, -300), node("E", .external, 1200)
    )
    let entry = link("W-A", west, a)
    let middle = (link("A-bend", a, bend), link("bend-B", bend, b))
    let last = (link("B-C", b, c), link("C-E", c, east))
    var volumes: [Double] = []
    func movement(
      _ at: NodeID, _ from: LinkID, _ to: LinkID, _ volume: Double, group: Int?, yieldsTo: [MovementID] = []
    ) {
      network.movements.append(
        Movement(
          node: at, from: from, to: to, turn: .through, lanes: [0], protectedGroups: group.map { [$0] } ?? [],
          yieldsTo: yieldsTo))
      volumes.append(volume)
    }
    movement(a, entry, middle.0, 600, group: 0)
    movement(bend, middle.0, middle.1, 600, group: nil)
    movement(b, middle.1, last.0, 9000, group: 0)
    movement(c, last.0, last.1, 700, group: 0)
    var sources = [VehicleSource(name: "west", link: entry, flow: [FlowStep(vehiclesPerHour: 600)])]
    for (junction, name, flow) in [(a, "A", 100.0), (b, "B", 5000), (c, "C", 300)] {
      let x = network[junction].position.xMeters
      let from = node("south of \(name)", .external, x, -300)
      let to = node("north of \(name)", .external, x, 300)
      let links = (link("S-\(name)", from, junction), link("\(name)-N", junction, to))
      let main = network.movements.firstIndex { $0.node == junction } ?? 0
      movement(junction, links.0, links.1, flow, group: 1, yieldsTo: [MovementID(main)])
      sources.append(
        VehicleSource(
          name: "south of \(name)", link: links.0, flow: [FlowStep(vehiclesPerHour: flow)],
          heavyVehicleShare: junction == c ? 0.2 : 0))
    }
    sources += [
      VehicleSource(
        name: "drives before the bend", link: middle.0, isMidblock: true,
        flow: [FlowStep(vehiclesPerHour: 8400)]),
      VehicleSource(
        name: "drives behind C", link: last.1, isMidblock: true, flow: [FlowStep(vehiclesPerHour: 50)]),
    ]
    var exits = network.links.map { _ in 0.0 }
    exits[last.0.index] = 0.9
    exits[last.1.index] = 0.1
    network.crosswalks = [(b, "over B"), (c, "over C")].map {
      Crosswalk(name: $1, node: $0, lengthMeters: 12, group: nil)
    }
    network.detectors = ["S-A", "S-B", "S-C"].map { name in
      let place = network.links.firstIndex { $0.name == name } ?? 0
      return Detector(name: "on \(name)", link: LinkID(place), lane: 0, distanceMeters: 0, lengthMeters: 12)
    }
    func controller(_ name: String, _ nodes: [NodeID], detectors: [Int]) -> SignalController {
      var controller = TestSignals.twoStages(name, nodes: nodes)
      controller.detectors = detectors.map {
        DetectorAssignment(detector: DetectorID($0), calls: [], extends: [])
      }
      return controller
    }
    scenario = Scenario(
      name: "cut street", network: network,
      controllers: [controller("one", [a], detectors: [0]), controller("two", [b, c], detectors: [1, 2])],
      demand: Demand(
        sources: sources,
        turning: [
          TurningStep(vehiclesPerHour: volumes, midblockExitShare: exits),
          TurningStep(
            startSeconds: 1800, vehiclesPerHour: volumes.map { $0 / 2 }, midblockExitShare: exits),
        ],
        pedestrians: [
          PedestrianFlow(crosswalk: CrosswalkID(0), pedestriansPerHour: 90),
          PedestrianFlow(crosswalk: CrosswalkID(1), pedestriansPerHour: 60),
        ]),
      run: RunSettings(warmUp: .zero, duration: TimeSpan(seconds: 3600)), corridor: [entry, middle.0])
  }

  func without(_ names: NodeName...) -> Scenario {
    scenario.removing(junctions: Set(names.map { Self.node($0) }))
  }
}

private enum TestSignals {
  static func twoStages(_ name: String, nodes: [NodeID]) -> SignalController {
    var conflicts = ConflictMatrix(count: 2)
    conflicts[0, 1] = .excluded
    var intergreens = IntergreenMatrix(count: 2)
    intergreens[0, 1] = TimeSpan(seconds: 5)
    intergreens[1, 0] = TimeSpan(seconds: 5)
    let half = TimeSpan(seconds: 30)
    return SignalController(
      name: name, nodes: nodes,
      groups: ["main", "side"].map {
        SignalGroup(
          name: $0, losing: [TimedIndication(.yellow, TimeSpan(seconds: 3))],
          minimumGreen: TimeSpan(seconds: 5))
      },
      conflicts: conflicts, intergreens: intergreens,
      stages: [0, 1].map {
        Stage(
          name: "\($0)", groups: [$0], minimumDuration: TimeSpan(seconds: 10),
          maximumDuration: TimeSpan(seconds: 60))
      },
      patterns: [
        Pattern(
          number: 1, cycle: half * 2, offset: .zero,
          timing: .stages([0, 1].map { StageInterval(stage: $0, duration: half) }))
      ])
  }
}

@Suite("A scenario without some of its junctions")
struct ScenarioReductionTests {
  @Test("what is left passes every check, whichever junctions go")
  func soundness() {
    let street = CutStreet()
    #expect(street.scenario.findings().filter { $0.severity == .error } == [])
    for reduced in [street.without(.a), street.without(.b), street.without(.c), street.without(.a, .c)] {
      #expect(reduced.findings().filter { $0.severity == .error } == [])
    }
  }

  @Test("nothing removed changes nothing")
  func nothingRemoved() {
    let street = CutStreet()
    let isSame = street.without() == street.scenario
    #expect(isSame)
  }

  @Test("a removed junction becomes an edge, and nodes, links and detectors keep their numbers")
  func places() {
    let street = CutStreet()
    let reduced = street.without(.b)
    #expect(reduced.network[CutStreet.node(.b)].control == .external)
    #expect(reduced.network.nodes.map(\.name) == street.scenario.network.nodes.map(\.name))
    #expect(reduced.network.links == street.scenario.network.links)
    #expect(reduced.network.detectors == street.scenario.network.detectors)
    #expect(reduced.corridor == street.scenario.corridor)
  }

  @Test("movements are renumbered, and with them who yields to whom")
  func movements() {
    let street = CutStreet()
    let old = street.scenario.network
    let new = street.without(.b).network
    #expect(new.movements.count == old.movements.count - 2)
    for movement in new.movements {
      let before = old.movements.first { $0.from == movement.from && $0.to == movement.to }
      #expect(movement.node != CutStreet.node(.b))
      #expect(before?.yieldsTo.map { old[$0].from } == movement.yieldsTo.map { new[$0].from })
    }
    // The side street of C still yields to C's main street, which has another number now.
    let side = new.movements.last
    #expect(side?.yieldsTo == [MovementID(2)])
    #expect(new[MovementID(2)].node == CutStreet.node(.c))
  }

  @Test("volumes follow their movements in every step")
  func volumes() {
    let street = CutStreet()
    let reduced = street.without(.b)
    let names = reduced.network.movements.map { reduced.network[$0.from].name }
    #expect(names == ["W-A", "A-bend", "B-C", "S-A", "S-C"])
    #expect(reduced.demand.turning.map(\.startSeconds) == [0, 1800])
    #expect(reduced.demand.turning[0].vehiclesPerHour == [600, 600, 700, 100, 300])
    #expect(reduced.demand.turning[1].vehiclesPerHour == [300, 300, 350, 50, 150])
  }

  @Test("crosswalks and their pedestrians are renumbered together")
  func crosswalks() {
    let reduced = CutStreet().without(.b)
    #expect(reduced.network.crosswalks.map(\.name) == ["over C"])
    #expect(
      reduced.demand.pedestrians == [PedestrianFlow(crosswalk: CrosswalkID(0), pedestriansPerHour: 60)])
  }

  @Test("behind the cut vehicles enter as the next junction counts them, step by step")
  func boundarySource() throws {
    let reduced = CutStreet().without(.b)
    let source = try #require(reduced.demand.sources.last)
    #expect(source.name == "counted on B-C")
    #expect(reduced.network[source.link].name == "B-C")
    #expect(!source.isMidblock)
    #expect(
      source.flow
        == [700, 350].enumerated().map { FlowStep(startSeconds: [0, 1800][$0], vehiclesPerHour: $1) })
    // 60 heavy vehicles of all that the sources send.
    #expect(abs(source.heavyVehicleShare - 60.0 / (600 + 100 + 5000 + 300 + 8400 + 50)) < 1e-12)
  }

  @Test("behind a bend the counts are those of the junction after it, and the bend carries them")
  func boundarySourceBeforeBend() throws {
    let reduced = CutStreet().without(.a)
    let source = try #require(reduced.demand.sources.last)
    #expect(source.name == "counted on A-bend")
    #expect(source.flow.map(\.vehiclesPerHour) == [9000, 4500])
    let bend = reduced.network.movements.firstIndex { $0.node == CutStreet.node(.bend) }
    #expect(reduced.demand.turning.map { $0.vehiclesPerHour[bend ?? 0] } == [9000, 4500])
  }

  @Test("mid-block sources and exits that balanced the counts go, also beyond a bend; others stay")
  func midblock() {
    let street = CutStreet()
    let reduced = street.without(.b)
    let names = reduced.demand.sources.map(\.name)
    #expect(names == ["west", "south of A", "south of C", "drives behind C", "counted on B-C"])
    for step in reduced.demand.turning {
      let shares = zip(reduced.network.links, step.midblockExitShare).filter { $0.1 > 0 }
      #expect(shares.map(\.0.name) == ["C-E"])
    }
  }

  @Test("no vehicle enters that would reach nothing but the cut or the edge")
  func uselessSources() {
    let reduced = CutStreet().without(.a, .c)
    // W-A and both side streets end at a cut; C-E and the side streets behind A and C lead out at once.
    #expect(reduced.demand.sources.map(\.name) == ["south of B", "counted on A-bend"])
  }

  @Test("a controller goes with its last junction, and one with a junction left keeps its timing")
  func controllers() {
    let street = CutStreet()
    let half = street.without(.b)
    #expect(half.controllers.map(\.name) == ["one", "two"])
    #expect(half.controllers[1].nodes == [CutStreet.node(.c)])
    #expect(half.controllers[1].patterns == street.scenario.controllers[1].patterns)
    #expect(half.controllers[1].detectors == street.scenario.controllers[1].detectors)
    let last = street.without(.a)
    #expect(last.controllers.map(\.name) == ["two"])
    #expect(street.without(.b, .c).controllers.map(\.name) == ["one"])
  }

  @Test("detectors before the cut belong to no controller, or to one that gets no vehicle over them")
  func detectors() {
    let street = CutStreet()
    let gone = street.without(.a)
    let assigned = gone.controllers.flatMap { $0.detectors.map { gone.network[$0.detector].name } }
    #expect(assigned == ["on S-B", "on S-C"])
    let half = street.without(.b)
    let links = half.controllers[1].detectors.map { half.network[$0.detector].link }
    #expect(links.map { half.network[$0].name } == ["S-B", "S-C"])
    #expect(!half.demand.sources.contains { $0.link == links[0] })
  }
}
