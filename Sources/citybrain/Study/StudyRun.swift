import CabinetLink
import Reporting
import RoadSimulation
import TimingOptimization
import TrafficModel

/// The runs of a study: every strategy meets the same replications, and replication r of each the same random
/// numbers (common random numbers).
///
/// Where junctions are suspect, and not all of them, everything also runs on the network without them.
struct StudyRun: Sendable {
  private(set) var document: StudyDocument
  /// Of the first replication, by strategy, if they were asked for.
  private(set) var traces: [RunTrace?]
  /// Of the first strategy's first replication, if they were asked for.
  private(set) var events: ContiguousArray<EventRecord>
  /// The first strategy's first replication.
  private(set) var firstOutcome: RunOutcome?

  /// What to keep of a run beside its measures.
  struct Detail: Hashable, Sendable {
    /// Vehicles and queues of the first replication, for drawings.
    var traces = false
    /// The event log of the first replication of the first strategy.
    var events = false
    /// The controllers' logs of the same.
    var controllerEvents = false
    /// A decision that the first strategy shall explain in the first replication.
    var explains: DecisionReference?
    /// Also the network without its suspect junctions; drawings need none of it.
    var withoutSuspects = true
  }

  /// Measures of so many replications are in memory at a time; a study is joined from slices of this length.
  private static let sliceLength = 32

  init(
    _ request: StudyRequest, of input: ScenarioInput, detail: Detail, jobs: Int, in context: CommandContext
  ) throws(CommandFailure) {
    let pool = TaskPool(jobs: request.runsOneAtATime ? 1 : jobs, interruption: context.interruption)
    if let road = request.sumo {
      document = try SUMOStudy(request, on: road, of: input, pool, context).document()
      traces = []
      events = []
      return
    }
    let runs = try StudyRuns(request, input, detail, pool)
    let progress = Progress(
      context.console, title: input.scenario.name, total: runs.perReplication * request.replications.count)
    defer { progress.finish() }
    var slices: [StudyDocument] = []
    var first: [RunOutcome] = []
    for start in stride(
      from: request.replications.lowerBound, through: request.replications.upperBound, by: Self.sliceLength)
    {
      let slice = start...min(start + Self.sliceLength - 1, request.replications.upperBound)
      let outcomes = try runs.outcomes(slice, progress)
      if slices.isEmpty { first = Array(outcomes.prefix(request.strategies.count)) }
      slices.append(runs.document(outcomes))
    }
    do {
      document = try StudyDocument.merged(slices)
    } catch {
      throw CommandFailure(.invalidInput, error.description)
    }
    traces = first.map(\.trace)
    firstOutcome = first.first
    events = firstOutcome?.events ?? []
  }
}

/// The runs of a study over any of its replications.
private struct StudyRuns: Sendable {
  private let request: StudyRequest
  private let input: ScenarioInput
  private let detail: StudyRun.Detail
  private let pool: TaskPool
  /// The scenario, and where junctions are suspect, the scenario without them.
  private let places: [Place]
  private let analyses: CapacityAnalysis

  private struct Place: Sendable {
    var scenario: Scenario
    /// By strategy: most run the scenario as it is, some with a plan of their own on the street.
    var compiled: [CompiledScenario] = []

    init(_ scenario: Scenario, strategies: [String], _ pool: TaskPool) throws(CommandFailure) {
      self.scenario = scenario
      let shared = try Self.compile(scenario)
      for name in strategies {
        let own = try Self.prepare(name, scenario, pool)
        compiled.append(try own.map { own throws(CommandFailure) in try Self.compile(own) } ?? shared)
        try pool.interruption.check()
      }
    }

    private static func prepare(
      _ strategy: String, _ scenario: Scenario, _ pool: TaskPool
    ) throws(CommandFailure) -> Scenario? {
      do {
        return try StrategyRegistry.preparedScenario(forStrategy: strategy, scenario, runner: pool)
      } catch {
        throw CommandFailure(.infeasible, error.description)
      }
    }

    private static func compile(_ scenario: Scenario) throws(CommandFailure) -> CompiledScenario {
      do {
        return try CompiledScenario(scenario)
      } catch {
        throw CommandFailure(error)
      }
    }
  }

  init(
    _ request: StudyRequest, _ input: ScenarioInput, _ detail: StudyRun.Detail, _ pool: TaskPool
  ) throws(CommandFailure) {
    self.request = request
    self.input = input
    self.detail = detail
    self.pool = pool
    var places = [try Place(input.scenario, strategies: request.strategies, pool)]
    if detail.withoutSuspects, let reduced = try input.withoutSuspects() {
      places.append(try Place(reduced, strategies: request.strategies, pool))
    }
    self.places = places
    analyses = CapacityAnalysis(input.scenario)
  }

  /// Runs of one replication: every strategy on every network.
  var perReplication: Int { request.strategies.count * places.count }

  /// Replication by replication, in each network by network, in each strategy by strategy.
  func outcomes(
    _ replications: ClosedRange<Int>, _ progress: Progress
  ) throws(CommandFailure) -> [RunOutcome] {
    let strategies = request.strategies.count
    return try pool.map(perReplication * replications.count) { (index) throws(CommandFailure) in
      let outcome = try run(
        strategy: index % strategies, place: index / strategies % places.count,
        replication: replications.lowerBound + index / perReplication)
      progress.advance()
      return outcome
    }
  }

  private func run(
    strategy index: Int, place: Int, replication: Int
  ) throws(CommandFailure) -> RunOutcome {
    let name = request.strategies[index]
    let isFirst = replication == request.replications.lowerBound && place == 0
    let wishes = StrategyOptions(
      sensors: request.sensors, deadDetectorShare: request.deadDetectorShare, seed: request.seed,
      explains: isFirst && index == 0 ? detail.explains : nil)
    let scenario = places[place].scenario
    let external = ExternalChoice(patience: request.patience, interruption: pool.interruption)
    let foreign = try external.strategy(named: name, for: scenario, sensors: request.sensors)
    defer { foreign?.close() }
    guard
      let strategy = foreign.map({ StrategyRegistry.withBrokenSensors($0, scenario, wishes) })
        ?? StrategyRegistry.strategy(named: name, for: scenario, options: wishes)
    else { throw CommandFailure(.usage, "unknown strategy \(name)") }
    let options = RunOptions(
      seed: request.seed, replication: replication,
      recordsEvents: detail.events && isFirst && index == 0, tracesVehicles: detail.traces && isFirst,
      recordsControllerEvents: detail.controllerEvents && isFirst && index == 0)
    do {
      let outcome = try simulate(places[place].compiled[index], strategy: strategy, options: options)
      try external.check(foreign?.failure)
      return outcome
    } catch let failure as CommandFailure {
      throw failure
    } catch let failure as RunFailure {
      throw CommandFailure(failure)
    } catch { throw CommandFailure(.infeasible, "\(error)") }
  }

  func document(_ outcomes: [RunOutcome]) -> StudyDocument {
    let count = request.strategies.count
    func runs(_ first: Int) -> [RunMeasures] {
      stride(from: first, to: outcomes.count, by: perReplication).map { outcomes[$0].measures }
    }
    let strategies = request.strategies.enumerated().map { index, name in
      StrategyResult(name: name, runs: runs(index), analyses: analyses.movements(under: name))
    }
    var reduced: ReducedResult?
    if places.count > 1 {
      reduced = ReducedResult(scenario: places[1].scenario, runs: (count..<2 * count).map(runs))
    }
    let result = StudyResult(
      scenario: input.scenario, seed: request.seed, strategies: strategies, suspectJunctions: input.suspects,
      withoutSuspects: reduced)
    return StudyDocument(
      result,
      manifest: StudyManifest(
        command: request.command, toolVersion: Tool.version, arguments: request.canonicalArguments,
        inputs: input.files, warnings: input.warnings))
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
    }
  }
}
