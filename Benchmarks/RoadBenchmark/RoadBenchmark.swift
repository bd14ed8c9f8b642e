import BenchmarkSupport
import Foundation
import RoadSimulation
import TimingOptimization
import TrafficModel

/// How fast files are read and the road runs, in CPU time of this process, each case as the median of five runs, with
/// a loop that never changes measured in the same run.
///
///     RoadBenchmark --case grid20 --case grid50 [--json]
///     RoadBenchmark --case million
///     RoadBenchmark --scaling
///     RoadBenchmark --case grid20 --fingerprint
///     RoadBenchmark Scenarios/grid/scenario.json
///     RoadBenchmark study/UTDF.csv --replications 3
///     RoadBenchmark --generated-utdf 25x10
///
/// A fingerprint is that of the event log and the measures of each strategy: what makes a run faster leaves it alone.
/// Peak memory is that of the process so far: ask for one case at a time to know it of one case.
@main
struct RoadBenchmark {
  static func main() {
    do {
      let request = try BenchmarkRequest(Array(CommandLine.arguments.dropFirst()))
      if request.isScaling { return try ScalingTable.print(replications: request.replications) }
      var rows: [BenchmarkRow] = []
      for input in request.inputs {
        if request.isFingerprint {
          try BenchmarkCase.load(input).fingerprints().forEach { Swift.print($0) }
          continue
        }
        for row in try BenchmarkCase.load(input).measure(replications: request.replications(of: input)) {
          rows.append(row)
          if !request.isJSON { Swift.print(row.line(isFirst: rows.count == 1)) }
        }
      }
      if request.isJSON { Swift.print(try BenchmarkRow.json(rows)) }
    } catch {
      Swift.print("error: \(error)")
      exit(2)
    }
  }
}
