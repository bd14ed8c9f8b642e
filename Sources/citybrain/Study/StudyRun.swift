import Reporting
import RoadSimulation
import TimingOptimization
import TrafficModel

/// The runs of a study: every strategy meets the same replications, and replication r of each the same random
/// numbers (common random numbers).
struct StudyRun: Sendable {
  var result: StudyResult
  var document: StudyDocument
  /// Of the first strategy's first replication, if they were asked for.
  var events: ContiguousArray<EventRecord>

  /// What to keep of a run beside its measures.
  struct Detail: Hashable, Sendable {
    /// Vehicles and queues of the first replication, for drawings.
    var traces = false
    /// The event log of the first replication of the first strategy.
    var events = false
  }

  init(
    _ request: StudyRequest, of input: ScenarioInput, detail: Detail, jobs: Int, in context: CommandContext
  ) throws(CommandFailure) {
    let outcomes = try Self.outcomes(request, input.scenario, detail, jobs: jobs, in: context)
    let count = request.replications.count
    let analyses = CapacityAnalysis(input.scenario)
    let strategies = request.strategies.enumerated().map { index, name in
      let runs = (0..<count).map { outcomes[$0 * request.strategies.count + index] }
      return StrategyResult(
        name: name, runs: runs.map(\.measures), trace: runs[0].trace,
        analyses: analyses.movements(under: name))
    }
    events = outcomes[0].events
    result = StudyResult(
      scenario: input.scenario, seed: request.seed, strategies: strategies, suspectJunctions: input.suspects)
    document = StudyDocument(
      result,
      manifest: StudyManifest(
        command: request.command, toolVersion: Tool.version, arguments: request.canonicalArguments,
        inputs: [input.file], warnings: input.warnings))
  }

  /// One outcome per replication and strategy, strategies within replications.
  private static func outcomes(
    _ request: StudyRequest, _ scenario: Scenario, _ detail: Detail, jobs: Int, in context: CommandContext
  ) throws(CommandFailure) -> [RunOutcome] {
    let compiled: CompiledScenario
    do {
      compiled = try CompiledScenario(scenario)
    } catch {
      throw CommandFailure(error)
    }
    let names = request.strategies
    let first = request.replications.lowerBound
    let count = names.count * request.replications.count
    let progress = Progress(context.console, title: scenario.name, total: count)
    defer { progress.finish() }
    return try TaskPool(jobs: jobs, interruption: context.interruption).map(count) {
      (index) throws(CommandFailure) in
      let strategy = index % names.count
      let replication = first + index / names.count
      let isFirst = replication == first
      let options = RunOptions(
        seed: request.seed, replication: replication,
        recordsEvents: detail.events && isFirst && strategy == 0, tracesVehicles: detail.traces && isFirst)
      let outcome = try run(names[strategy], compiled, scenario, options)
      progress.advance()
      return outcome
    }
  }

  private static func run(
    _ name: String, _ compiled: CompiledScenario, _ scenario: Scenario, _ options: RunOptions
  ) throws(CommandFailure) -> RunOutcome {
    guard let strategy = StrategyRegistry.strategy(named: name, for: scenario) else {
      throw CommandFailure(.usage, "unknown strategy \(name)")
    }
    do {
      return try simulate(compiled, strategy: strategy, options: options)
    } catch {
      throw CommandFailure(error)
    }
  }
}

extension CommandFailure {
  /// What a run's failure means to the user.
  init(_ failure: RunFailure) {
    switch failure {
    case .infeasiblePlan(let controller, let message):
      self.init(.infeasible, "controller \(controller): \(message)")
    case .safetyViolation(let message): self.init(.safetyViolation, message)
    case .tooLarge(let message): self.init(.invalidInput, message)
    case .cancelled: self.init(.interrupted, "interrupted; no file was changed")
    }
  }
}
