import ControlLoop
import Interchange
import SignalControl
import TrafficModel

/// A log's inputs fed to the controller units of a scenario, and what they commanded beside what the log says.
struct Replay {
  struct Outcome {
    var controller: String
    var comparison: IntervalComparison
  }

  /// One per device of the log.
  private(set) var outcomes: [Outcome] = []

  var agreeing: Int { outcomes.reduce(0) { $0 + $1.comparison.agreeing } }
  var differing: Int { outcomes.reduce(0) { $0 + $1.comparison.differences.count } }

  init(
    _ log: HighResolutionLog, _ scenario: Scenario, brain: any Strategy, epoch: LocalTimestamp, file: String
  ) throws(CommandFailure) {
    let recorded = try RecordedInputs(log, of: scenario, epoch: epoch, file: file)
    var cabinets: [any CabinetSeat] = []
    for (index, controller) in scenario.controllers.enumerated() {
      do {
        var cabinet = try EmulatedCabinet(controller, id: ControllerID(index), network: scenario.network)
        cabinet.recordsEvents = true
        cabinets.append(cabinet)
      } catch {
        throw CommandFailure(.infeasible, "controller \(controller.name): \(error)")
      }
    }
    var loop = Loop(
      road: RecordedRoad(recorded.inputs), cabinets: cabinets, brain: brain, startingAt: recorded.start)
    do {
      try loop.run(until: recorded.end)
    } catch {
      throw CommandFailure(
        .safetyViolation, "controller \(scenario.controllers[error.controller.index].name): \(error)")
    }
    let events = loop.cabinets.map { seat -> ContiguousArray<ControllerEvent> in
      var cabinet = seat as? EmulatedCabinet
      return cabinet?.takeEvents() ?? []
    }
    let commanded = HighResolutionLog(controllers: scenario.controllers, events: events, epoch: epoch)
    let end = log.records.last?.time ?? epoch
    for (device, controller) in recorded.controllers.enumerated() {
      outcomes.append(
        Outcome(
          controller: log.devices[device],
          comparison: IntervalComparison(
            observed: log.intervals(of: device), commanded: commanded.intervals(of: controller.index),
            until: end)))
    }
  }
}

/// Asks every cabinet for one pattern and leaves it at that.
struct FixedPatternBrain: Strategy {
  let name = "pattern"
  let sensors = SensorPreset.none
  let pattern: Int

  mutating func decide(
    at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]
  ) -> SimTime? {
    for index in view.statuses.indices {
      commands.append(
        AddressedCommand(
          controller: ControllerID(index), command: CabinetCommand(program: .pattern(pattern))))
    }
    return nil
  }
}
