import CabinetLink
import CabinetProtocols
import Foundation
import Interchange
import Reporting
import TrafficModel

/// `citybrain drive SCENARIO --cabinet J=gbt20999:… --prove-fallback SECONDS`: does a controller return to its own plan when
/// nobody speaks to it any more? What is shown stands in the journal, and lets the cabinet be armed with that journal.
struct FallbackTestRun {
  let input: ScenarioInput
  let cabinets: [FieldCabinet]
  let silence: TimeSpan
  let journal: Journal

  func run(in context: CommandContext) throws(CommandFailure) {
    var failures = 0
    var results: [JSONValue] = []
    for cabinet in cabinets where cabinet.isGBT20999 {
      let data = input.scenario.controllers[cabinet.controller.index]
      guard let plan = data.patterns.first?.number else {
        throw CommandFailure(.infeasible, "\(data.name) has no plan that could be commanded")
      }
      context.console.remark("\(data.name): plan \(plan), then \(silence.seconds) s of silence")
      var configuration = GBTUpperSession.Configuration()
      configuration.controller = cabinet.gbtNumber
      let test = GBTFallbackTest(data, configuration, plan: plan, silence: silence)
      let outcome: GBTFallbackTest.Outcome
      do throws(FallbackTestFailure) {
        var driver = try FallbackTestDriver(
          test, of: data.name, at: cabinet.way.endpoint, way: cabinet.text, journal: journal)
        outcome = try driver.run { context.interruption.isRequested }
      } catch { throw CommandFailure(.inputOutput, error.message) }
      let why: String?
      switch outcome {
      case .shown(let manufacturer):
        why = nil
        context.console.remark("\(data.name) (\(manufacturer)): returned to its own plan")
      case .notShown(let text):
        why = text
        failures += 1
        context.console.warning("\(data.name): fallback not shown: \(text)")
      }
      results.append(
        .object([
          ("controller", .string(data.name)), ("way", .string(cabinet.text)), ("shown", .bool(why == nil)),
          ("why", why.map { .string($0) } ?? .null),
        ]))
      try context.interruption.check()
    }
    try context.console.output(
      JSONValue.object([
        ("schema", "citybrain.fallback/1"), ("silenceSeconds", .number(silence.seconds)),
        ("cabinets", .array(results)),
      ]).text(pretty: true))
    if failures > 0 {
      throw CommandFailure(.disagreement, "\(failures) cabinets did not show their fallback")
    }
  }
}

/// Which cabinets a journal shows to return to their own plan by themselves.
struct FallbackProofs {
  private var ways: Set<String> = []

  /// - Parameter path: A journal; one that is not there yet shows nothing.
  init(inJournal path: String?) throws(CommandFailure) {
    guard let path, FileManager.default.fileExists(atPath: path) else { return }
    var found: Set<String> = []
    _ = JournalCheck(try Files.read(path)) { line in
      guard line.entry.kind == .fallbackShown, let way = line.entry.details["way"] else { return }
      found.insert("\(line.entry.cabinet)=\(way)")
    }
    ways = found
  }

  func holds(for cabinet: FieldCabinet, named name: String) -> Bool {
    ways.contains("\(name)=\(cabinet.text)")
  }
}
