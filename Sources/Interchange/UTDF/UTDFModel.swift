import TrafficModel

/// The `TYPE` column of `[Nodes]`.
enum UTDFNodeKind: Int, Sendable {
  case signal = 0
  case external = 1
  case bend = 2
  case unsignalised = 3
  case roundabout = 4

  var hasLaneGroups: Bool { self == .signal || self == .unsignalised || self == .roundabout }
}

/// A line of `[Nodes]`.
struct UTDFNode: Sendable {
  var number: Int
  var kind: UTDFNodeKind
  var position: Point
  var description: String
  /// Indices of the approaches that end here, in order of their columns.
  var approaches: [Int] = []
}

/// One detector of a lane group, for each of its lanes.
struct UTDFDetector: Sendable {
  /// From the stop line to the downstream edge; negative beyond the stop line.
  var positionMeters: Double
  var lengthMeters: Double
  /// Sum of 1 call, 2 extend, 4 queue, 8 count and others.
  var kind: Int
  var extendSeconds: Double
  var delaySeconds: Double
  /// It extends only in the first part of the green of this length; 0 where it is no queue detector.
  var queueSeconds: Double
}

/// One movement column of `[Lanes]` at one intersection.
struct UTDFLaneGroup: Sendable {
  var turn: UTDFTurn
  /// Node, heading and turn: "39 NBT".
  var label: String
  /// Number of the node that it leads to.
  var destination: Int
  var record: UTDFTable.Record
  var column: Int

  var laneCount = 0
  /// 0 none, 1 with the left neighbour, 2 with the right one, 3 both.
  var shared = 0
  var widthMeters: Double?
  var storageMeters: Double?
  var storageLaneCount: Int?

  var protectedPhases: [Int] = []
  var permittedPhases: [Int] = []
  /// What holds after inheritance from shared lanes and after conflicts were looked at, as phase numbers.
  var rightOfWayPhases: [Int] = []
  var yieldingPhases: [Int] = []
  var allowsRightOnRed = false
  /// Phase −1: not under the signal's control.
  var isUncontrolled = false
  /// 0 stop, 1 free, 2 yield.
  var signControl: Int?
  /// 0 none, 1 yield, 2 free, 3 stop, 4 signal.
  var rightChannel = 0

  /// Vehicles per hour and lane.
  var idealFlow: Double?
  var saturationFlow: Double?
  var permittedSaturationFlow: Double?
  var lostTimeAdjustSeconds = 0.0
  /// Percent of this turn's vehicles that use the lane shared with the through movement.
  var sharedLanePercent: Double?

  /// After growth and, if asked for, peak hour factor.
  var flowVehiclesPerHour = 0.0
  var heavyShare = 0.0
  var midblockPercent = 0.0
  var pedestriansPerHour = 0.0
  var turningSpeedMetersPerSecond: Double?

  var detectors: [UTDFDetector] = []
  var detectorPhases: [Int] = []
  /// Number of the phase that its detectors extend while their own is not green.
  var switchPhase: Int?

  /// Its own lanes, and all lanes that serve it, as indices from the kerb.
  var ownLanes: [Int] = []
  var servedLanes: [Int] = []
  var movement: MovementID?
}

/// A link of the file: one heading column of one intersection.
struct UTDFApproach: Sendable {
  var node: Int
  var heading: UTDFHeading
  var upstream: Int
  var record: UTDFTable.Record
  var name: String
  var distanceMeters: Double
  var speedMetersPerSecond: Double
  /// The curve point of this direction, near its downstream end.
  var curve: Point?
  var shape: [Point] = []
  /// Lanes by the `[Links]` section; by `[Lanes]` where the node has lane groups.
  var laneCount: Int
  /// From the kerb; empty for one-way streets and before they are laid out.
  var lanes: [Lane] = []
  /// From left to right as the driver sees them.
  var groups: [UTDFLaneGroup] = []
  var link: LinkID?

  var flowVehiclesPerHour: Double {
    groups.reduce(0) { $0 + ($1.movement == nil ? 0 : $1.flowVehiclesPerHour) }
  }
}

/// The unit system of a file.
struct UTDFUnits: Sendable {
  var isMetric: Bool

  var system: UnitSystem { isMetric ? .metric : .usCustomary }

  func meters(_ value: Double) -> Double { isMetric ? value : value * Conversion.metersPerFoot }

  func metersPerSecond(_ value: Double) -> Double {
    value
      * (isMetric
        ? Conversion.metersPerSecondPerKilometerPerHour : Conversion.metersPerSecondPerMilePerHour)
  }

  func length(_ meters: Double) -> String {
    isMetric ? "\(meters.rounded()) m" : "\((meters / Conversion.metersPerFoot).rounded()) ft"
  }
}

/// Values of `[Network]`, or what stands in for them (those of a new Synchro file).
struct UTDFDefaults: Sendable {
  var yellowSeconds = 3.5
  var allRedSeconds = 1.0
  var walkSeconds = 7.0
  var dontWalkSeconds = 11.0
  var heavyShare = 0.02
  var peakHourFactor = 0.92
  var growthFactor = 1.0
  var idealFlow = 1900.0
  var criticalGapSeconds = 4.5
  var widthMeters = 3.6
}
