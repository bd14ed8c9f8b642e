import CabinetLink
import ControlLoop
import TrafficModel

/// A junction of a scenario, named on the command line as `SCENARIO#junction`.
struct CabinetChoice {
  var input: ScenarioInput
  var controller: ControllerID

  var data: SignalController { input.scenario.controllers[controller.index] }

  init(_ operand: String, _ arguments: ParsedArguments) throws(CommandFailure) {
    let parts = operand.split(separator: "#", maxSplits: 1).map(String.init)
    input = try ScenarioInput.load(parts.first ?? operand, choice: InputChoice(arguments))
    let controllers = input.scenario.controllers
    guard !controllers.isEmpty else {
      throw CommandFailure(.infeasible, "\(operand): the scenario has no signal controller")
    }
    if parts.count < 2 {
      guard controllers.count == 1 else {
        let names = controllers.map(\.name).joined(separator: ", ")
        throw CommandFailure(
          .usage,
          "\(operand) has \(controllers.count) controllers; name one, as in \(operand)#\(controllers[0].name) (\(names))"
        )
      }
      controller = ControllerID(0)
      return
    }
    guard let index = controllers.firstIndex(where: { $0.name == parts[1] }) else {
      let suggestion = Suggestion.phrase(for: parts[1], among: controllers.map(\.name))
      throw CommandFailure(.usage, "\(operand): no controller is called \(parts[1])\(suggestion)")
    }
    controller = ControllerID(index)
  }

  /// Leaves the phases out, which GB/T 20999 does not know.
  mutating func keepStagesAlone() throws(CommandFailure) {
    guard let stages = data.withStagesAlone else {
      throw CommandFailure(
        .infeasible,
        "\(data.name) has no plan of stages; GB/T 20999 serves controllers of stages (as in Scenarios/four-stage)"
      )
    }
    input.scenario.controllers[controller.index] = stages
  }

  func emulated() throws(CommandFailure) -> EmulatedCabinet {
    do {
      return try EmulatedCabinet(data, id: controller, network: input.scenario.network)
    } catch {
      throw CommandFailure(.infeasible, "\(error.place): \(error.message). \(error.mend).")
    }
  }
}

extension CommandFailure {
  init(_ failure: LinkFailure) { self.init(.inputOutput, failure.message) }
  init(_ failure: JournalFailure) { self.init(.inputOutput, failure.message) }
}

extension ParsedArguments {
  /// An endpoint; a failure of the command line where it cannot be read.
  func endpoint(_ text: String, _ option: String) throws(CommandFailure) -> Endpoint {
    do { return try Endpoint(text) } catch { throw failure("--\(option): \(error.message)") }
  }
}
