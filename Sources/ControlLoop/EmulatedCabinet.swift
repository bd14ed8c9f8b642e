import SignalControl
import TrafficModel

/// A cabinet as it stands at the junction: the controller unit, its load switches and lamps, and the conflict monitor.
///
/// Theory of operation. What the unit commands passes the ``Invariants``, then the load switches, wires and lamps,
/// which can be broken (``CabinetFaults``); the ``ConflictMonitor`` sees what is lit. When it trips, all lamps flash from
/// the cabinet's flasher, whatever the unit says, and the unit is told, until a person resets the monitor. A violated
/// invariant, and a trip of the monitor although nothing is broken, is ``violation``: whoever runs the cabinet must
/// stop there. Detectors are sampled at ticks (``DetectorInputs``).
public struct EmulatedCabinet: CabinetSeat {
  public let controller: ControllerID
  public private(set) var unit: ControllerUnit
  public private(set) var monitor: ConflictMonitor
  private var invariants: Invariants
  private var detectors: DetectorInputs
  private var stage: OutputStage
  private let faults: CabinetFaults
  private var history: CabinetHistory
  /// What the flasher shows by group.
  private let flash: ContiguousArray<Indication>
  /// What drivers see by group; kept only where it may differ from what the unit commands.
  private var lit: ContiguousArray<Indication>
  private var hasTripped = false
  /// Whether the event log is kept for ``takeEvents()``.
  public var recordsEvents = false
  private var events: ContiguousArray<ControllerEvent> = []
  private var outputs: ContiguousArray<OutputChange> = []
  private var time = SimTime.zero
  public private(set) var nextDeadline = SimTime.distantFuture
  /// When the lamps must be looked at although neither unit nor monitor wants anything.
  private var wake = SimTime.distantFuture
  public private(set) var violation: SafetyViolation?

  /// - Parameters:
  ///   - faults: What is broken; nothing outside of tests.
  ///   - program: The monitor's program card; by default made from the controller's data.
  public init(
    _ data: SignalController, id: ControllerID, network: Network, faults: CabinetFaults = .none,
    program: MonitorProgram? = nil
  ) throws(TimelineFailure) {
    controller = id
    unit = try ControllerUnit(data, id: id, network: network)
    unit.recorder.isRecording = true
    invariants = Invariants(data, id: id, network: network)
    detectors = DetectorInputs(data)
    monitor = ConflictMonitor(program ?? MonitorProgram(data))
    stage = OutputStage(channelCount: data.groups.count, faults: faults.outputs)
    self.faults = faults
    history = CabinetHistory(data)
    flash = ContiguousArray(
      data.groups.indices.map { index in
        if data.groups[index].kind == .pedestrian { return .dark }
        return data.options.flashingYellowGroups.contains(index) ? .flashingYellow : .flashingRed
      })
    lit = ContiguousArray(repeating: .red, count: data.groups.count)
  }

  // MARK: - Seat

  public mutating func start(at now: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    let first = changes.count
    time = now.firstTick()
    unit.start(at: now, into: &changes)
    look(at: time, &changes, from: first)
    updateDeadline()
  }

  /// Takes an input; that of the monitor comes from this cabinet's own monitor and from nowhere else.
  public mutating func handle(_ input: CabinetInput, at now: SimTime) {
    switch input {
    case .monitorFlash: return
    case .detector(let detector, let isOn):
      guard detectors.change(detector, isOn: isOn, at: unit.actingTick(now)) else { return updateDeadline() }
    default: break
    }
    pass(input, at: now)
  }

  private mutating func pass(_ input: CabinetInput, at now: SimTime) {
    invariants.note(input, at: now)
    history.note(input, at: now)
    if !hasStopped(at: now) { unit.handle(input, at: now) }
    updateDeadline()
  }

  public mutating func apply(_ command: CabinetCommand, at now: SimTime) {
    invariants.note(command, at: now)
    if !hasStopped(at: now) { unit.apply(command, at: now) }
    updateDeadline()
  }

  public mutating func advance(to tick: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    let first = changes.count
    while let off = detectors.takeOff(through: tick) {
      pass(.detector(off.detector, isOn: false), at: off.tick)
    }
    time = tick
    if wake <= tick { wake = .distantFuture }
    if hasStopped(at: tick) {
      monitor.noteWatchdog(toggles: false, at: tick)
    } else {
      unit.advance(to: tick, into: &changes)
    }
    look(at: tick, &changes, from: first)
    updateDeadline()
  }

  /// Kept up to date rather than computed when asked: reading a computed property of an element of an array copies the
  /// cabinet, which is several kilobytes.
  private mutating func updateDeadline() {
    let own = min(min(wake, detectors.nextDeadline), min(stage.nextDeadline, monitor.nextDeadline))
    if let stop = faults.unitStops?.firstTick() {
      // A unit that has stopped wants nothing; the monitor has to see the moment itself.
      nextDeadline = hasStopped(at: time) ? own : min(min(unit.nextDeadline, own), stop)
    } else {
      nextDeadline = min(unit.nextDeadline, own)
    }
  }

  /// Takes over patterns and a schedule that were downloaded, see ``ControllerUnit/adopt(_:at:)``.
  /// - Returns: Whether they are in force; if not, nothing has changed.
  public mutating func adopt(_ changed: SignalController, at now: SimTime) -> Bool {
    guard unit.adopt(changed, at: now) else { return false }
    invariants.noteDownload(changed.patterns, at: now)
    updateDeadline()
    return true
  }

  public func status(at now: SimTime) -> CabinetStatus { unit.status(at: now) }

  // MARK: - Monitor and log

  /// A person has looked, and pushes the monitor's reset button.
  public mutating func resetMonitor(at now: SimTime) {
    guard monitor.trip != nil else { return }
    monitor.reset(at: now.firstTick())
    wake = max(now.firstTick(), time + .tick)
    pass(.monitorFlash(false), at: now)
  }

  /// Everything that the invariants have found, see ``violation`` for the first.
  public var violations: [SafetyViolation] { invariants.violations }

  /// By phase index: the longest that a call has waited for green, calls that still wait included.
  public func longestWaits(at now: SimTime) -> [TimeSpan] { invariants.longestWaits(at: now) }

  /// The event log since the last time, in order; empty unless ``recordsEvents`` is on.
  public mutating func takeEvents() -> ContiguousArray<ControllerEvent> {
    defer { events.removeAll() }
    return events
  }

  // MARK: - From the unit to the street

  private func hasStopped(at now: SimTime) -> Bool {
    faults.unitStops.map { $0.firstTick() <= now.firstTick() } ?? false
  }

  private mutating func look(
    at tick: SimTime, _ changes: inout ContiguousArray<IndicationChange>, from first: Int
  ) {
    drainEvents()
    // Delays and prolongations make and end calls without an input.
    invariants.noteCalls(unit.calls, at: tick)
    if first < changes.count {
      for change in changes[first...] { history.note(change, at: tick) }
      invariants.observe(changes[first...], status: unit.status(at: tick), at: tick)
      if violation == nil, let found = invariants.firstViolation { note(found, at: tick) }
    }
    senseLamps(changes[first...], at: tick)
    if monitor.trip != nil { hasTripped = true }
    if !faults.isEmpty || hasTripped { showLight(&changes, from: first) }
  }

  private mutating func drainEvents() {
    if unit.recorder.events.isEmpty { return }
    for event in unit.recorder.events { history.note(event) }
    if recordsEvents { events.append(contentsOf: unit.recorder.events) }
    unit.recorder.removeAll()
  }

  private mutating func senseLamps(_ changes: ArraySlice<IndicationChange>, at tick: SimTime) {
    outputs.removeAll(keepingCapacity: true)
    if changes.isEmpty {
      stage.advance(to: tick, into: &outputs)
    } else {
      stage.show(changes, at: tick, into: &outputs)
    }
    let wasTripped = monitor.trip != nil
    if outputs.isEmpty { monitor.advance(to: tick) } else { monitor.observe(outputs, at: tick) }
    guard !wasTripped, let trip = monitor.trip else { return }
    if faults.isEmpty && violation == nil {
      note(
        SafetyViolation(
          kind: .monitorTrip, time: tick, controller: controller, group: trip.channel ?? 0, other: trip.other,
          measured: trip.measured), at: tick)
    }
    pass(.monitorFlash(true), at: tick)
  }

  private mutating func note(_ found: SafetyViolation, at tick: SimTime) {
    violation = found
    violation?.history = history.lines(before: tick)
  }

  /// Replaces what the unit commands by what is lit.
  private mutating func showLight(_ changes: inout ContiguousArray<IndicationChange>, from first: Int) {
    changes.removeLast(changes.count - first)
    for group in lit.indices {
      let light = monitor.trip != nil ? flash[group] : stage.light(of: group)
      if light != lit[group] {
        lit[group] = light
        changes.append(IndicationChange(controller: controller, group: group, indication: light))
      }
    }
  }
}
