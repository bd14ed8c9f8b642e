/// How much a search may do: it stops after these counts whatever the machine, so that a search can be repeated.
public struct SearchEffort: Hashable, Sendable {
  /// Rounds of hill climbing before the cyclic-flow judge.
  public var rounds: Int
  /// Replications simulated.
  public var simulations: Int

  public init(rounds: Int, simulations: Int) {
    self.rounds = rounds
    self.simulations = simulations
  }

  /// `3+200`
  public var text: String { "\(rounds)+\(simulations)" }
}

/// What to search for, and where.
public struct SearchOptions: Hashable, Sendable {
  public var objective: PlanObjective
  public var limits: PlanLimits
  public var effort: SearchEffort
  /// Of all random choices and simulations of the search.
  public var seed: UInt64
  /// Replications that plans are compared on; more make the choice surer and the search slower.
  public var replications: Int
  /// Junctions that one task of a round may have worked out; `nil`: enough for a thorough search.
  public var junctionsPerTask: Int?

  public init(
    objective: PlanObjective = .delay, limits: PlanLimits = PlanLimits(),
    effort: SearchEffort = SearchEffort(rounds: 3, simulations: 200), seed: UInt64 = 1, replications: Int = 12
  ) {
    self.objective = objective
    self.limits = limits
    self.effort = effort
    self.seed = seed
    self.replications = replications
  }
}
