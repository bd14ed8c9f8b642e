import RoadSimulation
import Testing
import TestSupport
import TimingOptimization
import TrafficModel

/// A road of two links of 1000 m at 15 m/s; incidents lie 300 m to 350 m before the end of the first.
@Suite("Incidents")
struct IncidentTests {
  private func road(
    lanes: Int, closed: [Int], from start: Double, to end: Double, share: Double = 0,
    vehiclesPerHour: Double, process: ArrivalProcess = .uniform, hours: Double = 1
  ) -> Scenario {
    var scenario = TestRoads.openRoad(
      lanes: lanes, vehiclesPerHour: vehiclesPerHour, process: process, hours: hours)
    scenario.incidents = [
      Incident(
        name: "crash", link: LinkID(0), lanes: closed, distanceMeters: 300, lengthMeters: 50,
        startSeconds: start, endSeconds: end, capacityShare: share)
    ]
    return scenario
  }

  /// Vehicles per hour over the end of the first link.
  private func flow(_ street: ScriptedStreet, from start: Double, to end: Double) -> Double {
    let count = street.times(of: .stopLineCrossed).count { $0 >= start && $0 < end }
    return Double(count) * 3600 / (end - start)
  }

  @Test("one closed lane of two leaves the capacity of one, and all of it comes back", arguments: [0, 1])
  func closedLane(lane: Int) throws {
    let scenario = road(lanes: 2, closed: [lane], from: 600, to: 1200, vehiclesPerHour: 3000)
    var street = try ScriptedStreet(scenario)
    street.run(to: 3600)
    #expect(abs(flow(street, from: 300, to: 600) - 3000) < 30)
    // One lane at a headway of 2 s.
    #expect(abs(flow(street, from: 700, to: 1200) - 1800) < 36)
    // The queue of both lanes dissolves at 3600 veh/h: 1200 veh/h in excess for 600 s take 1200 s.
    #expect(abs(flow(street, from: 1300, to: 2000) - 3600) < 72)
    #expect(abs(flow(street, from: 2500, to: 3500) - 3000) < 30)
  }

  @Test("with practice drivers too, one closed lane of two leaves 1900 passenger cars an hour")
  func closedLaneInTheField() throws {
    let scenario = road(lanes: 2, closed: [0], from: 600, to: 2400, vehiclesPerHour: 3000)
    var street = try ScriptedStreet(scenario, constants: .field)
    street.run(to: 2400)
    let flow = flow(street, from: 900, to: 2400)
    #expect(abs(flow - 1900) < 0.03 * 1900, "\(flow)")
  }

  @Test("the middle lane of three closed leaves the capacity of two")
  func middleLane() throws {
    let scenario = road(lanes: 3, closed: [1], from: 600, to: 1800, vehiclesPerHour: 4800)
    var street = try ScriptedStreet(scenario)
    street.run(to: 1800)
    let flow = flow(street, from: 800, to: 1800)
    #expect(abs(flow - 3600) < 72, "\(flow)")
  }

  @Test("nobody is in a closed stretch but those who were there when it closed")
  func nobodyEnters() throws {
    // Lane 0 is entered three times on the way along the link: at its begin, at the stretch, and behind it.
    let scenario = road(lanes: 2, closed: [0], from: 600, to: 1200, vehiclesPerHour: 1200)
    var street = try ScriptedStreet(scenario)
    street.run(to: 1800)
    var entries: [UInt32: [(time: Double, lane: Int32)]] = [:]
    for record in street.road.records where record.kind == .laneEntered && record.value < 2 {
      entries[record.entity, default: []].append((Double(record.milliseconds) / 1000, record.value))
    }
    var round = 0
    for list in entries.values where list.count == 3 {
      let isClosed = list[1].time >= 600 && list[1].time < 1200
      if isClosed { #expect(list[1].lane == 1) }
      if isClosed && list[0].lane == 0 {
        // Round the closed stretch, and back.
        round += 1
        #expect(list[2].lane == 0)
      }
    }
    #expect(round > 50)
  }

  @Test("all lanes closed for five minutes hold everybody, and nobody is lost")
  func allClosed() throws {
    let scenario = road(
      lanes: 2, closed: [0, 1], from: 600, to: 900, vehiclesPerHour: 1500, process: .poisson)
    var street = try ScriptedStreet(scenario, constants: .field)
    var time = 0.0
    while time < 3600 {
      time += 5
      street.run(to: time)
      let present = street.road.vehiclesPresent
      let demanded = street.times(of: .vehicleDemanded).count
      let finished = street.times(of: .vehicleFinished).count
      #expect(present.onRoad + present.outside + finished == demanded)
    }
    // 350 m at 0.7 × 15 m/s: the slowest who was in is out.
    #expect(flow(street, from: 640, to: 900) == 0)
    // The queue of five minutes leaves over both lanes, with gaps before slow drivers.
    #expect((3400...3900).contains(flow(street, from: 940, to: 1030)))
    let first = street.times(of: .stopLineCrossed).first { $0 > 900 }
    #expect((first ?? 0) < 940)
  }

  @Test("a stretch with half of its capacity doubles the headways, for its time")
  func halfCapacity() throws {
    let scenario = road(lanes: 1, closed: [0], from: 600, to: 1200, share: 0.5, vehiclesPerHour: 1500)
    var street = try ScriptedStreet(scenario)
    street.run(to: 3600)
    let crossed = street.times(of: .stopLineCrossed)
    let during = crossed.filter { $0 > 640 && $0 < 1200 }
    #expect(during.count > 130)
    for (a, b) in zip(during, during.dropFirst()) { #expect(abs(b - a - 4) < 0.0015) }
    let after = crossed.filter { $0 > 1230 && $0 < 1800 }
    for (a, b) in zip(after, after.dropFirst()) { #expect(abs(b - a - 2) < 0.0015) }
  }

  @Test("of two incidents at one place the worse one counts, and the other one when that is over")
  func overlapping() throws {
    var scenario = road(lanes: 1, closed: [0], from: 600, to: 1800, share: 0.5, vehiclesPerHour: 1200)
    scenario.incidents.append(
      Incident(
        name: "lorry", link: LinkID(0), lanes: [0], distanceMeters: 290, lengthMeters: 70, startSeconds: 900,
        endSeconds: 1200))
    var street = try ScriptedStreet(scenario)
    street.run(to: 3600)
    #expect(abs(flow(street, from: 660, to: 900) - 900) < 20)
    #expect(flow(street, from: 930, to: 1200) == 0)
    #expect(abs(flow(street, from: 1260, to: 1800) - 900) < 20)
    #expect(abs(flow(street, from: 1860, to: 2400) - 1800) < 20)
  }

  @Test("an incident before, on and behind which there is nobody changes nothing but its own events")
  func idle() throws {
    var scenario = road(lanes: 2, closed: [0], from: 3000, to: 3500, vehiclesPerHour: 900, process: .poisson)
    scenario.demand.routeFlows[0].flow.append(FlowStep(startSeconds: 2000, vehiclesPerHour: 0))
    var street = try ScriptedStreet(scenario, constants: .field)
    street.run(to: 3600)
    let with = street.road.finish().network
    scenario.incidents[0].startSeconds = 3590
    scenario.incidents[0].endSeconds = 3595
    var other = try ScriptedStreet(scenario, constants: .field)
    other.run(to: 3600)
    #expect(with == other.road.finish().network)
  }

  /// The shipped arterial with incidents and bus stops thrown anywhere that the checks allow, often close together.
  private func disturbed(_ seed: UInt64) throws -> Scenario {
    var scenario = try DeterminismTests.shipped("arterial", minutes: 14)
    let network = scenario.network
    var random = RandomStream(state: seed)
    for number in 0..<40 {
      let link = LinkID(Int(random.next() % UInt64(network.links.count)))
      let road = network[link]
      let lanes = road.lanes.indices.filter { _ in random.uniform() < 0.5 }
      let length = 8 + 60 * random.uniform()
      let distance = 8 + (road.lengthMeters - 16 - length) * random.uniform() * random.uniform()
      let isInPocket = lanes.allSatisfy { distance + length <= road.lanes[$0].pocketMeters ?? .infinity }
      if lanes.isEmpty || !isInPocket { continue }
      let start = (500 * random.uniform() * 1000).rounded() / 1000
      scenario.incidents.append(
        Incident(
          name: "\(number)", link: link, lanes: lanes, distanceMeters: distance, lengthMeters: length,
          startSeconds: start, endSeconds: start + 1 + (100 * random.uniform()).rounded(),
          capacityShare: random.uniform() < 0.7 ? 0 : random.uniform()))
    }
    scenario.demand.routes = [Route(name: "boulevard", links: scenario.corridor)]
    for number in 0..<10 {
      // One bus of each line.
      let stops = scenario.corridor.map { link in
        BusStop(
          link: link, distanceMeters: (network[link].lengthMeters - 8) * random.uniform(), dwellSeconds: 10)
      }
      scenario.demand.busLines.append(
        BusLine(name: "\(number)", route: 0, headwaySeconds: 100_000, firstSeconds: 7, stops: stops))
    }
    #expect(scenario.findings().filter { $0.severity == .error } == [])
    return scenario
  }

  @Test(
    "incidents and bus stops anywhere lose nobody, and everybody moves on after them",
    arguments: 0..<8 as Range<UInt64>)
  func anywhere(seed: UInt64) throws {
    var scenario = try disturbed(seed)
    // Nobody comes after the incidents, so that all who came can leave.
    for index in scenario.demand.sources.indices {
      scenario.demand.sources[index].flow.append(FlowStep(startSeconds: 300, vehiclesPerHour: 0))
    }
    scenario.run.duration = TimeSpan(seconds: 3000)
    let outcome = try simulate(
      CompiledScenario(scenario), strategy: FixedTimeStrategy(),
      options: RunOptions(seed: seed, replication: 1, recordsEvents: true))
    let demanded = outcome.events.count { $0.kind == .vehicleDemanded }
    let finished = outcome.events.count { $0.kind == .vehicleFinished }
    #expect(demanded > 700)
    #expect(finished == demanded)
  }
}
