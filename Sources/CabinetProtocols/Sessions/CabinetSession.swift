import TrafficModel

/// The brain's side of one cabinet on the street, whatever protocol it speaks.
///
/// A pure machine: it is told messages and the time, and asked for messages and notices. Without arming it never writes;
/// armed, it writes the complete control state at every change and renewal; releasing writes explicit zeros.
public protocol CabinetSession: Sendable {
  var state: SessionState { get }
  /// What the cabinet shows, as of the last complete poll; `nil` before the first.
  var status: CabinetStatus? { get }
  /// Of the answers so far.
  var roundTrips: RoundTripTimes { get }
  /// How long the controller had to live on one command.
  var renewals: RenewalTimes { get }
  /// What was left of the controller's backup time at the latest renewal, at least; negative after a fall-back, `nil` where
  /// the protocol does not tell that time or nothing was renewed.
  var leaseMargin: TimeSpan? { get }
  /// Where the cabinet is not what the scenario says.
  var differencesInWords: [String] { get }
  var nextDeadline: SimTime { get }

  mutating func start(at now: SimTime)
  /// A message from the cabinet, as in a datagram.
  mutating func handle(_ message: [UInt8], at now: SimTime)
  mutating func advance(to now: SimTime)
  /// The next message that is to be sent, as in a datagram.
  mutating func nextMessage() -> [UInt8]?
  mutating func nextNotice() -> SessionNotice?

  /// Begins to command; whether it does is the next notice.
  mutating func arm(at now: SimTime)
  /// What the cabinet shall do from now on; without effect unless armed.
  ///
  /// - Returns: What is asked of the cabinet, or `nil` where nothing new is.
  mutating func command(_ command: CabinetCommand, at now: SimTime) -> SessionControl?
  /// Ends commanding: writes zeros.
  mutating func release(at now: SimTime)
}

/// A control state on its way to a cabinet, in words for a journal.
public struct SessionControl: Hashable, Sendable {
  public var words: String
  /// Parts of the command that the protocol cannot carry.
  public var lost: [String]

  public init(words: String, lost: [String]) {
    self.words = words
    self.lost = lost
  }
}

/// What a session tells whoever runs it, in words for a person.
public enum SessionNotice: Hashable, Sendable {
  case identified(String)
  /// A poll is complete; ``CabinetSession/status`` is new.
  case status
  case armed
  case armingRefused([String])
  /// Commanding has stopped, and why.
  case disarmed(String)
  /// What was written is confirmed.
  case commandConfirmed
  /// The controller refused what was written.
  case commandRefused(String)
  /// The controller has ended our commands by itself; they are sent again.
  case fellBack
  case lost
  case recovered
}
