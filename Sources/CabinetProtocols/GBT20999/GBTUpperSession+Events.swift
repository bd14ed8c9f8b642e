/// What a session tells, and why it refuses.
extension GBTUpperSession {
  public typealias State = SessionState

  /// A datum that keeps people safe and is not the scenario's.
  public struct Difference: Hashable, Sendable {
    public var address: GBTAddress
    public var expected: [UInt8]
    /// Empty where the controller has no such datum.
    public var found: [UInt8]
  }

  public enum ArmingRefusal: Hashable, Sendable {
    case notConnected
    case fallbackNotProven
    /// A datum that keeps people safe differs from the scenario.
    case differs(GBTAddress, expected: [UInt8], found: [UInt8])
    /// Somebody else commands the controller.
    case otherMaster(GBTAddress, found: UInt8)
  }

  public enum Disarming: Hashable, Sendable {
    case released
    case lost
    case secondMaster(GBTAddress, found: UInt8, expected: UInt8)
    /// The controller holds nothing that was written: it has restarted, has fallen back, or was released by somebody.
    case letGo
  }

  public enum Event: Hashable, Sendable {
    case identified(manufacturer: String)
    case status
    case armed
    case armingRefused([ArmingRefusal])
    case disarmed(Disarming)
    case commandConfirmed
    case commandRefused(GBTAddress, UInt8)
    case lost
    case recovered
  }
}
