import CabinetLink
import Reporting
import TimingOptimization
import TrafficModel

/// What a study shall simulate.
struct StudyRequest: Hashable, Sendable {
  var command: StudyManifest.Command
  /// As the user named the input.
  var operand: String
  var choice: InputChoice
  var strategies: [String]
  var replications: ClosedRange<Int>
  var seed: UInt64
  /// What the strategies may see, and what of it is broken.
  var sensors: SensorPreset?
  var deadDetectorShare = 0.0
  /// A foreign program can hold one conversation only.
  private(set) var runsOneAtATime = false
  /// Seconds that a foreign program's answer may take.
  var patience = 60.0
  /// `nil`: the simulated road.
  var sumo: SUMORoadChoice?

  /// Seeds stay below 2⁵³, which every reader of JSON can hold.
  static let seedLimit = 9_007_199_254_740_991

  /// - Parameter standard: how many replications run unless the user says otherwise.
  init(
    _ arguments: ParsedArguments, command: StudyManifest.Command, strategies: [String],
    replications standard: Int
  ) throws(CommandFailure) {
    self.command = command
    operand = arguments.operands[0]
    choice = try InputChoice(arguments)
    let known = StrategyRegistry.names
    for name in strategies where ExternalChoice.isExternal(name) {
      let external = try ExternalChoice.endpoint(name, "strategy", arguments)
      if !external.isShared { runsOneAtATime = true }
    }
    for name in strategies where !known.contains(name) && !ExternalChoice.isExternal(name) {
      throw arguments.failure(
        "unknown strategy \(name)\(Suggestion.phrase(for: name, among: known)); there are \(known.joined(separator: ", "))"
      )
    }
    self.strategies = strategies
    replications = try ReplicationRange.read(arguments, default: standard)
    seed = UInt64(try arguments.integer("seed", in: 0...Self.seedLimit, default: 1))
    sensors = try SensorChoice.read(arguments)
    deadDetectorShare = try SensorChoice.deadShare(arguments)
    patience = try arguments.seconds("patience", in: 0.1...86_400) ?? patience
    sumo = try SUMORoadChoice.read(arguments)
  }

  /// The words that ask for the same study again, in one order whatever the user's was; replications are not among
  /// them, because slices of one study differ in them.
  var canonicalArguments: [String] {
    let option =
      switch command {
      case .compare: "--strategies"
      case .simulate: "--strategy"
      }
    return [operand, option, strategies.joined(separator: ","), "--seed", "\(seed)"]
      + sensorArguments + choice.canonicalArguments + (sumo?.canonicalArguments ?? [])
  }

  private var sensorArguments: [String] {
    var words: [String] = []
    if let sensors { words += ["--sensors", SensorChoice.word(sensors)] }
    if deadDetectorShare > 0 { words += ["--dead-detectors", "\(deadDetectorShare)"] }
    return words
  }

  static let sharedOptions: [OptionSpecification] =
    [
      .value("replications", "N or A-B", "how many runs with different random numbers, or a slice of them"),
      .value("seed", "N", "the seed of all random numbers (default 1)"),
      .value("jobs", "N", "threads (default: one per processor); changes no result", letter: "j"),
      .value("manifest", "FILE", "write what rerun needs there"),
    ] + SensorChoice.options + ExternalChoice.options + InputChoice.options
}
