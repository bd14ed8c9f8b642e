/// The point of the cycle that the offset fixes; the five codes of UTDF.
///
/// For a pair of reference phases "first" and "last" are meant in time within the pair.
public enum OffsetReference: String, Sendable, CaseIterable {
  /// Start of the last reference phase's green (TS 1).
  case lastGreen
  /// Start of the first reference phase's yellow (Type 170).
  case firstYellow
  /// Start of the first reference phase's red.
  case firstRed
  /// Start of the first reference phase's green (TS 2).
  case firstGreen
  /// Start of the first reference phase's flashing don't walk (Type 170 with rest in walk).
  case firstPedestrianClearance
}

/// One entry of a stage chain.
public struct StageInterval: Hashable, Sendable {
  /// Index into the controller's stages.
  public var stage: Int
  /// From the start of this stage to the start of the next, clearance included.
  public var duration: TimeSpan

  public init(stage: Int, duration: TimeSpan) {
    self.stage = stage
    self.duration = duration
  }
}

/// The timing of a pattern, in one of the two traditions.
public enum PatternTiming: Hashable, Sendable {
  /// Splits by phase index, green + yellow + red clearance each; zero omits the phase. `diagram` gives the order
  /// of phases in this pattern (lead or lag), `referencePhases` the phase indices that the offset refers to.
  case ringBarrier(diagram: RingBarrierDiagram, splits: [TimeSpan], referencePhases: [Int])
  /// A chain of stages; the offset refers to the start of the first.
  case stages([StageInterval])
}

/// A coordinated timing plan: cycle, offset and splits.
///
/// The reference point occurs whenever master time ≡ offset (mod cycle): a larger offset is later.
public struct Pattern: Hashable, Sendable {
  /// Unique within the controller, from 1.
  public var number: Int
  public var name: String
  public var cycle: TimeSpan
  public var offset: TimeSpan
  public var reference: OffsetReference
  public var timing: PatternTiming
  public var operation: PatternOperation

  public init(
    number: Int, name: String = "", cycle: TimeSpan, offset: TimeSpan,
    reference: OffsetReference = .firstGreen,
    timing: PatternTiming, operation: PatternOperation = .pretimed
  ) {
    self.number = number
    self.name = name
    self.cycle = cycle
    self.offset = offset
    self.reference = reference
    self.timing = timing
    self.operation = operation
  }
}
