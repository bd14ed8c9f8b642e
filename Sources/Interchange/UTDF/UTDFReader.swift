import TrafficModel

/// How a UTDF file is to be read.
public struct UTDFOptions: Hashable, Sendable {
  /// Name of the scenario; the file's name without folder and ending if `nil`.
  public var name: String?
  /// Whether volumes are raised to the flow of the peak quarter hour: volume × growth ÷ PHF, as Synchro does.
  public var appliesPeakHourFactor: Bool
  /// Whether right turns may go on red after yielding, where the file allows it (`Allow RTOR`).
  public var allowsRightOnRed: Bool
  public var run: RunSettings

  public init(
    name: String? = nil, appliesPeakHourFactor: Bool = true, allowsRightOnRed: Bool = true,
    run: RunSettings = RunSettings(
      warmUp: TimeSpan(seconds: 600), duration: TimeSpan(seconds: 3600))
  ) {
    self.name = name
    self.appliesPeakHourFactor = appliesPeakHourFactor
    self.allowsRightOnRed = allowsRightOnRed
    self.run = run
  }
}

/// The load of a lane group under the file's own timing: the arithmetic that an engineer checks first.
public struct LaneGroupLoad: Hashable, Sendable {
  public var node: NodeID
  /// Node, heading and turn of the group's main movement: "39 NBT".
  public var label: String
  /// Movements whose vehicles use the group's lanes.
  public var movements: [MovementID]
  public var laneCount: Int
  /// Demand v on the group's lanes, after growth and peak hour factor.
  public var flowVehiclesPerHour: Double
  /// Saturation flow s of the group as the file gives it, all lanes together.
  public var saturationFlowVehiclesPerHour: Double
  /// Effective green to cycle, g/C: split − yellow − all-red − lost time adjustment, summed over its phases.
  public var greenRatio: Double
  /// Volume to capacity ratio v/c; permitted greens count with the file's permitted saturation flow. Infinite
  /// where there is demand and no capacity.
  public var saturationDegree: Double
}

/// A scenario read from UTDF, and everything that had to be decided on the way.
public struct UTDFImport: Hashable, Sendable {
  public var scenario: Scenario
  /// Substitutions, repairs and omissions, in the author's own names; never empty, since conventions are stated.
  public var warnings: [Finding]
  /// Names of movements in the file's words, by movement: "39 NBT".
  public var movementLabels: [String]
  /// One entry per lane group at signals that has demand.
  public var laneGroupLoads: [LaneGroupLoad]
  /// Lane groups with X > ``UTDFReader/suspectSaturationDegree``: counts that the junction could not have served.
  public var suspectCounts: [LaneGroupLoad]
  /// Junctions with a suspect count, ascending.
  public var suspectJunctions: [NodeID]
}

/// Reads combined UTDF files (version 8), the exchange format of Synchro.
///
/// Every quantity is converted to SI here. What the file lacks, contradicts or says in a way that the simulator
/// does not represent is decided by rules that stand in the doc comments of this folder, and each decision is one
/// finding in ``UTDFImport/warnings``.
public enum UTDFReader {
  /// v/c above which a count is suspect: nothing counted at a stop line exceeds capacity by so much.
  public static let suspectSaturationDegree = 1.5

  /// - Parameter file: the name to show in messages.
  /// - Throws: the first place where the file cannot be understood.
  public static func read(
    _ bytes: [UInt8], file: String, options: UTDFOptions = UTDFOptions()
  ) throws(DocumentError) -> UTDFImport {
    var importer = try UTDFImporter(UTDFDocument(bytes, file: file), options: options)
    return try importer.run()
  }
}
