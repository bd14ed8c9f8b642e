import TrafficModel

/// What the detectors and push buttons ask for: calls for phases that are not green, extensions for those that are.
///
/// A call is placed when a detector has been on for its delay while a phase that it calls is not green, and is
/// remembered until that phase's green. A detector that is still on (or held on by its prolongation) when a green
/// ends places its call at once. A detection extends a green until the passage time after its end.
struct Detection: Sendable {
  private struct Channel: Sendable {
    let detector: DetectorID
    let calls: PhaseSet
    let extends: PhaseSet
    let delay: TimeSpan
    let prolongation: TimeSpan
    var isOn = false
    /// Tick at which it went on.
    var since = SimTime.zero
    /// After it went off: until when it counts as on for calls.
    var heldUntil = Interlock.longAgo
  }

  private struct PhaseState: Sendable {
    let passage: TimeSpan
    var occupiedChannels = 0
    /// When the last extension runs out, once nothing is on.
    var extendedUntil = Interlock.longAgo
  }

  private struct Button: Sendable {
    var crosswalk: CrosswalkID
    var phases: PhaseSet
  }

  private var channels: ContiguousArray<Channel>
  private var phases: ContiguousArray<PhaseState>
  private let buttons: ContiguousArray<Button>
  /// A stage shows its walk whenever it comes, so a push button is one more detector.
  private let buttonsCallStages: Bool
  private(set) var vehicleCalls: PhaseSet = []
  private(set) var pedestrianCalls: PhaseSet = []
  /// Phases that need no call because they are green.
  private(set) var greenPhases: PhaseSet = []
  /// When the next delay runs out.
  private(set) var nextDeadline = SimTime.distantFuture

  init(_ data: SignalController, plan: ActuatedPlan?, network: Network) {
    let count = plan?.phases.count ?? 0
    func set(_ indices: [Int]) -> PhaseSet {
      indices.reduce(into: []) { if $1 >= 0 && $1 < count { $0.insert(PhaseSet(phase: $1)) } }
    }
    channels = ContiguousArray(
      data.detectors.map {
        Channel(
          detector: $0.detector, calls: set($0.calls), extends: set($0.extends),
          delay: $0.delay.roundedUpToTick, prolongation: $0.prolongation)
      })
    phases = ContiguousArray((0..<count).map { PhaseState(passage: plan?.phases[$0].passage ?? .zero) })
    var buttons: ContiguousArray<Button> = []
    for (index, crosswalk) in network.crosswalks.enumerated() where data.nodes.contains(crosswalk.node) {
      guard let plan, let group = crosswalk.group else { continue }
      let served = set((0..<count).filter { plan.hasPedestrians($0, group) })
      buttons.append(Button(crosswalk: CrosswalkID(index), phases: served))
    }
    self.buttons = buttons
    buttonsCallStages = plan?.runsStages ?? false
  }

  // MARK: - Getters

  /// Whether nothing extends the phase's green at `now`.
  func hasGap(_ phase: Int, at now: SimTime) -> Bool {
    phases[phase].occupiedChannels == 0 && phases[phase].extendedUntil <= now
  }

  /// When the gap will open if nothing more comes.
  func gapTime(_ phase: Int) -> SimTime {
    phases[phase].occupiedChannels == 0 ? phases[phase].extendedUntil : .distantFuture
  }

  // MARK: - Inputs

  mutating func handle(_ input: CabinetInput, at tick: SimTime) {
    switch input {
    case .pushButton(let crosswalk), .extendedPushButton(let crosswalk):
      for button in buttons where button.crosswalk == crosswalk {
        if buttonsCallStages {
          vehicleCalls.formUnion(button.phases.subtracting(greenPhases))
        } else {
          pedestrianCalls.formUnion(button.phases)
        }
      }
    case .detector(let detector, let isOn):
      for index in channels.indices where channels[index].detector == detector && channels[index].isOn != isOn
      {
        if isOn { turnOn(index, at: tick) } else { turnOff(index, at: tick) }
      }
    default:
      break
    }
  }

  private mutating func turnOn(_ index: Int, at tick: SimTime) {
    channels[index].isOn = true
    channels[index].since = tick
    for phase in phases.indices where channels[index].extends.contains(phase: phase) {
      phases[phase].occupiedChannels += 1
    }
    if channels[index].delay == .zero {
      vehicleCalls.formUnion(channels[index].calls.subtracting(greenPhases))
    } else {
      nextDeadline = min(nextDeadline, tick + channels[index].delay)
    }
  }

  private mutating func turnOff(_ index: Int, at tick: SimTime) {
    let channel = channels[index]
    channels[index].isOn = false
    if channel.delay == .zero || channel.since + channel.delay < tick {
      vehicleCalls.formUnion(channel.calls.subtracting(greenPhases))
      channels[index].heldUntil = tick + channel.prolongation
    }
    for phase in phases.indices where channel.extends.contains(phase: phase) {
      phases[phase].occupiedChannels -= 1
      let end = (tick + channel.prolongation + phases[phase].passage).firstTick()
      phases[phase].extendedUntil = max(phases[phase].extendedUntil, end)
    }
  }

  /// Places the calls of detectors whose delay has run out.
  mutating func advance(to tick: SimTime) {
    guard nextDeadline <= tick else { return }
    nextDeadline = .distantFuture
    for channel in channels where channel.isOn && channel.delay > .zero {
      let due = channel.since + channel.delay
      if due <= tick {
        vehicleCalls.formUnion(channel.calls.subtracting(greenPhases))
      } else {
        nextDeadline = min(nextDeadline, due)
      }
    }
  }

  // MARK: - Service

  mutating func phaseTurnedGreen(_ phase: Int) {
    greenPhases.insert(PhaseSet(phase: phase))
    vehicleCalls.remove(PhaseSet(phase: phase))
  }

  mutating func phaseEndedGreen(_ phase: Int, at tick: SimTime) {
    greenPhases.remove(PhaseSet(phase: phase))
    for channel in channels where channel.calls.contains(phase: phase) {
      let calls = channel.isOn ? channel.since + channel.delay <= tick : tick < channel.heldUntil
      if calls { vehicleCalls.insert(PhaseSet(phase: phase)) }
    }
  }

  mutating func pedestriansServed(_ phases: PhaseSet) { pedestrianCalls.subtract(phases) }
}

extension ActuatedPlan {
  /// Whether a push button for `group` calls `phase`.
  func hasPedestrians(_ phase: Int, _ group: Int) -> Bool {
    phases[phase].pedestrianGroup == group || (runsStages && serves(phase, group))
  }
}
