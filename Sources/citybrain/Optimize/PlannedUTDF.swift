import Interchange
import TrafficModel

/// A UTDF file with a plan in it.
enum PlannedUTDF {
  /// Copies a UTDF file with other timings; every byte that is no timing stays.
  static func write(
    _ plan: TimingPlan, of scenario: Scenario, from source: String, to target: String, _ console: Console
  ) throws(CommandFailure) {
    let bytes = try Files.read(source)
    let result: UTDFPlanWriter.Result
    do {
      result = try UTDFPlanWriter.rewritten(bytes, file: source, plan: plan, of: scenario)
    } catch {
      throw CommandFailure(.invalidInput, error.description)
    }
    for name in result.missing {
      console.warning("controller \(name) is not in \(source); its timing was not written")
    }
    try Files.write(result.bytes, to: target)
    console.remark("wrote \(target): \(result.changedCells) cells differ from \(source)")
  }
}
