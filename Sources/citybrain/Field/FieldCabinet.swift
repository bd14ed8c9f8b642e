import CabinetLink
import CabinetProtocols
import TrafficModel

/// One cabinet on the street, as `--cabinet JUNCTION=PROTOCOL:ENDPOINT` names it.
struct FieldCabinet {
  var controller: ControllerID
  /// As the user wrote it, without the junction.
  var text: String
  var way: FieldWay
  /// The controller's number in GB/T 20999 frames.
  var gbtNumber: UInt32 = 1

  var isGBT20999: Bool { way.speaks == .gbt20999 }

  /// The input as the protocols of its cabinets see it, and these.
  static func load(_ arguments: ParsedArguments) throws(CommandFailure) -> (input: ScenarioInput, [Self]) {
    var input = try ScenarioInput.load(arguments.operands[0], choice: InputChoice(arguments))
    let cabinets = try list(arguments, of: input)
    for cabinet in cabinets where cabinet.isGBT20999 {
      let index = cabinet.controller.index
      if let data = input.scenario.controllers[index].withStagesAlone {
        input.scenario.controllers[index] = data
      }
    }
    return (input, cabinets)
  }

  /// `J=ntcip:udp:127.0.0.1:11161`, `J=ntcip:serial:/dev/ttyUSB0@38400#3` with a PMPP address, or
  /// `J=gbt20999:udp:10.0.0.7:20999#2` with the number of the controller.
  private static func list(_ arguments: ParsedArguments, of input: ScenarioInput) throws(CommandFailure)
    -> [Self]
  {
    var cabinets: [Self] = []
    for text in try arguments.list("cabinet", default: []) where !text.contains("=\(ExternalEndpoint.prefix)")
    {
      let cabinet = try Self(text, arguments, input)
      if cabinets.contains(where: { $0.controller == cabinet.controller }) {
        throw arguments.failure(
          "--cabinet \(input.scenario.controllers[cabinet.controller.index].name) is named twice")
      }
      cabinets.append(cabinet)
    }
    return cabinets
  }

  private init(
    _ text: String, _ arguments: ParsedArguments, _ input: ScenarioInput
  ) throws(CommandFailure) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    let names = ["ntcip:", "gbt20999:"]
    guard parts.count == 2, let name = names.first(where: { parts[1].hasPrefix($0) }) else {
      throw arguments.failure(
        "--cabinet \(text): expected JUNCTION=ntcip:ENDPOINT, JUNCTION=gbt20999:ENDPOINT or JUNCTION=external:COMMAND"
      )
    }
    let controllers = input.scenario.controllers
    guard let index = controllers.firstIndex(where: { $0.name == parts[0] }) else {
      throw arguments.failure(
        "--cabinet \(parts[0]) is no controller\(Suggestion.phrase(for: parts[0], among: controllers.map(\.name)))"
      )
    }
    controller = ControllerID(index)
    self.text = parts[1]
    let place = parts[1].dropFirst(name.count).split(separator: "#", maxSplits: 1).map(String.init)
    let endpoint = try arguments.endpoint(place.first ?? "", "cabinet")
    let number = place.count > 1 ? place[1] : "1"
    if name == "ntcip:" {
      guard let address = UInt16(number), (1...8191).contains(address) else {
        throw arguments.failure("--cabinet \(text): a PMPP address is a number from 1 to 8191")
      }
      way = FieldWay(endpoint, speaks: .ntcip(address: address))
      return
    }
    guard let number = UInt32(number), number > 0 else {
      throw arguments.failure("--cabinet \(text): a controller's number is 1 to \(UInt32.max)")
    }
    if controllers[index].withStagesAlone == nil {
      throw CommandFailure(
        .infeasible,
        "--cabinet \(text): \(parts[0]) has no plan of stages; GB/T 20999 commands stages (as in Scenarios/four-stage)"
      )
    }
    gbtNumber = number
    way = FieldWay(endpoint, speaks: .gbt20999)
  }
}
