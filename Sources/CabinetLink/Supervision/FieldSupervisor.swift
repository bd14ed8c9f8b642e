import CabinetProtocols
import TrafficModel

/// Watches many cabinets on the street through one brain, and commands those that an operator has armed.
///
/// Theory of operation. Each cabinet has a session of its own, which identifies it, polls it and guards it
/// (``CabinetProtocols/CabinetSession``). The brain sees the statuses of all and is asked as often as it wants; what it wants reaches
/// only armed cabinets, and is recorded *before* it leaves: in the outputs, a ``Output/record(_:)`` stands ahead of
/// every datagram that it is about. Without arming nothing is ever written (shadow).
///
/// A cabinet that is lost, restarted, commanded by somebody else or out of step drops to shadow by itself and stays
/// there; an operator arms it again.
public struct FieldSupervisor: Sendable {
  /// One cabinet and its session.
  public struct Cabinet: Sendable {
    public let controller: ControllerID
    public internal(set) var session: any CabinetSession
    /// What was asked of it last, while armed.
    var command: CabinetCommand?
    var isArming: Bool
  }

  public enum Output: Hashable, Sendable {
    /// Must be on the disk before anything that follows is sent.
    case record(JournalEntry)
    /// A datagram for the cabinet at this place.
    case send(Int, [UInt8])
    /// For a person.
    case tell(String)
  }

  public private(set) var cabinets: [Cabinet]
  private let names: [String]
  private var brain: any Strategy
  private var nextDecision = SimTime.zero
  private var outputs: [Output] = []
  private var hasNews = false
  public private(set) var sentCommands = 0
  public private(set) var refusedCommands = 0

  /// How often a brain that would decide only once is asked again, so that a cabinet armed later hears of it.
  private static let reminder = TimeSpan(milliseconds: 1000)

  /// - Parameters:
  ///   - sessions: One per cabinet on the street, with its controller's number.
  ///   - controllers: Of the scenario, in order.
  ///   - arms: Whether cabinets are armed once they are identified and nothing stands against it.
  public init(
    _ sessions: [(controller: ControllerID, session: any CabinetSession)],
    of controllers: [SignalController],
    brain: any Strategy, arms: Bool
  ) {
    cabinets = sessions.map { Cabinet(controller: $0.controller, session: $0.session, isArming: arms) }
    names = controllers.map(\.name)
    self.brain = brain
  }

  public var nextDeadline: SimTime {
    cabinets.reduce(nextDecision) { min($0, $1.session.nextDeadline) }
  }

  public mutating func nextOutput() -> Output? { outputs.isEmpty ? nil : outputs.removeFirst() }

  public mutating func start(at now: SimTime) {
    for index in cabinets.indices { cabinets[index].session.start(at: now) }
    collect(at: now)
  }

  /// A datagram from the cabinet at a place.
  public mutating func handle(_ bytes: [UInt8], from place: Int, at now: SimTime) {
    cabinets[place].session.handle(bytes, at: now)
    collect(at: now)
  }

  public mutating func advance(to now: SimTime) {
    for index in cabinets.indices where cabinets[index].session.nextDeadline <= now {
      cabinets[index].session.advance(to: now)
    }
    collect(at: now)
    if nextDecision <= now { decide(at: now) }
    collect(at: now)
  }

  /// Takes the hand off every cabinet: explicit zeros are written.
  public mutating func release(at now: SimTime) {
    for index in cabinets.indices {
      cabinets[index].isArming = false
      guard cabinets[index].session.state == .armed else { continue }
      cabinets[index].session.release(at: now)
    }
    collect(at: now)
  }

  // MARK: - Brain

  private mutating func decide(at now: SimTime) {
    nextDecision = now + Self.reminder
    guard hasNews else { return }
    var commands: [AddressedCommand] = []
    let wanted = brain.decide(at: now, seeing: RegionalView(statuses: statuses), into: &commands)
    nextDecision = max(wanted ?? now + Self.reminder, now + .tick)
    for entry in commands {
      guard let index = cabinets.firstIndex(where: { $0.controller == entry.controller }) else { continue }
      cabinets[index].command = entry.command
    }
    for index in cabinets.indices { obey(index, at: now) }
  }

  /// In the order of the scenario's controllers; one without a cabinet on the street shows nothing.
  private var statuses: [CabinetStatus] {
    names.indices.map { number in
      cabinets.first { $0.controller.index == number }?.session.status
        ?? CabinetStatus(mode: .startUp, indications: [])
    }
  }

  private mutating func obey(_ index: Int, at now: SimTime) {
    guard cabinets[index].session.state == .armed, let command = cabinets[index].command else { return }
    guard let control = cabinets[index].session.command(command, at: now) else { return }
    sentCommands += 1
    // The session's messages are fetched later, so this stands ahead of them.
    outputs.append(
      .record(
        JournalEntry(
          .command, cabinet: name(index),
          ["control": control.words, "lost": control.lost.joined(separator: ", ")])))
  }

  // MARK: - Sessions

  private mutating func collect(at now: SimTime) {
    for index in cabinets.indices {
      while let notice = cabinets[index].session.nextNotice() { take(notice, of: index, at: now) }
      while let bytes = cabinets[index].session.nextMessage() { outputs.append(.send(index, bytes)) }
    }
  }

  private func name(_ index: Int) -> String { names[cabinets[index].controller.index] }

  private mutating func take(_ notice: SessionNotice, of index: Int, at now: SimTime) {
    switch notice {
    case .identified(let who): tell(index, "identified: \(who)")
    case .status:
      hasNews = true
      guard cabinets[index].isArming, cabinets[index].session.state == .shadow else { return }
      cabinets[index].isArming = false
      cabinets[index].session.arm(at: now)
    case .armed:
      outputs.append(.record(JournalEntry(.armed, cabinet: name(index))))
      tell(index, "armed")
      nextDecision = now
    case .armingRefused(let refusals):
      for refusal in refusals { alarm(index, "not armed: \(refusal)") }
    case .disarmed(let why):
      cabinets[index].command = nil
      outputs.append(.record(JournalEntry(.disarmed, cabinet: name(index), ["why": why])))
      tell(index, "disarmed: \(why)")
    case .commandConfirmed: break
    case .commandRefused(let why):
      refusedCommands += 1
      alarm(index, "refused by the controller: \(why)")
    case .fellBack: alarm(index, "the backup timer ended our commands; they are sent again")
    case .lost: alarm(index, "lost: two polls without an answer; it runs its own plan")
    case .recovered: tell(index, "answers again")
    }
  }

  private mutating func tell(_ index: Int, _ text: String) {
    outputs.append(.tell("\(name(index)): \(text)"))
  }

  private mutating func alarm(_ index: Int, _ text: String) {
    outputs.append(.record(JournalEntry(.alarm, cabinet: name(index), ["what": text])))
    tell(index, text)
  }
}
