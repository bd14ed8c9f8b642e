import TrafficModel

/// The steps from a cut file to a scenario; each step is a file `UTDFImporter+Step.swift`.
struct UTDFImporter: Sendable {
  let document: UTDFDocument
  let options: UTDFOptions
  let units: UTDFUnits
  let defaults: UTDFDefaults
  var notes = ImportNotes()

  /// In file order; an index is also the ``NodeID``.
  var nodes: [UTDFNode] = []
  var indexOfNumber: [Int: Int] = [:]
  var approaches: [UTDFApproach] = []
  /// Approach by upstream node and node, both as indices.
  var approachBetween: [NodePair: Int] = [:]

  /// By node: its neighbours and the lanes of the leg to each, both directions.
  var crossingLanes: [[(neighbour: Int, lanes: Int)]] = []
  /// Approaches that begin at a node, by node.
  var departures: [[Int]] = []

  var network = Network()
  var labels: [String] = []
  var turning: [Double] = []
  var plans: [UTDFPlan] = []
  var planOfNode: [Int?] = []
  /// By plan; `nil` where the plan cannot be laid out.
  var timelines: [CycleTimeline?] = []
  var pedestrianFlows: [PedestrianFlow] = []
  var loads: [LaneGroupLoad] = []

  struct NodePair: Hashable {
    var from: Int
    var to: Int
  }

  init(_ document: UTDFDocument, options: UTDFOptions) throws(DocumentError) {
    self.document = document
    self.options = options
    let table = document["network"]
    let metric = try Self.setting("metric", document, .code(0...1))
    units = UTDFUnits(isMetric: metric == 1)
    defaults = try Self.readDefaults(document, units)
    if table == nil {
      notes.note(
        "network-missing", at: "[Network]",
        "The section is missing: US units and usual defaults are assumed.",
        mend: "export the file with its [Network] section")
    } else if metric == nil {
      notes.note(
        "units-assumed", at: "[Network] Metric", "The row is missing: feet and miles per hour are assumed.",
        mend: "add Metric,0 (feet, mph) or Metric,1 (metres, km/h)")
    }
  }

  private static func setting(
    _ key: String, _ document: UTDFDocument, _ range: UTDFRange
  ) throws(DocumentError) -> Double? {
    guard let table = document["network"] else { return nil }
    return try document.number(table, key, 0, table.column("DATA") ?? 1, range)
  }

  private static func readDefaults(
    _ document: UTDFDocument, _ units: UTDFUnits
  ) throws(DocumentError) -> UTDFDefaults {
    var values = UTDFDefaults()
    values.yellowSeconds = try setting("yellowtime", document, .seconds) ?? values.yellowSeconds
    values.allRedSeconds = try setting("allredtime", document, .seconds) ?? values.allRedSeconds
    values.walkSeconds = try setting("walk", document, .seconds) ?? values.walkSeconds
    values.dontWalkSeconds = try setting("dontwalk", document, .seconds) ?? values.dontWalkSeconds
    values.criticalGapSeconds = try setting("criticalgap", document, .seconds) ?? values.criticalGapSeconds
    let share = UTDFRange(bounds: 0...1, words: "a share from 0 to 1")
    values.heavyShare = try setting("hv", document, share) ?? values.heavyShare
    let factor = UTDFRange(bounds: 0.05...1, words: "a peak hour factor from 0.05 to 1")
    values.peakHourFactor = try setting("phf", document, factor) ?? values.peakHourFactor
    let growth = UTDFRange(bounds: 0...100, words: "a growth factor from 0 to 100")
    values.growthFactor = try setting("growth", document, growth) ?? values.growthFactor
    let flow = UTDFRange(bounds: 300...4000, words: "vehicles per hour and lane from 300 to 4000")
    values.idealFlow = try setting("defflow", document, flow) ?? values.idealFlow
    values.widthMeters =
      try setting("defwidth", document, .notNegative).map(units.meters) ?? values.widthMeters
    return values
  }

  mutating func run() throws(DocumentError) -> UTDFImport {
    noteUnknownContent()
    try readNodes()
    try readLinks()
    try readLaneGroups()
    try readPlans()
    layOutLanes()
    countCrossingLanes()
    buildNodesAndLinks()
    try buildMovements()
    setSaturationHeadways()
    let controllers = buildControllers()
    setRightOfWay()
    measureLoads()
    let demand = buildDemand()
    let suspects = loads.filter { $0.saturationDegree > UTDFReader.suspectSaturationDegree }
    noteSuspects(suspects)
    noteConventions()
    let scenario = Scenario(
      name: options.name ?? fileStem, summary: summary, units: units.system, network: network,
      controllers: controllers, demand: demand, run: options.run, corridor: longestCorridor())
    return UTDFImport(
      scenario: scenario, warnings: notes.all(), movementLabels: labels, laneGroupLoads: loads,
      suspectCounts: suspects, suspectJunctions: Set(suspects.map(\.node)).sorted())
  }

  private var fileStem: String {
    let name = document.text.file.split(separator: "/").last.map(String.init) ?? "utdf"
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }

  private var summary: String {
    let signals = nodes.count { $0.kind == .signal }
    let file = document.text.file.split(separator: "/").last.map(String.init) ?? document.text.file
    return "Imported from UTDF (\(file)): \(signals) signals, \(plans.count) controllers."
  }

  /// The place of an intersection in messages.
  func name(_ node: Int) -> String { "node \(nodes[node].number)" }

  func name(_ approach: UTDFApproach) -> String {
    "\(nodes[approach.node].number) \(approach.heading.rawValue)"
  }
}
