import Interchange
import Reporting
import TimingOptimization
import TrafficModel

/// Counts beside the flows that a scenario sends over the same movements.
///
/// They differ where counts of neighbouring junctions do not balance: shares are kept, and mid-block sources and
/// exits take the difference.
struct CountedFlows: Sendable {
  let table: GEHTable

  init(_ scenario: Scenario) {
    let network = scenario.network
    let approaches = ApproachNames(network)
    let modelled = ExpectedVolumes(scenario).vehiclesPerHour
    let counted = Self.means(scenario)
    let movements = network.movements.indices.filter { counted[$0] > 0 || modelled[$0] > 0 }
    table = GEHTable(
      names: movements.map { index in
        let movement = network.movements[index]
        return "\(network[movement.node].name) \(approaches[movement.from]) \(movement.turn.rawValue)"
      },
      modelled: movements.map { modelled[$0] }, counted: movements.map { counted[$0] })
  }

  /// The turning volumes by movement, meaned over the measured time.
  private static func means(_ scenario: Scenario) -> [Double] {
    let begin = scenario.run.warmUp.seconds
    let end = begin + scenario.run.duration.seconds
    var means = [Double](repeating: 0, count: scenario.network.movements.count)
    let steps = scenario.demand.turning
    for (index, step) in steps.enumerated() {
      let stop = index + 1 < steps.count ? steps[index + 1].startSeconds : .infinity
      let overlap = max(0, min(stop, end) - max(step.startSeconds, begin))
      for movement in means.indices {
        means[movement] += step.vehiclesPerHour[movement] * overlap / (end - begin)
      }
    }
    return means
  }

  private var percentBelowFive: String { NumberText.fixed(100 * table.share(below: 5), decimals: 0) }

  func text() -> String {
    let width = table.rows.map(\.name.count).max() ?? 0
    var text = HelpText.padded("Movement", width) + "   counted  scenario   GEH\n"
    for row in table.rows {
      let cells = [
        (NumberText.fixed(row.counted, decimals: 0), 8), (NumberText.fixed(row.modelled, decimals: 0), 8),
        (NumberText.fixed(row.geh, decimals: 1), 4),
      ]
      text += HelpText.padded(row.name, width)
      for (cell, columns) in cells {
        text += "  " + String(repeating: " ", count: max(0, columns - cell.count)) + cell
      }
      text += "\n"
    }
    return text
      + "GEH below 5 at \(percentBelowFive) % of \(table.rows.count) movements (veh/h; practice asks for 85 %)\n"
  }

  func json() -> JSONValue {
    .object([
      ("gehBelow5_share", .number(table.share(below: 5))), ("gehOfSum", .number(table.gehOfSum)),
      (
        "movements",
        .array(
          table.rows.map {
            .object([
              ("name", .string($0.name)), ("counted_vehPerHour", .number($0.counted)),
              ("scenario_vehPerHour", .number($0.modelled)), ("geh", .number($0.geh)),
            ])
          })
      ),
    ])
  }
}
