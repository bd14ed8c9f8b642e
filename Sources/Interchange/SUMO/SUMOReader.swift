import TrafficModel

/// How SUMO's files are to be read.
public struct SUMOOptions: Hashable, Sendable {
  /// Name of the scenario; the file's name without folder and endings if `nil`.
  public var name: String?
  /// The window in SUMO's own seconds; our clock is zero at its start. `nil`: from zero, or the first departure's hour.
  public var beginSeconds: Double?
  /// `nil`: an hour after the last departure.
  public var endSeconds: Double?
  /// Yellow of every signal instead of the programs' own; their red clearances stay.
  public var yellow: TimeSpan?
  /// The shortest green of strategies that decide themselves; programs that are shorter keep theirs.
  public var minimumGreen: TimeSpan

  public init(
    name: String? = nil, beginSeconds: Double? = nil, endSeconds: Double? = nil, yellow: TimeSpan? = nil,
    minimumGreen: TimeSpan = TimeSpan(milliseconds: 5000)
  ) {
    self.name = name
    self.beginSeconds = beginSeconds
    self.endSeconds = endSeconds
    self.yellow = yellow
    self.minimumGreen = minimumGreen
  }
}

/// The bytes of one of SUMO's files, with the name to show in messages.
public struct SUMOFile: Hashable, Sendable {
  public var name: String
  public var bytes: [UInt8]

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

/// What of a network and its demand was read: for comparison with another reader of the same files.
public struct SUMOCounts: Hashable, Sendable {
  public var edges = 0
  /// Lanes of ordinary edges, those without cars included.
  public var lanes = 0
  public var junctions = 0
  public var connections = 0
  public var signals = 0
  /// Links of signals that a lane connection uses.
  public var signalLinks = 0
  public var roundabouts = 0
  public var vehicles = 0

  public init() {}
}

/// A scenario read from SUMO, how it maps to SUMO's ids, and everything that had to be decided on the way.
public struct SUMOImport: Hashable, Sendable {
  public var scenario: Scenario
  public var mapping: SUMOMapping
  /// Substitutions and omissions, and everything that was not understood.
  public var warnings: [Finding]
  public var counts: SUMOCounts
  /// The window in SUMO's seconds.
  public var beginSeconds: Double
  public var endSeconds: Double
}

/// Reads networks (`.net.xml`), demand (`.rou.xml`, trips, flows, vehicle types) and detectors of SUMO 1.x.
///
/// Edges become links, connections movements (one for each pair of edges), right-of-way matrices the lists of who
/// yields to whom, waiting places inside junctions (`cont`) the movements' waiting places, and programs (`tlLogic`)
/// stages: states between whose greens yellow and red lie belong to the stage before. Lanes that cars may not use,
/// or that lead nowhere at a junction, are left out and told.
public enum SUMOReader {
  /// - Throws: the first place where a file cannot be understood.
  public static func read(
    net: SUMOFile, routes: [SUMOFile] = [], additional: [SUMOFile] = [], options: SUMOOptions = SUMOOptions()
  ) throws(DocumentError) -> SUMOImport {
    let document = try SUMONetReader.read(net.bytes, file: net.name)
    var importer = SUMOImporter(document, options: options)
    importer.buildNetwork()
    let trips = try SUMORoutesReader.read(routes)
    importer.setWindow(trips)
    importer.buildSignals()
    let detectors = try SUMOAdditionalReader.read(additional)
    importer.buildDetectors(detectors)
    importer.buildDemand(trips)
    return importer.result()
  }
}
