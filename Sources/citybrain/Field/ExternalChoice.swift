import CabinetLink
import TimingOptimization
import TrafficModel

/// Foreign programs on the command line: `external:COMMAND` where a strategy, a road or a cabinet is named.
struct ExternalChoice: Sendable {
  static let options: [OptionSpecification] = [
    .value("patience", "SECONDS", "how long a foreign program may take to answer (default 60)")
  ]

  /// Seconds that an answer may take.
  var patience: Double
  var interruption: Interruption

  init(
    _ arguments: ParsedArguments, _ interruption: Interruption, standard: Double = 60
  ) throws(CommandFailure) {
    self.interruption = interruption
    patience = try arguments.seconds("patience", in: 0.1...86_400) ?? standard
  }

  init(patience: Double, interruption: Interruption) {
    self.patience = patience
    self.interruption = interruption
  }

  /// Whether a name on the command line is that of a foreign program.
  static func isExternal(_ name: String) -> Bool { name.hasPrefix(ExternalEndpoint.prefix) }

  /// - Throws: `usage` where the endpoint cannot be read or cannot carry lines.
  static func endpoint(
    _ text: String, _ option: String, _ arguments: ParsedArguments
  ) throws(CommandFailure) -> ExternalEndpoint {
    do {
      if let external = try ExternalEndpoint(text) { return external }
    } catch { throw arguments.failure("--\(option): \(error.message)") }
    throw arguments.failure("--\(option) \(text) is no foreign program: expected external:COMMAND")
  }

  /// The program in the strategy's seat; `nil` for a strategy of our own.
  func strategy(
    named name: String, for scenario: Scenario, sensors: SensorPreset?
  ) throws(CommandFailure) -> ExternalStrategy? {
    do {
      guard let external = try ExternalEndpoint(name) else { return nil }
      return try ExternalStrategy(
        external, name: name, for: scenario, sensors: sensors, patience: patience,
        isInterrupted: isInterrupted)
    } catch let failure as LinkFailure {
      throw CommandFailure(.usage, failure.message)
    } catch let failure as LinkError {
      throw CommandFailure(.foreignProgram, failure.description)
    } catch { throw CommandFailure(.foreignProgram, "\(error)") }
  }

  /// A seat whose program has to be started or connected to.
  func seat<Seat>(_ open: () throws(LinkError) -> Seat) throws(CommandFailure) -> Seat {
    do { return try open() } catch {
      try interruption.check()
      throw CommandFailure(.foreignProgram, error.description)
    }
  }

  /// Throws why a conversation has ended, if it has.
  func check(_ failure: LinkError?) throws(CommandFailure) {
    guard let failure else { return }
    try interruption.check()
    throw CommandFailure(.foreignProgram, failure.description)
  }

  var isInterrupted: @Sendable () -> Bool {
    { [interruption] in interruption.isRequested }
  }
}
