import TrafficModel

/// Makes a scenario of a SUMO network.
struct SUMOImporter {
  let net: SUMONet
  let options: SUMOOptions
  var network = Network()
  var controllers: [SignalController] = []
  var demand = Demand()
  var mapping = SUMOMapping()
  var notes = ImportNotes()
  var counts = SUMOCounts()
  var begin = 0.0
  var end = 3600.0
  /// By junction id.
  var nodeOf: [String: NodeID] = [:]
  /// By edge id.
  var links: [String: LinkID] = [:]
  /// By edge id and SUMO's lane index: our lane.
  var laneOf: [String: [Int?]] = [:]
  /// By link: the number of its first lane.
  var firstLane: [Int] = []
  /// By movement: the connections that it was made of, as indices into the net's.
  var connectionsOf: [[Int]] = []
  /// By connection of the net: its movement.
  var movementOf: [MovementID?] = []

  init(_ net: SUMONet, options: SUMOOptions) {
    self.net = net
    self.options = options
  }

  func result() -> SUMOImport {
    var notes = notes
    for (what, count) in net.unknown.sorted(by: { $0.key < $1.key }) {
      notes.note(
        "sumo-unknown", at: net.file,
        "\(what), \(count) times, which the reader does not know; they are left out",
        mend: "see whether they matter")
    }
    let scenario = Scenario(
      name: options.name ?? Self.name(of: net.file), summary: "Imported from SUMO.", driverProfile: .sumo,
      network: network, controllers: controllers, demand: demand,
      run: RunSettings(warmUp: .zero, duration: TimeSpan(seconds: end - begin)))
    return SUMOImport(
      scenario: scenario, mapping: mapping, warnings: notes.all(), counts: counts, beginSeconds: begin,
      endSeconds: end)
  }

  /// The file's name without folder and endings.
  static func name(of file: String) -> String {
    let last = file.split(separator: "/").last.map(String.init) ?? file
    return last.split(separator: ".").first.map(String.init) ?? last
  }

  /// The window: as wanted, or from the first departure's whole minute to an hour behind the last departure.
  mutating func setWindow(_ trips: SUMODemand) {
    let first = trips.firstDeparture ?? 0
    begin = options.beginSeconds ?? (first >= 3600 ? (first / 3600).rounded(.down) * 3600 : 0)
    end = options.endSeconds ?? max(begin + 3600, (trips.lastDeparture ?? begin) + 3600)
  }
}
