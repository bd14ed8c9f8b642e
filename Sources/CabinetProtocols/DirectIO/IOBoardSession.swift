import TrafficModel

/// Drives an I/O board with the lamps of a controller unit, and gives the unit what its inputs sense.
///
/// Theory of operation. Before anything is lit, the session proves the board's watchdog: it lights no coil of the safe pattern,
/// says nothing for longer than the time-out, and reads whether the safe pattern has come. Then lamps are written as one frame
/// whenever they change and at every refresh, which is the heartbeat; inputs are read at every scan; outputs are read
/// back and compared with what was last written. A board that does not answer, answers with exceptions, or shows other
/// coils twice in a row has failed: the unit must go to flash, and the session stops writing, so that the board does too.
///
/// | state | event | next |
/// |---|---|---|
/// | setting | time-out register written (or none) | silent |
/// | silent | time-out and half of it have passed | proving |
/// | proving | safe coils are on | running |
/// | proving | they are not | failed: no watchdog |
/// | running | silence, exception, wrong read-back twice | failed |
public struct IOBoardSession: Sendable {
  public struct Configuration: Hashable, Sendable {
    public var scanInterval: TimeSpan
    public var refreshInterval: TimeSpan
    public var readBackInterval: TimeSpan
    public var master: ModbusMaster.Configuration

    public init(
      scanInterval: TimeSpan = .tick, refreshInterval: TimeSpan = TimeSpan(milliseconds: 500),
      readBackInterval: TimeSpan = TimeSpan(milliseconds: 300),
      master: ModbusMaster.Configuration = ModbusMaster.Configuration(timeout: TimeSpan(milliseconds: 100))
    ) {
      self.scanInterval = scanInterval
      self.refreshInterval = refreshInterval
      self.readBackInterval = readBackInterval
      self.master = master
    }
  }

  public enum State: String, Sendable, CaseIterable {
    case setting, silent, proving, running, failed
  }

  public enum Failure: Hashable, Sendable {
    case silence
    case exception(function: UInt8, code: UInt8)
    /// The board did not go to its safe pattern when nobody spoke to it.
    case noWatchdog
    /// A coil that is not as it was written.
    case readBack(coil: Int, isOn: Bool)
  }

  public enum Output: Hashable, Sendable {
    case send([UInt8])
    case input(CabinetInput)
    /// The watchdog is proven; from now on lamps are shown.
    case running
    /// The unit must go to flash; the session does nothing more.
    case failed(Failure)
  }

  private enum Job { case setWatchdog, proof, lamps([Bool]), scan, readBack }

  public private(set) var state = State.setting
  private let map: IOBoardMap
  private let configuration: Configuration
  private var master: ModbusMaster
  private var jobs: [(request: Int, job: Job)] = []
  private var indications: ContiguousArray<Indication>
  private var written: [Bool]?
  private var inputs: [Bool]
  private var mismatches = 0
  private var proofAt = SimTime.distantFuture
  private var nextScan = SimTime.distantFuture
  private var nextRefresh = SimTime.distantFuture
  private var nextReadBack = SimTime.distantFuture
  private var outputs: [Output] = []
  /// Half of a flash: 60 a minute (MUTCD 4D.30: 50 to 60).
  private static let flashHalf: Int64 = 500

  public init(_ map: IOBoardMap, link: ModbusMaster.Link, _ configuration: Configuration = Configuration()) {
    self.map = map
    self.configuration = configuration
    master = ModbusMaster(link, configuration.master)
    indications = ContiguousArray(repeating: .dark, count: map.groups.count)
    inputs = Array(repeating: false, count: map.inputs.count)
  }

  public var nextDeadline: SimTime {
    if state == .failed { return .distantFuture }
    let own = min(proofAt, min(nextScan, min(nextRefresh, nextReadBack)))
    return min(master.nextDeadline, min(own, nextFlash))
  }

  public mutating func nextOutput() -> Output? { outputs.isEmpty ? nil : outputs.removeFirst() }

  /// Begins the proof of the watchdog.
  public mutating func start(at now: SimTime) {
    if let register = map.watchdog.register {
      ask(.writeRegister(UInt16(clamping: register), map.watchdog.value), .setWatchdog, at: now)
    } else {
      fallSilent(at: now)
    }
    drain(at: now)
  }

  /// What all groups show from now on.
  public mutating func show(_ lamps: ContiguousArray<Indication>, at now: SimTime) {
    indications = lamps
    if state == .running { writeLamps(at: now) }
    drain(at: now)
  }

  public mutating func handle(_ bytes: [UInt8], at now: SimTime) {
    master.handle(bytes, at: now)
    drain(at: now)
  }

  public mutating func handleSilence(at now: SimTime) {
    master.handleSilence(at: now)
    drain(at: now)
  }

  public mutating func advance(to now: SimTime) {
    if state == .failed { return }
    master.advance(to: now)
    if proofAt <= now {
      proofAt = .distantFuture
      state = .proving
      ask(.readCoils(start: 0, count: UInt16(clamping: proofCount)), .proof, at: now)
    }
    if state == .running { runCycle(at: now) }
    drain(at: now)
  }

  // MARK: - Running

  private var proofCount: Int { max(map.coilCount, (map.watchdog.safeCoils.max() ?? 0) + 1) }

  private func isFlashOn(at now: SimTime) -> Bool { now.milliseconds / Self.flashHalf % 2 == 0 }

  /// When a flashing lamp changes.
  private var nextFlash: SimTime {
    let flashes = indications.contains { [.flashingGreen, .flashingYellow, .flashingRed].contains($0) }
    guard state == .running, flashes else { return .distantFuture }
    return flashAt
  }
  private var flashAt = SimTime.zero

  private mutating func runCycle(at now: SimTime) {
    flashAt = SimTime(milliseconds: (now.milliseconds / Self.flashHalf + 1) * Self.flashHalf)
    if nextRefresh <= now || written != map.coils(indications, isFlashOn: isFlashOn(at: now)) {
      writeLamps(at: now)
    }
    if nextScan <= now {
      nextScan = now + configuration.scanInterval
      if !map.inputs.isEmpty && !isWaiting(for: { if case .scan = $0 { true } else { false } }) {
        ask(.readDiscreteInputs(start: 0, count: UInt16(clamping: map.inputs.count)), .scan, at: now)
      }
    }
    if nextReadBack <= now {
      nextReadBack = now + configuration.readBackInterval
      if map.coilCount > 0 && !isWaiting(for: { if case .readBack = $0 { true } else { false } }) {
        ask(.readCoils(start: 0, count: UInt16(clamping: map.coilCount)), .readBack, at: now)
      }
    }
  }

  private func isWaiting(for isIt: (Job) -> Bool) -> Bool { jobs.contains { isIt($0.job) } }

  private mutating func writeLamps(at now: SimTime) {
    let coils = map.coils(indications, isFlashOn: isFlashOn(at: now))
    nextRefresh = now + configuration.refreshInterval
    if coils.isEmpty { return }
    written = coils
    ask(.writeCoils(start: 0, coils), .lamps(coils), at: now)
  }

  private mutating func ask(_ request: ModbusRequest, _ job: Job, at now: SimTime) {
    guard let number = master.ask(request, unit: map.unit, at: now) else {
      fail(.silence)
      return
    }
    jobs.append((number, job))
  }

  // MARK: - Answers

  private mutating func drain(at now: SimTime) {
    while state != .failed, let output = master.nextOutput() {
      switch output {
      case .send(let bytes): outputs.append(.send(bytes))
      case .silence: fail(.silence)
      case .answer(let number, let response):
        guard let index = jobs.firstIndex(where: { $0.request == number }) else { continue }
        let job = jobs.remove(at: index).job
        if case .exception(let function, let code) = response {
          fail(.exception(function: function, code: code))
        } else {
          take(response, job, at: now)
        }
      }
    }
  }

  private mutating func take(_ response: ModbusResponse, _ job: Job, at now: SimTime) {
    switch (job, response) {
    case (.setWatchdog, _): fallSilent(at: now)
    case (.proof, .bits(_, let packed)):
      let coils = ModbusBits.unpacked(packed[...], count: proofCount)
      let isSafe = coils.indices.allSatisfy { coils[$0] == map.watchdog.safeCoils.contains($0) }
      guard isSafe else {
        fail(.noWatchdog)
        return
      }
      state = .running
      outputs.append(.running)
      nextScan = now
      nextReadBack = now + configuration.readBackInterval
      writeLamps(at: now)
      runCycle(at: now)
    case (.scan, .bits(_, let packed)):
      takeInputs(ModbusBits.unpacked(packed[...], count: map.inputs.count))
    case (.readBack, .bits(_, let packed)): compare(ModbusBits.unpacked(packed[...], count: map.coilCount))
    default: break
    }
  }

  private mutating func fallSilent(at now: SimTime) {
    state = .silent
    let timeout = map.watchdog.timeout
    proofAt = now + timeout + TimeSpan(milliseconds: timeout.milliseconds / 2)
  }

  private mutating func takeInputs(_ states: [Bool]) {
    for (place, isOn) in states.enumerated() where isOn != inputs[place] {
      inputs[place] = isOn
      guard let meaning = map.inputs[place] else { continue }
      switch meaning {
      case .detector(let detector): outputs.append(.input(.detector(detector, isOn: isOn)))
      case .pushButton(let crosswalk): if isOn { outputs.append(.input(.pushButton(crosswalk))) }
      case .preempt(let number): outputs.append(.input(.preempt(number, isEnergised: isOn)))
      case .manualControl: outputs.append(.input(.manualControl(isOn)))
      case .intervalAdvance: if isOn { outputs.append(.input(.intervalAdvance)) }
      case .stopTime: outputs.append(.input(.stopTime(isOn)))
      case .flashSwitch: outputs.append(.input(.flashSwitch(isOn)))
      case .monitorFlash: outputs.append(.input(.monitorFlash(isOn)))
      }
    }
  }

  /// One wrong read-back may be one that was asked before the lamps changed; two are a fault.
  private mutating func compare(_ coils: [Bool]) {
    guard let written, !isWaiting(for: { if case .lamps = $0 { true } else { false } }) else { return }
    guard let coil = coils.indices.first(where: { $0 < written.count && coils[$0] != written[$0] }) else {
      mismatches = 0
      return
    }
    mismatches += 1
    if mismatches >= 2 { fail(.readBack(coil: coil, isOn: coils[coil])) }
  }

  private mutating func fail(_ failure: Failure) {
    if state == .failed { return }
    state = .failed
    outputs.append(.failed(failure))
  }
}
