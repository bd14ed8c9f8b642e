/// The keys of a plan file. The reader knows no others; the published schema lists the same.
enum PlanFormat {
  static let schema = "citybrain.plan/1"

  static let plan = ScenarioObject(
    title: "a plan", definition: nil,
    keys: ["$schema", "schema", "name", "scenario", "tool", "search", "controllers"])

  static let controller = ScenarioObject(
    title: "a controller of a plan", definition: "controller", keys: ["name", "pattern"])

  static let pattern = ScenarioObject(
    title: "a pattern of a plan", definition: "pattern",
    keys: [
      "number", "name", "cycle_s", "offset_s", "offsetReference", "referencePhases", "splits_s", "rings",
      "stages",
    ])
}
