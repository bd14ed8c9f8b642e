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
    // Where cuts are made one, bus stops stay where they are, then incidents.
    let kept = distinct(
      busStops.map(\.distance).sorted(by: >)
        + incidents.flatMap { [$0.distanceMeters + $0.lengthMeters, $0.distanceMeters] }.sorted(by: >)
        + cuts.sorted(by: >))
    let ends = kept + [0]
    return zip([link.lengthMeters] + kept, ends).map { start, end in
      LinkSection(
        start: start, end: end, laneFor: lanes(at: start),
        endsInMidblock: isCutInMidblock && isCut(at: middle, end),
        busStop: busStops.first { stop in
          ends.min { abs($0 - stop.distance) < abs($1 - stop.distance) } == end
        }?.number,
        hasIncident: incidents.contains { $0.takes(from: start, to: end) })
    }
  }

  /// Cuts from upstream to the stop line, without those nearer than one vehicle to an earlier one of the list or to an
  /// end of the link.
  private func distinct(_ cuts: [Double]) -> [Double] {
    var kept: [Double] = []
    for cut in cuts where cut >= shortestMeters && cut < link.lengthMeters - shortestMeters {
      if kept.allSatisfy({ abs($0 - cut) >= shortestMeters }) { kept.append(cut) }
    }
    return kept.sorted(by: >)
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

extension Incident {
  /// Whether it concerns the section between two distances from the stop line: it covers half of the section, or half of
  /// itself lies there.
  func takes(from start: Double, to end: Double) -> Bool {
    let overlap = min(start, distanceMeters + lengthMeters) - max(end, distanceMeters)
    return overlap > 0 && overlap >= min(start - end, lengthMeters) / 2 - 0.01
  }
}
