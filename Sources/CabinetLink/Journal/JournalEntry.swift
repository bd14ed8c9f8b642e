/// What a line of the journal says.
public enum JournalKind: String, Codable, Sendable, CaseIterable {
  /// A program began to write: who, with what plan.
  case opened
  /// The journal had a torn last line, which was cut off.
  case recovered
  /// The operator armed a cabinet.
  case armed
  case disarmed
  /// A complete control state is about to leave for a cabinet.
  case command
  /// The cabinet's answer to a command.
  case answer
  /// A parameter is about to be written.
  case download
  case rollback
  /// Something that a person must know: silence, reboot, second master, drift, refusal.
  case alarm
  /// A test has shown that a cabinet returns to its own plan when the brain falls silent.
  case fallbackShown
  case closed
}

/// One line of the journal before it is chained.
public struct JournalEntry: Codable, Hashable, Sendable {
  public var kind: JournalKind
  /// The cabinet that it is about, by name; empty: the whole program.
  public var cabinet: String
  /// What happened, by name; kept in the order of the names.
  public var details: [String: String]

  public init(_ kind: JournalKind, cabinet: String = "", _ details: [String: String] = [:]) {
    self.kind = kind
    self.cabinet = cabinet
    self.details = details
  }
}

/// A line of the journal as it stands in the file.
///
/// `hash` is the SHA-256 of the line's bytes up to the comma before `"hash"`; `previous` is the hash of the line before,
/// 64 zeros in the first. Whoever changes, removes or inserts a line breaks the chain from there on.
public struct JournalLine: Codable, Hashable, Sendable {
  public var sequence: Int
  /// UTC, ISO 8601 with milliseconds.
  public var time: String
  public var previous: String
  public var entry: JournalEntry
  public var hash: String
}
