import Interchange
import TimingOptimization
import TrafficModel

/// What a search has found so far, and how it was searched: enough for a plan file.
struct FoundPlan: Sendable {
  let plan: TimingPlan
  let options: SearchOptions
  let done: SearchEffort
  /// Junctions worked out before the fast judge.
  let cyclicEvaluations: Int

  init(_ optimizer: PlanOptimizer) {
    plan = optimizer.bestPatterns
    options = optimizer.options
    done = optimizer.done
    cyclicEvaluations = optimizer.cyclicEvaluations
  }

  /// The plan file.
  func text(of scenario: Scenario) -> String {
    PlanWriter.text(
      plan, of: scenario,
      tool: .object([("name", "citybrain"), ("version", .string(Tool.version))]), search: json())
  }

  /// How it was searched.
  func json() -> JSONValue {
    let cycles = options.limits.cycleSeconds
    return .object([
      ("objective", .string(options.objective.rawValue)), ("seed", .integer(Int(clamping: options.seed))),
      ("evaluations", .string(done.text)),
      ("cycle_s", .array([.integer(cycles.lowerBound), .integer(cycles.upperBound)])),
      ("grid_s", .number(Double(options.limits.gridTenths) / 10)),
      (
        "locked",
        .array(PlanLocks.named.filter { options.limits.locks.contains($0.lock) }.map { .string($0.name) })
      ),
    ])
  }
}
