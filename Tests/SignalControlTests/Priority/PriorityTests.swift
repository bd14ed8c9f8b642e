import SignalControl
import TestSupport
import Testing
import TrafficModel

/// Two phases that exclude each other, index 0 for the bus line and 1 for the street across, both with traffic.
@Suite("Transit priority")
struct PriorityTests {
  static func bench(
    reduction: Double = 10, lockout: Double = 60, walk: Bool = false,
    _ change: (inout SignalController) -> Void = { _ in }
  ) throws -> Bench {
    var data = SignalFixture.twoPhase { if walk { $0[1].walk = (10, 15) } }
    data.priorities = [
      TransitPriority(
        number: 1, phases: [0], maximumExtension: TimeSpan(seconds: 10),
        maximumReduction: [1: TimeSpan(seconds: reduction)], timeOut: TimeSpan(seconds: 40),
        lockout: TimeSpan(seconds: lockout)),
      TransitPriority(number: 2, phases: [0], maximumExtension: TimeSpan(seconds: 4)),
    ]
    change(&data)
    var bench = try Bench(data)
    bench.unit.recorder.isRecording = true
    bench.detector(0, true, at: 0)
    bench.detector(1, true, at: 10)
    return bench
  }

  static func request(
    _ bench: inout Bench, at seconds: Double, arrivesIn eta: Double, vehicle: Int32 = 7, strategy: Int32 = 1,
    class rank: Int32 = 1
  ) {
    let request = PriorityRequest(
      vehicle: vehicle, strategy: strategy, timeToArrival: TimeSpan(seconds: eta), vehicleClass: rank)
    bench.input(.priority(request), at: seconds)
  }

  static func story(_ bench: Bench) -> [String] {
    bench.unit.recorder.events.filter { (112...119).contains($0.code.rawValue) && $0.code.rawValue != 117 }
      .map { "\($0.time.seconds) \($0.code.rawValue) \($0.parameter)" }
  }

  @Test("without a bus the green maxes out, at 40 s")
  func reference() throws {
    var bench = try Self.bench()
    bench.run(to: 100)
    #expect(bench.greens(0).first == [0, 40])
    #expect(bench.greens(1).first == [44, 74])
  }

  @Test("a green is extended until the bus has passed")
  func extensionUntilCheckOut() throws {
    var bench = try Self.bench()
    Self.request(&bench, at: 30, arrivesIn: 15)
    bench.input(.priorityCheckOut(vehicle: 7), at: 46.2)
    bench.run(to: 100)
    #expect(bench.greens(0).first == [0, 46.2])
    #expect(
      Self.story(bench) == ["30.0 112 1", "40.0 118 1", "40.0 114 1", "46.2 115 1", "46.2 119 1"])
    bench.expectSafe()
  }

  @Test("and by its largest extension at most")
  func largestExtension() throws {
    var bench = try Self.bench()
    Self.request(&bench, at: 30, arrivesIn: 15)
    bench.run(to: 100)
    #expect(bench.greens(0).first == [0, 50])
    #expect(Self.story(bench).last == "50.0 119 1")
  }

  @Test("a bus that comes too late for the extension gets none, but an early green next time")
  func tooLate() throws {
    var bench = try Self.bench()
    Self.request(&bench, at: 30, arrivesIn: 25)
    bench.run(to: 120)
    #expect(bench.greens(0).first == [0, 40])
    #expect(bench.greens(1).first == [44, 64])
    #expect(Self.story(bench).prefix(3) == ["30.0 112 1", "64.0 118 1", "64.0 113 1"])
    bench.expectSafe()
  }

  @Test(
    "early green takes what it may from the other phase, never its minimum nor its pedestrians",
    arguments: [(10.0, false, 64.0), (25, false, 49), (100, false, 49), (100, true, 69)])
  func earlyGreen(reduction: Double, walk: Bool, end: Double) throws {
    var bench = try Self.bench(reduction: reduction, walk: walk)
    if walk { bench.push(1, at: 20) }
    Self.request(&bench, at: 45, arrivesIn: 20)
    bench.run(to: 100)
    #expect(bench.greens(1).first == [44, end])
    if walk { #expect(bench.greens(2) == [[44, 54]]) }
    bench.expectSafe()
  }

  @Test("a request that nobody ends runs out by itself")
  func timeOut() throws {
    var bench = try Self.bench()
    bench.detector(1, false, at: 12)
    Self.request(&bench, at: 42, arrivesIn: 15)
    bench.run(to: 83)
    #expect(bench.unit.status.refusals.isEmpty)
    Self.request(&bench, at: 90, arrivesIn: 5, vehicle: 8)
    bench.run(to: 100)
    #expect(Self.story(bench).filter { $0.contains(" 112 ") }.count == 2)
  }

  @Test("a second bus is refused while one is served and through the lockout")
  func lockout() throws {
    var bench = try Self.bench()
    func command(_ vehicle: Int32, _ seconds: Double) {
      let request = PriorityRequest(vehicle: vehicle, strategy: 1, timeToArrival: TimeSpan(seconds: 15))
      bench.command(CabinetCommand(program: .free, priorityRequests: [request]), at: seconds)
    }
    command(7, 30)
    command(8, 35)
    bench.run(to: 36)
    #expect(bench.unit.status.refusals == [.priorityNotNow(1)])
    command(9, 90)
    bench.run(to: 91)
    #expect(bench.unit.status.refusals == [.priorityNotNow(1)])
    command(10, 111)
    bench.run(to: 112)
    #expect(bench.unit.status.refusals.isEmpty)
    #expect(Self.story(bench).filter { $0.contains(" 112 ") } == ["30.0 112 1", "111.0 112 1"])
  }

  @Test("of requests at one tick the lower strategy goes first, then the lower class")
  func order() throws {
    var bench = try Self.bench()
    Self.request(&bench, at: 30, arrivesIn: 12, vehicle: 1, strategy: 2)
    Self.request(&bench, at: 30, arrivesIn: 15, vehicle: 2, class: 3)
    Self.request(&bench, at: 30, arrivesIn: 15, vehicle: 3, class: 2)
    bench.input(.priorityCheckOut(vehicle: 2), at: 42)
    bench.input(.priorityCheckOut(vehicle: 3), at: 47)
    bench.run(to: 100)
    #expect(bench.greens(0).first == [0, 47])
  }

  @Test("an unknown strategy is refused")
  func unknown() throws {
    var bench = try Self.bench()
    let request = PriorityRequest(vehicle: 1, strategy: 9, timeToArrival: .zero)
    bench.command(CabinetCommand(program: .free, priorityRequests: [request]), at: 30)
    bench.run(to: 31)
    #expect(bench.unit.status.refusals == [.unknownPriority(9)])
  }

  @Test("in coordination the force-off moves by the extension, and the unit is in step again")
  func coordinated() throws {
    var reference = try Self.bench {
      $0.patterns[0].operation = .coordinated(Coordination(coordinatedPhases: [0]))
    }
    reference.command(CabinetCommand(), at: 0)
    reference.run(to: 900)
    let planned = try #require(reference.greens(0).first { $0[0] > 300 && $0.count == 2 })
    var bench = try Self.bench {
      $0.patterns[0].operation = .coordinated(Coordination(coordinatedPhases: [0]))
    }
    bench.command(CabinetCommand(), at: 0)
    Self.request(&bench, at: planned[1] - 8, arrivesIn: 14)
    bench.input(.priorityCheckOut(vehicle: 7), at: planned[1] + 6)
    bench.run(to: 900)
    #expect(bench.greens(0).contains([planned[0], planned[1] + 6]))
    #expect(bench.unit.status.coordination == .inStep)
    #expect(bench.greens(0).last == reference.greens(0).last)
    bench.expectSafe()
  }
}
