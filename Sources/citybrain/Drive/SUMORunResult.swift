import Interchange

/// What SUMO wrote of a run: the trips, and which vehicles were due.
struct SUMORunResult {
  var trips: [SUMOTrip]
  var due: [String: Double]

  /// - Parameter begin: Vehicles that are due before it do not count, in SUMO's seconds.
  init(_ path: String, _ source: SUMOSource, begin: Double) throws(CommandFailure) {
    var routes: [SUMOFile] = []
    for route in source.routePaths { routes.append(SUMOFile(name: route, bytes: try Files.read(route))) }
    let bytes = try Files.read(path)
    do {
      trips = try SUMOTripReader.read(SUMOFile(name: path, bytes: bytes))
      due = try SUMOScore.departures(routes, begin: begin, end: source.imported.endSeconds)
    } catch {
      throw CommandFailure(.invalidInput, error.description)
    }
  }
}

extension SUMOScore {
  /// What a run's tripinfo says about the vehicles that were due.
  static func read(_ path: String, _ source: SUMOSource) throws(CommandFailure) -> SUMOScore {
    let result = try SUMORunResult(path, source, begin: source.imported.beginSeconds)
    return SUMOScore(result.trips, due: result.due, end: source.imported.endSeconds)
  }
}
