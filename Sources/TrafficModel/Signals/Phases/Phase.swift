/// A standing demand for a phase in the absence of detections (NEMA TS 2, NTCIP 1202 `phaseOptions`).
public enum Recall: String, Sendable, CaseIterable {
  case none
  /// A vehicle call that is always there.
  case minimum
  /// A vehicle call that also holds the green until the maximum.
  case maximum
  /// A pedestrian call that is always there.
  case pedestrian
  /// A vehicle call that is there when no other phase is called.
  case soft
}

/// A NEMA phase: groups that are timed together in one ring, with the parameters of actuated operation.
public struct Phase: Hashable, Sendable {
  /// 1 to 16 as on the street; unique within the controller.
  public var number: Int
  /// Vehicle groups that are green with it, as indices of the controller's groups.
  public var groups: [Int]
  public var pedestrianGroup: Int?
  public var minimumGreen: TimeSpan
  /// Longest green once a conflicting call waits (MAX 1).
  public var maximumGreen: TimeSpan
  /// Green is extended by this much from each detection (vehicle extension, gap).
  public var passage: TimeSpan
  public var yellow: TimeSpan
  public var redClearance: TimeSpan
  /// Shortest split that a new plan may give it, clearance included: a rule of the owner (Synchro's MinSplit), which no
  /// unit enforces; 0 where there is none.
  public var minimumSplit: TimeSpan
  public var recall: Recall
  /// Served with the phase of another ring when its own ring has no call on that side of the barrier.
  public var dualEntry: Bool
  public var actuation: PhaseActuation
  public var pedestrians: PedestrianTiming

  public init(
    number: Int, groups: [Int], pedestrianGroup: Int? = nil, minimumGreen: TimeSpan, maximumGreen: TimeSpan,
    passage: TimeSpan, yellow: TimeSpan, redClearance: TimeSpan, minimumSplit: TimeSpan = .zero,
    recall: Recall = .none, dualEntry: Bool = false, actuation: PhaseActuation = PhaseActuation(),
    pedestrians: PedestrianTiming = PedestrianTiming()
  ) {
    self.number = number
    self.groups = groups
    self.pedestrianGroup = pedestrianGroup
    self.minimumGreen = minimumGreen
    self.maximumGreen = maximumGreen
    self.passage = passage
    self.yellow = yellow
    self.redClearance = redClearance
    self.minimumSplit = minimumSplit
    self.recall = recall
    self.dualEntry = dualEntry
    self.actuation = actuation
    self.pedestrians = pedestrians
  }

  /// From the end of green to the end of red clearance.
  public var clearance: TimeSpan { yellow + redClearance }
}

/// The order of phases: `rings[ring][side]` are indices of phases, in order, on one side of the barriers.
///
/// All rings have the same number of sides and cross each barrier in the same instant. A side may be empty: the
/// ring dwells in red there.
public struct RingBarrierDiagram: Hashable, Sendable {
  public var rings: [[[Int]]]

  public init(rings: [[[Int]]]) { self.rings = rings }

  public var sideCount: Int { rings.map(\.count).max() ?? 0 }

  /// The phases of one ring on one side; empty where the ring dwells.
  public func phases(ring: Int, side: Int) -> [Int] {
    side < rings[ring].count ? rings[ring][side] : []
  }

  /// Ring and side of a phase, if the diagram holds it.
  public func place(of phase: Int) -> (ring: Int, side: Int)? {
    for (ring, sides) in rings.enumerated() {
      for (side, phases) in sides.enumerated() where phases.contains(phase) { return (ring, side) }
    }
    return nil
  }

  /// Two phases may be green together if they are in different rings on the same side of the barriers.
  public func areConcurrent(_ a: Int, _ b: Int) -> Bool {
    guard let first = place(of: a), let second = place(of: b) else { return false }
    return first.ring != second.ring && first.side == second.side
  }
}
