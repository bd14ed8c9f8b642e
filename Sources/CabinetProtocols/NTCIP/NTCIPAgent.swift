import TrafficModel

/// The controller side of NTCIP over SNMP: answers managers for one emulated cabinet.
///
/// Theory of operation. A request is a whole SNMP message; its answer is another, or silence where the message is damaged
/// or the community is wrong. Status is read from the cabinet's status, which the caller hands in; parameters from the
/// stored database; control objects from the state that managers have set. A set is checked as a whole before any of it
/// acts. What the cabinet must do leaves by ``nextOutput()``.
///
/// | event | control state | transaction | output |
/// |---|---|---|---|
/// | set of control objects | changed at once, backup timer starts anew | untouched | `.command` |
/// | `dbCreateTransaction` = 2 | | open, a copy of the database takes the sets | |
/// | = 3 | | checked as a whole: done, with or without an error | |
/// | = 1 | | committed if checked without error, else forgotten | `.database` if committed |
/// | backup time passes without a set of control | all zero, `unitControlStatus` backup | untouched | `.command` |
/// | a green ends | its force-off bit is cleared | | `.command` |
///
/// A set whose bytes were answered within ``Configuration/duplicateWindow`` gets the same answer again and changes
/// nothing but the backup timer: a datagram that the net has doubled ends no second green.
///
/// Deviations. Structure, clearances, minimum greens, pedestrian times, channels, overlaps, detectors and preempts are
/// read-only here, as on a unit whose database is locked. Ring control groups, special functions, detector resets and
/// `unitControl` can be read (0) but not set. Auxiliary functions of actions are not kept. A preempt of rail cannot be
/// called (`badValue`).
public struct NTCIPAgent: Sendable {
  public struct Configuration: Hashable, Sendable {
    /// May read.
    public var readCommunity: String
    /// May read and write.
    public var writeCommunity: String
    /// `unitBackupTime` at start, 0 to 65535 s; 0: never.
    public var backupSeconds: Int
    /// Longest answer; a longer one is `tooBig` (at least 484 by RFC 1157).
    public var messageLimit: Int
    public var duplicateWindow: TimeSpan
    /// Some units number `dbVerifyStatus` from 0 instead of 1.
    public var numbersVerifyStatusFromZero: Bool

    public init(
      readCommunity: String = "public", writeCommunity: String = "administrator", backupSeconds: Int = 30,
      messageLimit: Int = 1472, duplicateWindow: TimeSpan = TimeSpan(milliseconds: 5000),
      numbersVerifyStatusFromZero: Bool = false
    ) {
      self.readCommunity = readCommunity
      self.writeCommunity = writeCommunity
      self.backupSeconds = backupSeconds
      self.messageLimit = messageLimit
      self.duplicateWindow = duplicateWindow
      self.numbersVerifyStatusFromZero = numbersVerifyStatusFromZero
    }
  }

  public enum Output: Hashable, Sendable {
    /// What the cabinet shall do from now on.
    case command(CabinetCommand)
    /// The manager has set the clock.
    case clock(unixMilliseconds: Int64)
    /// A transaction was committed; the cabinet runs these data from now on.
    case database(SignalController)
  }

  /// What came in so far.
  public struct Counts: Hashable, Sendable {
    public var requests = 0
    /// No SNMP message of these versions, or one that no manager sends.
    public var malformed = 0
    public var wrongCommunities = 0
    public var duplicates = 0
    public var sets = 0
    public var refusals = 0
    public var backups = 0

    public init() {}
  }

  enum Transaction: Hashable {
    case none
    case open(NTCIPDatabase)
    /// Checked; the controller if it may be committed, else the reason.
    case checked(NTCIPDatabase, SignalController?, String)
  }

  public let configuration: Configuration
  public internal(set) var controller: SignalController
  public internal(set) var database: NTCIPDatabase {
    didSet { setID = nil }
  }
  /// That of the database, once somebody has asked.
  var setID: UInt16?
  public internal(set) var control = NTCIPControl()
  var transaction = Transaction.none
  /// 1 not done, 2 with an error, 3 without.
  var verifyStatus = 1
  var verifyError = ""
  /// When the backup timer runs out.
  var backupDeadline = SimTime.distantFuture
  var isInBackup = false
  /// Set at power-up, cleared when read.
  var hasRestarted = true
  /// UTC seconds at time zero.
  var clockSeconds: Int64
  var volumes: VolumeReport
  private var greenPhases: PhaseSet = []
  private var answered: [Answered] = []
  var outputs: [Output] = []
  public internal(set) var counts = Counts()

  private struct Answered: Hashable {
    var request: [UInt8]
    var reply: [UInt8]
    var until: SimTime
  }
  /// Answers kept for duplicates.
  private static let answeredLimit = 16

  /// - Parameter unixSeconds: UTC at time zero of the machine's clock.
  public init(
    _ controller: SignalController, unixSeconds: Int64 = 0, _ configuration: Configuration = Configuration()
  ) {
    self.controller = controller
    self.configuration = configuration
    database = NTCIPDatabase(controller)
    clockSeconds = unixSeconds
    volumes = VolumeReport(detectors: controller.detectors.count)
    database.write(.unitBackupTime, max(0, min(65_535, configuration.backupSeconds)))
  }

  /// When ``advance(to:seeing:)`` has something to do.
  public var nextDeadline: SimTime { min(backupDeadline, volumes.nextDeadline) }

  public mutating func nextOutput() -> Output? { outputs.isEmpty ? nil : outputs.removeFirst() }

  /// Takes one message and returns the answer, if there is to be one.
  public mutating func handle(_ bytes: [UInt8], at now: SimTime, seeing status: CabinetStatus) -> [UInt8]? {
    advance(to: now, seeing: status)
    guard let request = try? SNMPMessage(decoding: bytes) else {
      counts.malformed += 1
      return nil
    }
    switch request.kind {
    case .get, .getNext, .set: break
    case .getBulk where request.version == .v2c: break
    case .getBulk, .response, .inform, .trap, .report:
      counts.malformed += 1
      return nil
    }
    let mayWrite = request.community == Array(configuration.writeCommunity.utf8)
    guard mayWrite || request.community == Array(configuration.readCommunity.utf8) && request.kind != .set
    else {
      counts.wrongCommunities += 1
      return nil
    }
    counts.requests += 1
    if request.kind == .set {
      answered.removeAll { $0.until < now }
      if let earlier = answered.first(where: { $0.request == bytes }) {
        counts.duplicates += 1
        if request.bindings.contains(where: { Self.isControl($0.name) }) { renewBackup(at: now) }
        return earlier.reply
      }
    }
    let reply = answer(request, at: now, seeing: status)
    if request.kind == .set {
      if answered.count == Self.answeredLimit { answered.removeFirst() }
      answered.append(
        Answered(request: bytes, reply: reply, until: now + configuration.duplicateWindow))
    }
    return reply
  }

  /// Lets timers run out; the status is the cabinet's at `now`.
  public mutating func advance(to now: SimTime, seeing status: CabinetStatus) {
    volumes.advance(to: now, periodSeconds: database.number(.volumeOccupancyPeriod), status.detectors)
    let ended = greenPhases.subtracting(status.greenPhases)
    greenPhases = status.greenPhases
    if control.forceOff != 0 && !ended.isEmpty {
      var after = control
      for (index, phase) in controller.phases.enumerated()
      where ended.contains(phase: index) && (1...32).contains(phase.number) {
        after.forceOff &= ~(1 << UInt32(phase.number - 1))
      }
      if after != control {
        control = after
        outputs.append(.command(control.command(for: controller)))
      }
    }
    if backupDeadline <= now {
      backupDeadline = .distantFuture
      isInBackup = true
      counts.backups += 1
      control = NTCIPControl()
      outputs.append(.command(control.command(for: controller)))
    }
  }

  /// Another protocol has changed patterns or schedule; what managers have stored in spare rows is forgotten, and a
  /// transaction that is open too.
  public mutating func adopt(_ changed: SignalController) {
    let backup = database.number(.unitBackupTime)
    controller = changed
    database = NTCIPDatabase(changed)
    database.write(.unitBackupTime, backup)
    transaction = .none
    verifyStatus = 1
    verifyError = ""
  }

  static func isControl(_ name: ObjectIdentifier) -> Bool {
    NTCIPInstance(name).map { NTCIPControl()[$0] != nil } ?? false
  }

  mutating func renewBackup(at now: SimTime) {
    isInBackup = false
    let seconds = database.number(.unitBackupTime)
    backupDeadline =
      seconds == 0 || control == NTCIPControl()
      ? .distantFuture : now + TimeSpan(milliseconds: Int64(seconds) * 1000)
  }

  /// Seconds of UTC.
  func unixSeconds(at now: SimTime) -> Int64 { clockSeconds + now.milliseconds / 1000 }
}
