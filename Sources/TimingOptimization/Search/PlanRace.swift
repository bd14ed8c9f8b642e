import TrafficModel

/// Plans that run against each other in the simulator: the same replications for all, and an end for each as soon as
/// it is clear that it is not the best.
struct PlanRace: Sendable {
  let judge: SimulationJudge
  private let replications: Int
  private(set) var candidates: [SimulationJudge.Candidate] = []
  private(set) var leader: SimulationJudge.Candidate?
  private(set) var isDecided = false
  /// Replications that all candidates still in the race have run.
  private var begun = 0
  /// Where the next challenge takes its first replication, so that no few replications decide everything.
  private var rotation = 0

  init(_ judge: SimulationJudge, replications: Int) {
    self.judge = judge
    self.replications = max(4, replications)
  }

  /// - Parameter reference: the plan on the street, if it is legal here.
  mutating func enter(_ plans: [NetworkPlan], reference: NetworkPlan?) {
    for plan in plans + [reference].compactMap({ $0 })
    where !candidates.contains(where: { $0.plan == plan }) {
      guard var candidate = judge.candidate(plan, replications: replications) else { continue }
      candidate.isReference = plan == reference
      candidates.append(candidate)
    }
    isDecided = candidates.isEmpty
  }

  // MARK: - The race

  /// Two more replications for every candidate; then whoever is clearly behind leaves, and half of them at most stay.
  /// - Returns: replications simulated.
  mutating func step(_ runner: some WorkRunner) -> Int {
    let block = begun..<min(begun + 2, replications)
    let count = run(Array(candidates.indices), Array(block), runner)
    begun = block.upperBound
    let run = Array(0..<begun)
    let order = candidates.indices.sorted { (candidates[$0].mean(run), $0) < (candidates[$1].mean(run), $1) }
    let best = candidates[order[0]]
    var kept: [SimulationJudge.Candidate] = [best]
    for (rank, index) in order.enumerated().dropFirst() {
      let comparison = Comparison(of: candidates[index], with: best, run)
      let isInFront = rank <= max(1, (candidates.count - 1) / 2) || candidates[index].isReference
      if isInFront && !(comparison.isWorse(1.7) || comparison.mean > 0.05 * abs(best.mean(run))) {
        kept.append(candidates[index])
      }
    }
    candidates = kept
    leader = best
    isDecided = kept.count == 1 || begun >= replications
    return count
  }

  // MARK: - Challenges

  /// Lets plans run against the leader, two replications at a time; whoever is surely better takes its place.
  /// - Returns: replications simulated.
  mutating func challenge(_ plans: [NetworkPlan], _ runner: some WorkRunner) -> Int {
    guard let first = leader else { return 0 }
    candidates = [first]
    for plan in plans {
      if let candidate = judge.candidate(plan, replications: replications) { candidates.append(candidate) }
    }
    var rest = Array(1..<candidates.count)
    var count = 0
    var run: [Int] = []
    var winner: Int?
    while !rest.isEmpty && run.count < replications {
      let block = (0..<min(2, replications - run.count)).map { (rotation + run.count + $0) % replications }
      count += self.run([0] + rest, block, runner)
      run += block
      rest.removeAll { index in
        let comparison = Comparison(of: candidates[index], with: candidates[0], run)
        return comparison.mean >= 0 || run.count > 4 && !comparison.isBetter(0.7)
      }
      let order = rest.sorted { (candidates[$0].mean(run), $0) < (candidates[$1].mean(run), $1) }
      if let index = order.first, run.count >= 4,
        Comparison(of: candidates[index], with: candidates[0], run).isBetter(2.2)
      {
        winner = index
        break
      }
      // Of many that are promising the two best go on.
      if run.count >= 4 { rest = Array(order.prefix(2)) }
    }
    if winner == nil, run.count >= replications {
      winner = rest.first { Comparison(of: candidates[$0], with: candidates[0], run).isBetter(1.3) }
    }
    leader = candidates[winner ?? 0]
    rotation = (rotation + 2) % replications
    return count
  }

  /// Runs what has not run yet of some candidates and replications.
  private mutating func run(_ indices: [Int], _ block: [Int], _ runner: some WorkRunner) -> Int {
    var tasks: [(candidate: Int, replication: Int)] = []
    for index in indices {
      for replication in block where candidates[index].values[replication] == nil {
        tasks.append((index, replication))
      }
    }
    let (judge, fixed, list) = (judge, candidates, tasks)
    let samples = runner.map(list.count) { index in
      judge.sample(fixed[list[index].candidate], replication: list[index].replication)
    }
    for (task, sample) in zip(tasks, samples) {
      candidates[task.candidate].values[task.replication] = sample.value
      if sample.waiting.isEmpty { continue }
      candidates[task.candidate].runs += 1
      for (movement, waiting) in sample.waiting.enumerated() {
        candidates[task.candidate].waiting[movement] += waiting
      }
    }
    return tasks.count
  }

  /// The paired difference of two candidates: first minus second.
  private struct Comparison {
    var mean = 0.0
    var error = 0.0

    init(
      of first: SimulationJudge.Candidate, with second: SimulationJudge.Candidate, _ replications: [Int]
    ) {
      var differences: [Double] = []
      for replication in replications {
        guard let a = first.values[replication], let b = second.values[replication] else { continue }
        differences.append(a.isFinite && b.isFinite ? a - b : 0)
      }
      let count = Double(differences.count)
      if differences.isEmpty { return }
      mean = differences.reduce(0, +) / count
      let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      error = count > 1 ? (squares / (count - 1) / count).squareRoot() : .infinity
    }

    func isBetter(_ errors: Double) -> Bool { mean < 0 && -mean >= errors * error }
    func isWorse(_ errors: Double) -> Bool { mean > 0 && mean >= errors * error }
  }
}
