import TrafficModel

/// Something broken between the controller unit and the street.
public struct OutputFault: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// The load switch is shorted: its output is on whatever the unit says.
    case stuckOn
    /// The load switch is open: its output is never on.
    case stuckOff
    /// The lamp is burnt out: it has voltage and gives no light.
    case burntLamp
    /// The load switch follows this much later.
    case delayed(TimeSpan)
    /// Two wires are exchanged at the terminals.
    case swapped(with: LampOutput)
    /// Two lamps share a broken return: when one is on, the other gets current through it.
    case sharedReturn(with: LampOutput)
  }

  public var output: LampOutput
  public var kind: Kind
  public var begins: SimTime
  public var ends: SimTime

  public init(
    _ kind: Kind, at output: LampOutput, from begins: SimTime = .zero, until ends: SimTime = .distantFuture
  ) {
    self.kind = kind
    self.output = output
    self.begins = begins
    self.ends = ends
  }
}

/// What is broken in an emulated cabinet; for tests and for the hostile soak, never part of a scenario.
public struct CabinetFaults: Hashable, Sendable {
  public var outputs: [OutputFault]
  /// From here on the unit does nothing any more, and its watchdog output stops toggling.
  public var unitStops: SimTime?

  public init(outputs: [OutputFault] = [], unitStops: SimTime? = nil) {
    self.outputs = outputs
    self.unitStops = unitStops
  }

  public static let none = CabinetFaults()

  public var isEmpty: Bool { outputs.isEmpty && unitStops == nil }
}

/// Load switches, wires and lamps: from what the unit commands to what is lit.
///
/// Without faults it only translates. With faults it works out all channels anew at every change, in the order in
/// which current flows: delays and open or shorted load switches first, then exchanged wires and broken returns, then
/// burnt lamps.
public struct OutputStage: Hashable, Sendable {
  private struct Pending: Hashable, Sendable {
    var due: SimTime
    var outputs: LampOutputs
  }

  private let faults: [OutputFault]
  /// Voltage only reaches a monitor that does not sense current, so burnt lamps look lit to it.
  private let sensesLampCurrent: Bool
  private var commanded: ContiguousArray<LampOutputs>
  private var sensed: ContiguousArray<LampOutputs>
  private var lit: ContiguousArray<LampOutputs>
  /// By fault: commands on their way through a slow load switch, and the last that has come through.
  private var pending: ContiguousArray<ContiguousArray<Pending>>
  private var arrived: ContiguousArray<LampOutputs>
  private var edges: ContiguousArray<SimTime>
  public private(set) var nextDeadline: SimTime

  public init(channelCount: Int, faults: [OutputFault] = [], sensesLampCurrent: Bool = true) {
    self.faults = faults.filter { (0..<channelCount).contains($0.output.channel) }
    self.sensesLampCurrent = sensesLampCurrent
    commanded = ContiguousArray(repeating: .red, count: channelCount)
    sensed = commanded
    lit = commanded
    pending = ContiguousArray(repeating: [], count: self.faults.count)
    arrived = ContiguousArray(
      self.faults.map { LampOutputs.red.intersection($0.output.colour.both) })
    edges = ContiguousArray(self.faults.flatMap { [$0.begins.firstTick(), $0.ends.firstTick()] }.sorted())
    nextDeadline = edges.first ?? .distantFuture
  }

  /// What drivers see of a channel.
  public func light(of channel: Int) -> Indication { lit[channel].believed }

  /// Takes the unit's changes of one instant and appends what changes at the terminals.
  public mutating func show(
    _ changes: ArraySlice<IndicationChange>, at now: SimTime,
    into outputs: inout ContiguousArray<OutputChange>
  ) {
    for change in changes where change.group < commanded.count {
      commanded[change.group] = LampOutputs(change.indication)
      if faults.isEmpty {
        lit[change.group] = commanded[change.group]
        outputs.append(OutputChange(channel: change.group, outputs: commanded[change.group]))
      }
    }
    if !faults.isEmpty { workOut(at: now, into: &outputs) }
  }

  /// Carries delays and the beginnings and ends of faults on to `now`.
  public mutating func advance(to now: SimTime, into outputs: inout ContiguousArray<OutputChange>) {
    if nextDeadline <= now { workOut(at: now, into: &outputs) }
  }

  private mutating func workOut(at now: SimTime, into outputs: inout ContiguousArray<OutputChange>) {
    var terminals = commanded
    nextDeadline = edges.first { $0 > now } ?? .distantFuture
    for index in faults.indices { applyLoadSwitch(index, at: now, to: &terminals) }
    for fault in faults where isActive(fault, at: now) { applyWiring(fault, to: &terminals) }
    var light = terminals
    for fault in faults where isActive(fault, at: now) && fault.kind == .burntLamp {
      light[fault.output.channel].subtract(fault.output.colour.both)
    }
    lit = light
    let seen = sensesLampCurrent ? light : terminals
    for channel in seen.indices where seen[channel] != sensed[channel] {
      outputs.append(OutputChange(channel: channel, outputs: seen[channel]))
    }
    sensed = seen
  }

  private func isActive(_ fault: OutputFault, at now: SimTime) -> Bool {
    fault.begins <= now && now < fault.ends
  }

  private mutating func applyLoadSwitch(
    _ index: Int, at now: SimTime, to terminals: inout ContiguousArray<LampOutputs>
  ) {
    let fault = faults[index]
    let mask = fault.output.colour.both
    let channel = fault.output.channel
    switch fault.kind {
    case .stuckOn where isActive(fault, at: now):
      terminals[channel].subtract(mask)
      terminals[channel].insert(fault.output.colour.steady)
    case .stuckOff where isActive(fault, at: now):
      terminals[channel].subtract(mask)
    case .delayed(let delay):
      let wanted = commanded[channel].intersection(mask)
      if wanted != pending[index].last?.outputs ?? arrived[index] {
        let lag = isActive(fault, at: now) ? delay : .zero
        pending[index].append(Pending(due: (now + lag).firstTick(), outputs: wanted))
      }
      while let first = pending[index].first, first.due <= now {
        arrived[index] = first.outputs
        pending[index].removeFirst()
      }
      if let first = pending[index].first { nextDeadline = min(nextDeadline, first.due) }
      terminals[channel].subtract(mask)
      terminals[channel].formUnion(arrived[index])
    case .stuckOn, .stuckOff, .burntLamp, .swapped, .sharedReturn: break
    }
  }

  private func applyWiring(_ fault: OutputFault, to terminals: inout ContiguousArray<LampOutputs>) {
    let first = fault.output
    switch fault.kind {
    case .swapped(let second) where terminals.indices.contains(second.channel):
      let a = state(of: first, terminals)
      let b = state(of: second, terminals)
      set(first, b, &terminals)
      set(second, a, &terminals)
    case .sharedReturn(let second) where terminals.indices.contains(second.channel):
      let shared = max(state(of: first, terminals), state(of: second, terminals))
      set(first, shared, &terminals)
      set(second, shared, &terminals)
    case .stuckOn, .stuckOff, .burntLamp, .delayed, .swapped, .sharedReturn: break
    }
  }

  /// 0 off, 1 flashing, 2 on.
  private func state(of output: LampOutput, _ terminals: ContiguousArray<LampOutputs>) -> Int {
    if terminals[output.channel].contains(output.colour.steady) { return 2 }
    return terminals[output.channel].contains(output.colour.flashing) ? 1 : 0
  }

  private func set(_ output: LampOutput, _ state: Int, _ terminals: inout ContiguousArray<LampOutputs>) {
    terminals[output.channel].subtract(output.colour.both)
    if state == 2 { terminals[output.channel].insert(output.colour.steady) }
    if state == 1 { terminals[output.channel].insert(output.colour.flashing) }
  }
}
