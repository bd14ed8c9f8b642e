import Interchange
import Reporting
import TimingOptimization
import TrafficModel

extension PlanOutcome {
  func text() -> String {
    gainText() + "\n" + PlanDifference(scenario, plan).text() + "\n" + worseText()
      + "\nSearched with \(found.done.text) evaluations (\(found.cyclicEvaluations) junctions before the fast judge); "
      + "--evaluations \(found.done.text) repeats it.\n"
  }

  /// The objective first, then every other measure, old against new.
  private func gainText() -> String {
    let estimator = IntervalEstimator(replications: old.count)
    var text = "\(scenario.name): the plan on the street against the new plan, \(old.count) replications"
    text += " that the search never saw\n\n"
    let widths = [34, 9, 9, 9, 24]
    text += TextTable.line(["", "old", classical.isEmpty ? "" : "Webster", "new", "new - old"], widths)
    let others = PlanObjective.allCases.filter { $0 != options.objective }
    for objective in [options.objective] + others {
      let before = values(objective, old)
      let after = values(objective, new)
      let first = estimator.summary(of: before)
      let second = estimator.summary(of: after)
      guard let oldMean = first.mean, let newMean = second.mean else { continue }
      let difference = estimator.difference(from: before, to: after)
      let webster = estimator.summary(of: values(objective, classical)).mean
      text += TextTable.line(
        [
          objective.title, number(oldMean), webster.map { number($0) } ?? "", number(newMean),
          change(difference, of: oldMean),
        ], widths)
    }
    if !classical.isEmpty { text += "Webster: his cycle and splits, offsets for progression.\n" }
    if let random {
      let drawn = values(options.objective, random.runs)
      let mean = estimator.summary(of: drawn).mean ?? 0
      let difference = estimator.difference(from: drawn, to: values(options.objective, new))
      text += "Best of \(random.count) random legal plans: \(options.objective.title) \(number(mean)); "
      text += "new - random \(change(difference, of: mean))\n"
    }
    return text
  }

  private func number(_ value: Double) -> String {
    NumberText.fixed(value, decimals: abs(value) < 10 ? 2 : 1)
  }

  /// `-21.3 % (-19.8 ± 1.1)`
  private func change(_ difference: PairedDifference, of old: Double) -> String {
    guard let mean = difference.mean else { return "" }
    let percent = old != 0 ? NumberText.fixed(100 * mean / old, decimals: 1) + " %" : ""
    let half = difference.interval.map { " ± " + number($0.halfWidth) } ?? ""
    return "\(percent) (\(number(mean))\(half))"
  }

  /// Movements whose delay grew, the one with most vehicle-hours first.
  private func worseText() -> String {
    let estimator = IntervalEstimator(replications: old.count)
    let approaches = ApproachNames(scenario.network)
    var rows: [(hours: Double, cells: [String])] = []
    var better = 0
    for (index, movement) in scenario.network.movements.enumerated()
    where scenario.network[movement.node].control == .signal {
      let before = old.map {
        $0.movements[index].vehicles > 0 ? $0.movements[index].delayPerVehicleSeconds : nil
      }
      let after = new.map {
        $0.movements[index].vehicles > 0 ? $0.movements[index].delayPerVehicleSeconds : nil
      }
      let difference = estimator.difference(from: before, to: after)
      guard let mean = difference.mean, let interval = difference.interval else { continue }
      if interval.high < 0 { better += 1 }
      if interval.low <= 0 { continue }
      let volume = Double(new.reduce(0) { $0 + $1.movements[index].vehicles }) / Double(new.count)
      let first = estimator.summary(of: before).mean ?? 0
      rows.append(
        (
          mean * volume,
          [
            "\(scenario.network[movement.node].name) \(approaches[movement.from]) \(movement.turn.rawValue)",
            number(first), number(first + mean), "+\(number(mean)) ± \(number(interval.halfWidth))",
            NumberText.fixed(volume, decimals: 0),
          ]
        ))
    }
    if rows.isEmpty { return "No movement got significantly worse; \(better) got better.\n" }
    rows.sort { $0.hours > $1.hours }
    var text = "What got worse (\(rows.count) movements; \(better) got better): delay in s per vehicle\n"
    let widths = [28, 8, 8, 16, 10]
    text += TextTable.line(["movement", "old", "new", "change", "vehicles"], widths)
    for row in rows.prefix(12) { text += TextTable.line(row.cells, widths) }
    if rows.count > 12 { text += "and \(rows.count - 12) more; --json lists all\n" }
    return text
  }
}

/// Columns of text: the first to the left, the others to the right.
enum TextTable {
  static func line(_ cells: [String], _ widths: [Int]) -> String {
    var text = ""
    for (index, cell) in cells.enumerated() {
      let space = String(repeating: " ", count: max(0, widths[index] - cell.count))
      text += index == 0 ? cell + space : "  " + space + cell
    }
    while text.last == " " { text.removeLast() }
    return text + "\n"
  }
}
