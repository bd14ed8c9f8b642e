import TrafficModel

/// The lanes, movements and exits of one controller's junctions as flat tables; what never changes in a run.
struct JunctionStreet: Sendable {
  struct LaneData: Sendable {
    /// Number in the network.
    var lane: Int32
    var link: Int32
    var lengthMeters: Float
    /// Of a pocket its own length, otherwise that of the link.
    var speed: Float
    var isPocket: Bool
    /// Range of the movements that it serves, in `movementsOfLane`.
    var movements: Range<Int32>
    /// Local lane that vehicles for this pocket come from; −1 for a lane that runs the whole link.
    var parent: Int32
    /// Whether vehicles come from another controlled junction, whose outflow is known.
    var isFedBySignal: Bool
    /// Along the way that is seen if sensors reach so far: the link, and the links before it.
    var approachMeters: Float
    /// Detectors of the controller that lie on it, as places in its list.
    var detectors: [Int] = []
  }

  struct MovementData: Sendable {
    /// Number in the network.
    var movement: Int32
    var turn: Turn
    /// Factor on the saturation headway of its lane (HCM E_LT, E_RT).
    var headwayFactor: Float
    /// Local exit.
    var exit: Int32
    /// Local movements that it yields to, as bits.
    var yieldsTo: UInt64
    /// Vehicles that wait inside the junction and clear it at the end of green.
    var sneakers: Int32
    /// Seconds over the inner path at the speed it is driven.
    var innerSeconds: Float
    var innerMeters: Float
    var crossesPeople: Bool
  }

  struct ExitData: Sendable {
    var link: Int32
    /// Vehicles that the link holds; infinite where it leads out of the modelled area.
    var storage: Float
    /// Whether another signal, or this one, stands at its end.
    var isSignalled: Bool
  }

  /// More movements than bits in a mask are not looked at for yielding.
  static let movementLimit = 64

  private(set) var lanes: ContiguousArray<LaneData> = []
  private(set) var movementsOfLane: ContiguousArray<Int32> = []
  private(set) var movements: ContiguousArray<MovementData> = []
  private(set) var exits: ContiguousArray<ExitData> = []
  /// By `state · movement count + movement`.
  private(set) var services: ContiguousArray<StateService> = []
  /// By `movement · movement count + movement`: whether some state lets both go.
  private(set) var together: ContiguousArray<Bool> = []
  /// By phase: local movements that only go while it is green, or with the fewest others, as bits.
  private(set) var movementsOfPhase: ContiguousArray<UInt64> = []
  /// Nearer links before farther ones.
  private(set) var upstream: ContiguousArray<UpstreamLink> = []

  /// Jam spacing by which storage counts vehicles.
  static let spacing: Float = 7.5

  init(_ data: SignalController, _ states: SignalStates, in scenario: Scenario, _ numbering: LaneNumbering) {
    let network = scenario.network
    var isControlled = [Bool](repeating: false, count: network.nodes.count)
    for controller in scenario.controllers {
      for node in controller.nodes { isControlled[node.index] = true }
    }
    let own = Set(data.nodes.map(\.index))
    let local = network.movements.indices.filter { own.contains(network.movements[$0].node.index) }
      .prefix(Self.movementLimit)
    addMovements(Array(local), network, isControlled)
    addLanes(Array(local), network, numbering, isControlled)
    for (place, assignment) in data.detectors.enumerated()
    where network.detectors.indices.contains(assignment.detector.index) && !assignment.calls.isEmpty {
      let detector = network.detectors[assignment.detector.index]
      let number = Int32(numbering.laneID(detector.link, lane: detector.lane).index)
      if let lane = lanes.firstIndex(where: { $0.lane == number }) { lanes[lane].detectors.append(place) }
    }
    addServices(Array(local), network, data, states)
  }

  private mutating func addMovements(_ local: [Int], _ network: Network, _ isControlled: [Bool]) {
    for index in local {
      let movement = network.movements[index]
      var exit = exits.firstIndex { $0.link == Int32(movement.to.index) }
      if exit == nil {
        let link = network[movement.to]
        let through = link.lanes.filter { $0.pocketMeters == nil }.count
        let leadsOut = network[link.to].control == .external
        exits.append(
          ExitData(
            link: Int32(movement.to.index),
            storage: leadsOut
              ? .infinity : Float(link.lengthMeters) * Float(max(1, through)) / Self.spacing,
            isSignalled: isControlled[link.to.index]))
        exit = exits.count - 1
      }
      var mask: UInt64 = 0
      for other in movement.yieldsTo {
        if let place = local.firstIndex(of: other.index) { mask |= 1 << UInt64(place) }
      }
      let speed = movement.turningSpeedMetersPerSecond ?? network[movement.from].speedLimitMetersPerSecond
      let factor: Float =
        switch movement.turn {
        case .left, .uTurn: 1.05
        case .through: 1
        case .right: 1.18
        }
      movements.append(
        MovementData(
          movement: Int32(index), turn: movement.turn, headwayFactor: factor, exit: Int32(exit ?? 0),
          yieldsTo: mask, sneakers: Int32(movement.waitingPlaceMeters / Double(Self.spacing)),
          innerSeconds: Float(movement.innerLengthMeters / max(1, speed)),
          innerMeters: Float(movement.innerLengthMeters),
          crossesPeople: !movement.crosses.isEmpty))
    }
  }

  private mutating func addLanes(
    _ local: [Int], _ network: Network, _ numbering: LaneNumbering, _ isControlled: [Bool]
  ) {
    var links: [Int] = []
    for index in local where !links.contains(network.movements[index].from.index) {
      links.append(network.movements[index].from.index)
    }
    upstream = Self.findUpstream(of: links, network, numbering, isControlled: isControlled)
    for link in links {
      let data = network.links[link]
      let first = lanes.count
      var approach = Float(data.lengthMeters)
      for before in upstream where before.target == Int32(link) {
        approach = max(
          approach, before.offsetMeters + Float(network.links[Int(before.link)].lengthMeters))
      }
      for lane in data.lanes.indices {
        let served = local.indices.filter {
          network.movements[local[$0]].from.index == link && network.movements[local[$0]].lanes.contains(lane)
        }
        let start = Int32(movementsOfLane.count)
        movementsOfLane += served.map { Int32($0) }
        let pocket = data.lanes[lane].pocketMeters
        lanes.append(
          LaneData(
            lane: Int32(numbering.laneID(LinkID(link), lane: lane).index), link: Int32(link),
            lengthMeters: Float(min(pocket ?? data.lengthMeters, data.lengthMeters)),
            speed: Float(data.speedLimitMetersPerSecond), isPocket: pocket != nil,
            movements: start..<Int32(movementsOfLane.count), parent: -1,
            isFedBySignal: isControlled[data.from.index], approachMeters: approach))
      }
      for index in first..<lanes.count where lanes[index].isPocket {
        let full = (first..<lanes.count).filter { !lanes[$0].isPocket }
        if let parent = full.min(by: { abs($0 - index) < abs($1 - index) }) {
          lanes[index].parent = Int32(parent)
        }
      }
    }
  }

  private mutating func addServices(
    _ local: [Int], _ network: Network, _ data: SignalController, _ states: SignalStates
  ) {
    func proceeds(_ group: Int) -> Bool { data.groups[group].proceed == .green }
    for state in 0..<states.count {
      func isGreen(_ group: Int) -> Bool {
        data.groups.indices.contains(group) && states.greenGroups[state * states.groupCount + group]
      }
      for index in local {
        let movement = network.movements[index]
        let isGoverned = !(movement.protectedGroups.isEmpty && movement.permittedGroups.isEmpty)
        let service: StateService
        if !isGoverned {
          service = movement.yieldsTo.isEmpty ? .protected : .permitted
        } else if movement.protectedGroups.contains(where: { isGreen($0) && proceeds($0) }) {
          service = .protected
        } else if (movement.protectedGroups + movement.permittedGroups).contains(where: isGreen) {
          service = .permitted
        } else {
          service = movement.turnsOnRed ? .afterStop : .closed
        }
        services.append(service)
      }
    }
    together = ContiguousArray(repeating: false, count: movements.count * movements.count)
    for state in 0..<states.count {
      for one in movements.indices where service(one, in: state) >= .permitted {
        for other in movements.indices where service(other, in: state) >= .permitted {
          together[one * movements.count + other] = true
        }
      }
    }
    movementsOfPhase = ContiguousArray(
      states.phases.indices.map { phase in
        var mask: UInt64 = 0
        for place in movements.indices {
          let serving = (0..<states.count).filter { services[$0 * movements.count + place] >= .permitted }
          let isNeeded = serving.allSatisfy { states.phasesOfState[$0].contains(phase: phase) }
          if isNeeded && !serving.isEmpty { mask |= 1 << UInt64(place) }
        }
        return mask
      })
  }

  /// The length of the longest pocket beside a lane, or of the lane itself if it is one; infinite without.
  func pocketMeters(beside lane: Int) -> Float {
    if lanes[lane].isPocket { return lanes[lane].lengthMeters }
    var result: Float = 0
    for other in lanes.indices where Int(lanes[other].parent) == lane {
      result = max(result, lanes[other].lengthMeters)
    }
    return result == 0 ? .infinity : result
  }

  /// Whether the paths of two movements meet, as far as one yields to the other or no state lets both go.
  func meet(_ one: Int, _ other: Int) -> Bool {
    if movements[one].yieldsTo & (1 << UInt64(other)) != 0 { return true }
    if movements[other].yieldsTo & (1 << UInt64(one)) != 0 { return true }
    return !together[one * movements.count + other]
  }

  func service(_ movement: Int, in state: Int) -> StateService {
    services[state * movements.count + movement]
  }
}
