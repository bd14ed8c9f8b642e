/// How far the session with a cabinet on the street has come.
public enum SessionState: String, Sendable, CaseIterable {
  /// Who answers, and whether it has what the scenario says, is being asked.
  case connecting
  /// Only read.
  case shadow
  /// Commanded.
  case armed
  /// Polls stay without an answer.
  case lost
}
