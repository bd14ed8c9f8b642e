import TimingOptimization
import TrafficModel

/// What the user says about sensors, and about the decision that is to be explained.
enum SensorChoice {
  static let options: [OptionSpecification] = [
    .value(
      "sensors", "PRESET",
      "none, stopbar, advance, lane-area:METRES, connected (default lane-area:100)"),
    .value("dead-detectors", "SHARE", "share of lanes whose sensors are broken, 0 to 1, drawn by the seed"),
  ]

  static func read(_ arguments: ParsedArguments) throws(CommandFailure) -> SensorPreset? {
    guard let word = arguments["sensors"] else { return nil }
    switch word {
    case "none": return SensorPreset.none
    case "stopbar": return .stopbar
    case "advance": return .advance
    case "connected": return .connected
    default: break
    }
    let parts = word.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2, parts[0] == "lane-area", let meters = Double(parts[1]), (10...1000).contains(meters)
    {
      return .laneArea(meters: meters)
    }
    throw arguments.failure(
      "--sensors \(word); expected none, stopbar, advance, connected, or lane-area: and 10 to 1000 metres")
  }

  /// The preset as it is typed.
  static func word(_ preset: SensorPreset) -> String {
    switch preset {
    case .none: "none"
    case .stopbar: "stopbar"
    case .advance: "advance"
    case .laneArea(let meters): "lane-area:\(meters)"
    case .connected: "connected"
    }
  }

  static func deadShare(_ arguments: ParsedArguments) throws(CommandFailure) -> Double {
    guard let word = arguments["dead-detectors"] else { return 0 }
    guard let share = Double(word), (0...1).contains(share) else {
      throw arguments.failure("--dead-detectors \(word); expected a share from 0 to 1")
    }
    return share
  }

  /// The decision named by `--explain JUNCTION@TIME`: a controller's name and seconds of the run.
  static func decision(
    _ arguments: ParsedArguments, in scenario: Scenario
  ) throws(CommandFailure) -> DecisionReference? {
    guard let word = arguments["explain"] else { return nil }
    let parts = word.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, let seconds = Double(parts[1]), (0...1e6).contains(seconds) else {
      throw arguments.failure("--explain \(word); expected a controller's name, @, and seconds: 3@1200")
    }
    let names = scenario.controllers.map(\.name)
    guard let index = names.firstIndex(of: String(parts[0])) else {
      throw arguments.failure(
        "--explain: no controller \(parts[0])\(Suggestion.phrase(for: String(parts[0]), among: names))")
    }
    return DecisionReference(controller: ControllerID(index), time: SimTime(seconds: seconds))
  }
}
