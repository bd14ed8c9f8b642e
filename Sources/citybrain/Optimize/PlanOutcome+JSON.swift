import Interchange
import Reporting
import TimingOptimization
import TrafficModel

extension PlanOutcome {
  func json() -> JSONValue {
    let estimator = IntervalEstimator(replications: old.count)
    return .object([
      ("schema", "citybrain.optimize/1"),
      ("tool", .object([("name", "citybrain"), ("version", .string(Tool.version))])),
      ("inputs", .array(files.map(\.json))),
      ("seed", .integer(Int(clamping: seed))),
      (
        "result",
        .object([
          ("search", found.json()), ("replications", .integer(old.count)),
          (
            "measures",
            .array(
              PlanObjective.allCases.map { objective in
                let before = values(objective, old)
                let after = values(objective, new)
                return .object(
                  [("name", .string(objective.rawValue))]
                    + Self.members(estimator, before, after) + [
                      ("oldByReplication", .array(before.map { $0.map { .number($0) } ?? .null })),
                      (
                        "websterByReplication",
                        .array(values(objective, classical).map { $0.map { .number($0) } ?? .null })
                      ),
                      ("newByReplication", .array(after.map { $0.map { .number($0) } ?? .null })),
                    ])
              })
          ),
          ("changes", PlanDifference(scenario, plan).json()),
          ("movements", .array(movements(estimator))),
        ])
      ),
    ])
  }

  private func movements(_ estimator: IntervalEstimator) -> [JSONValue] {
    let approaches = ApproachNames(scenario.network)
    return scenario.network.movements.enumerated().compactMap { index, movement in
      if scenario.network[movement.node].control != .signal { return nil }
      func delays(_ runs: [RunMeasures]) -> [Double?] {
        runs.map { $0.movements[index].vehicles > 0 ? $0.movements[index].delayPerVehicleSeconds : nil }
      }
      return .object(
        [
          ("node", .string(scenario.network[movement.node].name)),
          ("approach", .string(approaches[movement.from])), ("turn", .string(movement.turn.rawValue)),
        ] + Self.members(estimator, delays(old), delays(new)))
    }
  }

  private static func members(
    _ estimator: IntervalEstimator, _ old: [Double?], _ new: [Double?]
  ) -> [(String, JSONValue)] {
    let difference = estimator.difference(from: old, to: new)
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return [
      ("old", number(estimator.summary(of: old).mean)), ("new", number(estimator.summary(of: new).mean)),
      ("change", number(difference.mean)), ("changeLow", number(difference.interval?.low)),
      ("changeHigh", number(difference.interval?.high)),
    ]
  }
}
