import TrafficModel

extension GBTUpperSession: CabinetSession {
  public var leaseMargin: TimeSpan? { nil }

  public var differencesInWords: [String] {
    differences.map { "\($0.address): the controller has \($0.found), the scenario \($0.expected)" }
  }

  public mutating func handle(_ message: [UInt8], at now: SimTime) {
    // Whatever is no frame is dropped; silence asks again.
    if let frame = try? GBTFrame(datagram: message) { handle(frame, at: now) }
  }

  public mutating func nextMessage() -> [UInt8]? { nextFrame()?.datagram }

  public mutating func command(_ command: CabinetCommand, at now: SimTime) -> SessionControl? {
    let before = wantedControl
    apply(command, at: now)
    if wantedControl == before { return nil }
    return SessionControl(words: "\(wantedControl)", lost: GBTController.Central.lost(in: command))
  }

  public mutating func nextNotice() -> SessionNotice? {
    switch nextEvent() {
    case nil: nil
    case .identified(let manufacturer)?: .identified("\(manufacturer), \(controller.stages.count) stages")
    case .status?: .status
    case .armed?: .armed
    case .armingRefused(let refusals)?: .armingRefused(refusals.map(Self.words))
    case .disarmed(let why)?: .disarmed(Self.words(why))
    case .commandConfirmed?: .commandConfirmed
    case .commandRefused(let address, let error)?:
      .commandRefused("\(GBTError(rawValue: error).map { "\($0)" } ?? "error \(error)") at \(address)")
    case .lost?: .lost
    case .recovered?: .recovered
    }
  }

  /// Why it may not be armed, and what to do about it.
  static func words(_ refusal: ArmingRefusal) -> String {
    switch refusal {
    case .notConnected: "it is not identified yet"
    case .fallbackNotProven:
      "nobody has shown that it returns to its own plan when the brain falls silent; show it first (--prove-fallback)"
    case .differs(let address, let expected, let found):
      "\(address): the controller has \(found), the scenario \(expected); correct the scenario or have the "
        + "controller's owner correct the controller"
    case .otherMaster(let address, let found): "somebody commands it already: \(address) is \(found)"
    }
  }

  static func words(_ why: Disarming) -> String {
    switch why {
    case .released: "released"
    case .lost: "it does not answer"
    case .secondMaster(let address, let found, let expected):
      "somebody else commands it: \(address) is \(found), \(expected) was written"
    case .letGo:
      "it holds nothing of what was written: it has restarted, has fallen back by itself, or somebody released it"
    }
  }
}
