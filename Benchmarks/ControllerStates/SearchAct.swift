import SignalControl
import TrafficModel

/// Something that is done to a unit between two ticks.
struct SearchAct {
  enum Kind: UInt8 {
    case command, flashSwitch, preempt
    /// A detector or a push button: it only adds a call.
    case call
  }

  var name: String
  var kind: Kind
  var inputs: [CabinetInput] = []
  var command: CabinetCommand?

  static func command(_ name: String, _ edit: (inout CabinetCommand) -> Void) -> SearchAct {
    var command = free
    edit(&command)
    return SearchAct(name: name, kind: .command, command: command)
  }

  static let free = CabinetCommand(program: .free, lease: SimTime.distantFuture - .zero)
}
