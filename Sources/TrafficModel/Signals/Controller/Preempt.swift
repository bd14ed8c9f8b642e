/// What a unit does when a train or an emergency vehicle comes (NEMA TS 2 section 3.7, NTCIP 1202 `preemptTable`).
///
/// Yellow and red clearance are always the phases' own. Only walk and pedestrian clearance of the phases that must
/// end may be cut, and only to the values given here.
public struct Preempt: Hashable, Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    case rail
    case emergency
  }

  /// From 1; among preempts of one kind the lower number goes first. Rail goes before emergency.
  public var number: Int
  public var kind: Kind
  /// The input has the call while it is *off* (a cut cable calls); rail inputs should.
  public var isFailSafe: Bool
  /// A call that ends during the delay is forgotten.
  public var isLocking: Bool
  public var delay: TimeSpan
  /// From entry; a call that ends earlier is served so long.
  public var minimumDuration: TimeSpan
  /// Green that a phase must have had before the preempt ends it; `nil`: its own minimum green.
  public var minimumGreen: TimeSpan?
  /// Walk that must have been shown; `nil`: all of it.
  public var minimumWalk: TimeSpan?
  /// Pedestrian clearance on entry; `nil`: all of it.
  public var pedestrianClearance: TimeSpan?
  /// Indices of phases that clear the tracks; empty where there are none.
  public var trackPhases: [Int]
  /// Track clearance green; from its start the gates may come down.
  public var trackGreen: TimeSpan
  /// Indices of phases that are green while the train passes or the vehicle comes.
  public var dwellPhases: [Int]
  /// Phases whose pedestrians may walk during the dwell.
  public var dwellPedestrians: [Int]
  public var minimumDwell: TimeSpan
  /// Phases that are served in turn during the dwell (limited service); empty: the dwell phases rest.
  public var cyclingPhases: [Int]
  /// All lamps flash during the dwell.
  public var flashesInDwell: Bool
  /// A call longer than this counts as a fault and ends the preempt until it drops; `nil`: no bound.
  public var maximumPresence: TimeSpan?
  /// Indices of phases served first after the dwell.
  public var exitPhases: [Int]
  /// From the call to the arrival of the train, as the railway promises it; only the validator reads it.
  public var advanceTime: TimeSpan?

  public init(
    number: Int, kind: Kind, isFailSafe: Bool = false, isLocking: Bool = false, delay: TimeSpan = .zero,
    minimumDuration: TimeSpan = .zero, minimumGreen: TimeSpan? = nil, minimumWalk: TimeSpan? = nil,
    pedestrianClearance: TimeSpan? = nil, trackPhases: [Int] = [], trackGreen: TimeSpan = .zero,
    dwellPhases: [Int], dwellPedestrians: [Int] = [], minimumDwell: TimeSpan = TimeSpan(milliseconds: 10_000),
    cyclingPhases: [Int] = [], flashesInDwell: Bool = false, maximumPresence: TimeSpan? = nil,
    exitPhases: [Int] = [], advanceTime: TimeSpan? = nil
  ) {
    self.number = number
    self.kind = kind
    self.isFailSafe = isFailSafe
    self.isLocking = isLocking
    self.delay = delay
    self.minimumDuration = minimumDuration
    self.minimumGreen = minimumGreen
    self.minimumWalk = minimumWalk
    self.pedestrianClearance = pedestrianClearance
    self.trackPhases = trackPhases
    self.trackGreen = trackGreen
    self.dwellPhases = dwellPhases
    self.dwellPedestrians = dwellPedestrians
    self.minimumDwell = minimumDwell
    self.cyclingPhases = cyclingPhases
    self.flashesInDwell = flashesInDwell
    self.maximumPresence = maximumPresence
    self.exitPhases = exitPhases
    self.advanceTime = advanceTime
  }
}
