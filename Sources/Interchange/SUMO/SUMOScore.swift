/// One vehicle of a SUMO run (`--tripinfo-output` with `write-unfinished`).
public struct SUMOTrip: Hashable, Sendable {
  public var id: String
  /// Negative: never on the road.
  public var departSeconds: Double
  /// Negative: still driving at the end.
  public var arrivalSeconds: Double
  public var durationSeconds: Double
  public var timeLossSeconds: Double
  public var waitingSeconds: Double
  public var departDelaySeconds: Double
  /// Times that it came to a stop.
  public var stops: Int
}

/// Reads `tripinfo` files.
public enum SUMOTripReader {
  /// - Throws: where the file is none, or lacks a figure.
  public static func read(_ file: SUMOFile) throws(DocumentError) -> [SUMOTrip] {
    var trips: [SUMOTrip] = []
    try SUMODocument.read(file.bytes, file: file.name) { (element, path) throws(DocumentError) in
      if path.isEmpty && element.name != "tripinfos" {
        throw element.error(
          found: "a document <\(element.name)>", expected: "<tripinfos>", mend: "name SUMO's tripinfo output")
      }
      guard element.name == "tripinfo" else { return }
      trips.append(
        SUMOTrip(
          id: try element.text("id"), departSeconds: try element.number(required: "depart"),
          arrivalSeconds: try element.number(required: "arrival"),
          durationSeconds: try element.number(required: "duration"),
          timeLossSeconds: try element.number(required: "timeLoss"),
          waitingSeconds: try element.number(required: "waitingTime"),
          departDelaySeconds: try element.number(required: "departDelay"),
          stops: Int(min(max(try element.number("waitingCount") ?? 0, 0), 1e9))))
    }
    return trips
  }
}

/// What a run in SUMO comes to; keeping vehicles out cannot improve it.
public struct SUMOScore: Hashable, Sendable {
  /// Vehicles of the demand files that are due in the window.
  public var due = 0
  public var inserted = 0
  public var finished = 0
  public var notInserted = 0
  /// Means over the inserted vehicles, finished or still driving.
  public var durationSeconds = 0.0
  public var timeLossSeconds = 0.0
  public var waitingSeconds = 0.0
  public var departDelaySeconds = 0.0
  /// The longest that one vehicle stood.
  public var longestWaitSeconds = 0.0
  /// Time loss and wait outside of all vehicles, those that never came in with their wait until the end, per vehicle.
  public var delayAllSeconds = 0.0

  /// - Parameters:
  ///   - due: departures by vehicle, see ``departures(_:begin:end:)``.
  ///   - end: of the window, in SUMO's seconds.
  public init(_ trips: [SUMOTrip], due: [String: Double], end: Double) {
    let inside = trips.filter { $0.departSeconds >= 0 }
    let seen = Set(inside.map(\.id))
    let outside = due.filter { !seen.contains($0.key) }.sorted { $0.key < $1.key }.map(\.value)
    self.due = due.count
    inserted = inside.count
    finished = inside.count { $0.arrivalSeconds >= 0 }
    notInserted = outside.count
    func mean(_ value: (SUMOTrip) -> Double) -> Double {
      inside.isEmpty ? 0 : inside.reduce(0) { $0 + value($1) } / Double(inside.count)
    }
    durationSeconds = mean(\.durationSeconds)
    timeLossSeconds = mean(\.timeLossSeconds)
    waitingSeconds = mean(\.waitingSeconds)
    departDelaySeconds = mean(\.departDelaySeconds)
    longestWaitSeconds = inside.map(\.waitingSeconds).max() ?? 0
    let lost = inside.reduce(0) { $0 + $1.timeLossSeconds + $1.departDelaySeconds }
    let kept = outside.reduce(0) { $0 + (end - $1) }
    delayAllSeconds = (lost + kept) / Double(max(1, inside.count + outside.count))
  }

  /// When each vehicle and trip of demand files wants to depart, for those due in `begin ..< end`; flows have none.
  public static func departures(
    _ routes: [SUMOFile], begin: Double, end: Double
  ) throws(DocumentError) -> [String: Double] {
    var due: [String: Double] = [:]
    for vehicle in try SUMORoutesReader.read(routes).vehicles
    where vehicle.departSeconds >= begin && vehicle.departSeconds < end {
      due[vehicle.id] = vehicle.departSeconds
    }
    return due
  }
}
