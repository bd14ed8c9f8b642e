import ControlLoop
import RoadSimulation
import Testing
import TestSupport
import TimingOptimization
import TrafficModel

/// Cabinets that nobody commands are played from a tape; these tests run them beside it.
@Suite("Lamps from a tape")
struct LampTapeTests {
  /// Asks again and again and wants nothing, so that the cabinets themselves run.
  private struct PatientStrategy: Strategy {
    let name = "patient"
    let sensors = SensorPreset.none
    func decide(
      at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]
    ) -> SimTime? { now + TimeSpan(seconds: 60) }
  }

  private func indications(_ scenario: Scenario, _ strategy: any Strategy) throws -> [EventRecord] {
    try simulate(
      CompiledScenario(scenario), strategy: strategy,
      options: RunOptions(seed: 5, replication: 1, recordsEvents: true)
    ).events.filter { $0.kind == .indication }
  }

  @Test(
    "a brain that leaves the cabinets alone sees them do for an hour what they do under one that watches",
    arguments: ["isolated-junction", "arterial", "four-stage", "school-crossing"])
  func sameLamps(scenario name: String) throws {
    let scenario = try DeterminismTests.shipped(name, minutes: 58)
    let played = try indications(scenario, FixedTimeStrategy())
    let run = try indications(scenario, PatientStrategy())
    #expect(played.count > 500)
    let isSame = played == run
    #expect(isSame)
  }

  @Test("each run of a compiled scenario plays its tapes from the beginning")
  func fromTheBeginning() throws {
    let compiled = try CompiledScenario(try DeterminismTests.shipped("arterial", minutes: 10))
    let options = RunOptions(seed: 5, replication: 1, recordsEvents: true)
    let runs = try (0..<3).map { _ in
      try simulate(compiled, strategy: FixedTimeStrategy(), options: options)
    }
    #expect(runs[0].events == runs[1].events)
    #expect(runs[0].events == runs[2].events)
    #expect(runs[0].measures == runs[2].measures)
  }

  @Test("a run that ends within the first cycle has its lamps too")
  func shortRun() throws {
    var scenario = try DeterminismTests.shipped("arterial")
    scenario.run = RunSettings(warmUp: .zero, duration: TimeSpan(seconds: 40))
    let played = try indications(scenario, FixedTimeStrategy())
    #expect(!played.isEmpty)
    let isSame = try indications(scenario, PatientStrategy()) == played
    #expect(isSame)
  }
}
