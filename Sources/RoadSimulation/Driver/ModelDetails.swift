/// Parts of the road model that can be left out, to see what each of them is worth.
///
/// The default is the whole model. Driver constants and scenarios can be changed from outside; here stands what lies
/// in the rules themselves.
public struct ModelDetails: Hashable, Sendable {
  /// Who crosses the stop line after the beginning of yellow.
  public enum YellowRule: Sendable {
    /// Whoever would have to brake too hard to stop.
    case whoCannotStop
    case nobody
    case everybody
  }

  public var yellow = YellowRule.whoCannotStop
  /// Lanes hold no more vehicles than have room.
  public var hasFiniteStorage = true
  /// Freed space travels back at the wave speed; else it is free at the entry at once.
  public var hasStartWave = true
  /// A lane must have room for the whole vehicle that enters; else its tail may hang back.
  public var asksRoomForWholeVehicle = false
  /// Drivers take the emptiest lane of those that lead on; else the one nearest to the kerb.
  public var choosesEmptiestLane = true
  /// Another lane than the natural one must be shorter by two cars for each lane crossed.
  public var prefersNaturalLane = true
  /// Vehicles that enter a lane from different sides keep a headway.
  public var hasMergeHeadway = true
  /// Vehicles behind a slow one leave at its pace.
  public var hasPlatoons = true
  /// Who crosses other streams does not enter a junction while the lane behind it stands without room for the whole
  /// vehicle; else its tail may hang back into the junction.
  public var keepsJunctionsClear = true
  /// A change of lanes costs time where the lane to change to is full; see `RoadSimulation+LaneChanges`.
  public var hasLaneChangeFriction = true
  /// Who waits before a full lane takes another that has become shorter. Off: in comparisons with SUMO on real networks
  /// it made delays per approach worse, since who gives way to the first full lane floods the next.
  public var choosesAgainAtQueueEnd = false
  /// One vehicle of a ring of full lanes squeezes itself on after a minute, and so on until the ring is open.
  public var squeezesOutOfLocks = true
  /// Drivers who wait for a gap see over short links, to the vehicles at the junction before.
  public var looksOverShortLinks = true
  /// The first in line for room does not yield to streams that want the same place.
  public var takesTurnsForRoom = true

  public init() {}
}
