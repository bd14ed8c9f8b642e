import Reporting
import RoadSimulation
import TrafficModel

/// The HTML report of a study.
enum StudyReport {
  static func html(_ study: StudyRun, of scenario: Scenario) throws(CommandFailure) -> String {
    try html(study.document, scenario, study.traces)
  }

  /// The report of a stored study: its numbers, with drawings from the first replication run once more.
  static func html(
    _ document: StudyDocument, _ request: StudyRequest, of input: ScenarioInput, jobs: Int,
    in context: CommandContext
  ) throws(CommandFailure) -> String {
    var request = request
    request.replications = document.replications.lowerBound...document.replications.lowerBound
    let study = try StudyRun(
      request, of: input, detail: .init(traces: true, withoutSuspects: false), jobs: jobs, in: context)
    return try html(document, input.scenario, study.traces)
  }

  private static func html(
    _ document: StudyDocument, _ scenario: Scenario, _ traces: [RunTrace?]
  ) throws(CommandFailure) -> String {
    do {
      return reportHTML(try ReportInput(scenario: scenario, document: document, traces: traces))
    } catch {
      throw CommandFailure(.invalidInput, error.description)
    }
  }
}
