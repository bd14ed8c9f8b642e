import ControlLoop
import SignalControl
import TestSupport
import Testing
import TrafficModel

@Suite("Downloads under traffic")
struct DownloadTests {
  /// Runs to the tick at `end` and keeps the lamps.
  private func run(
    _ cabinet: inout EmulatedCabinet, to end: SimTime,
    _ shown: inout [(time: SimTime, change: IndicationChange)]
  ) {
    var changes: ContiguousArray<IndicationChange> = []
    while cabinet.nextDeadline <= end {
      let tick = cabinet.nextDeadline
      cabinet.advance(to: tick, into: &changes)
      for change in changes { shown.append((tick, change)) }
      changes.removeAll(keepingCapacity: true)
    }
  }

  private func started(_ controller: SignalController) throws -> EmulatedCabinet {
    var cabinet = try EmulatedCabinet(
      controller, id: ControllerID(0), network: SignalFixture.network(for: controller))
    var changes: ContiguousArray<IndicationChange> = []
    cabinet.start(at: .zero, into: &changes)
    return cabinet
  }

  /// Another legal plan of the same controller: other splits by moving time, another offset.
  private func varied(_ controller: SignalController, _ stream: inout RandomStream) -> SignalController {
    var changed = controller
    for index in changed.patterns.indices where stream.next() % 2 == 0 {
      var pattern = changed.patterns[index]
      let longer = TimeSpan(tenths: Int(stream.next() % 150))
      pattern.offset = TimeSpan(tenths: Int(stream.next() % UInt64(max(1, pattern.cycle.milliseconds / 100))))
      switch pattern.timing {
      case .ringBarrier(let diagram, var splits, let references):
        // The first phase of every ring gets more, so that the barriers still meet.
        for ring in diagram.rings {
          guard let phase = ring.first?.first, splits.indices.contains(phase) else { continue }
          splits[phase] += longer
        }
        pattern.timing = .ringBarrier(diagram: diagram, splits: splits, referencePhases: references)
      case .stages(var chain):
        if !chain.isEmpty { chain[0].duration += longer }
        pattern.timing = .stages(chain)
      }
      pattern.cycle += longer
      let findings = { (controller: SignalController) in
        controller.findings(in: SignalFixture.network(for: controller)).filter { $0.severity == .error }.count
      }
      var candidate = changed
      candidate.patterns[index] = pattern
      if (try? candidate.timeline(of: pattern)) != nil, findings(candidate) == 0 { changed = candidate }
    }
    return changed
  }

  @Test("plans that are downloaded at any moment never show an unsafe lamp", arguments: 0..<8)
  func storm(seed: Int) throws {
    var makers = RandomController(seed: UInt64(seed), place: 7)
    let controller = makers.nextValid()
    var stream = RandomStream(seed: UInt64(seed), purpose: .testing, place: 8)
    var cabinet = try started(controller)
    var shown: [(time: SimTime, change: IndicationChange)] = []
    var now = SimTime.zero
    var inForce = controller
    var taken = 0
    for _ in 0..<200 {
      now += TimeSpan(tenths: 1 + Int(stream.next() % 150))
      run(&cabinet, to: now, &shown)
      switch stream.next() % 4 {
      case 0:
        let changed = varied(inForce, &stream)
        let isTaken = cabinet.adopt(changed, at: now)
        #expect(isTaken)
        if changed != inForce { taken += 1 }
        inForce = changed
      case 1:
        let numbers = inForce.patterns.map(\.number)
        let number = numbers[Int(stream.next() % UInt64(numbers.count))]
        let programs: [ProgramRequest] = [.local, .free, .pattern(number), .coordinated(number)]
        cabinet.apply(CabinetCommand(program: programs[Int(stream.next() % 4)]), at: now)
      default:
        let detector = DetectorID(Int(stream.next() % UInt64(max(1, inForce.detectors.count))))
        cabinet.handle(.detector(detector, isOn: stream.next() % 2 == 0), at: now)
      }
    }
    #expect(cabinet.violation == nil, "\(cabinet.violation.map { "\($0)" } ?? "")")
    #expect(cabinet.monitor.trip == nil)
    #expect(taken > 2 && shown.count > 10)
  }

  @Test(
    "the plan on the street is changed while it runs, and its new splits are shown from the next cycle on")
  func planOnTheStreet() throws {
    let controller = SignalFixture.twoPhase()
    var changed = controller
    guard case .ringBarrier(let diagram, var splits, let references) = controller.patterns[0].timing else {
      Issue.record("the fixture has rings")
      return
    }
    splits[0] += TimeSpan(seconds: 10)
    changed.patterns[0].timing = .ringBarrier(diagram: diagram, splits: splits, referencePhases: references)
    changed.patterns[0].cycle += TimeSpan(seconds: 10)
    func greens(_ controller: SignalController, then download: SignalController?) throws -> [TimeSpan] {
      var cabinet = try started(controller)
      var shown: [(time: SimTime, change: IndicationChange)] = []
      run(&cabinet, to: SimTime(seconds: 205), &shown)
      if let download {
        let isTaken = cabinet.adopt(download, at: SimTime(seconds: 205))
        #expect(isTaken)
      }
      run(&cabinet, to: SimTime(seconds: 900), &shown)
      #expect(cabinet.violation == nil)
      var since = SimTime.zero
      var lengths: [TimeSpan] = []
      for (time, change) in shown where change.group == 0 && time > SimTime(seconds: 400) {
        if change.indication == .green { since = time }
        if change.indication == .yellow, since > .zero { lengths.append(time - since) }
      }
      return lengths
    }
    let before = try greens(controller, then: nil)
    let after = try greens(controller, then: changed)
    #expect(Set(before).count == 1 && Set(after).count == 1)
    #expect(after.first == before.first.map { $0 + TimeSpan(seconds: 10) })
  }

  @Test("a schedule that is downloaded acts like an event of its own")
  func schedule() throws {
    var controller = SignalFixture.twoPhase()
    var second = controller.patterns[0]
    second.number = 2
    second.offset = TimeSpan(seconds: 20)
    controller.patterns.append(second)
    var cabinet = try started(controller)
    cabinet.handle(.clock(unixMilliseconds: 1_700_000_000_000), at: .zero)
    var shown: [(time: SimTime, change: IndicationChange)] = []
    run(&cabinet, to: SimTime(seconds: 100), &shown)
    #expect(cabinet.status(at: SimTime(seconds: 100)).mode == .pattern(1))
    var changed = controller
    changed.schedule = TimeOfDaySchedule(
      entries: [.init(dayPlan: 1)],
      dayPlans: [.init(number: 1, events: [.init(time: .zero, action: .pattern(2))])])
    let isTaken = cabinet.adopt(changed, at: SimTime(seconds: 100))
    #expect(isTaken)
    run(&cabinet, to: SimTime(seconds: 101), &shown)
    #expect(cabinet.status(at: SimTime(seconds: 101)).mode == .pattern(2))
  }

  @Test("what keeps people safe is not changed under traffic")
  func clearances() throws {
    let controller = SignalFixture.twoPhase()
    var cabinet = try started(controller)
    var changed = controller
    changed.patterns[0].offset = TimeSpan(seconds: 5)
    changed.phases[0].yellow = TimeSpan(seconds: 2)
    let isTaken = cabinet.adopt(changed, at: SimTime(seconds: 1))
    #expect(!isTaken)
    #expect(cabinet.unit.status.mode == .pattern(1))
  }
}
