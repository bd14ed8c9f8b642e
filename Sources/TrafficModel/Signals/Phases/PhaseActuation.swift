/// What actuated operation of a phase needs beyond minimum, maximum and passage; the defaults switch everything off.
///
/// Names and meanings as in NEMA TS 2 section 3 and NTCIP 1202 `phaseTable`.
public struct PhaseActuation: Hashable, Sendable {
  /// Green added to the initial interval per vehicle that arrives in yellow and red; zero: no variable initial.
  public var addedInitial: TimeSpan
  /// Bound of the variable initial interval; it is never below the minimum green.
  public var maximumInitial: TimeSpan
  /// MAX 2, in force while the unit is told so; `nil` where the phase has only one maximum.
  public var maximumGreen2: TimeSpan?
  /// Bound of the dynamic maximum, which moves by ``dynamicMaximumStep`` after two max-outs (or back after two
  /// gap-outs) in a row; `nil`: the maximum stays where it is.
  public var dynamicMaximumLimit: TimeSpan?
  public var dynamicMaximumStep: TimeSpan
  /// From the first conflicting call in green to the start of gap reduction.
  public var timeBeforeReduction: TimeSpan
  /// Reduction also starts once this many vehicles have come in yellow and red on phases that conflict with the green
  /// one (NTCIP 1202 `phaseCarsBeforeReduction`); 0: by time only.
  public var carsBeforeReduction: Int
  /// How long the passage time takes to fall to ``minimumGap``.
  public var timeToReduce: TimeSpan
  /// The gap after reduction; `nil`: the passage time stays.
  public var minimumGap: TimeSpan?
  /// A call is remembered until served. Without it a call lasts as long as somebody stands on the detector.
  public var locksCalls: Bool
  /// At a barrier this phase ends only when every ring has gapped out; otherwise its gap-out stands.
  public var gapsOutSimultaneously: Bool
  /// The last vehicle gets its full passage time although the reduced gap has already ended the green.
  public var guaranteesPassage: Bool
  /// Served again before the barrier if the other ring still has enough time left (conditional service).
  public var isServedConditionally: Bool
  /// Time that must be left of the other rings' maxima (or splits) for a conditional service.
  public var conditionalServiceMinimum: TimeSpan
  /// At least this long red after a green; never below the unit's.
  public var redRevert: TimeSpan

  public init(
    addedInitial: TimeSpan = .zero, maximumInitial: TimeSpan = .zero, maximumGreen2: TimeSpan? = nil,
    dynamicMaximumLimit: TimeSpan? = nil, dynamicMaximumStep: TimeSpan = .zero,
    timeBeforeReduction: TimeSpan = .zero, carsBeforeReduction: Int = 0, timeToReduce: TimeSpan = .zero,
    minimumGap: TimeSpan? = nil, locksCalls: Bool = true, gapsOutSimultaneously: Bool = true,
    guaranteesPassage: Bool = false, isServedConditionally: Bool = false,
    conditionalServiceMinimum: TimeSpan = .zero, redRevert: TimeSpan = .zero
  ) {
    self.addedInitial = addedInitial
    self.maximumInitial = maximumInitial
    self.maximumGreen2 = maximumGreen2
    self.dynamicMaximumLimit = dynamicMaximumLimit
    self.dynamicMaximumStep = dynamicMaximumStep
    self.timeBeforeReduction = timeBeforeReduction
    self.carsBeforeReduction = carsBeforeReduction
    self.timeToReduce = timeToReduce
    self.minimumGap = minimumGap
    self.locksCalls = locksCalls
    self.gapsOutSimultaneously = gapsOutSimultaneously
    self.guaranteesPassage = guaranteesPassage
    self.isServedConditionally = isServedConditionally
    self.conditionalServiceMinimum = conditionalServiceMinimum
    self.redRevert = redRevert
  }
}

/// How a phase serves its pedestrians; walk and clearance themselves belong to the pedestrian group.
public struct PedestrianTiming: Hashable, Sendable {
  /// Walk goes on while the phase rests in green and nobody else waits.
  public var restsInWalk: Bool
  /// Walk begins this long before the vehicles' green of the same phase (leading pedestrian interval).
  public var leadingInterval: TimeSpan
  /// Steady don't walk between the end of the clearance and the end of the phase's green (MUTCD: at least 3 s before
  /// conflicting traffic, of which yellow and red clearance may be part).
  public var buffer: TimeSpan
  /// Added to the clearance of the service that follows an extended push (slow walkers); only ever lengthens.
  public var extendedClearance: TimeSpan
  /// A button pushed during the phase's green is served in it if enough of the green is left.
  public var recycles: Bool

  public init(
    restsInWalk: Bool = false, leadingInterval: TimeSpan = .zero, buffer: TimeSpan = .zero,
    extendedClearance: TimeSpan = .zero, recycles: Bool = false
  ) {
    self.restsInWalk = restsInWalk
    self.leadingInterval = leadingInterval
    self.buffer = buffer
    self.extendedClearance = extendedClearance
    self.recycles = recycles
  }
}
