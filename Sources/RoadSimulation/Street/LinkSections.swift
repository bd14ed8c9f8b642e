import TrafficModel

/// One stretch of a link between two places where something is decided.
struct LinkSection {
  /// Distances from the stop line.
  var start: Double
  var end: Double
  /// The lane in this section that leads to each lane at the stop line.
  var laneFor: [Int]
  /// Vehicles with a destination in mid-block leave at its end.
  var endsInMidblock = false
  /// The bus stop at its end, as a position in the layout's list.
  var busStop: Int?
  /// An incident may close lanes of it; drivers sort themselves in and out at its ends.
  var hasIncident = false
}

/// Where a link is cut: at the beginning of pockets, half way if vehicles come or go there, at both ends of incidents,
/// and at bus stops.
///
/// Cuts closer together than one vehicle are made one, so that no segment is too short to hold anybody.
struct LinkSections {
  let link: Link
  let shortestMeters: Double
  var isCutInMidblock = false
  var incidents: [Incident] = []
  /// Distances from the stop line, with positions in the layout's list of bus stops.
  var busStops: [(distance: Double, number: Int)] = []

  var sections: [LinkSection] {
    let middle = link.lengthMeters / 2
    var cuts = link.lanes.compactMap { $0.pocketMeters }
    if isCutInMidblock { cuts.append(middle) }
    for incident in incidents {
      cuts += [incident.distanceMeters, incident.distanceMeters + incident.lengthMeters]
    }
    cuts += busStops.map(\.distance)
    cuts = cuts.filter { $0 >= shortestMeters && $0 < link.lengthMeters - shortestMeters }
    cuts.sort(by: >)
    var kept: [Double] = []
    for cut in cuts where (kept.last ?? .infinity) - cut >= shortestMeters { kept.append(cut) }
    return zip([link.lengthMeters] + kept, kept + [0]).map { start, end in
      LinkSection(
        start: start, end: end, laneFor: lanes(at: start),
        endsInMidblock: isCutInMidblock && isCut(at: middle, end),
        busStop: busStops.first { isCut(at: $0.distance, end) }?.number,
        hasIncident: incidents.contains {
          end + shortestMeters / 2 < $0.distanceMeters + $0.lengthMeters
            && start - shortestMeters / 2 > $0.distanceMeters
        })
    }
  }

  private func isCut(at wanted: Double, _ end: Double) -> Bool {
    end > 0 && abs(end - wanted) < shortestMeters
  }

  /// The lane at `distance` from the stop line that leads to each lane there: itself, or the nearest beside it.
  func lanes(at distance: Double) -> [Int] {
    let exists = link.lanes.map { lane in
      guard let pocket = lane.pocketMeters else { return true }
      return pocket >= link.lengthMeters - shortestMeters || pocket > distance - shortestMeters
    }
    return link.lanes.indices.map { lane in
      link.lanes.indices.filter { exists[$0] }.min { abs($0 - lane) < abs($1 - lane) } ?? lane
    }
  }
}
