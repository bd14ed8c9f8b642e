extension Demand {
  /// More vehicles, or pedestrians, than this in one run are refused: a run would take hours and gigabytes.
  public static let vehicleLimit = 10_000_000.0

  /// Checks demand against its network: references, flows, shares, and that whoever enters can leave.
  ///
  /// Findings name places as "source W", "turning step 1, link W-C", "route A", "route flow A", "trip 1", "bus line 5"
  /// and "demand", and say what was found before "; expected ".
  /// - Precondition: The network has no errors.
  /// - Complexity: O(steps × size of the network).
  public func findings(in network: Network, run: RunSettings) -> [Finding] {
    let classes = classFindings()
    // Shares read through the classes.
    if !classes.isEmpty { return classes }
    var findings = sourceFindings(in: network) + turningFindings(in: network)
    findings += routedFindings(in: network, run: run)
    if !findings.contains(where: { $0.severity == .error }) { findings += amountFindings(run: run) }
    for flow in pedestrians {
      let crosswalk =
        network.crosswalks.indices.contains(flow.crosswalk.index) ? network[flow.crosswalk] : nil
      if crosswalk == nil || !(flow.pedestriansPerHour >= 0 && flow.pedestriansPerHour.isFinite) {
        findings.append(
          Finding(
            .error, rule: "pedestrian-flow", place: "demand",
            message:
              "\(flow.pedestriansPerHour) pedestrians/h at crosswalk \(crosswalk?.name ?? "?"); expected an "
              + "existing crosswalk and a flow of 0 or more", mend: "correct the entry"))
      }
    }
    if findings.contains(where: { $0.severity == .error }) { return findings }
    for step in turning.indices { findings += routeFindings(in: network, step: step) }
    return findings
  }

  /// Vehicles that sources, route flows, trips and bus lines are expected to send in one run.
  public func expectedVehicles(run: RunSettings) -> Double {
    let end = run.end.seconds
    var sum = sources.reduce(0.0) { $0 + $1.flow.vehicles(from: 0, to: end) }
    sum += routeFlows.reduce(0.0) { $0 + $1.flow.vehicles(from: 0, to: end) }
    sum += busLines.reduce(0.0) { $0 + $1.departures(before: end) }
    return sum + Double(trips.count { $0.departureSeconds < end })
  }

  private func amountFindings(run: RunSettings) -> [Finding] {
    let walking = pedestrians.reduce(0.0) { $0 + max(0, $1.pedestriansPerHour) } * run.end.seconds / 3600
    return [("vehicles", expectedVehicles(run: run)), ("pedestrians", walking)].compactMap { who, expected in
      if expected <= Self.vehicleLimit { return nil }
      return Finding(
        .error, rule: "\(who)-too-many", place: "demand",
        message:
          "\(Self.shown(expected)) \(who) in one run; expected at most \(Self.shown(Self.vehicleLimit))",
        mend: "check the flows (they are \(who) per hour), or shorten the run")
    }
  }

  /// A count without digits that nobody reads.
  static func shown(_ count: Double) -> String {
    count < 1e15 && count.isFinite ? "\(Int64(count.rounded()))" : "\(count)"
  }

  private func sourceFindings(in network: Network) -> [Finding] {
    var findings: [Finding] = []
    if sources.isEmpty && routeFlows.isEmpty && trips.isEmpty && busLines.isEmpty {
      findings.append(
        Finding(
          .warning, rule: "no-demand", place: "demand",
          message: "no source of vehicles; expected at least one",
          mend: "add a source on a link that begins at the edge of the network, or flows along routes"))
    }
    for source in sources {
      func finding(_ severity: Finding.Severity, _ rule: String, _ message: String, _ mend: String) {
        findings.append(
          Finding(severity, rule: rule, place: "source \(source.name)", message: message, mend: mend))
      }
      if !network.links.indices.contains(source.link.index) {
        finding(
          .error, "source-link", "a link that does not exist; expected one of the network", "name a link")
        continue
      }
      findings += Self.flowFindings(
        source.flow, heavyShare: source.heavyVehicleShare, onto: network[source.link],
        at: "source \(source.name)")
      findings += shareFindings(
        heavy: source.heavyVehicleShare, source.classShares, at: "source \(source.name)")
      let link = network[source.link]
      if !source.isMidblock && network[link.from].control != .external {
        finding(
          .warning, "source-inside",
          "vehicles that appear behind node \(network[link.from].name); expected a link "
            + "that begins at the edge of the network", "set midblock, or use another link")
      }
    }
    return findings
  }

  /// What is wrong with a flow that enters a link.
  static func flowFindings(
    _ flow: [FlowStep], heavyShare: Double, onto link: Link, at place: String
  ) -> [Finding] {
    var findings: [Finding] = []
    func finding(_ severity: Finding.Severity, _ rule: String, _ message: String, _ mend: String) {
      findings.append(Finding(severity, rule: rule, place: place, message: message, mend: mend))
    }
    if !areOrdered(flow.map(\.startSeconds)) {
      finding(
        .error, "flow-steps",
        "steps at \(flow.map(\.startSeconds)) s; expected at least one, the first at "
          + "0 s and each later than the one before", "order the steps")
    }
    for step in flow where !(step.vehiclesPerHour >= 0 && step.vehiclesPerHour.isFinite) {
      finding(
        .error, "flow", "a flow of \(step.vehiclesPerHour) veh/h; expected 0 or more", "correct the flow")
    }
    if !(heavyShare >= 0 && heavyShare <= 1) {
      finding(
        .error, "heavy-share", "a share of heavy vehicles of \(heavyShare); expected 0 to 1",
        "write 0.05 for 5 %")
    }
    // Nothing on the road carries 2,500 vehicles per hour and lane.
    let lanes = link.lanes.filter { $0.pocketMeters == nil }.count
    let peak = flow.map(\.vehiclesPerHour).max() ?? 0
    if peak > 2500 * Double(lanes) {
      finding(
        .warning, "flow-over-capacity",
        "\(shown(peak)) veh/h on \(lanes) lanes; expected at most "
          + "\(2500 * lanes)", "check the flow; what cannot enter waits outside")
    }
    return findings
  }

  static func areOrdered(_ starts: [Double]) -> Bool {
    starts.first == 0 && zip(starts, starts.dropFirst()).allSatisfy { $0 < $1 }
  }

  private func turningFindings(in network: Network) -> [Finding] {
    if turning.isEmpty && (network.movements.isEmpty || sources.isEmpty) { return [] }
    var findings: [Finding] = []
    func error(_ rule: String, _ place: String, _ message: String, _ mend: String) {
      findings.append(Finding(.error, rule: rule, place: place, message: message, mend: mend))
    }
    if !Self.areOrdered(turning.map(\.startSeconds)) {
      error(
        "turning-steps", "demand",
        "turning steps at \(turning.map(\.startSeconds)) s; expected at least one, the first "
          + "at 0 s and each later than the one before", "order the steps")
    }
    for (index, step) in turning.enumerated() {
      let place = "turning step \(index + 1)"
      if step.vehiclesPerHour.count != network.movements.count
        || step.midblockExitShare.count != network.links.count
      {
        error(
          "turning-size", place,
          "\(step.vehiclesPerHour.count) volumes and \(step.midblockExitShare.count) shares; "
            + "expected one per movement and one per link", "give all of them")
        continue
      }
      for (id, volume) in step.vehiclesPerHour.enumerated() where !(volume >= 0 && volume.isFinite) {
        error(
          "turning-volume", "\(place), \(network.place(of: network.movements[id]))",
          "a volume of \(volume) veh/h; expected 0 or more", "correct the volume")
      }
      for (id, share) in step.midblockExitShare.enumerated() where !(share >= 0 && share <= 1) {
        error(
          "exit-share", "\(place), link \(network.links[id].name)",
          "a mid-block exit share of \(share); expected 0 to 1", "write 0.05 for 5 %")
      }
    }
    return findings
  }
}
