import TrafficModel

/// A street from west to east with a signal every 400 m, pockets for left turns and a crosswalk each.
struct SyntheticScenario {
  private(set) var network = Network()
  private var controllers: [SignalController] = []
  private var eastbound: [LinkID] = []
  private var linkByName: [String: LinkID] = [:]
  private let options: SyntheticStudy.Options

  var scenario: Scenario {
    let sources = network.links.indices.filter { network[network.links[$0].from].control == .external }
      .map {
        VehicleSource(
          name: "source \(network.links[$0].name)", link: LinkID($0),
          flow: [FlowStep(vehiclesPerHour: options.hasVehicles ? 600 : 0)])
      }
    return Scenario(
      name: options.name, summary: "A street with \(options.junctions) signals.", units: options.units,
      network: network,
      controllers: controllers,
      demand: Demand(
        sources: sources,
        turning: [
          TurningStep(
            vehiclesPerHour: network.movements.map { _ in 200 },
            midblockExitShare: network.links.map { _ in 0 })
        ]),
      run: RunSettings(warmUp: TimeSpan(seconds: 600), duration: TimeSpan(seconds: 3600)),
      corridor: options.hasCorridor ? eastbound : [])
  }

  init(_ options: SyntheticStudy.Options) {
    self.options = options
    let count = options.junctions
    let control: NodeControl = options.hasSignals ? .signal : .priority
    for index in 0..<count {
      network.nodes.append(
        Node(
          name: "\(index + 1)", title: "\(["Oak", "Elm", "Ash", "Fir"][index % 4]) Street", control: control,
          position: Point(xMeters: Double(index) * 400, yMeters: Double(index % 3) * 30)))
    }
    let west = external("W", -400, 0)
    let east = external("E", Double(count) * 400, 0)
    if count == 0 {
      link("EB", west, east, 400, lanes: 1, street: "Main Street")
      return
    }
    for index in 0..<count {
      let x = Double(index) * 400
      let north = external("N\(index + 1)", x, 300)
      let south = external("S\(index + 1)", x, -300)
      let here = NodeID(index)
      let left = index == 0 ? west : NodeID(index - 1)
      let right = index == count - 1 ? east : NodeID(index + 1)
      eastbound.append(link("EB\(index + 1)", left, here, 380, lanes: 3, street: "Main Street"))
      link("WB\(index + 1)", right, here, 380, lanes: 3, street: "Main Street")
      link("NB\(index + 1)", south, here, 280, lanes: 2, street: "Side \(index + 1)")
      link("SB\(index + 1)", north, here, 280, lanes: 2, street: "Side \(index + 1)")
      link("NX\(index + 1)", here, north, 280, lanes: 1, street: "Side \(index + 1)")
      link("SX\(index + 1)", here, south, 280, lanes: 1, street: "Side \(index + 1)")
    }
    link("WX", NodeID(0), west, 380, lanes: 2, street: "Main Street")
    let last = link("EX", NodeID(count - 1), east, 380, lanes: 2, street: "Main Street")
    eastbound.append(last)
    for index in 0..<count { addMovements(at: index) }
    if options.hasPedestrians {
      for index in 0..<count {
        network.crosswalks.append(
          Crosswalk(
            name: "C\(index + 1)", node: NodeID(index), lengthMeters: 14, group: options.hasSignals ? 8 : nil)
        )
      }
    }
    if options.hasSignals {
      for index in 0..<count {
        controllers.append(
          index % 2 == 0 ? ringController(at: index) : stageController(at: index))
      }
    }
  }

  private mutating func external(_ name: String, _ x: Double, _ y: Double) -> NodeID {
    network.nodes.append(
      Node(name: name, control: .external, position: Point(xMeters: x, yMeters: y)))
    return NodeID(network.nodes.count - 1)
  }

  @discardableResult
  private mutating func link(
    _ name: String, _ from: NodeID, _ to: NodeID, _ length: Double, lanes: Int, street: String
  ) -> LinkID {
    var list = (0..<lanes).map { _ in Lane() }
    if lanes > 1 && network[to].control != .external { list[lanes - 1].pocketMeters = 60 }
    network.links.append(
      Link(
        name: name, title: street, from: from, to: to, lengthMeters: length, speedLimitMetersPerSecond: 13.9,
        lanes: list))
    linkByName[name] = LinkID(network.links.count - 1)
    return LinkID(network.links.count - 1)
  }

  private func linkID(_ name: String) -> LinkID {
    linkByName[name] ?? LinkID(0)
  }

  private mutating func addMovements(at index: Int) {
    let n = index + 1
    let count = options.junctions
    let east = index == count - 1 ? "EX" : "EB\(n + 1)"
    let west = index == 0 ? "WX" : "WB\(n - 1)"
    let ways: [(String, String, Turn, [Int], Int)] = [
      ("WB\(n)", "SX\(n)", .left, [2], 0), ("EB\(n)", east, .through, [0, 1], 1),
      ("SB\(n)", east, .left, [1], 2), ("NB\(n)", "NX\(n)", .through, [0], 3),
      ("EB\(n)", "NX\(n)", .left, [2], 4), ("WB\(n)", west, .through, [0, 1], 5),
      ("NB\(n)", west, .left, [1], 6), ("SB\(n)", "SX\(n)", .through, [0], 7),
    ]
    for (from, to, turn, lanes, group) in ways {
      network.movements.append(
        Movement(
          node: NodeID(index), from: linkID(from), to: linkID(to), turn: turn, lanes: lanes,
          protectedGroups: options.hasSignals ? [group] : []))
    }
  }

  // MARK: Controllers

  private var groups: [SignalGroup] {
    (1...8).map {
      SignalGroup(
        name: "\($0)", losing: [TimedIndication(.yellow, TimeSpan(seconds: 3.5))],
        minimumGreen: TimeSpan(seconds: 5))
    } + [
      SignalGroup(
        name: "P4", kind: .pedestrian, losing: [TimedIndication(.flashingRed, TimeSpan(seconds: 11))],
        minimumGreen: TimeSpan(seconds: 7))
    ]
  }

  private func conflictData() -> (ConflictMatrix, IntergreenMatrix) {
    var conflicts = ConflictMatrix(count: 9)
    var intergreens = IntergreenMatrix(count: 9)
    let diagram = RingBarrierDiagram(rings: [[[0, 1], [2, 3]], [[4, 5], [6, 7]]])
    for a in 0..<8 {
      for b in 0..<8 where a != b && !diagram.areConcurrent(a, b) {
        conflicts[a, b] = .excluded
        intergreens[a, b] = TimeSpan(seconds: 5)
      }
    }
    return (conflicts, intergreens)
  }

  private func ringController(at index: Int) -> SignalController {
    let (conflicts, intergreens) = conflictData()
    let diagram = RingBarrierDiagram(rings: [[[0, 1], [2, 3]], [[4, 5], [6, 7]]])
    let phases = (0..<8).map {
      Phase(
        number: $0 + 1, groups: [$0], pedestrianGroup: $0 == 3 ? 8 : nil, minimumGreen: TimeSpan(seconds: 5),
        maximumGreen: TimeSpan(seconds: 40), passage: TimeSpan(seconds: 2), yellow: TimeSpan(seconds: 3.5),
        redClearance: TimeSpan(seconds: 1.5))
    }
    let splits = [15, 35, 15, 25, 18, 32, 15, 25].map { TimeSpan(seconds: $0) }
    return SignalController(
      name: "\(index + 1)", nodes: [NodeID(index)], groups: groups, conflicts: conflicts,
      intergreens: intergreens, phases: phases, diagram: diagram,
      patterns: [
        Pattern(
          number: 1, cycle: TimeSpan(seconds: 90), offset: TimeSpan(seconds: 27 * Double(index)),
          timing: .ringBarrier(diagram: diagram, splits: splits, referencePhases: [1, 5]))
      ])
  }

  private func stageController(at index: Int) -> SignalController {
    let (conflicts, intergreens) = conflictData()
    let stages = [("Main", [1, 5]), ("Main left", [0, 4]), ("Side", [3, 7, 8]), ("Side left", [2, 6])].map {
      Stage(
        name: $0.0, groups: $0.1, minimumDuration: TimeSpan(seconds: 10),
        maximumDuration: TimeSpan(seconds: 50))
    }
    let chain = zip(0..<4, [32.0, 16, 28, 14]).map {
      StageInterval(stage: $0.0, duration: TimeSpan(seconds: $0.1))
    }
    return SignalController(
      name: "\(index + 1)", nodes: [NodeID(index)], groups: groups, conflicts: conflicts,
      intergreens: intergreens, stages: stages,
      patterns: [
        Pattern(
          number: 1, cycle: TimeSpan(seconds: 90), offset: TimeSpan(seconds: 29), timing: .stages(chain))
      ])
  }
}
