/// A group that follows several phases: green with any of them, and through the change from one to another.
///
/// A group that simply stands in the lists of two phases is a normal overlap already; this adds what needs data.
/// Its yellow is the group's own; its red clearance stands in the intergreen matrix.
public struct Overlap: Hashable, Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    /// Green with its phases, and between two of them.
    case normal
    /// The same, but never while a modifier phase is green or yellow (NTCIP 1202 `minusGreenYellow`).
    case minusGreenYellow
    /// A flashing yellow arrow: shown with its phases (the opposing through), never while a modifier phase (the
    /// protected left turn of the same approach) is green; its group shows flashing yellow as its green.
    case flashingYellowArrow
  }

  /// 1 to 16, as letters A to P on the street; unique within the controller.
  public var number: Int
  public var group: Int
  public var kind: Kind
  /// Indices of phases (parents).
  public var includedPhases: [Int]
  public var modifierPhases: [Int]
  /// Goes on green for so long after its last phase has ended.
  public var trailingGreen: TimeSpan

  public init(
    number: Int, group: Int, kind: Kind = .normal, includedPhases: [Int], modifierPhases: [Int] = [],
    trailingGreen: TimeSpan = .zero
  ) {
    self.number = number
    self.group = group
    self.kind = kind
    self.includedPhases = includedPhases
    self.modifierPhases = modifierPhases
    self.trailingGreen = trailingGreen
  }
}
