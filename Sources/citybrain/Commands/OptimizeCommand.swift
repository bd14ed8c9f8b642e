import Dispatch
import Foundation
import Interchange
import Reporting
import TimingOptimization
import TrafficModel

/// `citybrain optimize`: a better timing plan, and how much better it is.
enum OptimizeCommand: Command {
  static let specification = CommandSpecification(
    name: "optimize", summary: "search for a better timing plan and say how much better it is",
    examples: [
      .init(
        "citybrain optimize Scenarios/arterial --budget 30 --out plan.json",
        "cycle, splits, sequences and offsets; old against new on replications that the search never saw"),
      .init("citybrain simulate Scenarios/arterial --plan plan.json", "run the plan"),
      .init(
        "citybrain optimize UTDF.csv --lock sequence --cycle 60-120 --write-utdf new.csv",
        "keep lead and lag as they are, and write the plan into a copy of the file"),
    ],
    operands: "INPUT", operandCount: 1...1,
    options: [
      .value(
        "objective", "NAME",
        PlanObjective.allCases.map(\.rawValue).joined(separator: ", ") + " (default delay)"),
      .value("budget", "SECONDS", "time to search (default 30); the counts that were reached are told"),
      .value(
        "evaluations", "R+N", "rounds before the fast judge + replications simulated, instead of a time"),
      .value("cycle", "A-B", "shortest and longest cycle in seconds (default 40-150)"),
      .value("lock", "WHAT,...", "leave as it is: " + PlanLocks.named.map(\.name).joined(separator: ", ")),
      .value("grid", "SECONDS", "the unit's resolution of splits and offsets (default 1)"),
      .value("from", "PLAN", "begin from the plan of an earlier search"),
      .value("out", "FILE", "write the plan there", letter: "o"),
      .value("write-utdf", "FILE", "write the input with the plan in it; only changed cells differ"),
      .value("replications", "N", "for the final comparison, with seeds of their own (default 10)"),
      .value("random-plans", "N", "also tell what the best of N random legal plans would give"),
      .value("seed", "N", "the seed of all random numbers (default 1)"),
      .value("jobs", "N", "threads (default: one per processor); changes no result", letter: "j"),
    ] + InputChoice.options,
    notes: [
      """
      The search never sees the replications of the final comparison. With --evaluations the same plan comes out on any
      machine and any number of threads; with --budget the counts that were reached are printed, and --evaluations
      repeats the search from them. An interruption (Ctrl-C) ends the search; its best plan so far is written to the file
      of --out, without the final comparison.
      """
    ])

  static func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) {
    let request = try OptimizeRequest(arguments)
    let input = try ScenarioInput.load(request.operand, choice: request.choice)
    let pool = TaskPool(jobs: try TaskPool.jobs(arguments), interruption: context.interruption)
    if arguments.has("write-utdf") && !request.operand.lowercased().hasSuffix(".csv") {
      throw arguments.failure("--write-utdf needs a UTDF file as input")
    }
    let search = try PlanSearch(request, input: input, pool: pool, in: context)
    if context.interruption.isRequested {
      try keep(FoundPlan(search.optimizer), of: input, arguments, context)
    }
    let outcome = try PlanOutcome(search.optimizer, request: request, input: input, pool: pool)
    if let path = arguments["out"] {
      try Files.write(outcome.found.text(of: input.scenario), to: path)
      context.console.remark("wrote \(path)")
    }
    if let path = arguments["write-utdf"] {
      try PlannedUTDF.write(
        outcome.plan, of: input.scenario, from: request.operand, to: path, context.console)
    }
    try context.console.output(
      arguments.has("json") ? outcome.json().text(pretty: true) : outcome.text())
  }

  /// Ends an interrupted search: its best plan goes to the file of `--out`, without the final comparison.
  private static func keep(
    _ found: FoundPlan, of input: ScenarioInput, _ arguments: ParsedArguments, _ context: CommandContext
  ) throws(CommandFailure) {
    guard let path = arguments["out"] else { return try context.interruption.check() }
    try Files.write(found.text(of: input.scenario), to: path)
    try context.interruption.check(
      "interrupted after \(found.done.text) evaluations; the best plan so far is in \(path), not yet compared: "
        + "go on with --from \(path)")
  }
}

/// What the user wants of a search.
struct OptimizeRequest: Sendable {
  var operand: String
  var choice: InputChoice
  var options: SearchOptions
  /// `nil`: the counts of the options alone.
  var budgetSeconds: Double?
  var replications: Int
  /// Random legal plans to compare with.
  var randomPlans: Int
  var start: String?

  init(_ arguments: ParsedArguments) throws(CommandFailure) {
    operand = arguments.operands[0]
    choice = try InputChoice(arguments)
    options = SearchOptions()
    options.seed = UInt64(try arguments.integer("seed", in: 0...StudyRequest.seedLimit, default: 1))
    replications = try arguments.integer("replications", in: 2...1000, default: 10)
    randomPlans = try arguments.integer("random-plans", in: 0...1_000_000, default: 0)
    start = arguments["from"]
    if let name = arguments["objective"] {
      guard let objective = PlanObjective(rawValue: name) else {
        let known = PlanObjective.allCases.map(\.rawValue)
        throw arguments.failure(
          "unknown objective \(name)\(Suggestion.phrase(for: name, among: known)); there are \(known.joined(separator: ", "))"
        )
      }
      options.objective = objective
    }
    try readEffort(arguments)
    try readLimits(arguments)
  }

  /// The plan of an earlier search to begin from.
  func startPlan(for scenario: Scenario) throws(CommandFailure) -> TimingPlan? {
    guard let start else { return nil }
    let bytes = try Files.read(start)
    do {
      return try PlanReader.read(bytes, file: start, for: scenario)
    } catch {
      throw CommandFailure(.invalidInput, error.description)
    }
  }

  private mutating func readEffort(_ arguments: ParsedArguments) throws(CommandFailure) {
    if let text = arguments["evaluations"] {
      if arguments.has("budget") { throw arguments.failure("give either --budget or --evaluations") }
      let numbers = text.split(separator: "+", omittingEmptySubsequences: false).map { Int($0) }
      guard numbers.count == 2, let rounds = numbers[0], let simulations = numbers[1], rounds >= 1,
        simulations >= 0, rounds <= 1_000_000, simulations <= 100_000_000
      else {
        throw arguments.failure(
          "--evaluations is \(text); it must be rounds and replications such as 3+200")
      }
      options.effort = SearchEffort(rounds: rounds, simulations: simulations)
      return
    }
    budgetSeconds = Double(try arguments.integer("budget", in: 1...1_000_000, default: 30))
    options.effort = SearchEffort(rounds: 1_000_000, simulations: 100_000_000)
  }

  private mutating func readLimits(_ arguments: ParsedArguments) throws(CommandFailure) {
    if let text = arguments["cycle"] {
      let numbers = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard let low = numbers.first ?? nil, let high = numbers.last ?? nil, numbers.count <= 2,
        (10...600).contains(low), (low...600).contains(high)
      else {
        throw arguments.failure("--cycle is \(text); it must be a range in seconds such as 60-120")
      }
      options.limits.cycleSeconds = low...high
    }
    if let text = arguments["grid"] {
      guard let seconds = Double(text), seconds >= 0.1, seconds <= 10,
        abs(seconds * 10 - (seconds * 10).rounded()) < 1e-9
      else { throw arguments.failure("--grid is \(text); it must be tenths of a second from 0.1 to 10") }
      options.limits.gridTenths = Int((seconds * 10).rounded())
    }
    for word in try arguments.list("lock", default: []) {
      guard let lock = PlanLocks.named.first(where: { $0.name == word })?.lock else {
        let known = PlanLocks.named.map(\.name)
        throw arguments.failure(
          "--lock names \(word)\(Suggestion.phrase(for: word, among: known)); there are \(known.joined(separator: ", "))"
        )
      }
      options.limits.locks.insert(lock)
    }
  }
}

extension TaskPool: WorkRunner {
  /// Tasks of a search cannot fail, and an interruption is looked for between batches.
  func map<Result: Sendable>(_ count: Int, _ task: @escaping @Sendable (Int) -> Result) -> [Result] {
    let whole = TaskPool(jobs: jobs, interruption: Interruption())
    let results = try? whole.map(count) { (index) throws(CommandFailure) in task(index) }
    return results ?? []
  }
}

/// A search with a clock beside it.
struct PlanSearch {
  private(set) var optimizer: PlanOptimizer

  /// The part of a time budget that climbing may take.
  private static let climbingShare = 0.25

  init(
    _ request: OptimizeRequest, input: ScenarioInput, pool: TaskPool, in context: CommandContext
  ) throws(CommandFailure) {
    let start = try request.startPlan(for: input.scenario)
    do {
      optimizer = try PlanOptimizer(input.scenario, options: request.options, start: start)
    } catch {
      throw CommandFailure(.infeasible, error.description)
    }
    let begin = DispatchTime.now().uptimeNanoseconds
    while !optimizer.isFinished {
      // The first round gives the first plan; from then on an interruption ends the search and keeps the plan.
      if optimizer.done.rounds == 0 { try context.interruption.check() }
      if context.interruption.isRequested { break }
      if let budget = request.budgetSeconds {
        let elapsed = Double(DispatchTime.now().uptimeNanoseconds - begin) / 1e9
        if elapsed >= budget && optimizer.done.rounds > 0 { break }
        if optimizer.stage == .climbing && elapsed >= budget * Self.climbingShare && optimizer.done.rounds > 0
        {
          optimizer.beginSimulating()
        }
      }
      optimizer.advance(pool)
      tell(context.console)
    }
    if context.console.isErrorTerminal && !context.console.isQuiet {
      context.console.writeError("\r\u{1B}[K")
    }
  }

  /// One line on a terminal that follows the search.
  private func tell(_ console: Console) {
    guard console.isErrorTerminal, !console.isQuiet else { return }
    let doing =
      switch optimizer.stage {
      case .climbing: "climbing before the fast judge"
      case .racing: "the best plans race in the simulator"
      case .improving: "improving the winner in the simulator"
      case .finished: "done"
      }
    console.writeError("\r\u{1B}[K\(optimizer.done.text) evaluations: \(doing)")
  }
}
