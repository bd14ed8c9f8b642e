/// A kind of vehicle that a scenario adds to the driver profile's passenger car and heavy vehicle: lorries, motorcycles,
/// articulated buses.
///
/// What it takes from the capacity of a stop line is not given but comes out: its headway there is the driver's reaction
/// time, times ``headwayFactor``, and the time that the vehicle needs to move up by its own length and gap with its own
/// acceleration. Saturation headways are those of passenger cars; so heavy vehicles are never counted twice.
public struct VehicleClass: Hashable, Sendable {
  /// Unique among classes.
  public var name: String
  public var lengthMeters: Double
  /// Between the vehicle and the one ahead when both stand.
  public var minimumGapMeters: Double
  /// Mean over drivers, in m/s²; `nil` takes the driver profile's.
  public var acceleration: Double?
  /// Braking for a stop line, in m/s²; `nil` takes the driver profile's.
  public var deceleration: Double?
  /// The time that a driver needs before following the vehicle ahead, as a multiple of the passenger car's.
  public var headwayFactor: Double
  /// `nil`: only speed limits bound it.
  public var maximumSpeedMetersPerSecond: Double?
  /// Mean number of persons on board, the driver included.
  public var personsPerVehicle: Double
  /// Whether capacity analyses count it as a heavy vehicle, and all-way stops give it their addition.
  public var isHeavy: Bool

  public init(
    name: String, lengthMeters: Double = 5, minimumGapMeters: Double = 2.5, acceleration: Double? = nil,
    deceleration: Double? = nil, headwayFactor: Double = 1, maximumSpeedMetersPerSecond: Double? = nil,
    personsPerVehicle: Double = 1, isHeavy: Bool = false
  ) {
    self.name = name
    self.lengthMeters = lengthMeters
    self.minimumGapMeters = minimumGapMeters
    self.acceleration = acceleration
    self.deceleration = deceleration
    self.headwayFactor = headwayFactor
    self.maximumSpeedMetersPerSecond = maximumSpeedMetersPerSecond
    self.personsPerVehicle = personsPerVehicle
    self.isHeavy = isHeavy
  }

  /// The classes that every scenario has, before its own; their vehicles are made by the driver profile.
  public static let builtInNames = ["car", "heavy vehicle"]

  /// Persons in a passenger car and in a heavy vehicle: round values of household surveys and of freight, for
  /// scenarios that say nothing. Who decides by person delay writes classes with counted occupancies.
  public static let builtInPersons = [1.5, 1.0]

  /// Persons in a bus of a line that says nothing.
  public static let busPersons = 15.0
}

/// The share of a class among the vehicles of a source or flow.
public struct ClassShare: Hashable, Sendable {
  /// Index into ``Demand/vehicleClasses``.
  public var vehicleClass: Int
  /// 0 to 1.
  public var share: Double

  public init(vehicleClass: Int, share: Double) {
    self.vehicleClass = vehicleClass
    self.share = share
  }
}

extension Demand {
  /// More classes than this are refused.
  public static let vehicleClassLimit = 100

  /// The names of all classes: the built-in ones, then the scenario's own. Measures by class are in this order.
  public var classNames: [String] { VehicleClass.builtInNames + vehicleClasses.map(\.name) }

  /// The share of heavy vehicles among the vehicles of a source or flow: the built-in ones and those of heavy classes.
  func heavyShare(_ heavy: Double, _ shares: [ClassShare]) -> Double {
    shares.reduce(heavy) { $0 + (vehicleClasses[$1.vehicleClass].isHeavy ? $1.share : 0) }
  }

  /// The share of heavy vehicles among a source's vehicles, heavy classes included.
  public func heavyShare(of source: VehicleSource) -> Double {
    heavyShare(source.heavyVehicleShare, source.classShares)
  }

  /// Whether a trip's vehicle is heavy, be it the built-in kind or a class of its own.
  func isHeavy(_ trip: Trip) -> Bool {
    trip.vehicleClass.map { vehicleClasses[$0].isHeavy } ?? trip.isHeavy
  }

  /// Checks classes; shares of flows are checked with their flows.
  func classFindings() -> [Finding] {
    if vehicleClasses.count > Self.vehicleClassLimit {
      return [
        Finding(
          .error, rule: "classes-too-many", place: "demand",
          message: "\(vehicleClasses.count) vehicle classes; expected at most \(Self.vehicleClassLimit)",
          mend: "join those that drive alike")
      ]
    }
    var known = Set(VehicleClass.builtInNames)
    return vehicleClasses.flatMap { own in
      var found = Self.findings(of: own)
      if !known.insert(own.name).inserted {
        found.append(
          Finding(
            .error, rule: "name-duplicate", place: "vehicle class \(own.name)",
            message:
              "a second class of this name; expected a name of its own, and not "
              + "\"\(VehicleClass.builtInNames.joined(separator: "\" or \""))\", which every scenario has",
            mend: "rename it"))
      }
      return found
    }
  }

  private static func findings(of own: VehicleClass) -> [Finding] {
    let bounds: [(String, Double?, ClosedRange<Double>, String)] = [
      ("length", own.lengthMeters, 0.5...60, "m"), ("minimum gap", own.minimumGapMeters, 0.2...20, "m"),
      ("acceleration", own.acceleration, 0.1...10, "m/s²"),
      ("deceleration", own.deceleration, 0.5...10, "m/s²"),
      ("headway factor", own.headwayFactor, 0.2...5, ""),
      ("maximum speed", own.maximumSpeedMetersPerSecond, 0.5...70, "m/s"),
      ("number of persons", own.personsPerVehicle, 0...1000, ""),
    ]
    return bounds.compactMap { what, value, range, unit in
      guard let value, !range.contains(value) else { return nil }
      let suffix = unit.isEmpty ? "" : " \(unit)"
      return Finding(
        .error, rule: "class-value", place: "vehicle class \(own.name)",
        message:
          "a \(what) of \(value)\(suffix); expected \(range.lowerBound) to \(range.upperBound)\(suffix)",
        mend: "correct the value")
    }
  }

  /// Checks the shares of a source or flow.
  func shareFindings(heavy: Double, _ shares: [ClassShare], at place: String) -> [Finding] {
    func error(_ rule: String, _ message: String, _ mend: String) -> [Finding] {
      [Finding(.error, rule: rule, place: place, message: message, mend: mend)]
    }
    if !shares.allSatisfy({ vehicleClasses.indices.contains($0.vehicleClass) }) {
      return error(
        "class-missing", "a vehicle class that does not exist; expected one of the scenario's", "name a class"
      )
    }
    if Set(shares.map(\.vehicleClass)).count != shares.count {
      return error("class-twice", "two shares of one class; expected one for each", "add them up")
    }
    let sum = shares.reduce(heavy) { $0 + $1.share }
    if !(shares.allSatisfy { $0.share >= 0 && $0.share <= 1 } && sum <= 1 + 1e-9) {
      return error(
        "class-shares",
        "shares of vehicle classes that sum to \((sum * 1000).rounded() / 1000), heavy vehicles included; expected 0 to 1, the rest being "
          + "passenger cars", "correct the shares")
    }
    return []
  }

  /// Checks the class of a trip or bus line.
  func classFindings(_ vehicleClass: Int?, at place: String) -> [Finding] {
    guard let vehicleClass, !vehicleClasses.indices.contains(vehicleClass) else { return [] }
    return [
      Finding(
        .error, rule: "class-missing", place: place,
        message: "a vehicle class that does not exist; expected one of the scenario's", mend: "name a class")
    ]
  }
}
