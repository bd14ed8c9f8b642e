import Interchange
import Reporting
import RoadSimulation
import TrafficModel

/// The folder that `simulate --event-log` writes: the controllers' logs and the table of their detectors.
struct ControllerEventFiles {
  let log: HighResolutionLog
  let detectors: DetectorTable
  private let scenario: Scenario
  private let longestWaits: [[TimeSpan]]

  static let standardEpoch = "2026-01-01T00:00:00"

  init(_ outcome: RunOutcome, of scenario: Scenario, epoch: LocalTimestamp) {
    log = HighResolutionLog(
      controllers: scenario.controllers, events: outcome.controllerEvents, epoch: epoch)
    detectors = DetectorTable(scenario)
    longestWaits = outcome.longestWaits
    self.scenario = scenario
  }

  func write(to folder: String, _ console: Console) throws(CommandFailure) {
    try Files.makeDirectory(folder)
    try Files.write(log.csv(), to: Files.join(folder, "events.csv"))
    try Files.write(detectors.csv(), to: Files.join(folder, "detectors.csv"))
    try Files.write(Array(performance().utf8), to: Files.join(folder, "performance.csv"))
    console.remark("wrote events.csv, detectors.csv and performance.csv to \(folder)")
    if let wait = longestWait { console.remark(wait) }
  }

  /// One line per controller, bin and phase.
  private func performance() -> String { SignalPerformanceText(log, detectors: detectors).csv() }

  /// The longest that anybody waited for green, and where.
  private var longestWait: String? {
    var longest = TimeSpan.zero
    var place = ""
    for (index, waits) in longestWaits.enumerated() {
      for (phase, wait) in waits.enumerated() where wait > longest {
        longest = wait
        let controller = scenario.controllers[index]
        place = "phase \(controller.phases[phase].number) of \(controller.name)"
      }
    }
    if longest == .zero { return nil }
    return "longest wait of a call: \(NumberText.fixed(longest.seconds, decimals: 1)) s, \(place)"
  }
}
