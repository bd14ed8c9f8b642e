import TrafficModel

/// SUMO in the road's seat of a study: how it is started.
struct SUMORoadChoice: Hashable, Sendable {
  var binary: String?
  var step: TimeSpan
  var more: [String]

  static let options: [OptionSpecification] = [
    .value("road", "NAME", "whose road it is: simulated (default) or sumo"),
    .value("step", "SECONDS", "SUMO's step (default 1.0)"),
    .value("sumo-binary", "PATH", "SUMO's program, or the folder of its installation"),
    .value("sumo-options", "WORDS", "further options for SUMO, in one word behind an ="),
  ]

  /// `nil` unless the arguments choose SUMO's road.
  static func read(_ arguments: ParsedArguments) throws(CommandFailure) -> SUMORoadChoice? {
    switch arguments["road"] ?? "simulated" {
    case "sumo": break
    case "simulated": return nil
    case let other: throw arguments.failure("--road is \(other); it must be simulated or sumo")
    }
    let step = TimeSpan(seconds: try arguments.seconds("step", in: 0.1...10) ?? 1)
    if !step.isWholeTenths { throw arguments.failure("--step is no whole number of tenths of a second") }
    return SUMORoadChoice(
      binary: arguments["sumo-binary"], step: step,
      more: arguments["sumo-options"]?.split(separator: " ").map(String.init) ?? [])
  }

  /// The words that make the same choice again; where SUMO lies is no part of it.
  var canonicalArguments: [String] {
    var words = ["--road", "sumo", "--step", "\(step.seconds)"]
    if !more.isEmpty { words.append("--sumo-options=" + more.joined(separator: " ")) }
    return words
  }
}
