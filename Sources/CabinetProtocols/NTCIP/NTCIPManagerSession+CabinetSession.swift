import TrafficModel

extension NTCIPManagerSession: CabinetSession {
  public var leaseMargin: TimeSpan? {
    guard renewals.longestGap > .zero, identity.backupSeconds > 0 else { return nil }
    return TimeSpan(milliseconds: Int64(identity.backupSeconds) * 1000) - renewals.longestGap
  }

  public var differencesInWords: [String] { differences.map(\.description) }

  public mutating func nextMessage() -> [UInt8]? { nextDatagram() }

  public mutating func command(_ command: CabinetCommand, at now: SimTime) -> SessionControl? {
    let before = wantedControl
    apply(command, at: now)
    if wantedControl == before { return nil }
    return SessionControl(words: "\(wantedControl)", lost: NTCIPControl.lost(in: command))
  }

  public mutating func nextNotice() -> SessionNotice? {
    switch nextEvent() {
    case nil: nil
    case .identified(let identity)?:
      .identified(
        "\(identity.make) \(identity.model) \(identity.version), \(identity.maximumPhases) phases")
    case .status?: .status
    case .armed?: .armed
    case .armingRefused(let refusals)?: .armingRefused(refusals.map(Self.words))
    case .disarmed(let why)?: .disarmed(Self.words(why))
    case .commandConfirmed?: .commandConfirmed
    case .commandRefused(let error, let instance)?:
      .commandRefused("\(error)\(instance.map { " at \($0)" } ?? "")")
    case .fellBack?: .fellBack
    case .lost?: .lost
    case .recovered?: .recovered
    }
  }

  /// Why it may not be armed, and what to do about it.
  private static func words(_ refusal: NTCIPArmingRefusal) -> String {
    switch refusal {
    case .notConnected: "it is not identified yet"
    case .protectedParameter(let difference):
      "\(difference); correct the scenario or have the controller's owner correct the controller"
    case .notComparable(let loss): "\(loss) has no exact value in this protocol"
    case .noBackupTime:
      "its backup time is 0, so it would obey a dead brain for ever; set unitBackupTime at the controller"
    case .backupTimeTooLong(let seconds):
      "its backup time of \(seconds) s is too long; set a shorter one at the controller"
    case .otherMaster(let instance, let found): "somebody commands it already: \(instance) is \(found)"
    }
  }

  private static func words(_ why: NTCIPDisarming) -> String {
    switch why {
    case .released: "released"
    case .lost: "it does not answer"
    case .restarted: "it has started anew"
    case .databaseChanged: "its database has changed, or another controller answers"
    case .secondMaster(let instance, let found, let expected):
      "somebody else commands it: \(instance) is \(found), \(expected) was written"
    case .otherPattern(let found, let expected): "it runs pattern \(found) instead of \(expected)"
    case .clockDrift(let drift): "its clock is off by \(drift.seconds) s"
    }
  }
}
