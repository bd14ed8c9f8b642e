import RoadSimulation
import Testing
import TestSupport
import TrafficModel

/// The road against closed forms, one situation each. Headway 2 s, spacing 7.5 m, speed 15 m/s unless said
/// otherwise; the link of 500 m takes 33.333 s.
@Suite("Queueing theory")
struct QueueingTheoryTests {
  @Test("equal arrivals at a fixed signal leave when D/D/1 says, to the millisecond")
  func deterministicQueue() throws {
    let scenario = TestRoads.singleApproach(vehiclesPerHour: 720, hours: 0.5)
    var street = try ScriptedStreet(scenario)
    street.runFixedCycle(60, green: 30)
    // Arrivals every 5 s from 2.5 s; then 33.333 s to the stop line; service 2 s; green in 0 ..< 30 of each minute.
    var expected: [Int] = []
    var before = -100_000
    var arrival = 2_500 + 33_333
    while true {
      var departure = max(arrival, before + 2_000)
      if departure % 60_000 >= 30_000 { departure += 60_000 - departure % 60_000 }
      if departure >= 1_800_000 { break }
      expected.append(departure)
      before = departure
      arrival += 5_000
    }
    let crossed = street.times(of: .stopLineCrossed).map { Int(($0 * 1000).rounded()) }
    #expect(crossed.count > 300)
    #expect(crossed == Array(expected.prefix(crossed.count)))
    #expect(expected.count == crossed.count)
  }

  @Test("mean delay of equal arrivals is HCM's uniform delay")
  func uniformDelay() throws {
    // Arrival headways that share no factor with the cycle, so that every phase of it is met.
    for (flow, green) in [(307.3, 30.0), (511.7, 30), (701.9, 40), (607.1, 27)] {
      let scenario = TestRoads.singleApproach(vehiclesPerHour: flow, hours: 8)
      var street = try ScriptedStreet(scenario)
      street.runFixedCycle(60, green: green)
      let measures = street.road.finish().movements[0]
      let mean = measures.delaySeconds / Double(measures.vehicles)
      let ratio = green / 60
      let x = flow / (1800 * ratio)
      let uniform = 0.5 * 60 * (1 - ratio) * (1 - ratio) / (1 - min(1, x) * ratio)
      // Vehicles are whole: the n-th of a queue leaves after n − 1 headways, where the fluid needs n − ½. That is
      // half a headway for the share of vehicles that queue.
      let theory = uniform - 1.0 * (1 - ratio) / (1 - x * ratio)
      #expect(abs(mean - theory) < 0.01 * theory, "flow \(flow), green \(green): \(mean) against \(theory)")
    }
  }

  @Test("a queue of SUMO drivers starts as the acceleration recursion worked by hand says")
  func startUp() throws {
    // s = 7.5 m, a = 1.95 m/s², τ = 1.25 s; first vehicle 0.6 s after green at 1.6 m/s; then
    // v = √(v'² + 2·1.95·7.5), headway 1.25 + 15/(v + v').
    let byHand = [0.600, 3.922, 6.287, 8.403, 10.387, 12.285]
    var constants = DriverConstants.sumo
    constants.speedFactorDeviation = 0
    let scenario = TestRoads.singleApproach(speed: 20, vehiclesPerHour: 600, hours: 0.25)
    var street = try ScriptedStreet(scenario, constants: constants)
    street.show(.green, at: 300)
    street.run(to: 400)
    let crossed = street.times(of: .stopLineCrossed).prefix(6).map { $0 - 300 }
    for (time, hand) in zip(crossed, byHand) { #expect(abs(time - hand) < 0.004, "\(crossed)") }
  }

  @Test("the start wave of a dissolving queue runs back at s/(h − s/v)")
  func backwardWave() throws {
    // Full link of 150 m: 1.5 s per vehicle of 7.5 m is 5 m/s, so its entry is free again 30 s after green.
    let scenario = TestRoads.singleApproach(lengthMeters: 150, vehiclesPerHour: 1200, hours: 0.2)
    var street = try ScriptedStreet(scenario)
    street.run(to: 300)
    let before = street.times(of: .laneEntered, value: 0).count
    street.show(.green, at: 300)
    street.run(to: 400)
    let entries = street.times(of: .laneEntered, value: 0)
    #expect(before == 21)
    #expect(entries[before] == 330.0)
    #expect(entries[before + 1] == 332.0)
  }

  @Test("a closed link is full after the vehicle that brings its storage up, and not before")
  func spillbackTime() throws {
    // 75 m hold ten vehicles, and the eleventh with its tail outside. Arrivals every 6 s from 3 s on: the twelfth,
    // at 69 s, has to wait.
    let scenario = TestRoads.singleApproach(lengthMeters: 75, vehiclesPerHour: 600, hours: 0.1)
    var street = try ScriptedStreet(scenario)
    street.run(to: 68.9)
    #expect(street.road.vehiclesPresent.onRoad == 11)
    street.run(to: 200)
    #expect(street.road.vehiclesPresent.onRoad == 11)
    #expect(street.times(of: .laneEntered, value: 0).last == 63.0)
  }
}
