import SignalControl
import TestSupport
import Testing
import TrafficModel

/// Units whose zero of time is moved, or that forget what no rule can see, beside units left alone.
@Suite("Moved origin of time")
struct RebaseTests {
  /// A unit and its twin, under the same inputs; the twin's clock differs by `shift`.
  struct Twins {
    var unit: ControllerUnit
    var twin: ControllerUnit
    var shift = TimeSpan.zero
    private var changes: ContiguousArray<IndicationChange> = []
    private var twinChanges: ContiguousArray<IndicationChange> = []
    var changeCount = 0

    init(_ data: SignalController) throws {
      unit = try ControllerUnit(data, id: ControllerID(0), network: SignalFixture.network(for: data))
      unit.recorder.isRecording = true
      twin = unit
      unit.start(at: .zero, into: &changes)
      twin.start(at: .zero, into: &twinChanges)
    }

    /// Carries both on to just before `time`; `false` as soon as they differ.
    /// - Parameter exactly: Also if one of them wants to be asked when the other does not.
    mutating func advance(before time: SimTime, exactly: Bool) -> Bool {
      while true {
        let due = min(unit.nextDeadline, twin.nextDeadline + shift)
        if due >= time { return true }
        if exactly && (unit.nextDeadline != due || twin.nextDeadline + shift != due) { return false }
        unit.advance(to: due, into: &changes)
        twin.advance(to: due - shift, into: &twinChanges)
        guard changes == twinChanges else { return false }
        changeCount += changes.count
        changes.removeAll(keepingCapacity: true)
        twinChanges.removeAll(keepingCapacity: true)
      }
    }

    mutating func handle(_ input: CabinetInput, at time: SimTime) {
      unit.handle(input, at: time)
      twin.handle(input, at: time - shift)
    }

    mutating func apply(_ command: CabinetCommand, at time: SimTime) {
      unit.apply(command, at: time)
      twin.apply(command, at: time - shift)
    }
  }

  /// What may happen to a cabinet, at random.
  struct Storm {
    let data: SignalController
    var stream: RandomStream
    var now = SimTime(milliseconds: 50)

    mutating func pick(_ count: Int) -> Int { Int(stream.next() % UInt64(max(1, count))) }
    mutating func phases() -> PhaseSet { PhaseSet(rawValue: UInt32(pick(256))) }

    mutating func act(on twins: inout Twins) {
      switch pick(40) {
      case 0: twins.handle(.stopTime(pick(4) == 0), at: now)
      case 1: twins.handle(.manualControl(pick(4) == 0), at: now)
      case 2: twins.handle(.intervalAdvance, at: now)
      case 3: twins.handle(.flashSwitch(pick(6) == 0), at: now)
      case 4: twins.handle(.clock(unixMilliseconds: 1_700_000_000_000 + Int64(pick(1_000_000_000))), at: now)
      case 5..<8 where !data.preempts.isEmpty:
        let preempt = data.preempts[pick(data.preempts.count)]
        twins.handle(.preempt(preempt.number, isEnergised: pick(2) == 0), at: now)
      case 8..<14: twins.apply(command(), at: now)
      case 14..<18: twins.handle(.pushButton(CrosswalkID(pick(data.phases.count))), at: now)
      case 18: twins.handle(.extendedPushButton(CrosswalkID(pick(data.phases.count))), at: now)
      default:
        let detector = DetectorID(pick(data.detectors.count))
        twins.handle(.detector(detector, isOn: pick(2) == 0), at: now)
      }
    }

    mutating func command() -> CabinetCommand {
      var command = CabinetCommand(
        program: [.free, .free, .free, .local, .pattern(1 + pick(3)), .flash][pick(6)])
      command.lease = TimeSpan(tenths: 1 + pick(2000))
      if pick(2) == 0 { command.vehicleCalls = phases() }
      if pick(3) == 0 { command.pedestrianCalls = phases() }
      if pick(4) == 0 { command.hold = phases() }
      if pick(4) == 0 { command.forceOff = phases() }
      if pick(5) == 0 { command.omit = phases() }
      if pick(5) == 0 {
        command.extendRedClearance = phases()
        command.redClearanceExtension = TimeSpan(tenths: pick(40))
      }
      return command
    }
  }

  /// Runs a storm over a controller and its twin, at whom `tamper` works from time to time.
  private func expectNoDifference(
    _ seed: UInt64, exactly: Bool, _ tamper: (inout Twins, inout RandomStream) -> Void
  ) throws {
    var maker = RandomController(seed: seed)
    let data = maker.nextValid()
    var twins = try Twins(data)
    var storm = Storm(data: data, stream: RandomStream(seed: seed, purpose: .testing, place: 9))
    var tampering = RandomStream(seed: seed, purpose: .testing, place: 10)
    let end = SimTime(seconds: 900)
    var isSame = true
    while storm.now < end && isSame {
      isSame = twins.advance(before: storm.now, exactly: exactly)
      if !isSame { break }
      storm.act(on: &twins)
      if tampering.next() % 4 == 0 { tamper(&twins, &tampering) }
      storm.now = storm.now + TimeSpan(tenths: 1 + storm.pick(storm.pick(30) == 0 ? 400 : 15))
    }
    #expect(isSame, "seed \(seed), by \(storm.now.seconds) s")
    #expect(twins.changeCount > 0, "seed \(seed)")
  }

  @Test("a unit rebased by any shift goes on as one that was not", arguments: 1...12)
  func rebasedTwin(seed: Int) throws {
    try expectNoDifference(UInt64(seed), exactly: true) { twins, stream in
      let shift = TimeSpan(tenths: Int(stream.next() % 200_000) - 100_000)
      twins.twin.rebase(by: shift)
      twins.shift += shift
    }
  }

  @Test("a unit that forgets what no rule can see goes on as one that remembers", arguments: 101...112)
  func forgetfulTwin(seed: Int) throws {
    try expectNoDifference(UInt64(seed), exactly: false) { twins, _ in twins.twin.forgetPast() }
  }

  @Test("a rebased unit looks the same at rest at any time, and different with a call")
  func hashedState() throws {
    let data = SignalFixture.twoPhase()
    var unit = try ControllerUnit(data, id: ControllerID(0), network: SignalFixture.network(for: data))
    var changes: ContiguousArray<IndicationChange> = []
    unit.apply(CabinetCommand(program: .free, lease: .distantFuture - .zero), at: .zero)
    unit.start(at: .zero, into: &changes)
    unit.handle(.detector(DetectorID(0), isOn: true), at: SimTime(seconds: 1))
    unit.handle(.detector(DetectorID(0), isOn: false), at: SimTime(seconds: 1))
    func fingerprint(at seconds: Double, called: Bool = false) -> UInt64 {
      var copy = unit
      while copy.nextDeadline < SimTime(seconds: seconds) {
        copy.advance(to: copy.nextDeadline, into: &changes)
      }
      copy.advance(to: SimTime(seconds: seconds), into: &changes)
      if called { copy.handle(.detector(DetectorID(1), isOn: true), at: SimTime(seconds: seconds)) }
      copy.rebase(by: TimeSpan(seconds: seconds))
      copy.forgetPast()
      var digest = StateDigest()
      copy.feedState(into: &digest)
      return digest.value
    }
    // Whole cycles of the pattern apart, which it would otherwise join elsewhere, and when no wait is watched any more.
    #expect(fingerprint(at: 480) == fingerprint(at: 600))
    #expect(fingerprint(at: 480) != fingerprint(at: 480, called: true))
    #expect(fingerprint(at: 480) != fingerprint(at: 3))
  }
}
