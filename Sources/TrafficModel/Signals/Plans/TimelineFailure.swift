/// Why a pattern cannot be laid out over its cycle.
///
/// Two failures are equal if their codes are: the words may get better, the rule stays.
public struct TimelineFailure: Error, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// An index points to a phase, stage or group that does not exist, or a list has the wrong length.
    case badReference
    /// The cycle is not positive, or longer than a day.
    case cycleOutOfRange
    /// A ring's splits on one side are shorter than another ring's.
    case ringSum
    /// Sides or stages do not add up to the cycle.
    case cycleSum
    /// Nothing is left for green after the clearance.
    case noGreen
    /// Walk and pedestrian clearance are longer than the green.
    case pedestriansDoNotFit
    /// The offset refers to no phase that the pattern serves.
    case noReferencePhase
    case nothingServed
  }

  public var code: Code
  /// Where, in the author's own names: "controller 501, pattern 1, ring 2, side 1".
  public var place: String
  /// What was found and what was expected, with numbers and units.
  public var message: String
  /// What to change.
  public var mend: String

  public init(_ code: Code, place: String, message: String, mend: String) {
    self.code = code
    self.place = place
    self.message = message
    self.mend = mend
  }

  public var description: String { "\(place): \(message). \(mend)" }
}

extension TimelineFailure: Hashable {
  public static func == (a: TimelineFailure, b: TimelineFailure) -> Bool { a.code == b.code }
  public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

extension TimeSpan {
  /// Nothing that a controller times is longer than a day; sums of such spans cannot overflow.
  public static let longestTiming = TimeSpan(milliseconds: 86_400_000)

  /// Shortest red of a vehicle group between two of its greens (NEMA TS 2 red revert).
  public static let redRevert = TimeSpan(milliseconds: 2000)

  /// Seconds as an engineer writes them: one decimal unless there are finer parts.
  public var text: String {
    let sign = milliseconds < 0 ? "-" : ""
    let magnitude = milliseconds.magnitude
    let fraction = magnitude % 1000
    if fraction % 100 == 0 { return "\(sign)\(magnitude / 1000).\(fraction / 100) s" }
    let digits = String(fraction)
    return "\(sign)\(magnitude / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits + " s"
  }
}
