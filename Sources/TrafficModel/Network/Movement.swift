/// The direction that a movement takes, as a driver would say it.
public enum Turn: String, Sendable, CaseIterable {
  case left
  case through
  case right
  case uTurn
}

/// A way through a node, from one link to another, with the lanes that serve it and the lamps that govern it.
public struct Movement: Hashable, Sendable {
  public var node: NodeID
  public var from: LinkID
  public var to: LinkID
  public var turn: Turn
  /// Indices into the lanes of ``from`` that serve this movement, ascending from the kerb; never empty.
  public var lanes: [Int]
  /// By lane of ``lanes``: the lanes of ``to`` on which one comes out without changing lanes. Empty: left turns keep their
  /// order from the median, all others from the kerb.
  public var targetLanes: [ClosedRange<Int>]
  /// Groups of the node's controller under which it has the right of way over everything that crosses it.
  public var protectedGroups: [Int]
  /// Groups under which it may go after yielding to ``yieldsTo`` (permissive left turns, for instance).
  public var permittedGroups: [Int]
  /// When none of its groups lets it go, a driver may still go after coming to a stop at the stop line and yielding
  /// to ``yieldsTo`` and to people on the crosswalks (MUTCD: right turn on red).
  public var turnsOnRed: Bool
  /// Drivers come to a stop at the stop line before they yield (a stop sign); without signals only.
  public var stopsFirst: Bool
  /// Movements of the same node that go first when this one is permitted or turns on red, or always where no signal
  /// governs it. At an all-way stop: those that it takes turns with.
  public var yieldsTo: [MovementID]
  /// The path from the stop line to the entry of ``to``.
  public var innerLengthMeters: Double
  /// The speed at which the path can be driven; `nil` means the speed limit.
  public var turningSpeedMetersPerSecond: Double?
  /// Room for vehicles that wait inside the junction for a gap, in metres; 0 means that they wait at the stop line.
  public var waitingPlaceMeters: Double
  /// Smallest gap in the yielded-to stream that is taken, in seconds; `nil` leaves it to the driver profile.
  public var criticalGapSeconds: Double?
  /// Headway of vehicles that use one gap, or take turns on red or at a stop sign, one behind the other; `nil` leaves
  /// it to the driver profile.
  public var followUpSeconds: Double?
  /// Crosswalks of the same node that its path crosses.
  public var crosses: [CrosswalkID]

  public init(
    node: NodeID, from: LinkID, to: LinkID, turn: Turn, lanes: [Int], protectedGroups: [Int] = [],
    permittedGroups: [Int] = [], yieldsTo: [MovementID] = [], innerLengthMeters: Double = 20,
    turningSpeedMetersPerSecond: Double? = nil, waitingPlaceMeters: Double = 0,
    criticalGapSeconds: Double? = nil, followUpSeconds: Double? = nil, turnsOnRed: Bool = false,
    stopsFirst: Bool = false, crosses: [CrosswalkID] = [], targetLanes: [ClosedRange<Int>] = []
  ) {
    self.node = node
    self.from = from
    self.to = to
    self.turn = turn
    self.lanes = lanes
    self.protectedGroups = protectedGroups
    self.permittedGroups = permittedGroups
    self.yieldsTo = yieldsTo
    self.innerLengthMeters = innerLengthMeters
    self.turningSpeedMetersPerSecond = turningSpeedMetersPerSecond
    self.waitingPlaceMeters = waitingPlaceMeters
    self.criticalGapSeconds = criticalGapSeconds
    self.followUpSeconds = followUpSeconds
    self.turnsOnRed = turnsOnRed
    self.stopsFirst = stopsFirst
    self.crosses = crosses
    self.targetLanes = targetLanes
  }
}
