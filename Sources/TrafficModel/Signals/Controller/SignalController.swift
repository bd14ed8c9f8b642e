/// The data of one signal controller: what it switches, what excludes what, and its plans.
public struct SignalController: Hashable, Sendable {
  /// Unique among controllers.
  public var name: String
  /// The nodes that it steers; mostly one.
  public var nodes: [NodeID]
  public var groups: [SignalGroup]
  public var conflicts: ConflictMatrix
  public var intergreens: IntergreenMatrix
  /// Ring-barrier tradition; empty for a controller that knows stages only.
  public var phases: [Phase]
  /// Order of phases when running free.
  public var diagram: RingBarrierDiagram
  /// Stage tradition; empty for a controller that knows rings only.
  public var stages: [Stage]
  /// Never empty; the first is the plan "on the street".
  public var patterns: [Pattern]
  public var detectors: [DetectorAssignment]
  public var overlaps: [Overlap]
  public var preempts: [Preempt]
  public var priorities: [TransitPriority]
  /// What the unit runs by itself; `nil`: its first pattern, always.
  public var schedule: TimeOfDaySchedule?
  public var options: UnitOptions

  public init(
    name: String, nodes: [NodeID], groups: [SignalGroup], conflicts: ConflictMatrix,
    intergreens: IntergreenMatrix, phases: [Phase] = [], diagram: RingBarrierDiagram = .init(rings: []),
    stages: [Stage] = [], patterns: [Pattern], detectors: [DetectorAssignment] = [],
    overlaps: [Overlap] = [], preempts: [Preempt] = [], priorities: [TransitPriority] = [],
    schedule: TimeOfDaySchedule? = nil, options: UnitOptions = UnitOptions()
  ) {
    self.name = name
    self.nodes = nodes
    self.groups = groups
    self.conflicts = conflicts
    self.intergreens = intergreens
    self.phases = phases
    self.diagram = diagram
    self.stages = stages
    self.patterns = patterns
    self.detectors = detectors
    self.overlaps = overlaps
    self.preempts = preempts
    self.priorities = priorities
    self.schedule = schedule
    self.options = options
  }
}
