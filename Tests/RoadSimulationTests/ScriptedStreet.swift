import ControlLoop
import RoadSimulation
import TrafficModel

/// A road whose lamps a test switches by hand.
struct ScriptedStreet {
  var road: RoadSimulation
  let end: SimTime

  init(
    _ scenario: Scenario, constants: DriverConstants = .constantHeadway, seed: UInt64 = 1,
    details: ModelDetails = ModelDetails()
  ) throws {
    let compiled = try CompiledScenario(scenario, constants: constants, details: details)
    road = RoadSimulation(
      compiled, options: RunOptions(seed: seed, replication: 1, recordsEvents: true))
    end = scenario.run.end
  }

  /// Shows `indication` to group 0 (or another) at a time in seconds.
  mutating func show(_ indication: Indication, at seconds: Double, group: Int = 0, controller: Int = 0) {
    run(to: seconds)
    road.show(
      [IndicationChange(controller: ControllerID(controller), group: group, indication: indication)],
      at: SimTime(seconds: seconds))
  }

  mutating func run(to seconds: Double) {
    var inputs: ContiguousArray<TimedInput> = []
    while road.advance(to: SimTime(seconds: seconds), inputs: &inputs) < SimTime(seconds: seconds) {}
  }

  /// Green of `green` seconds at the start of each cycle, without yellow, to the end of the run.
  mutating func runFixedCycle(_ cycle: Double, green: Double) {
    var start = 0.0
    while start < end.seconds {
      show(.green, at: start)
      if start + green < end.seconds { show(.red, at: start + green) }
      start += cycle
    }
    run(to: end.seconds)
  }

  /// Times in seconds of all records of a kind.
  func times(of kind: RecordKind, entity: UInt32? = nil, value: Int32? = nil) -> [Double] {
    road.records.filter {
      $0.kind == kind && (entity == nil || $0.entity == entity) && (value == nil || $0.value == value)
    }
    .map { Double($0.milliseconds) / 1000 }
  }
}
