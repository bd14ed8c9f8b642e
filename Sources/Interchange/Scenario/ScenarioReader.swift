import TrafficModel

/// Why a document is no scenario: everything that one pass found, in order of place.
public struct ScenarioErrors: Error, Hashable, Sendable, CustomStringConvertible {
  public var errors: [DocumentError]

  public init(errors: [DocumentError]) { self.errors = errors }

  public var description: String { errors.map(\.description).joined(separator: "\n") }
}

/// Reads scenario files.
public enum ScenarioReader {
  /// Reads a scenario in JSON or JSON5 and checks that it can be run.
  ///
  /// Syntax errors stop at the first; otherwise all errors of one pass are collected, up to 50. What can be run
  /// but deserves a look comes back as warnings.
  /// - Parameter file: The name of the file, for messages.
  public static func read(
    _ bytes: [UInt8], file: String
  ) throws(ScenarioErrors) -> (scenario: Scenario, warnings: [Finding]) {
    var parser = JSONParser(bytes, file: file)
    let root: JSONNode
    do {
      root = try parser.parseDocument()
    } catch {
      throw ScenarioErrors(errors: parser.duplicates + [error])
    }
    var assembly = ScenarioAssembly(file: file, duplicates: parser.duplicates)
    let scenario = assembly.read(DocumentPlace(node: root, path: .root))
    if let errors = assembly.sortedErrors { throw ScenarioErrors(errors: errors) }
    let findings = scenario.findings()
    let faults = findings.filter { $0.severity == .error }
    if !faults.isEmpty {
      // Only now does anybody ask where things stand: the document is gone through once more.
      assembly = ScenarioAssembly(file: file, duplicates: parser.duplicates)
      assembly.places.isKept = true
      _ = assembly.read(DocumentPlace(node: root, path: .root))
      assembly.note(faults)
    }
    if let errors = assembly.sortedErrors { throw ScenarioErrors(errors: errors) }
    return (scenario, findings.filter { $0.severity == .warning })
  }
}

/// Where the things stand that findings speak of, by the place that a finding names.
///
/// It is kept only for a document with findings: to write it takes as long as to read the rest.
struct PlaceBook {
  var isKept = false
  private var places: [String: DocumentPlace] = [:]

  subscript(name: @autoclosure () -> String) -> DocumentPlace? {
    get { isKept ? places[name()] : nil }
    set { if isKept { places[name()] = newValue } }
  }
}

/// A scenario while it is read: what is there so far, and the names by which later parts refer to it.
struct ScenarioAssembly {
  var document: DocumentReader
  var network = Network()
  var controllers: [SignalController] = []
  var nodeNames = NameTable(what: "node")
  var linkNames = NameTable(what: "link")
  var crosswalkNames = NameTable(what: "crosswalk")
  var detectorNames = NameTable(what: "detector")
  var classNames = NameTable(what: "vehicle class")
  var movementOfLinks: [LinkPair: MovementID] = [:]
  /// By link.
  var movementsFrom: [[MovementID]] = []
  /// Nodes whose control is not written; see ``assignNodeControls()``.
  var nodesWithoutControl: [NodeID] = []
  /// By movement.
  var governance: [MovementGovernance] = []
  /// By crosswalk: the phase or group that governs it.
  var crosswalkLamps: [DocumentObject] = []
  var places = PlaceBook()

  struct LinkPair: Hashable {
    var from: LinkID
    var to: LinkID
  }

  init(file: String, duplicates: [DocumentError]) {
    document = DocumentReader(file: file, errors: duplicates)
  }

  mutating func read(_ root: DocumentPlace) -> Scenario {
    places[""] = root
    let empty = Scenario(
      name: "", network: network, demand: Demand(), run: RunSettings(warmUp: .zero, duration: .zero))
    guard let object = document.object(root, as: ScenarioFormat.scenario) else { return empty }
    checkSchema(object)
    if let place = object["$schema"] { _ = document.text(place) }
    readNodes(object)
    readLinks(object)
    readMovements(object)
    readCrosswalks(object)
    readDetectors(object)
    // Without nodes every reference is a stand-in for nothing, and that has been noted.
    if !network.nodes.isEmpty {
      readControllers(object)
      assignNodeControls()
      deriveYieldingWithoutSigns()
    }
    return Scenario(
      name: scenarioName(object), summary: document.text(object, "summary", default: ""),
      units: document.choice(object, "units", default: .metric, else: UnitSystem.metric),
      driverProfile: document.choice(object, "driverProfile", default: .field, else: DriverProfileName.field),
      network: network, controllers: controllers, demand: readDemand(object),
      incidents: readIncidents(object), run: readRun(object), corridor: readCorridor(object),
      walking: readWalking(object))
  }

  private mutating func readWalking(_ object: DocumentObject) -> WalkingSpeeds {
    var speeds = WalkingSpeeds()
    guard let place = object["walking"], let walking = document.object(place, as: ScenarioFormat.walking)
    else { return speeds }
    let range = 0.5...2.5
    speeds.metersPerSecond = document.number(
      walking, "speed_mps", in: range, what: "a walking speed in metres per second",
      default: speeds.metersPerSecond)
    speeds.deviationMetersPerSecond = document.number(
      walking, "deviation_mps", in: 0...1, what: "a deviation in metres per second",
      default: speeds.deviationMetersPerSecond)
    speeds.slowShare = document.number(
      walking, "slowShare", in: 0...1, what: "a share", default: speeds.slowShare)
    speeds.slowMetersPerSecond = document.number(
      walking, "slowSpeed_mps", in: range, what: "a walking speed in metres per second",
      default: speeds.slowMetersPerSecond)
    return speeds
  }

  /// Reports and files are named after a scenario, so its name must be no path.
  private mutating func scenarioName(_ object: DocumentObject) -> String {
    let name = document.name(object)
    if let place = object["name"], name.contains("/") || name.contains("\\") || name == "." || name == ".." {
      document.noteType(
        place, expected: "a name that is no path",
        mend: "leave out slashes; the scenario's folder is named on the command line")
    }
    return name
  }

  private mutating func checkSchema(_ object: DocumentObject) {
    guard let place = object["schema"] else {
      return document.noteMissing(
        "schema", in: object, mend: "begin with \"schema\": \"\(ScenarioFormat.schema)\"")
    }
    if document.text(place) != ScenarioFormat.schema, case .string = place.node.content {
      document.noteType(
        place, expected: "\"\(ScenarioFormat.schema)\"",
        mend: "write \"\(ScenarioFormat.schema)\", or use the version of citybrain that knows this schema")
    }
  }

  private mutating func readRun(_ object: DocumentObject) -> RunSettings {
    var settings = RunSettings(warmUp: TimeSpan(seconds: 600), duration: TimeSpan(seconds: 3600))
    guard let place = object["run"], let run = document.object(place, as: ScenarioFormat.run) else {
      return settings
    }
    places["run"] = place
    let range = 0...ScenarioLimits.runSeconds
    settings.warmUp = document.span(run, "warmUp_s", in: range, default: settings.warmUp)
    settings.duration = document.span(
      run, "duration_s", in: 0.1...ScenarioLimits.runSeconds, default: settings.duration)
    return settings
  }

  private mutating func readCorridor(_ object: DocumentObject) -> [LinkID] {
    places["corridor"] = object["corridor"]
    return document.elements(object, "corridor").map { LinkID(linkNames.find($0, in: &document)) }
  }

  /// What has been noted, in the order of the document; `nil` if there is nothing.
  var sortedErrors: [DocumentError]? {
    if document.errors.isEmpty { return nil }
    return document.errors.sorted { ($0.line, $0.column, $0.path) < ($1.line, $1.column, $1.path) }
  }

  /// Turns findings of the model's own checks into errors at the place of what they speak of.
  mutating func note(_ findings: [Finding]) {
    for finding in findings {
      guard let place = documentPlace(of: finding.place) else { continue }
      let (found, expected) = finding.foundAndExpected
      document.note(place, found: found, expected: expected, mend: finding.mend)
    }
  }

  /// The narrowest part of "controller 501, pattern 1, ring 2" that is known, else the whole document.
  private func documentPlace(of name: String) -> DocumentPlace? {
    var parts = name.split(separator: ", ", omittingEmptySubsequences: false)
    while !parts.isEmpty {
      if let place = places[parts.joined(separator: ", ")] { return place }
      parts.removeLast()
    }
    return places[""]
  }
}
