import CabinetLink
import Interchange
import TimingOptimization
import TrafficModel

/// What shall be driven on SUMO's road, and how.
struct DriveRequest: Sendable {
  var operand: String
  var choice: InputChoice
  var strategy: String
  /// Instead of what the strategy asks for.
  var sensors: SensorPreset?
  var seed: Int
  var step: TimeSpan
  var tripinfo: String?
  var checksCollisions: Bool
  var binary: String?
  /// Of a SUMO that runs already: address and port.
  var port: (address: String, number: Int)?
  var more: [String]
  /// Seconds that a foreign program's answer may take.
  var patience: Double

  static let options: [OptionSpecification] =
    [
      .value("road", "NAME", "whose road it is: sumo, simulated, or external:COMMAND"),
      .value("strategy", "NAME", "what drives the signals (default fixed), or external:COMMAND"),
      .value("sensors", "PRESET", "none, stopbar, advance, lane-area:METRES or connected"),
      .value("seed", "N", "SUMO's seed (default 1)"),
      .value("step", "SECONDS", "SUMO's step (default 1.0)"),
      .value("tripinfo", "FILE", "where SUMO writes what became of each vehicle"),
      .value("sumo-binary", "PATH", "SUMO's program, or the folder of its installation"),
      .value("sumo-port", "PORT", "connect to a SUMO that waits there (PORT or ADDRESS:PORT)"),
      .value("sumo-options", "WORDS", "further options for SUMO, in one word behind an ="),
      .value("plan", "FILE", "put a timing plan on the street (from citybrain optimize)"),
      .flag("check-collisions", "let SUMO look for vehicles that meet inside junctions"),
    ] + SUMOChoice.options

  init(_ arguments: ParsedArguments) throws(CommandFailure) {
    operand = arguments.operands[0]
    choice = InputChoice()
    choice.sumo = try SUMOChoice(arguments)
    choice.plan = arguments["plan"]
    strategy = arguments["strategy"] ?? "fixed"
    try Self.check(strategy, arguments)
    if let road = arguments["road"], road != "sumo" {
      throw arguments.failure("--road is \(road); drive knows sumo, simulated and external:COMMAND")
    }
    sensors = try Self.sensors(arguments)
    seed = try arguments.integer("seed", in: 0...Int(Int32.max), default: 1)
    step = TimeSpan(seconds: try arguments.seconds("step", in: 0.1...10) ?? 1)
    if !step.isWholeTenths { throw arguments.failure("--step is no whole number of tenths of a second") }
    tripinfo = arguments["tripinfo"]
    checksCollisions = arguments.has("check-collisions")
    binary = arguments["sumo-binary"]
    patience = try arguments.seconds("patience", in: 0.1...86_400) ?? 60
    more = arguments["sumo-options"]?.split(separator: " ").map(String.init) ?? []
    if let text = arguments["sumo-port"] { port = try Self.port(text, arguments) }
    setDefaults()
    if !ScenarioInput.isSUMO(operand) {
      throw arguments.failure("\(operand) is no network of SUMO (.net.xml) and no .sumocfg")
    }
  }

  static func check(_ strategy: String, _ arguments: ParsedArguments) throws(CommandFailure) {
    let known = StrategyRegistry.names
    if known.contains(strategy) { return }
    if ExternalChoice.isExternal(strategy) {
      _ = try ExternalChoice.endpoint(strategy, "strategy", arguments)
      return
    }
    throw arguments.failure(
      "unknown strategy \(strategy)\(Suggestion.phrase(for: strategy, among: known)); there are "
        + known.joined(separator: ", "))
  }

  /// What a strategy may do with the stages is bounded; a fixed plan is the file's own.
  mutating func setDefaults() {
    if strategy != "fixed" && choice.sumo.yellow == nil { choice.sumo.yellow = TimeSpan(milliseconds: 3000) }
  }

  private static func port(
    _ text: String, _ arguments: ParsedArguments
  ) throws(CommandFailure) -> (address: String, number: Int) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let last = parts.last, let number = Int(last), (1...65_535).contains(number), parts.count <= 2
    else {
      throw arguments.failure("--sumo-port is \(text); it must be a port such as 8813 or 127.0.0.1:8813")
    }
    return (parts.count == 2 ? String(parts[0]) : "127.0.0.1", number)
  }

  static func sensors(_ arguments: ParsedArguments) throws(CommandFailure) -> SensorPreset? {
    guard let text = arguments["sensors"] else { return nil }
    switch text {
    case "none": return SensorPreset.none
    case "stopbar": return .stopbar
    case "advance": return .advance
    case "connected": return .connected
    default:
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      if parts.count == 2, parts[0] == "lane-area", let meters = Double(parts[1]),
        (1...10_000).contains(meters)
      {
        return .laneArea(meters: meters)
      }
      throw arguments.failure(
        "--sensors is \(text); it must be none, stopbar, advance, lane-area:METRES or connected")
    }
  }
}
