import TrafficModel

/// A value of the controller on the street that is not the scenario's.
public struct NTCIPDifference: Hashable, Sendable, CustomStringConvertible {
  public var instance: NTCIPInstance
  public var expected: SNMPValue
  /// `nil` where the controller has no such object.
  public var found: SNMPValue?

  public init(instance: NTCIPInstance, expected: SNMPValue, found: SNMPValue?) {
    self.instance = instance
    self.expected = expected
    self.found = found
  }

  public var description: String {
    "\(instance): the controller has \(found.map { "\($0)" } ?? "nothing"), the scenario \(expected)"
  }
}

/// Who answers: make, model and version of the first module, and the sizes that matter here.
public struct NTCIPIdentity: Hashable, Sendable {
  public var make = ""
  public var model = ""
  public var version = ""
  public var maximumPhases = 0
  public var phaseGroups = 0
  public var detectorGroups = 0
  /// `unitBackupTime`; 0: control never falls away by itself.
  public var backupSeconds = 0
}

/// Why a cabinet may not be armed.
public enum NTCIPArmingRefusal: Hashable, Sendable {
  /// Not identified, or lost.
  case notConnected
  /// Something that keeps people safe differs from the scenario; it is read and never written.
  case protectedParameter(NTCIPDifference)
  /// The scenario's value has no exact object, so it cannot be compared.
  case notComparable(NTCIPDatabase.Loss)
  /// Without a backup time the controller would obey a dead brain for ever.
  case noBackupTime
  case backupTimeTooLong(seconds: Int)
  /// Somebody else commands the controller.
  case otherMaster(NTCIPInstance, found: Int)
}

/// What a session tells whoever runs it.
public enum NTCIPManagerEvent: Hashable, Sendable {
  case identified(NTCIPIdentity)
  /// A poll is complete; ``NTCIPManagerSession/status`` is new.
  case status
  case armed
  case armingRefused([NTCIPArmingRefusal])
  /// Commanding has stopped.
  case disarmed(NTCIPDisarming)
  /// The control state that was wanted is confirmed.
  case commandConfirmed
  /// The controller refused the control state because of one object.
  case commandRefused(SNMPError, NTCIPInstance?)
  /// The backup timer has ended our commands; they are sent again.
  case fellBack
  case lost
  case recovered
}

/// Why commanding stopped.
public enum NTCIPDisarming: Hashable, Sendable {
  case released
  case lost
  /// The controller has started anew.
  case restarted
  /// Its database has changed, or another controller answers.
  case databaseChanged
  /// A control object holds what we did not write.
  case secondMaster(NTCIPInstance, found: Int, expected: Int)
  /// It ran the pattern that was commanded and now runs another.
  case otherPattern(found: Int, expected: Int)
  /// Its clock is this far ahead of ours.
  case clockDrift(TimeSpan)
}
