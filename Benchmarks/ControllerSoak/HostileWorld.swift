import TrafficModel

/// Everything that may come to a cabinet, at random: rushes and lulls of detections, buttons, trains, buses, officers,
/// clocks that jump, and a brain that wants anything.
///
/// In a calm world brains, trains and officers come seldom, so that a plan runs for many cycles; there an officer may
/// forget to let time run again for a few of them.
///
/// What is switched on is switched off again after a while: a unit that is in flash or stop time for ever would test
/// nothing.
struct HostileWorld {
  enum Act {
    case input(CabinetInput)
    case command(CabinetCommand)
  }

  private struct Pending {
    var time: SimTime
    var input: CabinetInput
  }

  private let data: SignalController
  private let crosswalkCount: Int
  private let isCalm: Bool
  private let isQuiet: Bool
  private var stream: RandomStream
  private var isOn: ContiguousArray<Bool>
  private var pending: ContiguousArray<Pending> = []
  private var nextSurprise = SimTime.zero
  private var vehicle: Int32 = 0
  /// A detector with a loose wire, and until when.
  private var chatter: (index: Int, until: SimTime)?
  /// Wall clock at time zero, in milliseconds since 1970; moves when the clock is set anew.
  private var epoch: Int64

  /// - Parameter isQuiet: Hardly anybody comes, so that nobody is left to be green for.
  init(_ data: SignalController, crosswalkCount: Int, seed: UInt64, place: Int, isQuiet: Bool) {
    self.isQuiet = isQuiet
    self.data = data
    self.crosswalkCount = crosswalkCount
    isCalm = place % 2 == 1
    stream = RandomStream(seed: seed, purpose: .testing, place: 1_000_000 + UInt64(place))
    isOn = ContiguousArray(repeating: false, count: data.detectors.count)
    // Any second of the years 2020 to 2039.
    epoch = (1_577_836_800 + Int64(stream.next() % 631_152_000)) * 1000
    pending.append(Pending(time: .zero, input: .clock(unixMilliseconds: epoch)))
    // Healthy rail circuits are energised.
    for preempt in data.preempts where preempt.isFailSafe {
      pending.append(Pending(time: .zero, input: .preempt(preempt.number, isEnergised: true)))
    }
  }

  /// When the next thing happens.
  var nextTime: SimTime { pending.reduce(nextSurprise) { min($0, $1.time) } }

  /// What happens then.
  mutating func act() -> Act {
    let now = nextTime
    if let index = pending.firstIndex(where: { $0.time == now }) {
      let due = pending.remove(at: index)
      note(due.input)
      return .input(due.input)
    }
    let isLull = stream.next() % 2000 == 0
    if let until = chatter?.until, until <= now { chatter = nil }
    let isChattering = chatter != nil
    nextSurprise =
      now + TimeSpan(seconds: stream.exponential(mean: isLull ? 40 : isQuiet ? 6 : isChattering ? 0.4 : 0.6))
      + TimeSpan(milliseconds: 1)
    return surprise(at: now)
  }

  private mutating func note(_ input: CabinetInput) {
    if case .detector(let detector, let isNowOn) = input {
      for index in data.detectors.indices where data.detectors[index].detector == detector {
        isOn[index] = isNowOn
      }
    }
  }

  // MARK: - Surprises

  private mutating func pick(_ count: Int) -> Int { Int(stream.next() % UInt64(max(1, count))) }

  private mutating func later(_ now: SimTime, mean seconds: Double, _ input: CabinetInput) {
    pending.append(Pending(time: now + TimeSpan(seconds: stream.exponential(mean: seconds)), input: input))
  }

  private mutating func surprise(at now: SimTime) -> Act {
    let die = pick(1500)
    if isCalm {
      if pick(2000) == 0 { return stopTime(at: now, mean: 120) }
      if die >= 100 && pick(8) != 0 { return detection(at: now) }
    }
    switch die {
    case 0..<15 where crosswalkCount > 0: return .input(.pushButton(CrosswalkID(pick(crosswalkCount))))
    case 15..<20 where crosswalkCount > 0:
      return .input(.extendedPushButton(CrosswalkID(pick(crosswalkCount))))
    case 60..<84 where !data.preempts.isEmpty && !isCalm: return preempt(at: now)
    case 100..<102 where !data.preempts.isEmpty: return preempt(at: now)
    case 104..<144 where !data.priorities.isEmpty: return priority(at: now)
    case 144..<194: return .command(command(at: now))
    case 194..<197: return clock(at: now)
    case 226..<227:
      later(now, mean: 20, .manualControl(false))
      return .input(.manualControl(true))
    case 229..<239: return .input(.intervalAdvance)
    case 239..<240: return stopTime(at: now, mean: 10)
    case 240..<243: return flash(at: now)
    case 243..<245 where !data.detectors.isEmpty:
      let detector = data.detectors[pick(data.detectors.count)].detector
      later(now, mean: 200, .detectorFault(detector, isFaulty: false))
      return .input(.detectorFault(detector, isFaulty: true))
    case 245..<248 where !data.detectors.isEmpty:
      chatter = (pick(data.detectors.count), now + TimeSpan(seconds: 75))
      return detection(at: now)
    default: return detection(at: now)
    }
  }

  private mutating func flash(at now: SimTime) -> Act {
    let end = now + TimeSpan(seconds: stream.exponential(mean: 5))
    pending.append(Pending(time: end, input: .flashSwitch(false)))
    if pick(4) != 0 {
      // Once more, perhaps before the lamps are out of it.
      let again = end + TimeSpan(tenths: 1 + pick(50))
      pending.append(Pending(time: again, input: .flashSwitch(true)))
      pending.append(Pending(time: again + TimeSpan(tenths: 50), input: .flashSwitch(false)))
    }
    return .input(.flashSwitch(true))
  }

  private mutating func stopTime(at now: SimTime, mean seconds: Double) -> Act {
    later(now, mean: seconds, .stopTime(false))
    return .input(.stopTime(true))
  }

  private mutating func detection(at now: SimTime) -> Act {
    guard !data.detectors.isEmpty else { return .input(.intervalAdvance) }
    let index = pickDetector()
    let detector = data.detectors[index].detector
    if !isOn[index] {
      // Mostly a passing vehicle, sometimes one that stands, sometimes a stuck detector.
      let length: Double
      switch chatter?.index == index ? 999 : pick(1000) {
      case 0: length = 600
      case 1..<20: length = 20
      case 20..<300: length = 2
      default: length = 0.3
      }
      later(now, mean: length, .detector(detector, isOn: false))
    }
    isOn[index] = true
    return .input(.detector(detector, isOn: true))
  }

  /// Mostly the one that chatters, while there is one.
  private mutating func pickDetector() -> Int {
    if let chatter, pick(8) != 0 { return chatter.index }
    return pick(data.detectors.count)
  }

  private mutating func preempt(at now: SimTime) -> Act {
    let preempt = data.preempts[pick(data.preempts.count)]
    // Some stay longer than any preempt may, and some come back while it is on its way out.
    let end = now + TimeSpan(seconds: stream.exponential(mean: pick(3) == 0 ? 25 : 5))
    pending.append(
      Pending(time: end, input: .preempt(preempt.number, isEnergised: preempt.isFailSafe)))
    if pick(2) == 0 {
      let again = end + TimeSpan(tenths: 5 + pick(100))
      pending.append(
        Pending(time: again, input: .preempt(preempt.number, isEnergised: !preempt.isFailSafe)))
      later(again, mean: 5, .preempt(preempt.number, isEnergised: preempt.isFailSafe))
    }
    return .input(.preempt(preempt.number, isEnergised: !preempt.isFailSafe))
  }

  private mutating func priority(at now: SimTime) -> Act {
    vehicle &+= 1
    let request = request()
    if pick(2) == 0 { later(now, mean: 20, .priorityCheckOut(vehicle: request.vehicle)) }
    return .input(.priority(request))
  }

  private mutating func request() -> PriorityRequest {
    // In places a strategy that does not exist, and an arrival that has been.
    PriorityRequest(
      vehicle: vehicle, strategy: Int32(1 + pick(data.priorities.count + 1)),
      timeToArrival: TimeSpan(tenths: pick(600) - 20), vehicleClass: Int32(1 + pick(3)))
  }

  private mutating func clock(at now: SimTime) -> Act {
    let steps: [Int64] = [0, 500, -500, 3_600_000, -3_600_000, 86_400_000, 37_000, -61_300]
    epoch += steps[pick(steps.count)]
    return .input(.clock(unixMilliseconds: epoch + now.milliseconds))
  }

  // MARK: - Commands

  private mutating func phases() -> PhaseSet {
    let count = max(data.phases.count, data.stages.count)
    // In places a phase that does not exist.
    return (0...pick(3)).reduce(into: []) { set, _ in set.insert(PhaseSet(phase: min(31, pick(count + 1)))) }
  }

  private mutating func command(at now: SimTime) -> CabinetCommand {
    var command = CabinetCommand(lease: TimeSpan(tenths: pick(12) == 0 ? 0 : pick(isCalm ? 12_000 : 1200)))
    switch isCalm ? [0, 1, 9, 9, 9, 9, 9, 11][pick(8)] : pick(12) {
    case 0: command.program = pick(2) == 0 ? .flash : .local
    case 1...8: command.program = .free
    case 9, 10: command.program = .coordinated(1 + pick(data.patterns.count + 1))
    default: command.program = .pattern(1 + pick(data.patterns.count + 1))
    }
    if command.program == .flash, pick(2) == 0 {
      // Somebody turns the switch in a cabinet that flashes already.
      later(now, mean: 5, .flashSwitch(true))
      later(now + TimeSpan(seconds: 10), mean: 10, .flashSwitch(false))
    }
    if pick(2) == 0 { command.vehicleCalls = phases() }
    if pick(6) == 0 { command.pedestrianCalls = phases() }
    if pick(16) == 0 { command.hold = phases() }
    if pick(3) == 0 { command.forceOff = phases() }
    if pick(5) == 0 { command.omit = phases() }
    if pick(5) == 0 { command.pedestrianOmit = phases() }
    if pick(8) == 0 { command.splits = splits() }
    if pick(8) == 0 { command.offset = TimeSpan(tenths: pick(1500) - 50) }
    if pick(6) == 0 { command.stage = pick(data.stages.count + 1) }
    if pick(5) == 0 {
      command.extendRedClearance = phases()
      command.redClearanceExtension = TimeSpan(tenths: pick(130) - 10)
    }
    if pick(25) == 0 { command.emergencyCalls = UInt32(1 + pick(15)) }
    if pick(10) == 0, !data.priorities.isEmpty {
      vehicle &+= 1
      command.priorityRequests = [request()]
    }
    return command
  }

  /// The splits of a pattern, in half of the cases shifted between two phases, in places nonsense.
  private mutating func splits() -> [TimeSpan] {
    var result: [TimeSpan]
    switch data.patterns[pick(data.patterns.count)].timing {
    case .ringBarrier(_, let splits, _): result = splits
    case .stages(let chain): result = chain.map(\.duration)
    }
    if pick(2) == 0, result.count > 1 {
      let shift = TimeSpan(tenths: pick(100))
      result[pick(result.count)] += shift
      result[pick(result.count)] -= shift
    }
    if pick(10) == 0 { result.removeLast() }
    return result
  }
}
