import RoadSimulation
import TrafficModel

extension PlanObjective {
  /// The objective's value of one simulated replication; infinite where nobody was measured.
  public func value(of measures: RunMeasures, in network: Network) -> Double {
    let whole = measures.network
    let vehicles = Double(whole.demanded)
    let pedestrians = measures.crosswalks.reduce(0) { $0 + $1.pedestrians }
    let walking = measures.crosswalks.reduce(0) { $0 + $1.delaySeconds }
    switch self {
    case .delay: return vehicles > 0 ? whole.delaySeconds / vehicles : .infinity
    case .stops: return vehicles > 0 ? Double(whole.stops) / vehicles : .infinity
    case .weighted:
      return vehicles > 0
        ? (whole.delaySeconds + Self.stopSeconds * Double(whole.stops)) / vehicles : .infinity
    case .person:
      let persons = whole.persons + Double(pedestrians)
      return persons > 0 ? (whole.personDelaySeconds + walking) / persons : .infinity
    case .pedestrian: return pedestrians > 0 ? walking / Double(pedestrians) : .infinity
    case .queue: return Self.worstQueue(measures, in: network)
    }
  }

  /// The largest 95th percentile of a lane's queue over the lane's length.
  private static func worstQueue(_ measures: RunMeasures, in network: Network) -> Double {
    var worst = 0.0
    var lane = 0
    for link in network.links {
      for data in link.lanes {
        let length = data.pocketMeters ?? link.lengthMeters
        worst = max(worst, measures.lanes[lane].queue95Meters / max(length, 1))
        lane += 1
      }
    }
    return worst
  }
}

/// The simulator as judge of plans: every plan meets the same replications.
struct SimulationJudge: Sendable {
  let space: PlanSpace
  let objective: PlanObjective
  /// Of all replications of the search.
  let seed: UInt64

  /// A plan with what its replications gave, from the first on.
  struct Candidate: Sendable {
    var plan: NetworkPlan
    var compiled: CompiledScenario
    /// By replication; `nil` where it has not run.
    var values: [Double?]
    /// Vehicles that wait by movement, summed over the replications that have run.
    var waiting: [Double]
    var runs = 0
    /// The plan on the street, which has to be clearly worse before it leaves a race.
    var isReference = false

    func mean(_ replications: [Int]) -> Double {
      replications.reduce(0) { $0 + ((values[$1] ?? nil) ?? .infinity) } / Double(max(replications.count, 1))
    }
  }

  func candidate(_ plan: NetworkPlan, replications: Int) -> Candidate? {
    let scenario = space.patterns(plan).applied(to: space.scenario)
    guard let compiled = try? CompiledScenario(scenario) else { return nil }
    return Candidate(
      plan: plan, compiled: compiled, values: Array(repeating: nil, count: replications),
      waiting: Array(repeating: 0, count: scenario.network.movements.count))
  }

  /// What one replication gave.
  struct Sample: Sendable {
    /// Of the objective; infinite if a monitor trips, which a legal plan never makes it do.
    var value = Double.infinity
    /// Vehicles that wait by movement, as means over time.
    var waiting: [Double] = []
  }

  func sample(_ candidate: Candidate, replication: Int) -> Sample {
    let options = RunOptions(seed: seed, replication: replication + 1)
    guard
      let outcome = try? simulate(candidate.compiled, strategy: FixedTimeStrategy(), options: options)
    else { return Sample() }
    var value = objective.value(of: outcome.measures, in: space.scenario.network)
    if objective == .pedestrian || objective == .queue || objective == .stops {
      // What the objective does not see must not be ruined for it.
      value += 0.001 * PlanObjective.delay.value(of: outcome.measures, in: space.scenario.network)
    }
    let seconds = max(outcome.measures.measuredSeconds, 1)
    return Sample(value: value, waiting: outcome.measures.movements.map { $0.delaySeconds / seconds })
  }
}
