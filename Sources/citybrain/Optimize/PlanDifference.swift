import Interchange
import Reporting
import TrafficModel

/// What a plan changes of each controller: cycle, splits or stages, sequence, offset.
struct PlanDifference: Sendable {
  struct Row: Hashable, Sendable {
    var controller: String
    var parameter: String
    var old: String
    var new: String
  }

  private(set) var rows: [Row] = []
  private(set) var unchanged: [String] = []

  init(_ scenario: Scenario, _ plan: TimingPlan) {
    for entry in plan.entries {
      let controller = scenario.controllers[entry.controller.index]
      guard
        let old = controller.patterns.first(where: { $0.number == entry.pattern.number })
          ?? controller.patterns.first
      else { continue }
      let before = rows.count
      append(controller, "cycle, s", Self.seconds(old.cycle), Self.seconds(entry.pattern.cycle))
      switch (old.timing, entry.pattern.timing) {
      case (.ringBarrier(let oldDiagram, let oldSplits, _), .ringBarrier(let diagram, let splits, _)):
        let served = controller.phases.indices.filter { oldSplits[$0] > .zero || splits[$0] > .zero }
        append(
          controller, "splits \(served.map { "\(controller.phases[$0].number)" }.joined(separator: "/")), s",
          served.map { Self.seconds(oldSplits[$0]) }.joined(separator: "/"),
          served.map { Self.seconds(splits[$0]) }.joined(separator: "/"))
        append(
          controller, "sequence", Self.order(oldDiagram, oldSplits, controller),
          Self.order(diagram, splits, controller))
      case (.stages(let oldChain), .stages(let chain)):
        append(controller, "stages, s", Self.text(oldChain, controller), Self.text(chain, controller))
      default: append(controller, "kind", "splits", "stages")
      }
      append(controller, "offset, s", Self.seconds(old.offset), Self.seconds(entry.pattern.offset))
      if rows.count == before { unchanged.append(controller.name) }
    }
  }

  private mutating func append(_ controller: SignalController, _ name: String, _ old: String, _ new: String) {
    if old != new { rows.append(Row(controller: controller.name, parameter: name, old: old, new: new)) }
  }

  static func seconds(_ span: TimeSpan) -> String {
    NumberText.fixed(span.seconds, decimals: span.milliseconds % 1000 == 0 ? 0 : 1)
  }

  /// `1-2|3-4, 5-6|7-8`: rings, the barrier as a bar.
  private static func order(
    _ diagram: RingBarrierDiagram, _ splits: [TimeSpan], _ controller: SignalController
  ) -> String {
    diagram.rings.map { ring in
      ring.map { side in
        side.filter { splits[$0] > .zero }.map { "\(controller.phases[$0].number)" }.joined(separator: "-")
      }.joined(separator: "|")
    }.joined(separator: ", ")
  }

  private static func text(_ chain: [StageInterval], _ controller: SignalController) -> String {
    chain.map { "\(controller.stages[$0.stage].name) \(seconds($0.duration))" }.joined(separator: ", ")
  }

  func text() -> String {
    if rows.isEmpty { return "The plan changes nothing.\n" }
    let width = rows.map(\.old.count).max() ?? 0
    let widths = [
      max(10, rows.map(\.controller.count).max() ?? 0), rows.map(\.parameter.count).max() ?? 0, width,
      rows.map(\.new.count).max() ?? 0,
    ]
    var text = TextTable.line(["controller", "", "old", "new"], widths)
    var last = ""
    for row in rows {
      text += TextTable.line(
        [row.controller == last ? "" : row.controller, row.parameter, row.old, row.new], widths)
      last = row.controller
    }
    if !unchanged.isEmpty { text += "unchanged: \(unchanged.joined(separator: ", "))\n" }
    return text
  }

  func json() -> JSONValue {
    .array(
      rows.map {
        .object([
          ("controller", .string($0.controller)), ("parameter", .string($0.parameter)),
          ("old", .string($0.old)), ("new", .string($0.new)),
        ])
      })
  }
}
