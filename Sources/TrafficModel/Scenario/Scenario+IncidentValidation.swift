extension Scenario {
  /// Checks incidents against the links that they lie on; places are "incident NAME".
  func incidentFindings() -> [Finding] {
    var known: Set<String> = []
    return incidents.flatMap { incident in
      var found = findings(of: incident)
      if !known.insert(incident.name).inserted {
        found.append(
          Finding(
            .error, rule: "name-duplicate", place: "incident \(incident.name)",
            message: "a second incident of this name; expected a name of its own for each",
            mend: "rename one of the two"))
      }
      return found
    }
  }

  private func findings(of incident: Incident) -> [Finding] {
    var findings: [Finding] = []
    func error(_ rule: String, _ message: String, _ mend: String) {
      findings.append(
        Finding(.error, rule: rule, place: "incident \(incident.name)", message: message, mend: mend))
    }
    guard network.links.indices.contains(incident.link.index) else {
      error("incident-link", "a link that does not exist; expected one of the network", "name a link")
      return findings
    }
    let link = network[incident.link]
    let end = incident.distanceMeters + incident.lengthMeters
    if incident.lanes.isEmpty || !incident.lanes.allSatisfy(link.lanes.indices.contains) {
      error(
        "incident-lanes",
        "lanes \(incident.lanes) of link \(link.name); expected some of its lanes 0 to \(link.lanes.count - 1)",
        "list the lanes, the kerb lane being 0")
    } else if let lane = incident.lanes.first(where: { end > link.lanes[$0].pocketMeters ?? .infinity }) {
      error(
        "incident-pocket",
        "a stretch to \(end) m before the stop line, where lane \(lane) has not begun; expected one within the "
          + "pocket of \(link.lanes[lane].pocketMeters ?? 0) m",
        "shorten the stretch, or leave the pocket's lane out")
    }
    // Drivers sort themselves out before the stretch and in again behind it.
    let room = Demand.shortestSectionMeters
    let isWithin = incident.distanceMeters >= room && end <= link.lengthMeters - room
    if !(isWithin && incident.lengthMeters >= room) {
      error(
        "incident-place",
        "a stretch from \(incident.distanceMeters) m to \(end) m before the stop line of link \(link.name); "
          + "expected at least \(room) m, between \(room) m and \(link.lengthMeters - room) m",
        "leave room for a vehicle before and behind it")
    }
    let limit = Self.runLimit.seconds
    if !(incident.startSeconds >= 0 && incident.endSeconds > incident.startSeconds
      && incident.endSeconds <= limit)
    {
      error(
        "incident-time",
        "a time from \(incident.startSeconds) s to \(incident.endSeconds) s; expected an end after the start, "
          + "within seven days", "write seconds since the start of the run")
    }
    if !(incident.capacityShare >= 0 && incident.capacityShare < 1) {
      error(
        "incident-share",
        "a share of \(incident.capacityShare) of the capacity left; expected 0 (closed) to less than 1",
        "write 0.6 for 60 %")
    }
    return findings
  }
}
