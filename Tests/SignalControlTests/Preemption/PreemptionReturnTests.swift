import SignalControl
import TestSupport
import Testing
import TrafficModel

/// From patterns into a preempt and back.
@Suite("Preemption: return")
struct PreemptionReturnTests {
  /// Eight phases in a cycle of 120 s, coordinated on 2 and 6 or pretimed.
  static func controller(coordinated: Bool) -> SignalController {
    var data = SignalFixture.eightPhase {
      for phase in [1, 3, 5, 7] { $0[phase].walk = (7, 10) }
    }
    if coordinated {
      data.patterns[0].operation = .coordinated(Coordination(coordinatedPhases: [1, 5]))
    }
    data.preempts = [PreemptionTests.emergency(), PreemptionTests.rail()]
    return data
  }

  @Test("exit to coordination: the exit phases first, then a transition back into step")
  func coordination() throws {
    var bench = try Bench(Self.controller(coordinated: true), free: false)
    bench.unit.recorder.isRecording = true
    for phase in 0..<8 { bench.detector(phase, true, at: 0) }
    bench.run(to: 500)
    #expect(bench.unit.status.coordination == .inStep)
    #expect(bench.unit.status.mode == .pattern(1))
    bench.input(.preempt(3, isEnergised: true), at: 530)
    bench.input(.preempt(3, isEnergised: false), at: 580)
    bench.run(to: 570)
    #expect(bench.unit.status.mode == .preempt(3))
    bench.run(to: 620)
    #expect(bench.unit.status.coordination != .inStep)
    bench.run(to: 1500)
    #expect(bench.unit.status.mode == .pattern(1))
    #expect(bench.unit.status.coordination == .inStep)
    let exit = bench.unit.recorder.events.first { $0.code == .preemptExit }
    #expect(exit?.time == SimTime(seconds: 580))
    // The exit phases 2 and 6 are the first greens after it.
    let after = bench.log.first { $0.time > SimTime(seconds: 580) && $0.change.indication == .green }
    #expect(after.map { [1, 5].contains($0.change.group) } == true)
    bench.expectSafe()
  }

  @Test("out of a pretimed pattern and back into it")
  func pretimed() throws {
    var bench = try Bench(Self.controller(coordinated: false), free: false)
    bench.unit.recorder.isRecording = true
    var undisturbed = bench
    bench.input(.preempt(1, isEnergised: true), at: 130)
    bench.input(.preempt(1, isEnergised: false), at: 160)
    bench.run(to: 1000)
    undisturbed.run(to: 1000)
    let codes = Set(PreemptionTests.story(bench).map { String($0.split(separator: " ")[1]) })
    #expect(codes == ["102", "105", "106", "104", "107", "111"])
    #expect(bench.unit.status.mode == .pattern(1))
    #expect(bench.unit.status == undisturbed.unit.status)
    bench.expectSafe()
  }

  @Test("a controller of stages clears the tracks with one stage and dwells in another")
  func stages() throws {
    var data = StageTests.controller()
    data.preempts = [
      Preempt(
        number: 1, kind: .rail, trackPhases: [2], trackGreen: TimeSpan(seconds: 8), dwellPhases: [0],
        minimumDwell: TimeSpan(seconds: 10))
    ]
    var bench = try Bench(data)
    bench.unit.recorder.isRecording = true
    bench.passage(1, at: 5)
    bench.input(.preempt(1, isEnergised: true), at: 30)
    bench.input(.preempt(1, isEnergised: false), at: 70)
    bench.run(to: 69)
    #expect(PreemptionTests.story(bench).last?.contains(" 107 ") == true)
    #expect(bench.unit.status.greenPhases == PhaseSet(phase: 0))
    bench.run(to: 120)
    #expect(bench.unit.status.mode == .free)
    bench.expectSafe()
  }

  @Test(
    "storms of trains, ambulances, buses and detectors break nothing", arguments: 400..<412 as Range<UInt64>)
  func storm(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, purpose: .testing, place: 40)
    var data = StormTests.controller(&stream)
    func phases() -> [Int] {
      // One side of the barriers, one phase per ring at most.
      let side = Int(stream.next() % UInt64(data.diagram.sideCount))
      return data.diagram.rings.indices.compactMap { ring in
        let list = data.diagram.phases(ring: ring, side: side)
        return list.isEmpty ? nil : list[Int(stream.next() % UInt64(list.count))]
      }
    }
    for number in 1...3 {
      data.preempts.append(
        Preempt(
          number: number, kind: number == 1 ? .rail : .emergency, isLocking: stream.next() % 2 == 0,
          delay: TimeSpan(tenths: Int(stream.next() % 50)), minimumDuration: TimeSpan(seconds: 20),
          minimumGreen: stream.next() % 2 == 0 ? TimeSpan(seconds: 3) : nil,
          trackPhases: number == 1 ? phases() : [], trackGreen: TimeSpan(seconds: 7), dwellPhases: phases(),
          minimumDwell: TimeSpan(seconds: 8), maximumPresence: TimeSpan(seconds: 100), exitPhases: phases()))
    }
    data.priorities = [
      TransitPriority(
        number: 1, phases: phases(), maximumExtension: TimeSpan(seconds: 10),
        maximumReduction: [0: TimeSpan(seconds: 8), 1: TimeSpan(seconds: 5)])
    ]
    var bench = try Bench(data, free: seed % 3 != 0)
    bench.unit.recorder.isRecording = true
    StormTests.storm(&bench, data, &stream, until: 3600)
    var time = 0.0
    while time < 3500 {
      time += stream.exponential(mean: 60)
      let number = 1 + Int(stream.next() % 3)
      let length = stream.exponential(mean: 40)
      PreemptionTests.input(&bench, number, time, time + length)
      bench.input(
        .priority(PriorityRequest(vehicle: Int32(time), strategy: 1, timeToArrival: TimeSpan(seconds: 12))),
        at: time + length / 2)
    }
    var dense = bench
    dense.extraTicks = RandomStream(seed: seed, purpose: .testing, place: 41)
    bench.run(to: 3600)
    dense.run(to: 3600)
    #expect(bench.unit.recorder.events.filter { $0.code == .preemptDwell }.count > 15)
    #expect(bench.log.map(\.time) == dense.log.map(\.time))
    #expect(bench.log.map(\.change) == dense.log.map(\.change))
    let pairs = zip(bench.unit.recorder.events, dense.unit.recorder.events)
    let differs = pairs.first { $0 != $1 }.map { "\($0) and \($1)" }
    #expect(differs == nil)
    bench.expectSafe()
    // And nothing is stuck: some minutes after the last call no preempt is left.
    bench.run(to: 4400)
    #expect(!bench.unit.status.alarms.contains(.preempt))
  }
}
