import Foundation
import Interchange
import RoadSimulation
import Testing
import TrafficModel

@testable import TimingOptimization

/// Sees what a preset shows every second, and wants nothing.
private struct OnlookingStrategy: Strategy {
  let name = "onlooking"
  let sensors: SensorPreset
  func decide(at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]) -> SimTime?
  {
    now + TimeSpan(seconds: 1)
  }
}

@Suite("The predictive brain")
struct PredictiveStrategyTests {
  private func shipped(_ name: String, minutes: Double, demand factor: Double = 1) throws -> Scenario {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appendingPathComponent("Scenarios/\(name)/scenario.json")
    var scenario = try ScenarioReader.read([UInt8](Data(contentsOf: file)), file: name).scenario
    scenario.run = RunSettings(warmUp: TimeSpan(seconds: 60), duration: TimeSpan(seconds: minutes * 60))
    for source in scenario.demand.sources.indices {
      for step in scenario.demand.sources[source].flow.indices {
        scenario.demand.sources[source].flow[step].vehiclesPerHour *= factor
      }
    }
    return scenario
  }

  private func run(_ scenario: Scenario, _ strategy: any Strategy, events: Bool = false) throws -> RunOutcome
  {
    try simulate(
      CompiledScenario(scenario), strategy: strategy,
      options: RunOptions(seed: 5, replication: 1, recordsEvents: events))
  }

  @Test("no call waits longer than promised, at twice the demand that the junction can serve")
  func longestWait() throws {
    for name in ["isolated-junction", "t-junction"] {
      let scenario = try shipped(name, minutes: 15, demand: 2)
      let outcome = try run(scenario, PredictiveStrategy(scenario))
      let longest = outcome.longestWaits.joined().max() ?? .zero
      #expect(longest <= TimeSpan(seconds: 120), "\(name): \(longest.seconds) s")
    }
  }

  @Test("no call waits longer than promised where the flows fill the longest cycle")
  func longestWaitAtFullLoad() throws {
    let scenario = try CompiledScenario(shipped("four-stage", minutes: 21))
    let outcome = try simulate(
      scenario, strategy: PredictiveStrategy(scenario.scenario),
      options: RunOptions(seed: 1, replication: 2))
    let longest = outcome.longestWaits.joined().max() ?? .zero
    #expect(longest <= TimeSpan(seconds: 120), "\(longest.seconds) s")
  }

  @Test("the same run twice gives the same events")
  func twice() throws {
    let scenario = try shipped("isolated-junction", minutes: 8)
    let first = try run(scenario, PredictiveStrategy(scenario), events: true)
    let second = try run(scenario, PredictiveStrategy(scenario), events: true)
    #expect(first.events == second.events)
    #expect(first.measures == second.measures)
  }

  @Test(
    "looking at the road changes nothing of it",
    arguments: [SensorPreset.stopbar, .advance, .laneArea(meters: 150), .connected])
  func observing(preset: SensorPreset) throws {
    let scenario = try shipped("isolated-junction", minutes: 8)
    let alone = try run(scenario, FixedTimeStrategy(), events: true)
    let watched = try run(scenario, OnlookingStrategy(sensors: preset), events: true)
    #expect(alone.events == watched.events)
  }

  @Test("without sensors the cabinets run their local plan")
  func noSensors() throws {
    let scenario = try shipped("isolated-junction", minutes: 8)
    let plan = try run(scenario, FixedTimeStrategy(), events: true)
    let blind = try run(scenario, PredictiveStrategy(scenario, sensors: .none), events: true)
    #expect(plan.events == blind.events)
  }

  @Test("sensors that are believed and given up in turn keep no call waiting", arguments: [4, 22])
  func flickering(seed: UInt64) throws {
    let scenario = try shipped("t-junction", minutes: 30)
    let sensors = FaultySensors(PredictiveStrategy(scenario), scenario, share: 0.6, seed: seed)
    let waits = try run(scenario, sensors).longestWaits.joined()
    #expect(waits.contains { $0 > .zero })
    #expect(waits.allSatisfy { $0.seconds < 150 })
  }

  @Test("a busy junction that loses sensors is left to its plan before its queues grow")
  func busyWithoutSensors() throws {
    let scenario = try shipped("isolated-junction", minutes: 40)
    let plan = try run(scenario, FixedTimeStrategy()).measures.network.delaySeconds
    let sensors = FaultySensors(PredictiveStrategy(scenario), scenario, share: 0.1, seed: 1)
    #expect(try run(scenario, sensors).measures.network.delaySeconds < 1.5 * plan)
  }

  @Test("a decision is explained with its plan, the best other plan and the reason")
  func explanation() throws {
    let scenario = try shipped("isolated-junction", minutes: 8)
    var strategy = PredictiveStrategy(scenario)
    strategy.explains = DecisionReference(controller: ControllerID(0), time: SimTime(seconds: 200))
    let text = try run(scenario, strategy).remarks.joined(separator: "\n")
    #expect(text.contains("chosen (") && text.contains("predicted cost"))
  }

  @Test("vehicles wait less than under the plan on the street")
  func beatsThePlan() throws {
    let scenario = try shipped("t-junction", minutes: 20)
    let plan = try run(scenario, FixedTimeStrategy()).measures.network.delaySeconds
    let area = try run(scenario, PredictiveStrategy(scenario)).measures.network.delaySeconds
    #expect(area < plan)
  }
}
