import ControlLoop
import SignalControl
import TestSupport
import Testing
import TrafficModel

/// A road without lanes: inputs by script, lamps recorded.
private struct ScriptedRoad: RoadSeat {
  var script: [TimedInput]
  var next = 0
  var shown: [String] = []
  var reached = SimTime.zero
  var observations = 0

  init(_ script: [(Double, Int, CabinetInput)]) {
    self.script = script.map {
      TimedInput(time: SimTime(seconds: $0.0), controller: ControllerID($0.1), input: $0.2)
    }
  }

  mutating func advance(to time: SimTime, inputs: inout ContiguousArray<TimedInput>) -> SimTime {
    reached = time
    if next < script.count { reached = min(reached, script[next].time.firstTick()) }
    while next < script.count, script[next].time <= reached {
      inputs.append(script[next])
      next += 1
    }
    return reached
  }

  mutating func show(_ changes: ContiguousArray<IndicationChange>, at time: SimTime) {
    for change in changes {
      shown.append("\(time.seconds) \(change.controller.rawValue)/\(change.group) \(change.indication)")
    }
  }

  func observe(_ preset: SensorPreset, at time: SimTime, into observations: inout [VehicleObservation]) {
    observations.append(
      VehicleObservation(lane: LaneID(0), distanceMeters: 1, speedMetersPerSecond: 0, vehicle: 7))
  }
}

/// Asks for a program at given times and notes what it sees.
private struct ScriptedBrain: Strategy {
  let name = "scripted"
  let sensors = SensorPreset.stopbar
  var decisions: [(Double, CabinetCommand?)]
  var seen: [String] = []

  mutating func decide(at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand])
    -> SimTime?
  {
    seen.append("\(now.seconds) \(view.statuses[0].vehicleCalls.rawValue) \(view.observations.count)")
    if decisions.isEmpty { return nil }
    if let command = decisions.removeFirst().1 {
      commands.append(AddressedCommand(controller: ControllerID(0), command: command))
    }
    return decisions.first.map { SimTime(seconds: $0.0) }
  }
}

@Suite("Loop")
struct LoopTests {
  private func cabinet(_ index: Int, _ controller: SignalController) throws -> EmulatedCabinet {
    try EmulatedCabinet(controller, id: ControllerID(index), network: SignalFixture.network(for: controller))
  }

  private let twoPhase = SignalFixture.twoPhase { $0[0].recall = .minimum }

  @Test("a brain that says free at the start has the cabinets begin free")
  func freeAtStart() throws {
    var loop = Loop(
      road: ScriptedRoad([(20.04, 0, .detector(DetectorID(1), isOn: true))]),
      cabinets: [try cabinet(0, twoPhase)],
      brain: ScriptedBrain(decisions: [(0, CabinetCommand(program: .free))]))
    try loop.run(until: SimTime(seconds: 30))
    // The detector acts at the first tick after it; phase 2 has long had its gap.
    #expect(
      loop.road.shown == ["0.0 0/0 green", "20.1 0/0 yellow", "23.1 0/0 red", "24.1 0/1 green"])
    #expect(loop.cabinets[0].status(at: loop.now).mode == .free)
  }

  @Test("a silent brain leaves the cabinets to their plans")
  func local() throws {
    var loop = Loop(
      road: ScriptedRoad([]), cabinets: [try cabinet(0, twoPhase), try cabinet(1, twoPhase)],
      brain: ScriptedBrain(decisions: []))
    try loop.run(until: SimTime(seconds: 60))
    #expect(
      loop.road.shown == [
        "0.0 0/0 green", "0.0 1/0 green", "56.0 0/0 yellow", "56.0 1/0 yellow", "59.0 0/0 red",
        "59.0 1/0 red",
      ])
  }

  @Test("at equal times inputs come first, then the brain, then the cabinets")
  func equalTimes() throws {
    var loop = Loop(
      road: ScriptedRoad([(20, 0, .detector(DetectorID(1), isOn: true))]),
      cabinets: [try cabinet(0, twoPhase)],
      brain: ScriptedBrain(decisions: [
        (0, CabinetCommand(program: .free)), (20, CabinetCommand(program: .free, hold: PhaseSet(phase: 0))),
      ]))
    try loop.run(until: SimTime(seconds: 40))
    let brain = try #require(loop.brain as? ScriptedBrain)
    // The brain sees the call of the same instant, and its hold comes in time to keep the green.
    #expect(brain.seen == ["0.0 0 1", "20.0 2 1"])
    #expect(loop.road.shown == ["0.0 0/0 green"])
  }

  @Test("a run covers its end exclusively and can be carried on without a difference")
  func resumed() throws {
    let script: [(Double, Int, CabinetInput)] = [
      (20.0, 0, .detector(DetectorID(1), isOn: true)), (26.3, 0, .detector(DetectorID(1), isOn: false)),
      (60, 0, .detector(DetectorID(1), isOn: true)),
    ]
    func loop() throws -> Loop<ScriptedRoad> {
      Loop(
        road: ScriptedRoad(script), cabinets: [try cabinet(0, twoPhase)],
        brain: ScriptedBrain(decisions: [(0, CabinetCommand(program: .free))]))
    }
    var whole = try loop()
    try whole.run(until: SimTime(seconds: 120))
    var pieces = try loop()
    for end in [0.0, 20, 20.05, 24, 60, 60, 61.7, 120] { try pieces.run(until: SimTime(seconds: end)) }
    #expect(whole.road.shown == pieces.road.shown)
    #expect(whole.road.shown.count > 8)
    var short = try loop()
    try short.run(until: SimTime(seconds: 20))
    #expect(short.road.shown == ["0.0 0/0 green"])
  }

  @Test(
    "the loop and the bare cabinet show the same lamps for a storm of detections",
    arguments: 0..<6 as Range<UInt64>)
  func sameAsBare(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, purpose: .testing, place: 5)
    let controller = SignalFixture.eightPhase {
      $0[1].recall = .minimum
      $0[5].recall = .minimum
      $0[3].walk = (7, 9)
    }
    var script: [(Double, Int, CabinetInput)] = []
    var time = 0.05
    var isOn = [Bool](repeating: false, count: 8)
    while time < 900 {
      let detector = Int(stream.next() % 8)
      isOn[detector].toggle()
      script.append((time, 0, .detector(DetectorID(detector), isOn: isOn[detector])))
      time += stream.exponential(mean: 2)
    }
    var loop = Loop(
      road: ScriptedRoad(script), cabinets: [try cabinet(0, controller)],
      brain: ScriptedBrain(decisions: [(0, CabinetCommand(program: .free))]))
    try loop.run(until: SimTime(seconds: 900))
    var bare = try cabinet(0, controller)
    var shown: [String] = []
    var changes: ContiguousArray<IndicationChange> = []
    bare.apply(CabinetCommand(program: .free), at: .zero)
    bare.start(at: .zero, into: &changes)
    var position = 0
    var now = SimTime.zero
    while now < SimTime(seconds: 900) {
      for change in changes { shown.append("\(now.seconds) 0/\(change.group) \(change.indication)") }
      changes.removeAll()
      now = bare.nextDeadline
      if position < loop.road.script.count { now = min(now, loop.road.script[position].time.firstTick()) }
      while position < loop.road.script.count, loop.road.script[position].time <= now {
        bare.handle(loop.road.script[position].input, at: loop.road.script[position].time)
        position += 1
      }
      if now < SimTime(seconds: 900) { bare.advance(to: now, into: &changes) }
    }
    #expect(shown == loop.road.shown)
    #expect(shown.count > 100)
  }

  @Test("a brain that cannot wait is asked once per tick")
  func impatientBrain() throws {
    var loop = Loop(
      road: ScriptedRoad([]), cabinets: [try cabinet(0, twoPhase)],
      brain: ScriptedBrain(decisions: (0..<5).map { _ in (0, nil) }))
    try loop.run(until: SimTime(seconds: 10))
    let brain = try #require(loop.brain as? ScriptedBrain)
    #expect(brain.seen.count == 5)
    #expect(brain.seen[4] == "0.4 0 1")
  }

  @Test("a cabinet whose lamps break a rule stops the run")
  func violation() throws {
    var loop = Loop(
      road: ScriptedRoad([]), cabinets: [BrokenCabinet(data: twoPhase)], brain: ScriptedBrain(decisions: []))
    let violation = try #require(throws: SafetyViolation.self) { try loop.run(until: SimTime(seconds: 60)) }
    #expect(violation.kind == .conflict)
    #expect(violation.time == SimTime(seconds: 12))
    #expect(loop.now == SimTime(seconds: 12))
  }
}

/// Shows green to both phases at 12 s.
private struct BrokenCabinet: CabinetSeat {
  let controller = ControllerID(0)
  var monitor: LampMonitor
  var nextDeadline = SimTime.distantFuture

  init(data: SignalController) { monitor = LampMonitor(data, id: ControllerID(0)) }

  mutating func start(at now: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    nextDeadline = SimTime(seconds: 12)
  }

  mutating func handle(_ input: CabinetInput, at now: SimTime) {}
  mutating func apply(_ command: CabinetCommand, at now: SimTime) {}

  mutating func advance(to tick: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    for group in 0..<2 {
      changes.append(IndicationChange(controller: controller, group: group, indication: .green))
    }
    monitor.observe(changes[...], at: tick)
    nextDeadline = .distantFuture
  }

  func status(at now: SimTime) -> CabinetStatus { CabinetStatus(mode: .free, indications: []) }
  var violation: SafetyViolation? { monitor.firstViolation }
}
