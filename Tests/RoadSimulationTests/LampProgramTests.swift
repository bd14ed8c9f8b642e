import TestSupport
import Testing
import TimingOptimization
import TrafficModel

@testable import RoadSimulation

@Suite("Lamps that follow their programs")
struct LampProgramTests {
  private func measures(
    _ compiled: CompiledScenario, seed: UInt64, looksLate: Bool, recordsEvents: Bool = false
  ) throws -> RunMeasures {
    var options = RunOptions(seed: seed, replication: 2, recordsEvents: recordsEvents)
    options.looksAtLampsLate = looksLate
    var measures = try simulate(compiled, strategy: FixedTimeStrategy(), options: options).measures
    // How many events there were is no result.
    measures.network.events = 0
    return measures
  }

  @Test(
    "whoever looks at lamps late sees what whoever is told at once has seen",
    arguments: ["arterial", "four-stage", "grid", "incident", "isolated-junction", "morning-peak"], [1, 2])
  func same(name: String, seed: UInt64) throws {
    let compiled = try CompiledScenario(DeterminismTests.shipped(name))
    #expect(compiled.programs != nil)
    let late = try measures(compiled, seed: seed, looksLate: true)
    #expect(late.network.finished > 100)
    #expect(try late == measures(compiled, seed: seed, looksLate: false))
    // A run with an event log is always told.
    #expect(try late == measures(compiled, seed: seed, looksLate: true, recordsEvents: true))
  }

  @Test(
    "permitted turns, waiting places and spillback give the same whoever tells of lamps", arguments: 1...4)
  func spillback(seed: UInt64) throws {
    let compiled = try CompiledScenario(DeterminismTests.shipped("pocket-spillback", minutes: 20))
    let late = try measures(compiled, seed: seed, looksLate: true)
    #expect(late.network.stops > 100)
    #expect(try late == measures(compiled, seed: seed, looksLate: false))
  }

  @Test("people on foot hear of every lamp")
  func peopleOnFoot() throws {
    let compiled = try CompiledScenario(DeterminismTests.shipped("school-crossing"))
    var options = RunOptions(seed: 1, replication: 1)
    options.looksAtLampsLate = true
    let road = RoadSimulation(compiled, options: options)
    #expect(!road.hearsNoLamps)
    let outcome = try simulate(compiled, strategy: FixedTimeStrategy(), options: options)
    #expect(outcome.measures.crosswalks.contains { $0.delaySeconds > 0 })
  }
}
