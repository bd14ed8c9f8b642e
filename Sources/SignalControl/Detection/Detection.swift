import TrafficModel

/// What the detectors and push buttons ask for: calls for phases that are not green, extensions for those that are.
///
/// Theory of operation. A detector *calls* from the end of its delay until it goes off, and for its prolongation
/// after that. What a call comes to depends on the phase and on when it began:
///
/// | Phase       | Detector      | Phase is          | The call lasts                                            |
/// |-------------|---------------|-------------------|-----------------------------------------------------------|
/// | locking     | any           | yellow or red     | until the phase is green                                  |
/// | non-locking | locks in red    | red             | until the phase is green                                  |
/// | non-locking | locks in yellow | yellow          | until the phase is green                                  |
/// | non-locking | any other     | yellow or red     | while the detector calls                                  |
/// | any         | any           | green             | no call; one that stands when the green ends counts anew  |
///
/// An actuation *extends* a green until the passage time after its end; of a queue detector only in the first part of
/// the green; a switched detector extends its switch phase while that one is green and its own are not.
///
/// A detector that its diagnostics find broken neither calls nor extends; its phases get a recall instead, see
/// ``DetectorDiagnostics``.
struct Detection: Sendable {
  struct Channel: Sendable {
    let detector: DetectorID
    /// In logs and on the wire.
    let number: Int
    let calls: PhaseSet
    let extends: PhaseSet
    let delay: TimeSpan
    let prolongation: TimeSpan
    let switchPhase: Int?
    let queueLimit: TimeSpan?
    let locksInRed: Bool
    let locksInYellow: Bool
    let addsInitial: Bool
    let diagnostics: DetectorDiagnostics

    /// Which phases it extends depends on what is green.
    var isSpecial: Bool { switchPhase != nil || queueLimit != nil }
  }

  struct ChannelState: Hashable, Sendable {
    var isOn = false
    var isCalling = false
    /// When it last went on or off.
    var changed = SimTime.zero
    /// After it went off: until when it goes on calling.
    var heldUntil = SimTime.distantFuture
    /// While it is on: the phases that it keeps extending.
    var extending: PhaseSet = []
    var faults: Faults = []
    var count = 0
    var occupied = TimeSpan.zero
    /// The minute whose actuations are counted.
    var minuteStart = Interlock.longAgo
    var minuteCount = 0
  }

  /// Why a detector is out of service.
  struct Faults: OptionSet, Hashable, Sendable {
    let rawValue: UInt8
    static let noActivity = Faults(rawValue: 1)
    static let presence = Faults(rawValue: 2)
    static let erratic = Faults(rawValue: 4)
    static let reported = Faults(rawValue: 8)
  }

  struct PhaseState: Hashable, Sendable {
    /// Detectors that are on and extend it.
    var occupied = 0
    /// When the last of them went off, prolongation included.
    var lastOff = Interlock.longAgo
    /// Detectors that call it now.
    var callers = 0
    var greenStart = Interlock.longAgo
    /// Actuations since the last green: those that count for the variable initial, and all.
    var initialCount = 0
    var waitingCount = 0
    /// Green that it gets because of a broken detector.
    var failGreen = TimeSpan.zero
  }

  struct Button: Sendable {
    let crosswalk: CrosswalkID
    let phases: PhaseSet
  }

  let channels: ContiguousArray<Channel>
  /// Channels in order of their detectors, for look-up.
  let lookup: ContiguousArray<Int>
  let specials: ContiguousArray<Int>
  let passages: ContiguousArray<TimeSpan>
  let buttons: ContiguousArray<Button>
  /// A stage shows its walk whenever it comes, so a push button is one more detector.
  let buttonsCallStages: Bool
  let lockingPhases: PhaseSet
  let allPhases: PhaseSet
  let failedShare: Double
  var states: ContiguousArray<ChannelState>
  var phases: ContiguousArray<PhaseState>
  /// The intervals of the phases, which calls, memory and log refer to.
  var intervals: PhaseIntervals
  var lockedCalls: PhaseSet = []
  var presentCalls: PhaseSet = []
  var pedestrianCalls: PhaseSet = []
  /// Phases whose pedestrians asked for the extended clearance.
  var extendedCalls: PhaseSet = []
  /// Phases that need no call because they are green.
  var greenPhases: PhaseSet = []
  /// Recalls in place of broken detectors: up to the maximum, or for a time.
  var failedMaximumRecalls: PhaseSet = []
  var failedRecalls: PhaseSet = []
  var failedCount = 0
  /// Vehicle calls as the log has them.
  var loggedCalls: PhaseSet = []
  /// While the unit's timers stand still: since when.
  var frozenSince: SimTime?
  /// When the next delay, prolongation, queue limit or diagnostic may run out.
  var nextDeadline = SimTime.distantFuture

  init(_ data: SignalController, plan: ActuatedPlan?, network: Network) {
    let count = plan?.phases.count ?? 0
    func set(_ indices: [Int]) -> PhaseSet {
      indices.reduce(into: []) { if $1 >= 0 && $1 < count { $0.insert(PhaseSet(phase: $1)) } }
    }
    let channels = ContiguousArray(
      data.detectors.enumerated().map { place, entry in
        Channel(
          detector: entry.detector, number: entry.channel > 0 ? entry.channel : place + 1,
          calls: set(entry.calls), extends: set(entry.extends), delay: entry.delay.roundedUpToTick,
          prolongation: entry.prolongation,
          switchPhase: entry.switchPhase.flatMap { (0..<count).contains($0) ? $0 : nil },
          queueLimit: entry.queueLimit, locksInRed: entry.locksInRed, locksInYellow: entry.locksInYellow,
          addsInitial: entry.addsInitial, diagnostics: entry.diagnostics)
      })
    self.channels = channels
    lookup = ContiguousArray(
      channels.indices.sorted { (channels[$0].detector.index, $0) < (channels[$1].detector.index, $1) })
    specials = ContiguousArray(channels.indices.filter { channels[$0].isSpecial })
    passages = ContiguousArray((0..<count).map { plan?.phases[$0].passage ?? .zero })
    states = ContiguousArray(repeating: ChannelState(), count: channels.count)
    phases = ContiguousArray(repeating: PhaseState(), count: count)
    intervals = PhaseIntervals(numbers: ContiguousArray((0..<count).map { plan?.phases[$0].number ?? 0 }))
    buttons = Self.buttons(data, plan, network)
    buttonsCallStages = plan?.runsStages ?? false
    lockingPhases = plan?.lockingPhases ?? []
    allPhases = plan?.servable ?? []
    failedShare = data.options.failedDetectorShare
  }

  private static func buttons(
    _ data: SignalController, _ plan: ActuatedPlan?, _ network: Network
  ) -> ContiguousArray<Button> {
    guard let plan else { return [] }
    var result: ContiguousArray<Button> = []
    for (index, crosswalk) in network.crosswalks.enumerated() where data.nodes.contains(crosswalk.node) {
      guard let group = crosswalk.group else { continue }
      var served: PhaseSet = []
      for phase in plan.phases.indices where plan.hasPedestrians(phase, group) {
        served.insert(PhaseSet(phase: phase))
      }
      result.append(Button(crosswalk: CrosswalkID(index), phases: served))
    }
    return result
  }

  // MARK: - Getters

  var vehicleCalls: PhaseSet { lockedCalls.union(presentCalls.subtracting(greenPhases)) }

  /// Whether a detector that extends the phase is on.
  func isOccupied(_ phase: Int) -> Bool { phases[phase].occupied > 0 }

  /// When the last actuation that extends the phase ended, prolongation included.
  func lastOff(_ phase: Int) -> SimTime { phases[phase].lastOff }

  /// Places (in the list of detectors) that belong to a detector, as a range of `lookup`.
  func places(of detector: DetectorID) -> Range<Int> {
    var low = 0
    var high = lookup.count
    while low < high {
      let middle = (low + high) / 2
      if channels[lookup[middle]].detector.index < detector.index { low = middle + 1 } else { high = middle }
    }
    var end = low
    while end < lookup.count && channels[lookup[end]].detector == detector { end += 1 }
    return low..<end
  }

  /// What one detector says at `now`.
  func status(_ place: Int, at now: SimTime) -> DetectorStatus {
    let state = states[place]
    var occupied = state.occupied
    if state.isOn { occupied += max(now - state.changed, .zero) }
    return DetectorStatus(
      isOn: state.isOn, isFailed: !state.faults.isEmpty, count: state.count, occupied: occupied)
  }

  // MARK: - Service

  mutating func phaseTurnedGreen(_ phase: Int, at tick: SimTime) {
    greenPhases.insert(PhaseSet(phase: phase))
    lockedCalls.remove(PhaseSet(phase: phase))
    phases[phase].greenStart = tick
    phases[phase].initialCount = 0
    phases[phase].waitingCount = 0
    for index in specials {
      settleExtension(index, at: tick)
      if let limit = channels[index].queueLimit {
        nextDeadline = min(nextDeadline, (tick + limit).firstTick())
      }
    }
  }

  mutating func phaseEndedGreen(_ phase: Int, at tick: SimTime) {
    let member = PhaseSet(phase: phase)
    greenPhases.remove(member)
    if phases[phase].callers > 0 && lockingPhases.contains(member) { lockedCalls.insert(member) }
    for index in specials { settleExtension(index, at: tick) }
  }

  mutating func pedestriansServed(_ phases: PhaseSet) {
    pedestrianCalls.subtract(phases)
    extendedCalls.subtract(phases)
  }

  /// Writes the calls that came or went since the last time.
  mutating func reportCalls(at tick: SimTime, _ recorder: inout ControllerEventRecorder) {
    guard recorder.isRecording else { return }
    let calls = vehicleCalls
    if calls == loggedCalls { return }
    for phase in calls.subtracting(loggedCalls).indices {
      recorder.record(.vehicleCallRegistered, intervals.number(of: phase), at: tick)
    }
    for phase in loggedCalls.subtracting(calls).indices {
      recorder.record(.vehicleCallDropped, intervals.number(of: phase), at: tick)
    }
    loggedCalls = calls
  }
}

extension ActuatedPlan {
  /// Whether a push button for `group` calls `phase`.
  func hasPedestrians(_ phase: Int, _ group: Int) -> Bool {
    phases[phase].pedestrianGroup == group || (runsStages && serves(phase, group))
  }
}
