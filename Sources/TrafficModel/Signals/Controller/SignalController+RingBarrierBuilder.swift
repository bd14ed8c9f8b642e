/// What an engineer writes down for a NEMA phase; groups, conflicts and intergreens follow from it.
public struct PhaseParameters: Hashable, Sendable {
  /// 1 to 16 as on the street; unique within the controller.
  public var number: Int
  public var minimumGreen: TimeSpan
  public var maximumGreen: TimeSpan
  public var passage: TimeSpan
  public var yellow: TimeSpan
  public var redClearance: TimeSpan
  /// See ``Phase/minimumSplit``.
  public var minimumSplit: TimeSpan
  public var recall: Recall
  public var dualEntry: Bool
  /// `nil` for a phase without pedestrians; then ``pedestrianClearance`` does not matter.
  public var walk: TimeSpan?
  public var pedestrianClearance: TimeSpan

  public init(
    number: Int, minimumGreen: TimeSpan, maximumGreen: TimeSpan, passage: TimeSpan, yellow: TimeSpan,
    redClearance: TimeSpan, minimumSplit: TimeSpan = .zero, recall: Recall = .none, dualEntry: Bool = false,
    walk: TimeSpan? = nil, pedestrianClearance: TimeSpan = .zero
  ) {
    self.number = number
    self.minimumGreen = minimumGreen
    self.maximumGreen = maximumGreen
    self.passage = passage
    self.yellow = yellow
    self.redClearance = redClearance
    self.minimumSplit = minimumSplit
    self.recall = recall
    self.dualEntry = dualEntry
    self.walk = walk
    self.pedestrianClearance = pedestrianClearance
  }
}

/// The phases under which a movement may go, by number.
public struct MovementPhases: Hashable, Sendable {
  public var movement: MovementID
  /// Phases under which it has the right of way over everything that crosses it.
  public var protected: [Int]
  /// Phases under which it may go after yielding.
  public var permitted: [Int]

  public init(movement: MovementID, protected: [Int], permitted: [Int] = []) {
    self.movement = movement
    self.protected = protected
    self.permitted = permitted
  }
}

extension SignalController {
  /// Builds a ring-barrier controller from its phases, and tells the movements of its nodes which lamps govern
  /// them.
  ///
  /// One vehicle group per phase, named as its number (`"2"`), then one pedestrian group per phase with a walk
  /// (`"2P"`). Vehicle groups of phases that the diagrams never let run together are excluded, with yellow and
  /// red clearance of the ending one between them. A pedestrian group is excluded from the vehicle groups that
  /// its phase is never concurrent with, with its clearance before them. Concurrent groups are compatible, or
  /// yield where a permitted movement of one goes after a movement of the other, or turns across its crosswalk.
  ///
  /// - Parameters:
  ///   - diagram: Indices into `phases`, for running free; the diagrams of `patterns` may differ in order.
  ///   - movements: Movements of the controller's nodes; numbers that no phase has are left out.
  ///   - network: Gets ``Movement/protectedGroups`` and ``Movement/permittedGroups`` of `movements`, and
  ///     ``Movement/yieldsTo`` of those among them that are permitted under some phase and name nobody yet.
  ///   - pedestrianClearanceIndication: Flashing red ("don't walk") in America, flashing green in China.
  ///   - geometry: The conflicts of `network`, to be computed once where many controllers are built.
  public static func ringBarrier(
    name: String, nodes: [NodeID], phases: [PhaseParameters], diagram: RingBarrierDiagram,
    patterns: [Pattern], detectors: [DetectorAssignment] = [], movements: [MovementPhases],
    pedestrianClearanceIndication: Indication = .flashingRed, geometry: MovementConflicts? = nil,
    in network: inout Network
  ) -> SignalController {
    let groups = RingBarrierGroups(phases, pedestrianClearanceIndication)
    var controller = SignalController(
      name: name, nodes: nodes, groups: groups.groups, conflicts: ConflictMatrix(count: groups.groups.count),
      intergreens: IntergreenMatrix(count: groups.groups.count), phases: groups.phases, diagram: diagram,
      patterns: patterns, detectors: detectors)
    controller.setExclusions()
    for entry in movements {
      network[entry.movement].protectedGroups = groups.vehicleGroups(ofNumbers: entry.protected)
      network[entry.movement].permittedGroups = groups.vehicleGroups(ofNumbers: entry.permitted)
    }
    let ids = movements.map(\.movement)
    network.deriveYielding(of: ids, under: controller, geometry: geometry ?? MovementConflicts(network))
    controller.deriveYieldingGroups(of: ids, in: network)
    return controller
  }

  /// Excludes what the diagrams never let run together, and sets the intergreens of those pairs.
  private mutating func setExclusions() {
    let diagrams = [diagram] + patterns.compactMap(\.diagram)
    for (first, a) in phases.enumerated() {
      for (second, b) in phases.enumerated() where first != second {
        if diagrams.contains(where: { $0.areConcurrent(first, second) }) { continue }
        for ending in a.groups {
          for starting in b.groups {
            conflicts[ending, starting] = .excluded
            intergreens[ending, starting] = a.clearance + groups[starting].gainingDuration
          }
          guard let walk = b.pedestrianGroup else { continue }
          conflicts[ending, walk] = .excluded
          intergreens[ending, walk] = a.clearance
          intergreens[walk, ending] = groups[walk].losingDuration
        }
      }
    }
  }

  /// Marks which compatible groups yield to which, from who yields to whom among `movements` and from turns
  /// across the crosswalk that runs beside a phase: right turns of the phase itself, and permitted left turns of
  /// the phases concurrent with it.
  public mutating func deriveYieldingGroups(of movements: [MovementID], in network: Network) {
    for movement in movements.map({ network[$0] }) {
      for other in movement.yieldsTo.map({ network[$0] }) {
        for first in movement.permittedGroups {
          for second in other.protectedGroups + other.permittedGroups where first != second {
            setYielding(first, to: second)
          }
        }
      }
    }
    for phase in phases {
      guard let walk = phase.pedestrianGroup else { continue }
      for movement in movements.map({ network[$0] }) {
        if movement.turn == .right {
          for group in movement.protectedGroups + movement.permittedGroups where phase.groups.contains(group)
          {
            setYielding(group, to: walk)
          }
        } else if movement.turn == .left {
          for group in movement.permittedGroups where !phase.groups.contains(group) {
            setYielding(group, to: walk)
          }
        }
      }
    }
  }

  private mutating func setYielding(_ first: Int, to second: Int) {
    if conflicts[first, second] == .compatible { conflicts[first, second] = .yields }
  }
}

extension Pattern {
  /// The order of phases of a ring-barrier pattern.
  fileprivate var diagram: RingBarrierDiagram? {
    guard case .ringBarrier(let diagram, _, _) = timing else { return nil }
    return diagram
  }
}

/// Phases and the groups that are made for them.
private struct RingBarrierGroups {
  private(set) var groups: [SignalGroup] = []
  private(set) var phases: [Phase] = []

  init(_ parameters: [PhaseParameters], _ pedestrianClearanceIndication: Indication) {
    for phase in parameters {
      groups.append(
        SignalGroup(
          name: "\(phase.number)", losing: [TimedIndication(.yellow, phase.yellow)],
          minimumGreen: phase.minimumGreen))
    }
    for (index, phase) in parameters.enumerated() {
      var pedestrianGroup: Int?
      if let walk = phase.walk {
        pedestrianGroup = groups.count
        groups.append(
          SignalGroup(
            name: "\(phase.number)P", kind: .pedestrian,
            losing: [TimedIndication(pedestrianClearanceIndication, phase.pedestrianClearance)],
            minimumGreen: walk))
      }
      phases.append(
        Phase(
          number: phase.number, groups: [index], pedestrianGroup: pedestrianGroup,
          minimumGreen: phase.minimumGreen, maximumGreen: phase.maximumGreen, passage: phase.passage,
          yellow: phase.yellow, redClearance: phase.redClearance,
          minimumSplit: phase.minimumSplit, recall: phase.recall, dualEntry: phase.dualEntry))
    }
  }

  func vehicleGroups(ofNumbers numbers: [Int]) -> [Int] {
    var result: [Int] = []
    for number in numbers {
      for phase in phases where phase.number == number {
        result += phase.groups.filter { !result.contains($0) }
      }
    }
    return result
  }
}
