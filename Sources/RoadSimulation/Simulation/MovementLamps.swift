import TrafficModel

/// What the lamps, or the signs, tell one movement.
enum LampState: UInt8 {
  case stopped
  case yellow
  /// May go after yielding.
  case permitted
  /// Goes first.
  case protected
}

/// What a run keeps of one movement: one cache line.
struct MovementState: Sendable {
  var greenSeconds = 0.0
  /// When its program changes its lamps next; `Int32.max`: never, or whoever has the lamps tells.
  var nextChange = Int32.max
  /// That change in the table of programs.
  var place: Int32 = -1
  var state = LampState.stopped
  /// Its lamp flashes red: a stop, and then a gap, as at a stop sign.
  var stopsFirst = false
  /// Since when a movement may go, or since when it shows yellow or red. Green that changes between protected and
  /// permitted goes on.
  var since: Int32 = -1_000_000
  /// Last two greens, for arrivals on green.
  var greenStart = Int32.min
  var greenEnd = Int32.min
  var earlierStart = Int32.min
  /// When the last vehicle crosses the stop line, and when it passes the middle of the junction.
  var lastCrossing: Int32 = -1_000_000
  var lastPassage: Int32 = -1_000_000
  // Accounts of the measured time; ``PassageSums`` has more.
  var passed: Int32 = 0
  var stops: Int32 = 0
  var arrivedOnGreen: Int32 = 0
  /// The first lane a cycle of which its red ends, by number in the network, −1 for none; its account names the next.
  var firstCycleLane: Int32 = -1

  /// Its lamps change at `now`; returns the state before.
  @inline(__always)
  mutating func change(to new: LampState, at now: Int32) -> LampState {
    let before = state
    if new == before { return before }
    let wentBefore = goes
    state = new
    if goes != wentBefore || !goes { since = now }
    if goes && !wentBefore {
      earlierStart = greenStart
      greenStart = now
    } else if wentBefore && !goes {
      greenEnd = now
    }
    return before
  }

  /// The next change of its program comes; returns the state before.
  @inline(__always)
  mutating func take(_ next: LampPrograms.Change) -> LampState {
    let before = change(to: next.state, at: nextChange)
    place = next.following
    nextChange = next.gap == .max ? .max : nextChange + next.gap
    return before
  }

  /// A green that began at `greenStart` and ends, or is still there at the end.
  mutating func noteGreen(from measuredFrom: Int32, to end: Int32) {
    let start = max(greenStart, measuredFrom)
    if end > start { greenSeconds += Double(end - start) / 1000 }
  }

  var goes: Bool { state == .protected || state == .permitted }

  /// Whether it could go at `time`, which lies in the present or within the last two greens.
  func wasGreen(at time: Int32) -> Bool {
    if time >= greenStart { return goes || time < greenEnd }
    return time < greenEnd && greenEnd < greenStart && time >= earlierStart
  }

  /// A vehicle crosses the stop line at `time`, which counts or does not, and passes the middle of the junction at
  /// `passage`, unless it stays in a waiting place. It would have come at `freeArrival` if nobody had been ahead.
  @inline(__always)
  mutating func noteCrossing(at time: Int32, passage: Int32?, freeArrival: Int32, counts: Bool) {
    if let passage { lastPassage = passage }
    lastCrossing = time
    if counts && wasGreen(at: freeArrival) { arrivedOnGreen += 1 }
  }

  /// A vehicle has come over a stop line within the measured time.
  @inline(__always)
  mutating func notePassage(_ vehicle: Vehicle) {
    passed += 1
    stops += Int32(vehicle.stopsOnLink)
  }
}

/// Which lamps belong to which movements: what stays the same in all replications of a scenario.
struct LampWiring: Sendable {
  /// A movement's groups in the table of groups: protected ones, then permitted ones.
  fileprivate struct Groups: Sendable {
    var first: Int32 = 0
    var protectedCount: UInt8 = 0
    var permittedCount: UInt8 = 0
  }

  /// In their state before the first lamp is lit.
  private(set) var movements: ContiguousArray<MovementState>
  /// By controller: its first group in the tables of groups.
  fileprivate let firstGroup: ContiguousArray<Int32>
  fileprivate let groupCount: Int
  /// By movement.
  fileprivate private(set) var groups: ContiguousArray<Groups>
  /// By group: its movements as a range of `movementsOfGroups`.
  fileprivate private(set) var firstMovement: ContiguousArray<Int32> = []
  fileprivate private(set) var movementsOfGroups: ContiguousArray<Int32> = []
  /// Groups of movements, see ``Groups``.
  fileprivate private(set) var groupsOfMovements: ContiguousArray<Int32> = []
  /// By movement: where its part of `flashFoes` begins; empty where no controller is made to flash.
  private var firstFlashFoe: ContiguousArray<Int32> = []
  private var flashFoes: ContiguousArray<Int32> = []

  init(_ scenario: Scenario) {
    let network = scenario.network
    let count = network.movements.count
    movements = ContiguousArray(repeating: MovementState(), count: count)
    groups = ContiguousArray(repeating: Groups(), count: count)
    var firsts: [Int32] = []
    var next: Int32 = 0
    for controller in scenario.controllers {
      firsts.append(next)
      next += Int32(controller.groups.count)
    }
    firstGroup = ContiguousArray(firsts)
    groupCount = Int(next)
    let controllerOfNode = scenario.controllerOfNode
    var byGroup = [[Int32]](repeating: [], count: Int(next))
    for (index, movement) in network.movements.enumerated() {
      groups[index].first = Int32(groupsOfMovements.count)
      let first = controllerOfNode[movement.node.index].map { firsts[$0.index] }
      let governing = first == nil ? [] : movement.protectedGroups + movement.permittedGroups
      if let first {
        for group in governing { groupsOfMovements.append(first + Int32(group)) }
        groups[index].protectedCount = UInt8(movement.protectedGroups.count)
        groups[index].permittedCount = UInt8(movement.permittedGroups.count)
        for group in Set(governing).sorted() { byGroup[Int(first) + group].append(Int32(index)) }
      }
      if governing.isEmpty {
        movements[index].state = movement.yieldsTo.isEmpty ? .protected : .permitted
        movements[index].greenStart = 0
      }
    }
    for group in byGroup {
      firstMovement.append(Int32(movementsOfGroups.count))
      movementsOfGroups.append(contentsOf: group)
    }
    firstMovement.append(Int32(movementsOfGroups.count))
    addFlashFoes(scenario)
  }

  /// Who is in a movement's way while the lamps flash: everybody whose path it meets, since no phase keeps them apart.
  private mutating func addFlashFoes(_ scenario: Scenario) {
    guard scenario.controllers.contains(where: \.mayFlash) else { return }
    let network = scenario.network
    let geometry = MovementConflicts(network)
    var ofNode = [[Int]](repeating: [], count: network.nodes.count)
    for (index, movement) in network.movements.enumerated() { ofNode[movement.node.index].append(index) }
    for (index, movement) in network.movements.enumerated() {
      firstFlashFoe.append(Int32(flashFoes.count))
      guard let controller = scenario.controllerOfNode[movement.node.index],
        scenario.controllers[controller.index].mayFlash
      else { continue }
      for other in ofNode[movement.node.index]
      where geometry.kind(MovementID(index), MovementID(other)) != .none {
        flashFoes.append(Int32(other))
      }
    }
    firstFlashFoe.append(Int32(flashFoes.count))
  }

  /// Positions of a movement's foes for ``flashFoe(_:)``.
  func flashFoes(of movement: Int) -> Range<Int> {
    firstFlashFoe.isEmpty ? 0..<0 : Int(firstFlashFoe[movement])..<Int(firstFlashFoe[movement + 1])
  }

  func flashFoe(_ position: Int) -> Int { Int(flashFoes[position]) }

}

/// The lamps of all movements, and when they last changed.
struct MovementLamps: Sendable {
  var movements: Table<MovementState>
  private let wiring: LampWiring
  private var indications: ContiguousArray<Indication>
  /// What lamps follow of themselves; empty where whoever has the lamps tells.
  private var programs = LampPrograms()
  private(set) var followPrograms = false

  init(_ wiring: LampWiring, _ layout: StreetLayout) {
    self.wiring = wiring
    movements = Table(wiring.movements)
    for movement in movements.indices {
      let lanes = layout.lanes(ofMovement: movement).filter { layout.movementLanes[$0].endsCycle }
      movements[movement].firstCycleLane = lanes.map { layout.movementLanes[$0].number }.min() ?? -1
    }
    indications = ContiguousArray(repeating: .red, count: wiring.groupCount)
  }

  mutating func makeUnique() { movements.makeUnique() }

  /// Positions of a movement's foes for ``flashFoe(_:)``.
  func flashFoes(of movement: Int) -> Range<Int> { wiring.flashFoes(of: movement) }

  func flashFoe(_ position: Int) -> Int { wiring.flashFoe(position) }

  /// Sets a group's lamps and returns its movements as indices for ``movement(_:)``.
  mutating func set(_ change: IndicationChange) -> Range<Int> {
    let group = Int(wiring.firstGroup[change.controller.index]) + change.group
    indications[group] = change.indication
    return Int(wiring.firstMovement[group])..<Int(wiring.firstMovement[group + 1])
  }

  /// The movements of a change's group as indices for ``movement(_:)``.
  func positions(_ change: IndicationChange) -> Range<Int> {
    let group = Int(wiring.firstGroup[change.controller.index]) + change.group
    return Int(wiring.firstMovement[group])..<Int(wiring.firstMovement[group + 1])
  }

  func movement(_ position: Int) -> Int { Int(wiring.movementsOfGroups[position]) }

  /// Works out the state of a movement anew; returns the state before.
  mutating func update(_ movement: Int, at now: Int32) -> LampState {
    let (state, stopsFirst) = stateFromGroups(wiring.groups[movement])
    movements[movement].stopsFirst = stopsFirst
    return movements[movement].change(to: state, at: now)
  }

  /// In flash nobody has the right of way over all others: flashing yellow permits, flashing red permits after a stop.
  private func stateFromGroups(_ groups: LampWiring.Groups) -> (state: LampState, stopsFirst: Bool) {
    let first = Int(groups.first)
    let permitted = first + Int(groups.protectedCount)
    let end = permitted + Int(groups.permittedCount)
    var isYellow = false
    var flashesRed = false
    var isPermitted = false
    for position in first..<permitted {
      switch indications[Int(wiring.groupsOfMovements[position])] {
      case .green, .flashingGreen: return (.protected, false)
      case .yellow: isYellow = true
      case .flashingYellow: isPermitted = true
      case .flashingRed: flashesRed = true
      case .dark, .red, .redYellow: break
      }
    }
    for position in permitted..<end {
      switch indications[Int(wiring.groupsOfMovements[position])] {
      case .green, .flashingGreen, .flashingYellow: isPermitted = true
      case .yellow: isYellow = true
      case .flashingRed: flashesRed = true
      case .dark, .red, .redYellow: break
      }
    }
    if flashesRed { return (.permitted, true) }
    if isPermitted { return (.permitted, false) }
    return (isYellow ? .yellow : .stopped, false)
  }

  /// The movements of a controller, each once.
  func movements(ofController controller: Int) -> [Int] {
    let first = Int(wiring.firstGroup[controller])
    let end =
      controller + 1 < wiring.firstGroup.count ? Int(wiring.firstGroup[controller + 1]) : wiring.groupCount
    let positions = Int(wiring.firstMovement[first])..<Int(wiring.firstMovement[end])
    return Set(positions.map { movement($0) }).sorted()
  }

  // MARK: Programs

  mutating func follow(_ programs: LampPrograms) {
    self.programs = programs
    followPrograms = true
    for movement in movements.indices {
      movements[movement].place = programs.beginnings[movement].place
      movements[movement].nextChange = programs.beginnings[movement].milliseconds
    }
  }

  /// Makes a movement's next change; returns the state before.
  @inline(__always)
  mutating func takeNextChange(of movement: Int) -> LampState {
    movements[movement].take(programs[movements[movement].place])
  }

  /// When a movement that has been settled may go next, or anew with other rights; `Int32.max`: never.
  func nextGreen(of movement: Int) -> Int32 {
    let place = movements[movement].place
    if place < 0 { return .max }
    let wait = programs[place].untilGreen
    return wait == .max ? .max : movements[movement].nextChange + wait
  }

  func goes(_ movement: Int) -> Bool {
    movements[movement].goes
  }
}

extension SignalController {
  /// Whether it flashes by itself, or is made to be told to.
  fileprivate var mayFlash: Bool {
    if options.startUpFlash > .zero || !options.flashingYellowGroups.isEmpty { return true }
    if preempts.contains(where: \.flashesInDwell) { return true }
    return schedule?.dayPlans.contains { $0.events.contains { $0.action == .flash } } ?? false
  }
}
