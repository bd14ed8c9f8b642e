/// What a detector does for a controller.
public struct DetectorAssignment: Hashable, Sendable {
  public var detector: DetectorID
  /// Indices of phases that it calls while they are not green.
  public var calls: [Int]
  /// Indices of phases whose green it extends.
  public var extends: [Int]
  /// A call is placed only after the detector has been on for this long.
  public var delay: TimeSpan
  /// A detection is prolonged by this much.
  public var prolongation: TimeSpan

  public init(
    detector: DetectorID, calls: [Int], extends: [Int], delay: TimeSpan = .zero,
    prolongation: TimeSpan = .zero
  ) {
    self.detector = detector
    self.calls = calls
    self.extends = extends
    self.delay = delay
    self.prolongation = prolongation
  }
}

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

  public init(
    name: String, nodes: [NodeID], groups: [SignalGroup], conflicts: ConflictMatrix,
    intergreens: IntergreenMatrix, phases: [Phase] = [], diagram: RingBarrierDiagram = .init(rings: []),
    stages: [Stage] = [], patterns: [Pattern], detectors: [DetectorAssignment] = []
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
  }
}
