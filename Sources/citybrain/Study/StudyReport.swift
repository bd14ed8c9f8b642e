import Reporting
import RoadSimulation
import TrafficModel

/// The HTML report of a study.
enum StudyReport {
  static func html(_ study: StudyRun) -> String {
    reportHTML(ReportInput(study.result, manifest: study.document.manifest))
  }

  /// The report of a stored study: its numbers, with drawings from the first replication run once more.
  static func html(
    _ document: StudyDocument, of input: ScenarioInput, jobs: Int, in context: CommandContext
  ) throws(CommandFailure) -> String {
    let first = document.replications.lowerBound
    let request = StudyRequest(document, replications: first...first)
    let study = try StudyRun(request, of: input, detail: .init(traces: true), jobs: jobs, in: context)
    do {
      return reportHTML(
        try ReportInput(
          scenario: input.scenario, document: document, traces: study.result.strategies.map(\.trace)))
    } catch {
      throw CommandFailure(.invalidInput, error.description)
    }
  }
}
