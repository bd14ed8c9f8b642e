import Foundation

/// What the strategies are worth against each other, what losing sensors costs, whether anything unsafe can be provoked, and
/// what a decision costs.
///
///     BrainBenchmark --compare [--replications 10] [--demand 0.5,0.8,1,1.2] [--strategies A,B] [--generated 30] [SCENARIO…]
///     BrainBenchmark --sensors [--replications 10] [SCENARIO…]
///     BrainBenchmark --faults [--hours 24] [--strategies A,B] [SCENARIO…]
///     BrainBenchmark --decisions [--side 32]
///
/// Runs of one replication share their random numbers over all strategies, so that differences are paired. Delay is that
/// of all vehicles that wanted to enter, waiting outside included.
@main
struct BrainBenchmark {
  static func main() {
    do {
      let request = try BrainRequest(Array(CommandLine.arguments.dropFirst()))
      switch request.mode {
      case .compare: try StrategyComparison(request).run()
      case .sensors: try SensorCurve(request).run()
      case .faults: try FaultSoak(request).run()
      case .decisions: try DecisionCost(request).run()
      }
    } catch {
      print("error: \(error)")
      exit(2)
    }
  }
}
