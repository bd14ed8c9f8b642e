import TrafficModel

/// How SUMO is started for a run.
public struct SUMORun: Hashable, Sendable {
  public var net: String
  public var routes: [String]
  public var additional: [String]
  public var beginSeconds: Double
  public var endSeconds: Double
  public var step: TimeSpan
  public var seed: Int
  public var tripinfo: String?
  /// Whether vehicles that meet inside junctions are looked for.
  public var checksCollisions: Bool
  /// Further options of SUMO.
  public var more: [String]

  public init(
    net: String, routes: [String], additional: [String] = [], beginSeconds: Double, endSeconds: Double,
    step: TimeSpan = TimeSpan(milliseconds: 1000), seed: Int = 1, tripinfo: String? = nil,
    checksCollisions: Bool = false, more: [String] = []
  ) {
    self.net = net
    self.routes = routes
    self.additional = additional
    self.beginSeconds = beginSeconds
    self.endSeconds = endSeconds
    self.step = step
    self.seed = seed
    self.tripinfo = tripinfo
    self.checksCollisions = checksCollisions
    self.more = more
  }

  /// Nobody is teleported out of a jam, and vehicles that are not through at the end are told too.
  public var arguments: [String] {
    var words = ["-n", net]
    if !routes.isEmpty { words += ["-r", routes.joined(separator: ",")] }
    if !additional.isEmpty { words += ["-a", additional.joined(separator: ",")] }
    words += ["-b", "\(beginSeconds)", "-e", "\(endSeconds)", "--seed", "\(seed)"]
    if step.milliseconds != 1000 { words += ["--step-length", "\(step.seconds)"] }
    if let tripinfo {
      words += ["--tripinfo-output", tripinfo, "--tripinfo-output.write-unfinished", "true"]
    }
    if checksCollisions { words += ["--collision.check-junctions", "true", "--collision.action", "warn"] }
    return words + ["--time-to-teleport", "-1", "--no-step-log", "true", "--no-warnings", "true"] + more
  }

  /// The oldest version of TraCI whose messages are these.
  public static let oldestInterface = 20
  /// The version that everything was measured with.
  public static let measuredVersion = "SUMO 1.28.0"

  /// Says who is there, and refuses what is too old.
  public static func checkVersion(_ connection: TraCIConnection) throws(LinkError) -> String {
    let version = try connection.version()
    if version.api < oldestInterface {
      throw LinkError(
        .version,
        "\(version.software) speaks TraCI \(version.api), and \(oldestInterface) is the oldest that is understood; "
          + "install \(measuredVersion): pip install eclipse-sumo==1.28.0")
    }
    return version.software
  }
}
