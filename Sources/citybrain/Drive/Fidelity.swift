import Interchange
import Reporting
import TrafficModel

/// One run on either road, as far as the comparison needs it.
struct RoadSample: Hashable, Sendable {
  /// Mean of all vehicles that came in, finished or still driving.
  var meanTripSeconds: Double
  /// Time loss and wait outside of all that were due.
  var delayAllSeconds: Double
  var finished: Int
  var notInserted: Int
  var approaches: [ApproachSample]
}

/// Both roads under one controller, seed by seed.
struct FidelityComparison: Sendable {
  var strategy: String
  var approachNames: [String]
  /// Measured time, for hourly flows.
  var hours: Double
  var ours: [RoadSample]
  var theirs: [RoadSample]

  /// Approaches with fewer vehicles a run say nothing.
  static let fewestVehicles = 20.0
  static let tolerance = 0.1

  /// Means over the runs of both roads for one approach.
  struct Approach: Hashable, Sendable {
    var name: String
    var ourFlow: Double
    var theirFlow: Double
    var geh: Double
    var ourTravelSeconds: Double
    var theirTravelSeconds: Double
    /// Of SUMO's mean over its seeds.
    var theirStandardError: Double
    var ourDelaySeconds: Double
    var theirDelaySeconds: Double
    /// Within 10 % or two standard errors of SUMO's seeds, whichever is more.
    var agrees: Bool
  }

  /// Approaches that enough vehicles use on SUMO's road, in the order of the network.
  var approaches: [Approach] { approachNames.indices.compactMap { approach($0) } }

  private func approach(_ place: Int) -> Approach? {
    func values(_ runs: [RoadSample], _ value: (ApproachSample) -> Double?) -> [Double] {
      runs.compactMap { value($0.approaches[place]) }
    }
    let theirCounts = SampleMoments(values(theirs, \.vehicles))
    let theirTravel = SampleMoments(values(theirs, \.meanTravelSeconds))
    let ourTravel = SampleMoments(values(ours, \.meanTravelSeconds))
    guard theirCounts.count > 0, theirCounts.mean >= Self.fewestVehicles, ourTravel.count > 0,
      theirTravel.count > 0
    else { return nil }
    let flow = FlowComparison(
      name: approachNames[place], modelled: SampleMoments(values(ours, \.vehicles)).mean / hours,
      counted: theirCounts.mean / hours)
    let error =
      theirTravel.count > 1 ? theirTravel.standardDeviation / Double(theirTravel.count).squareRoot() : 0
    let bound = max(Self.tolerance * theirTravel.mean, 2 * error)
    return Approach(
      name: approachNames[place], ourFlow: flow.modelled, theirFlow: flow.counted, geh: flow.geh,
      ourTravelSeconds: ourTravel.mean, theirTravelSeconds: theirTravel.mean, theirStandardError: error,
      ourDelaySeconds: SampleMoments(values(ours, \.meanDelaySeconds)).mean,
      theirDelaySeconds: SampleMoments(values(theirs, \.meanDelaySeconds)).mean,
      agrees: (ourTravel.mean - theirTravel.mean).magnitude <= bound)
  }

  func summary(_ runs: [RoadSample], _ value: (RoadSample) -> Double) -> MeasureSummary {
    IntervalEstimator(replications: runs.count).summary(of: runs.map { value($0) })
  }

  /// Relative difference of means, ours to SUMO's.
  func difference(_ value: (RoadSample) -> Double) -> Double {
    let own = summary(ours, value).mean ?? 0
    let other = summary(theirs, value).mean ?? 0
    return other == 0 ? 0 : own / other - 1
  }
}

// MARK: - Drawing

extension FidelityComparison {
  /// Travel times of the approaches, SUMO's across and ours upwards.
  func scatterPlot(of scenario: String) -> ScatterPlot {
    ScatterPlot(
      title: "\(scenario), \(strategy): mean travel time of signal approaches",
      xTitle: "SUMO, s (\(theirs.count) runs)", yTitle: "here, s (\(ours.count) runs)",
      tolerance: Self.tolerance,
      points: approaches.map {
        ScatterPlot.Point(
          name: $0.name, x: $0.theirTravelSeconds, y: $0.ourTravelSeconds, weight: $0.theirFlow,
          agrees: $0.agrees)
      })
  }
}

// MARK: - Text and JSON

extension FidelityComparison {
  private func mean(_ summary: MeasureSummary) -> String {
    let value = summary.mean.map { NumberText.fixed($0, decimals: 1) } ?? "-"
    let spread = summary.interval.map { " ±\(NumberText.fixed($0.halfWidth, decimals: 1))" } ?? ""
    return value + spread
  }

  private func percent(_ share: Double) -> String {
    (share > 0 ? "+" : "") + NumberText.fixed(100 * share, decimals: 1) + " %"
  }

  func text() -> String {
    let approaches = approaches
    let agreeing = approaches.count { $0.agrees }
    let flows = approaches.count { $0.geh < 5 }
    var text = """
      \(strategy), \(ours.count) runs here, \(theirs.count) in SUMO (95 % intervals)
        mean trip    \(mean(summary(ours, \.meanTripSeconds))) s here, \
      \(mean(summary(theirs, \.meanTripSeconds))) s in SUMO: \(percent(difference(\.meanTripSeconds)))
        delay_all    \(mean(summary(ours, \.delayAllSeconds))) s here, \
      \(mean(summary(theirs, \.delayAllSeconds))) s in SUMO: \(percent(difference(\.delayAllSeconds)))
        approaches   \(agreeing) of \(approaches.count) within 10 % or two standard errors
        flows        \(flows) of \(approaches.count) with GEH below 5

      """
    let worst = approaches.filter { !$0.agrees }.sorted {
      let a = ($0.ourTravelSeconds - $0.theirTravelSeconds).magnitude * $0.theirFlow
      let b = ($1.ourTravelSeconds - $1.theirTravelSeconds).magnitude * $1.theirFlow
      return a > b
    }
    for approach in worst.prefix(10) {
      text +=
        "    \(approach.name): \(NumberText.fixed(approach.ourTravelSeconds, decimals: 1)) s here, "
        + "\(NumberText.fixed(approach.theirTravelSeconds, decimals: 1)) s in SUMO "
        + "(\(NumberText.fixed(approach.ourFlow, decimals: 0)) and "
        + "\(NumberText.fixed(approach.theirFlow, decimals: 0)) vehicles/h)\n"
    }
    return text
  }

  func json() -> JSONValue {
    func json(_ summary: MeasureSummary) -> JSONValue {
      .object([
        ("mean", summary.mean.map { .number($0) } ?? .null),
        ("low", summary.interval.map { .number($0.low) } ?? .null),
        ("high", summary.interval.map { .number($0.high) } ?? .null),
      ])
    }
    func pair(_ value: (RoadSample) -> Double) -> JSONValue {
      .object([
        ("ours", json(summary(ours, value))), ("sumo", json(summary(theirs, value))),
        ("relativeDifference", .number(difference(value))),
        ("ourRuns", .array(ours.map { .number(value($0)) })),
        ("sumoRuns", .array(theirs.map { .number(value($0)) })),
      ])
    }
    let approaches = approaches
    return .object([
      ("strategy", .string(strategy)), ("runs", .integer(ours.count)), ("sumoRuns", .integer(theirs.count)),
      ("meanTripSeconds", pair(\.meanTripSeconds)), ("delayAllSeconds", pair(\.delayAllSeconds)),
      ("finished", pair { Double($0.finished) }), ("notInserted", pair { Double($0.notInserted) }),
      ("approachesWithin", .integer(approaches.count { $0.agrees })),
      ("approachesCompared", .integer(approaches.count)),
      (
        "approaches",
        .array(
          approaches.map {
            .object([
              ("link", .string($0.name)), ("ourVehiclesPerHour", .number($0.ourFlow)),
              ("sumoVehiclesPerHour", .number($0.theirFlow)), ("geh", .number($0.geh)),
              ("ourTravelSeconds", .number($0.ourTravelSeconds)),
              ("sumoTravelSeconds", .number($0.theirTravelSeconds)),
              ("sumoStandardError", .number($0.theirStandardError)),
              ("ourDelaySeconds", .number($0.ourDelaySeconds)),
              ("sumoDelaySeconds", .number($0.theirDelaySeconds)), ("agrees", .bool($0.agrees)),
            ])
          })
      ),
    ])
  }
}
