import ControlLoop
import Foundation
import Interchange
import RoadSimulation
import Testing
import TestSupport
import TimingOptimization
import TrafficModel

/// A brain that looks at everything every second and wants nothing.
private struct OnlookingStrategy: Strategy {
  let name = "onlooking"
  let sensors = SensorPreset.connected
  func decide(at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]) -> SimTime?
  {
    now + TimeSpan(seconds: 1)
  }
}

/// A brain that never wants to wait, and asks for actuated operation when it has decided often enough.
private struct ImpatientStrategy: Strategy {
  let name = "impatient"
  let sensors = SensorPreset.none
  var decisions = 0
  mutating func decide(
    at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]
  ) -> SimTime? {
    decisions += 1
    let program: ProgramRequest = decisions > 500 ? .free : .local
    for index in view.statuses.indices {
      commands.append(
        AddressedCommand(controller: ControllerID(index), command: CabinetCommand(program: program)))
    }
    return now
  }
}

@Suite("Same bytes")
struct DeterminismTests {
  /// A shipped scenario, shortened.
  static func shipped(_ name: String, minutes: Double = 10) throws -> Scenario {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appendingPathComponent("Scenarios/\(name)/scenario.json")
    var scenario = try ScenarioReader.read([UInt8](Data(contentsOf: file)), file: name).scenario
    scenario.run = RunSettings(warmUp: TimeSpan(seconds: 120), duration: TimeSpan(seconds: minutes * 60))
    return scenario
  }

  private func outcome(_ scenario: Scenario, _ strategy: any Strategy, seed: UInt64 = 7) throws -> RunOutcome
  {
    try simulate(
      CompiledScenario(scenario), strategy: strategy,
      options: RunOptions(seed: seed, replication: 3, recordsEvents: true))
  }

  @Test(
    "the same scenario and seed give the same events and measures twice", arguments: ["fixed", "actuated"])
  func twice(strategy name: String) throws {
    let scenario = try Self.shipped("arterial")
    let strategy = try #require(StrategyRegistry.strategy(named: name, for: scenario))
    let first = try outcome(scenario, strategy)
    let second = try outcome(scenario, strategy)
    #expect(first.events.count > 10_000)
    let isSame = first.events == second.events
    #expect(isSame)
    #expect(first.measures == second.measures)
    #expect(try outcome(scenario, strategy, seed: 8).events != first.events)
  }

  @Test(
    "cabinets inside and outside the road's loop give the same events and measures",
    arguments: [
      "isolated-junction", "arterial", "four-stage", "pocket-spillback", "t-junction", "school-crossing",
      "morning-peak", "incident",
    ], ["fixed", "actuated"])
  func insideAndOutside(scenario name: String, strategy strategyName: String) throws {
    var scenario = try Self.shipped(name)
    // The shortened run has its incident too.
    for index in scenario.incidents.indices {
      scenario.incidents[index].startSeconds = 180
      scenario.incidents[index].endSeconds = 420
    }
    let strategy = try #require(StrategyRegistry.strategy(named: strategyName, for: scenario))
    try expectSameInsideAndOutside(scenario, strategy)
  }

  @Test("a brain that cannot wait is asked at every tick, inside and outside")
  func impatientBrain() throws {
    let scenario = try Self.shipped("isolated-junction", minutes: 2)
    try expectSameInsideAndOutside(scenario, ImpatientStrategy())
    #expect(
      try outcome(scenario, ImpatientStrategy()).events != outcome(scenario, FixedTimeStrategy()).events)
  }

  @Test("a run in pieces that end between ticks is the run in one piece")
  func pieces() throws {
    let scenario = try Self.shipped("isolated-junction", minutes: 4)
    let inside = try outcome(scenario, ActuatedStrategy())
    let cabinets = try scenario.controllers.enumerated().map {
      try EmulatedCabinet($1, id: ControllerID($0), network: scenario.network)
    }
    let options = RunOptions(seed: 7, replication: 3, recordsEvents: true)
    var loop = Loop(
      road: RoadSimulation(try CompiledScenario(scenario), options: options), cabinets: cabinets,
      brain: ActuatedStrategy())
    var end = SimTime.zero
    while end < scenario.run.end {
      end = min(end + TimeSpan(milliseconds: 1_733), scenario.run.end)
      try loop.run(until: end)
    }
    let isSame = loop.road.records == inside.events
    #expect(isSame)
  }

  private func expectSameInsideAndOutside(_ scenario: Scenario, _ strategy: any Strategy) throws {
    let inside = try outcome(scenario, strategy)
    let compiled = try CompiledScenario(scenario)
    let cabinets = try scenario.controllers.enumerated().map {
      try EmulatedCabinet($1, id: ControllerID($0), network: scenario.network)
    }
    var loop = Loop(
      road: RoadSimulation(
        compiled, options: RunOptions(seed: 7, replication: 3, recordsEvents: true)),
      cabinets: cabinets, brain: strategy)
    try loop.run(until: scenario.run.end)
    var road = loop.road
    let isSame = road.records == inside.events
    #expect(isSame)
    #expect(road.finish() == inside.measures)
  }

  @Test("observing every vehicle every second changes no event")
  func observing() throws {
    let scenario = try Self.shipped("arterial")
    let blind = try outcome(scenario, FixedTimeStrategy())
    let onlooking = try outcome(scenario, OnlookingStrategy())
    let isSame = blind.events == onlooking.events
    #expect(isSame)
    #expect(blind.measures == onlooking.measures)
  }

  @Test("another strategy or one more detector changes no arrival, no driver and no turn")
  func commonRandomNumbers() throws {
    var scenario = try Self.shipped("isolated-junction")
    func demands(_ outcome: RunOutcome) -> [EventRecord] {
      outcome.events.filter { $0.kind == .vehicleDemanded || $0.kind == .pedestrianArrived }
    }
    func turns(_ outcome: RunOutcome) -> [UInt32: Int32] {
      Dictionary(
        outcome.events.filter { $0.kind == .stopLineCrossed }.map { ($0.entity, $0.value) },
        uniquingKeysWith: { first, _ in first })
    }
    let fixed = try outcome(scenario, FixedTimeStrategy())
    let actuated = try outcome(scenario, ActuatedStrategy())
    #expect(demands(fixed).count > 500)
    #expect(demands(fixed) == demands(actuated))
    let actuatedTurns = turns(actuated)
    for (vehicle, movement) in turns(fixed) where actuatedTurns[vehicle] != nil {
      #expect(actuatedTurns[vehicle] == movement)
    }
    scenario.network.detectors.append(
      Detector(name: "one more", link: LinkID(0), lane: 0, distanceMeters: 60, lengthMeters: 2))
    let watched = try outcome(scenario, FixedTimeStrategy())
    #expect(demands(watched) == demands(fixed))
    #expect(watched.measures.movements == fixed.measures.movements)
  }

  @Test("at every tick each demanded vehicle is outside, on the road or gone")
  func conservation() throws {
    let scenario = try Self.shipped("grid", minutes: 6)
    var road = RoadSimulation(
      try CompiledScenario(scenario), options: RunOptions(seed: 2, replication: 1, recordsEvents: true))
    var inputs: ContiguousArray<TimedInput> = []
    var time = SimTime.zero
    var checked = 0
    while time < scenario.run.end {
      time = road.advance(to: time + TimeSpan(seconds: 5), inputs: &inputs)
      let present = road.vehiclesPresent
      let demanded = road.records.count { $0.kind == .vehicleDemanded }
      let finished = road.records.count { $0.kind == .vehicleFinished }
      #expect(present.onRoad + present.outside + finished == demanded)
      checked += 1
    }
    #expect(checked > 50)
  }
}
