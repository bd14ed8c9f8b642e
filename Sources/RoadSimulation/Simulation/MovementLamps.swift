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

/// The lamps of all movements, and when they last changed.
struct MovementLamps: Sendable {
  var states: ContiguousArray<LampState>
  /// Since when a movement may go, or since when it shows yellow or red. Green that changes between protected and
  /// permitted goes on.
  var since: ContiguousArray<Int32>
  /// Last two greens, for arrivals on green.
  private var greenStart: ContiguousArray<Int32>
  private var greenEnd: ContiguousArray<Int32>
  private var earlierStart: ContiguousArray<Int32>
  /// When the last vehicle crosses the stop line, and when it passes the middle of the junction.
  var lastCrossing: ContiguousArray<Int32>
  var lastPassage: ContiguousArray<Int32>

  /// By controller: its first group in the tables of groups.
  private let firstGroup: ContiguousArray<Int32>
  private var indications: ContiguousArray<Indication>
  /// By group: its movements as a range of `movementsOfGroups`.
  private var firstMovement: ContiguousArray<Int32> = []
  private var movementsOfGroups: ContiguousArray<Int32> = []
  /// By movement: its groups as ranges of `groupsOfMovements`, protected ones first.
  private var firstProtected: ContiguousArray<Int32> = []
  private var firstPermitted: ContiguousArray<Int32> = []
  private var groupsOfMovements: ContiguousArray<Int32> = []

  init(_ scenario: Scenario) {
    let network = scenario.network
    let count = network.movements.count
    states = ContiguousArray(repeating: .stopped, count: count)
    since = ContiguousArray(repeating: -1_000_000, count: count)
    greenStart = ContiguousArray(repeating: .min, count: count)
    greenEnd = ContiguousArray(repeating: .min, count: count)
    earlierStart = ContiguousArray(repeating: .min, count: count)
    lastCrossing = ContiguousArray(repeating: -1_000_000, count: count)
    lastPassage = ContiguousArray(repeating: -1_000_000, count: count)
    var groups: [Int32] = []
    var next: Int32 = 0
    for controller in scenario.controllers {
      groups.append(next)
      next += Int32(controller.groups.count)
    }
    firstGroup = ContiguousArray(groups)
    indications = ContiguousArray(repeating: .red, count: Int(next))
    let controllerOfNode = scenario.controllerOfNode
    var byGroup = [[Int32]](repeating: [], count: Int(next))
    for (index, movement) in network.movements.enumerated() {
      firstProtected.append(Int32(groupsOfMovements.count))
      let first = controllerOfNode[movement.node.index].map { groups[$0.index] }
      let governing = first == nil ? [] : movement.protectedGroups + movement.permittedGroups
      if let first {
        for group in movement.protectedGroups { groupsOfMovements.append(first + Int32(group)) }
        firstPermitted.append(Int32(groupsOfMovements.count))
        for group in movement.permittedGroups { groupsOfMovements.append(first + Int32(group)) }
        for group in Set(governing).sorted() { byGroup[Int(first) + group].append(Int32(index)) }
      } else {
        firstPermitted.append(Int32(groupsOfMovements.count))
      }
      if governing.isEmpty {
        states[index] = movement.yieldsTo.isEmpty ? .protected : .permitted
        greenStart[index] = 0
      }
    }
    firstProtected.append(Int32(groupsOfMovements.count))
    for group in byGroup {
      firstMovement.append(Int32(movementsOfGroups.count))
      movementsOfGroups.append(contentsOf: group)
    }
    firstMovement.append(Int32(movementsOfGroups.count))
  }

  /// Sets a group's lamps and returns its movements as indices for ``movement(_:)``.
  mutating func set(_ change: IndicationChange) -> Range<Int> {
    let group = Int(firstGroup[change.controller.index]) + change.group
    indications[group] = change.indication
    return Int(firstMovement[group])..<Int(firstMovement[group + 1])
  }

  func movement(_ position: Int) -> Int { Int(movementsOfGroups[position]) }

  /// Works out the state of a movement anew; returns the state before.
  mutating func update(_ movement: Int, at now: Int32) -> LampState {
    let before = states[movement]
    let state = stateFromGroups(movement)
    if state == before { return before }
    states[movement] = state
    let wentBefore = before == .protected || before == .permitted
    let goesNow = state == .protected || state == .permitted
    if goesNow != wentBefore || !goesNow { since[movement] = now }
    if goesNow && !wentBefore {
      earlierStart[movement] = greenStart[movement]
      greenStart[movement] = now
    } else if wentBefore && !goesNow {
      greenEnd[movement] = now
    }
    return before
  }

  private func stateFromGroups(_ movement: Int) -> LampState {
    let first = Int(firstProtected[movement])
    let permitted = Int(firstPermitted[movement])
    let end = Int(firstProtected[movement + 1])
    var isYellow = false
    for position in first..<permitted {
      switch indications[Int(groupsOfMovements[position])] {
      case .green, .flashingGreen: return .protected
      case .yellow: isYellow = true
      default: break
      }
    }
    for position in permitted..<end {
      switch indications[Int(groupsOfMovements[position])] {
      case .green, .flashingGreen, .flashingYellow: return .permitted
      case .yellow: isYellow = true
      default: break
      }
    }
    return isYellow ? .yellow : .stopped
  }

  /// Whether a movement could go at `time`, which lies in the present or within the last two greens.
  func wasGreen(_ movement: Int, at time: Int32) -> Bool {
    let goes = states[movement] == .protected || states[movement] == .permitted
    if time >= greenStart[movement] { return goes || time < greenEnd[movement] }
    return time < greenEnd[movement] && greenEnd[movement] < greenStart[movement]
      && time >= earlierStart[movement]
  }

  func goes(_ movement: Int) -> Bool {
    states[movement] == .protected || states[movement] == .permitted
  }

  func greenSince(_ movement: Int) -> Int32 { greenStart[movement] }
}
