import CabinetProtocols
import ControlLoop
import SignalControl
import TrafficModel

/// Our controller unit and monitor behind real lamps: drives an industrial I/O board over Modbus.
///
/// Theory of operation. The machine is told bytes and the time and returns bytes; it knows no line and no clock.
///
/// 1. *Proof.* Before anything is lit, the watchdog's time-out is written and read back; then the lamps are set to all
///    red and the machine stays silent for twice the time-out. The board must show its safe pattern by then: whoever
///    cannot show that it falls back by itself is not driven (``Refusal``).
/// 2. *Operation.* A change of lamps is one frame, sent at once, read back and repeated every refresh. Inputs are
///    polled; a detector's state, a push and the hardware monitor's contact reach the unit.
/// 3. *The unit's clock stands still* from the sending of a change until the board has confirmed it, and when the
///    process itself was late. So a bad line or a busy computer can make an interval longer, and never shorter. What
///    is lost so is ``lag``; coordination gets it back through the unit's clock input.
/// 4. *Fault.* A board that does not answer, that shows other coils than it was told, or whose hardware monitor has
///    opened its contact, puts the unit into flash. When all is well for five seconds the unit leaves flash as it
///    always does, through all red.
public struct BoardCabinet: Sendable {
  public enum State: Hashable, Sendable {
    case proving(ProofStep)
    case refused(Refusal)
    case running
    case faulted(Fault)
  }

  public enum ProofStep: Hashable, Sendable {
    case writingTimeout, readingTimeout, settingAllRed, stayingSilent(until: SimTime), readingCoils
  }

  /// Why the board is not driven.
  public enum Refusal: Hashable, Sendable {
    case noWatchdog
    case silent
    case timeoutNotKept(wanted: Int, found: Int)
    /// It stayed lit although nobody spoke to it.
    case doesNotFallBack(coilsOn: [Int])
    case exception(code: UInt8)
  }

  public enum Fault: Hashable, Sendable {
    case boardSilent
    /// The board shows something else than it was told.
    case readBackDiffers(coil: Int)
    case exception(code: UInt8)
    case hardwareMonitor
  }

  /// What the machine wants done or told.
  public enum Output: Hashable, Sendable {
    case send([UInt8])
    case entered(State)
  }

  public private(set) var cabinet: EmulatedCabinet
  public private(set) var state = State.proving(.writingTimeout)
  /// How far the unit's clock is behind: delays of the line and of this process.
  public private(set) var lag = TimeSpan.zero
  private let wiring: BoardWiring
  private var master: ModbusMaster
  private var outputs: [Output] = []

  /// What the unit wants to show, by group.
  private var indications: ContiguousArray<Indication>
  /// What was sent last, by coil.
  private var coils: [Bool]
  private var inputs: [Bool?]
  private var isMonitorGood = true
  private var isHeartbeatOn = false

  private var pending: [Question] = []
  /// A change of lamps that waits for its confirmation: since when, and the question's number.
  private var unconfirmed: (since: SimTime, question: Int)?
  private var nextPoll = SimTime.zero
  private var nextRefresh = SimTime.zero
  private var goodSince: SimTime?
  private var mismatches = 0
  private var lastHandled = SimTime.zero
  private var lastTick = SimTime.zero
  private var changes: ContiguousArray<IndicationChange> = []
  private var isStarted = false

  private enum Purpose { case lamps, readBack, inputs, proof }

  private struct Question: Sendable {
    var number: Int
    var purpose: Purpose
    /// What a read-back should find.
    var expected: [Bool] = []
  }

  /// All well for this long before flash is left.
  static let recovery = TimeSpan(milliseconds: 5000)

  public init(
    _ cabinet: EmulatedCabinet, wiring: BoardWiring, over link: ModbusMaster.Link,
    timing: ModbusMaster.Configuration = .init()
  ) {
    self.cabinet = cabinet
    self.wiring = wiring
    master = ModbusMaster(link, timing)
    indications = ContiguousArray(repeating: .red, count: wiring.lampCoils.count)
    coils = Array(repeating: false, count: wiring.coilCount)
    inputs = Array(repeating: nil, count: wiring.contacts.count)
  }

  public mutating func nextOutput() -> Output? { outputs.isEmpty ? nil : outputs.removeFirst() }

  /// When ``advance(to:)`` has something to do.
  public var nextDeadline: SimTime {
    var next = master.nextDeadline
    switch state {
    case .refused: return .distantFuture
    case .proving(.stayingSilent(let until)): next = min(next, until)
    case .proving: break
    case .running, .faulted:
      next = min(next, min(nextPoll, nextRefresh))
      if unconfirmed == nil { next = min(next, cabinet.nextDeadline + lag) }
    }
    return next
  }

  // MARK: - Inputs

  /// Begins the proof.
  public mutating func start(at now: SimTime) {
    guard let watchdog = wiring.watchdog else { return enter(.refused(.noWatchdog)) }
    ask(
      .writeRegister(
        UInt16(watchdog.register), UInt16(watchdog.timeoutMilliseconds / watchdog.unitMilliseconds)),
      .proof, at: now)
  }

  public mutating func apply(_ command: CabinetCommand, at now: SimTime) {
    if isStarted { cabinet.apply(command, at: unitTime(at: now)) }
  }

  /// Takes what the line has brought.
  public mutating func handle(_ bytes: [UInt8], at now: SimTime) {
    master.handle(bytes, at: now)
    drain(at: now)
  }

  public mutating func advance(to now: SimTime) {
    master.advance(to: now)
    drain(at: now)
    switch state {
    case .refused: return
    case .proving(.stayingSilent(let until)):
      if now >= until {
        state = .proving(.readingCoils)
        ask(.readCoils(start: 0, count: UInt16(wiring.coilCount)), .proof, at: now)
      }
    case .proving: break
    case .running, .faulted: operate(at: now)
    }
  }

  // MARK: - Operation

  private mutating func operate(at now: SimTime) {
    if unconfirmed == nil { tick(at: now) }
    if nextPoll <= now {
      nextPoll = now + wiring.poll
      if wiring.inputCount > 0, !pending.contains(where: { $0.purpose == .inputs }) {
        ask(.readDiscreteInputs(start: 0, count: UInt16(wiring.inputCount)), .inputs, at: now)
      }
    }
    if nextRefresh <= now {
      nextRefresh = now + wiring.refresh
      // A board that is slow is not asked the same again before it has answered.
      if !pending.contains(where: { $0.purpose == .lamps }) { _ = writeLamps(at: now) }
    }
    recover(at: now)
  }

  /// Lets the unit act up to its present; stops at the first change of lamps, which has to be shown first.
  private mutating func tick(at now: SimTime) {
    while unconfirmed == nil, cabinet.nextDeadline + lag <= now {
      let tick = cabinet.nextDeadline
      lastTick = tick
      changes.removeAll(keepingCapacity: true)
      cabinet.advance(to: tick, into: &changes)
      guard !changes.isEmpty else { continue }
      // A process that was late does not make it up: the next interval begins now.
      lag = now - tick
      show(at: now)
    }
  }

  private mutating func show(at now: SimTime) {
    for change in changes { indications[change.group] = change.indication }
    guard let question = writeLamps(at: now) else { return fail(.boardSilent, at: now) }
    // The answer may have come from within; then nothing is left to wait for.
    if pending.contains(where: { $0.number == question }) { unconfirmed = (now, question) }
  }

  /// - Returns: The question's number; `nil` if too many wait already.
  private mutating func writeLamps(at now: SimTime) -> Int? {
    nextRefresh = now + wiring.refresh
    isHeartbeatOn.toggle()
    let isFlashOn = now.milliseconds / 500 % 2 == 0
    for (group, place) in wiring.lampCoils.enumerated() {
      let light = LampOutputs(indications[group])
      if place.red >= 0 {
        coils[place.red] = light.contains(.red) || light.contains(.flashingRed) && isFlashOn
      }
      if place.yellow >= 0 {
        coils[place.yellow] = light.contains(.yellow) || light.contains(.flashingYellow) && isFlashOn
      }
      if place.green >= 0 {
        coils[place.green] = light.contains(.green) || light.contains(.flashingGreen) && isFlashOn
      }
    }
    if let coil = wiring.heartbeatCoil { coils[coil] = isHeartbeatOn }
    let question = ask(.writeCoils(start: 0, coils), .lamps, at: now)
    ask(.readCoils(start: 0, count: UInt16(wiring.coilCount)), .readBack, at: now)
    return question
  }

  private mutating func startUnit(at now: SimTime) {
    isStarted = true
    changes.removeAll(keepingCapacity: true)
    lastTick = now.firstTick()
    lag = now - lastTick
    cabinet.start(at: lastTick, into: &changes)
    nextPoll = now
    show(at: now)
  }

  /// The unit's own time: it stands while a change of lamps is on its way, and never goes back.
  private mutating func unitTime(at now: SimTime) -> SimTime {
    // What arrives at a tick that is done belongs to the next.
    lastHandled = max(
      lastHandled, lastTick + TimeSpan(milliseconds: 1), (unconfirmed?.since ?? now) - lag)
    return lastHandled
  }

  private mutating func recover(at now: SimTime) {
    guard case .faulted = state, isMonitorGood, let since = goodSince, now - since >= Self.recovery
    else { return }
    cabinet.handle(.flashSwitch(false), at: unitTime(at: now))
    enter(.running)
  }

  private mutating func fail(_ fault: Fault, at now: SimTime) {
    goodSince = nil
    // The change that waits for its confirmation will not be confirmed; flash must not wait for it.
    thaw(at: now)
    if case .faulted = state { return }
    cabinet.handle(.flashSwitch(true), at: unitTime(at: now))
    enter(.faulted(fault))
  }

  private mutating func thaw(at now: SimTime) {
    guard let waiting = unconfirmed else { return }
    lag = lag + (now - waiting.since)
    unconfirmed = nil
  }

  private mutating func enter(_ new: State) {
    state = new
    outputs.append(.entered(new))
  }

  // MARK: - Answers

  @discardableResult
  private mutating func ask(_ request: ModbusRequest, _ purpose: Purpose, at now: SimTime) -> Int? {
    guard let number = master.ask(request, unit: wiring.unit, at: now) else { return nil }
    pending.append(Question(number: number, purpose: purpose, expected: purpose == .readBack ? coils : []))
    drain(at: now)
    return number
  }

  private mutating func drain(at now: SimTime) {
    while let output = master.nextOutput() {
      switch output {
      case .send(let bytes): outputs.append(.send(bytes))
      case .silence(let number):
        guard let question = forget(number) else { continue }
        if question.purpose == .proof { enter(.refused(.silent)) } else { fail(.boardSilent, at: now) }
      case .answer(let number, let response):
        guard let question = forget(number) else { continue }
        take(response, to: question, at: now)
      }
    }
  }

  private mutating func forget(_ number: Int) -> Question? {
    guard let place = pending.firstIndex(where: { $0.number == number }) else { return nil }
    return pending.remove(at: place)
  }

  private mutating func take(_ response: ModbusResponse, to question: Question, at now: SimTime) {
    if case .exception(_, let code) = response {
      if question.purpose == .proof {
        enter(.refused(.exception(code: code)))
      } else {
        fail(.exception(code: code), at: now)
      }
      return
    }
    switch question.purpose {
    case .proof: prove(response, at: now)
    case .lamps:
      if unconfirmed?.question == question.number { thaw(at: now) }
    case .readBack:
      guard case .bits(_, let packed) = response else { return }
      compare(ModbusBits.unpacked(packed[...], count: wiring.coilCount), with: question.expected, at: now)
    case .inputs:
      guard case .bits(_, let packed) = response else { return }
      sense(ModbusBits.unpacked(packed[...], count: wiring.inputCount), at: now)
    }
  }

  /// One read-back that differs may be noise that the check sum let through; two in a row are a fault.
  private mutating func compare(_ shown: [Bool], with expected: [Bool], at now: SimTime) {
    guard let coil = expected.indices.first(where: { shown[$0] != expected[$0] }) else {
      mismatches = 0
      if goodSince == nil { goodSince = now }
      return
    }
    mismatches += 1
    if mismatches >= 2 { fail(.readBackDiffers(coil: coil), at: now) }
  }

  private mutating func sense(_ states: [Bool], at now: SimTime) {
    let time = unitTime(at: now)
    for (index, contact) in wiring.contacts.enumerated() {
      let isOn = states[contact.input] != contact.isInverted
      if inputs[index] == isOn { continue }
      let isFirst = inputs[index] == nil
      inputs[index] = isOn
      switch contact.meaning {
      case .detector(let detector):
        if isOn || !isFirst { cabinet.handle(.detector(detector, isOn: isOn), at: time) }
      case .pushButton(let crosswalk):
        if isOn { cabinet.handle(.pushButton(crosswalk), at: time) }
      case .monitorIsGood:
        isMonitorGood = isOn
        if !isOn { fail(.hardwareMonitor, at: now) }
      }
    }
  }

  // MARK: - Proof

  private mutating func prove(_ response: ModbusResponse, at now: SimTime) {
    guard case .proving(let step) = state, let watchdog = wiring.watchdog else { return }
    let wanted = watchdog.timeoutMilliseconds / watchdog.unitMilliseconds
    switch (step, response) {
    case (.writingTimeout, _):
      state = .proving(.readingTimeout)
      ask(.readHoldingRegisters(start: UInt16(watchdog.register), count: 1), .proof, at: now)
    case (.readingTimeout, .registers(_, let values)):
      let found = values.first.map(Int.init) ?? -1
      guard found == wanted else { return enter(.refused(.timeoutNotKept(wanted: wanted, found: found))) }
      state = .proving(.settingAllRed)
      for place in wiring.lampCoils where place.red >= 0 { coils[place.red] = true }
      ask(.writeCoils(start: 0, coils), .proof, at: now)
    case (.settingAllRed, _):
      let until = now + TimeSpan(milliseconds: Int64(2 * watchdog.timeoutMilliseconds))
      state = .proving(.stayingSilent(until: until))
    case (.readingCoils, .bits(_, let packed)):
      let shown = ModbusBits.unpacked(packed[...], count: wiring.coilCount)
      let on = shown.indices.filter { shown[$0] }
      guard on == watchdog.safeCoils.sorted() else { return enter(.refused(.doesNotFallBack(coilsOn: on))) }
      enter(.running)
      startUnit(at: now)
    default: break
    }
  }
}
