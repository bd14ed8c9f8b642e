import SignalControl
import TestSupport
import Testing
import TrafficModel

/// Random detector storms on random legal controllers.
@Suite("Storms")
struct StormTests {
  /// A controller with one to three rings and sides, random timings, recalls, dual entries and pedestrians.
  static func controller(_ stream: inout RandomStream) -> SignalController {
    func pick(_ range: ClosedRange<Int>) -> Int {
      range.lowerBound + Int(stream.next() % UInt64(range.count))
    }
    let rings = pick(1...3)
    let sides = pick(1...3)
    var diagram: [[[Int]]] = []
    var sketches: [SignalFixture.PhaseSketch] = []
    for _ in 0..<rings {
      var ring: [[Int]] = []
      for side in 0..<sides {
        // The first ring serves every side; others may dwell.
        let count = diagram.isEmpty ? pick(1...2) : pick(0...2)
        ring.append((0..<count).map { sketches.count + $0 })
        for _ in 0..<count {
          var sketch = SignalFixture.PhaseSketch(sketches.count + 1)
          sketch.minimum = Double(pick(30...120)) / 10
          sketch.maximum = sketch.minimum + Double(pick(0...300)) / 10
          sketch.passage = Double(pick(0...40)) / 10
          sketch.yellow = Double(pick(30...50)) / 10
          sketch.red = Double(pick(0...30)) / 10
          sketch.recall = [.none, .none, .none, .minimum, .maximum, .pedestrian][pick(0...5)]
          sketch.dualEntry = pick(0...2) == 0
          if pick(0...1) == 0 { sketch.walk = (Double(pick(40...90)) / 10, Double(pick(30...150)) / 10) }
          sketches.append(sketch)
        }
        _ = side
      }
      diagram.append(ring)
    }
    return SignalFixture.ringBarrier(sketches, diagram: diagram)
  }

  static func storm(
    _ bench: inout Bench, _ controller: SignalController, _ stream: inout RandomStream, until end: Double
  ) {
    var time = 0.0
    var isOn = [Bool](repeating: false, count: controller.phases.count)
    while true {
      // Rushes and lulls alternate.
      time += stream.exponential(mean: stream.next() % 50 == 0 ? 40 : 1.5)
      if time >= end { return }
      let phase = Int(stream.next() % UInt64(isOn.count))
      if stream.next() % 6 == 0 {
        bench.push(phase, at: time)
      } else {
        isOn[phase].toggle()
        bench.detector(phase, isOn[phase], at: time)
      }
    }
  }

  /// Completed greens by group.
  static func greens(_ bench: Bench) -> [[(start: SimTime, end: SimTime)]] {
    var open = [SimTime?](repeating: nil, count: bench.groupCount)
    var result = [[(start: SimTime, end: SimTime)]](repeating: [], count: bench.groupCount)
    for entry in bench.log {
      let group = entry.change.group
      if entry.change.indication == .green {
        open[group] = entry.time
      } else if let start = open[group] {
        result[group].append((start, entry.time))
        open[group] = nil
      }
    }
    return result
  }

  /// Longest time that a call can wait: every phase once before it and once in the pass that is running, each at
  /// its maximum or its pedestrians, with its clearance and red revert.
  static func bound(_ controller: SignalController) -> TimeSpan {
    var sum = TimeSpan.zero
    for phase in controller.phases {
      var green = max(phase.maximumGreen, phase.minimumGreen)
      if let group = phase.pedestrianGroup {
        let data = controller.groups[group]
        // A walk may begin just before the first conflicting call, or with the green.
        green += data.minimumGreen + data.losingDuration
      }
      sum += green + phase.clearance + TimeSpan.redRevert
    }
    return sum * 2
  }

  @Test(
    "for an hour: no violation, no short green, no call that waits for ever",
    arguments: 0..<24 as Range<UInt64>)
  func hour(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, purpose: .testing, place: 1)
    let controller = Self.controller(&stream)
    #expect(
      controller.findings(in: SignalFixture.network(for: controller)).filter { $0.severity == .error }.isEmpty
    )
    var bench = try Bench(controller)
    Self.storm(&bench, controller, &stream, until: 3600)
    var waitingSince = [SimTime?](repeating: nil, count: controller.phases.count)
    var longestWait = TimeSpan.zero
    for sample in 1...3600 {
      bench.run(to: Double(sample))
      let status = bench.unit.status
      for phase in controller.phases.indices {
        let waits = status.vehicleCalls.contains(phase: phase) && !status.greenPhases.contains(phase: phase)
        if waits {
          let since = waitingSince[phase] ?? bench.now
          waitingSince[phase] = since
          longestWait = max(longestWait, bench.now - since)
        } else {
          waitingSince[phase] = nil
        }
      }
    }
    #expect(bench.monitor.violations.isEmpty)
    #expect(longestWait <= Self.bound(controller))
    let greens = Self.greens(bench)
    for (phase, data) in controller.phases.enumerated() {
      for green in greens[data.groups[0]] { #expect(green.end - green.start >= data.minimumGreen) }
      if let group = data.pedestrianGroup {
        for walk in greens[group] { #expect(walk.end - walk.start == controller.groups[group].minimumGreen) }
      }
      #expect(bench.unit.terminationCounts[phase].greens >= greens[data.groups[0]].count)
    }
    #expect(!bench.log.isEmpty)
  }

  @Test("commands of every kind break nothing", arguments: 100..<112 as Range<UInt64>)
  func commands(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, purpose: .testing, place: 2)
    var controller = Self.controller(&stream)
    var other = controller.patterns[0]
    other.number = 2
    other.offset = TimeSpan(tenths: Int(stream.next() % 300))
    controller.patterns.append(other)
    var bench = try Bench(controller, free: seed % 2 == 0)
    Self.storm(&bench, controller, &stream, until: 1800)
    var time = 0.0
    while time < 1800 {
      time += stream.exponential(mean: 15)
      func set() -> PhaseSet { PhaseSet(rawValue: UInt32(truncatingIfNeeded: stream.next() & stream.next())) }
      let programs: [ProgramRequest] = [.local, .free, .free, .pattern(2), .pattern(9)]
      let lease = TimeSpan(milliseconds: Int64(stream.next() % 60_000))
      bench.command(
        CabinetCommand(
          program: programs[Int(stream.next() % 5)], vehicleCalls: set(), pedestrianCalls: set(),
          hold: set(), forceOff: set(), omit: set(), lease: lease),
        at: time)
    }
    bench.run(to: 2400)
    #expect(bench.monitor.violations.isEmpty)
    let greens = Self.greens(bench)
    for (group, data) in controller.groups.enumerated() {
      for green in greens[group] { #expect(green.end - green.start >= data.minimumGreen) }
    }
  }

  @Test("advancing at extra ticks changes no lamp", arguments: 200..<212 as Range<UInt64>)
  func extraTicks(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, purpose: .testing, place: 3)
    var controller = Self.controller(&stream)
    // Walks that have to wait for a longer intergreen than their vehicles.
    for (group, data) in controller.groups.enumerated() where data.kind == .pedestrian {
      for other in controller.groups.indices where controller.conflicts[other, group] == .excluded {
        controller.intergreens[other, group] += TimeSpan(tenths: Int(stream.next() % 30))
      }
    }
    var sparse = try Bench(controller, free: seed % 3 != 0)
    Self.storm(&sparse, controller, &stream, until: 1200)
    sparse.command(CabinetCommand(program: .local), at: 500)
    sparse.command(CabinetCommand(program: .free, lease: TimeSpan(seconds: 301.23)), at: 700.77)
    var dense = sparse
    dense.extraTicks = RandomStream(seed: seed, purpose: .testing, place: 4)
    sparse.run(to: 1300)
    dense.run(to: 1300)
    #expect(!sparse.log.isEmpty)
    #expect(sparse.log.map(\.time) == dense.log.map(\.time))
    #expect(sparse.log.map(\.change) == dense.log.map(\.change))
    #expect(sparse.unit.status(at: sparse.now) == dense.unit.status(at: sparse.now))
  }

  @Test(
    "a controller of stages is safe in a storm too, and misses no deadline",
    arguments: 300..<308 as Range<UInt64>)
  func stages(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, purpose: .testing, place: 5)
    var controller = StageTests.controller()
    controller.stages[2].lateStart = [3: TimeSpan(tenths: Int(stream.next() % 30))]
    controller.stages[1].earlyEnd = [2: TimeSpan(tenths: Int(stream.next() % 20))]
    controller.groups[3].gaining = [TimedIndication(.redYellow, TimeSpan(tenths: Int(stream.next() % 10)))]
    var sparse = try Bench(controller)
    var time = 0.0
    var isOn = [false, false, false]
    while time < 3600 {
      time += stream.exponential(mean: 4)
      let detector = 1 + Int(stream.next() % 2)
      isOn[detector].toggle()
      sparse.detector(detector, isOn[detector], at: time)
    }
    var dense = sparse
    dense.extraTicks = RandomStream(seed: seed, purpose: .testing, place: 6)
    sparse.run(to: 3600)
    dense.run(to: 3600)
    #expect(sparse.monitor.violations.isEmpty)
    #expect(sparse.log.count > 500)
    #expect(sparse.log.map(\.time) == dense.log.map(\.time))
    #expect(sparse.log.map(\.change) == dense.log.map(\.change))
    for (group, greens) in Self.greens(sparse).enumerated() {
      for green in greens { #expect(green.end - green.start >= controller.groups[group].minimumGreen) }
    }
  }
}
