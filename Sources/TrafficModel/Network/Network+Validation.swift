extension Network {
  /// What lies outside these bounds is no road: its travel times would be days.
  static let longestMeters = 100_000.0
  static let speedsMetersPerSecond = 0.5...100.0
  static let longestHeadwaySeconds = 60.0
  static let longestWaitingPlaceMeters = 100.0

  /// Checks roads by themselves: names, references, lengths, lanes and what they serve, ways through nodes.
  ///
  /// Errors are what no run could be made of. Findings name places as "link W-C", "movement W-C to C-N",
  /// "node C", "crosswalk 2" and "detector 7", and say what was found before "; expected ".
  /// - Complexity: O(size of the network), and at each uncontrolled or priority node O(movements²).
  public func findings() -> [Finding] {
    var findings = referenceFindings()
    // Everything else reads through the references.
    if !findings.isEmpty { return findings }
    findings = nameFindings()
    for (index, link) in links.enumerated() { findings += self.findings(of: link, LinkID(index)) }
    findings += movementFindings()
    findings += servedLaneFindings()
    findings += crossingFindings()
    findings += detectorFindings()
    findings += stoppingFindings()
    findings += crosswalkFindings()
    return findings
  }

  /// A movement as findings name it.
  public func place(of movement: Movement) -> String {
    "movement \(self[movement.from].name) to \(self[movement.to].name)"
  }

  private func nameFindings() -> [Finding] {
    duplicates(nodes.map(\.name), "node") + duplicates(links.map(\.name), "link")
      + duplicates(crosswalks.map(\.name), "crosswalk") + duplicates(detectors.map(\.name), "detector")
  }

  private func duplicates(_ names: [String], _ what: String) -> [Finding] {
    var known: Set<String> = []
    return names.filter { !known.insert($0).inserted }.map { name in
      Finding(
        .error, rule: "name-duplicate", place: "\(what) \(name)",
        message: "a second \(what) of this name; expected a name of its own for each",
        mend: "rename one of the two")
    }
  }

  private func referenceFindings() -> [Finding] {
    var findings: [Finding] = []
    func check(_ isSound: Bool, _ place: String) {
      if isSound { return }
      findings.append(
        Finding(
          .error, rule: "reference", place: place,
          message: "an index outside its list; expected indices of nodes, links and lanes that exist",
          mend: "name an existing node, link or lane"))
    }
    for link in links {
      check(
        nodes.indices.contains(link.from.index) && nodes.indices.contains(link.to.index), "link \(link.name)")
    }
    for (index, movement) in movements.enumerated() {
      let isSound =
        links.indices.contains(movement.from.index) && links.indices.contains(movement.to.index)
        && nodes.indices.contains(movement.node.index)
        && movement.yieldsTo.allSatisfy { movements.indices.contains($0.index) }
        && movement.lanes.allSatisfy { links[movement.from.index].lanes.indices.contains($0) }
        && movement.crosses.allSatisfy { crosswalks.indices.contains($0.index) }
      check(isSound, "movement \(index)")
    }
    for crosswalk in crosswalks {
      let isSound =
        nodes.indices.contains(crosswalk.node.index)
        && (crosswalk.leg.map { links.indices.contains($0.index) } ?? true)
      check(isSound, "crosswalk \(crosswalk.name)")
    }
    for detector in detectors {
      let isSound =
        links.indices.contains(detector.link.index)
        && links[detector.link.index].lanes.indices.contains(detector.lane)
      check(isSound, "detector \(detector.name)")
    }
    return findings
  }

  private func findings(of link: Link, _ id: LinkID) -> [Finding] {
    var findings: [Finding] = []
    func error(_ rule: String, _ message: String, _ mend: String) {
      findings.append(Finding(.error, rule: rule, place: "link \(link.name)", message: message, mend: mend))
    }
    if link.from == link.to {
      error(
        "link-loop", "a link from node \(self[link.from].name) to itself; expected two different nodes",
        "add a node half way")
    }
    if !(link.lengthMeters > 0 && link.lengthMeters <= Self.longestMeters) {
      error(
        "link-length",
        "a length of \(link.lengthMeters) m; expected more than 0 and at most \(Self.longestMeters) m",
        "write its length")
    }
    let speed = link.speedLimitMetersPerSecond
    if !Self.speedsMetersPerSecond.contains(speed) {
      error(
        "link-speed",
        "a speed limit of \(speed) m/s; expected \(Self.speedsMetersPerSecond.lowerBound) to "
          + "\(Self.speedsMetersPerSecond.upperBound) m/s", "write its speed limit")
    }
    if link.lanes.isEmpty {
      error("link-lanes", "no lanes; expected at least one", "add a lane")
    } else if link.lanes.allSatisfy({ $0.pocketMeters != nil }) {
      error(
        "link-pockets-only", "pockets only; expected a lane that runs the whole link",
        "make one of the lanes a whole one")
    }
    for (index, lane) in link.lanes.enumerated() {
      if let pocket = lane.pocketMeters, !(pocket > 0 && pocket < link.lengthMeters) {
        error(
          "pocket-length",
          "a pocket of \(pocket) m in lane \(index); expected more than 0 and less than the link's "
            + "\(link.lengthMeters) m", "shorten the pocket, or make the lane a whole one")
      }
      if !(lane.widthMeters > 0 && lane.widthMeters.isFinite) {
        error("lane-width", "a width of \(lane.widthMeters) m; expected a positive width", "write its width")
      }
      if let headway = lane.saturationHeadwaySeconds, !(headway > 0 && headway <= Self.longestHeadwaySeconds)
      {
        error(
          "lane-headway",
          "a saturation headway of \(headway) s; expected more than 0 and at most "
            + "\(Self.longestHeadwaySeconds) s", "write it in seconds")
      }
    }
    let straight = self[link.from].position.distanceMeters(to: self[link.to].position)
    if straight > 1.5 * link.lengthMeters + 100 {
      findings.append(
        Finding(
          .warning, rule: "link-shorter-than-straight", place: "link \(link.name)",
          message:
            "a length of \(link.lengthMeters) m between nodes \(straight.rounded()) m apart; expected at "
            + "least the straight distance", mend: "check its length and the nodes' coordinates"))
    }
    return findings
  }

  private func movementFindings() -> [Finding] {
    var findings: [Finding] = []
    var pairs: Set<[LinkID]> = []
    for movement in movements {
      func error(_ rule: String, _ message: String, _ mend: String) {
        findings.append(Finding(.error, rule: rule, place: place(of: movement), message: message, mend: mend))
      }
      if self[movement.from].to != movement.node || self[movement.to].from != movement.node {
        error(
          "movement-node",
          "links that do not meet at node \(self[movement.node].name); expected one link to it "
            + "and one from it", "name links that meet there")
      }
      if !pairs.insert([movement.from, movement.to]).inserted {
        error(
          "movement-duplicate", "a second movement of these links; expected one",
          "write all its lanes into one")
      }
      if movement.lanes.isEmpty
        || zip(movement.lanes, movement.lanes.dropFirst()).contains(where: { $0 >= $1 })
      {
        error("movement-lanes", "lanes \(movement.lanes); expected at least one, ascending", "list its lanes")
      }
      let target = links[movement.to.index].lanes.indices
      if !movement.targetLanes.isEmpty
        && (movement.targetLanes.count != movement.lanes.count
          || !movement.targetLanes.allSatisfy {
            target.contains($0.lowerBound) && target.contains($0.upperBound)
          })
      {
        error(
          "movement-target-lanes",
          "target lanes \(movement.targetLanes.map { [$0.lowerBound, $0.upperBound] }) for \(movement.lanes.count) lanes; "
            + "expected first and last lane of the target link for each, within its \(target.count)",
          "write a pair for each lane, or leave them out")
      }
      findings += pathFindings(of: movement)
      if movement.yieldsTo.contains(where: { self[$0].node != movement.node }) {
        error(
          "movement-yields", "a yield to a movement of another node; expected one of the same node",
          "remove it")
      }
      // Whoever stands in one's own lane would have to pass first.
      if movement.yieldsTo.contains(where: { self[$0].from == movement.from }) {
        error(
          "movement-yields-own", "a yield to a movement from the same link; expected one from another link",
          "remove it")
      }
      if self[movement.node].control == .external {
        error(
          "movement-external",
          "a way through node \(self[movement.node].name), which is the edge of the network; "
            + "expected none", "make the node uncontrolled, or remove the movement")
      }
      let isUngoverned = movement.protectedGroups.isEmpty && movement.permittedGroups.isEmpty
      if self[movement.node].control == .signal && isUngoverned && movement.turn != .right {
        error(
          "movement-ungoverned",
          "no lamps at the signal of node \(self[movement.node].name); expected a phase or "
            + "group (only right turns may do without)", "say which phases or groups protect or permit it")
      }
    }
    return findings
  }

  /// How a movement is driven: lengths, speeds and gaps.
  private func pathFindings(of movement: Movement) -> [Finding] {
    var findings: [Finding] = []
    func error(_ rule: String, _ message: String, _ mend: String) {
      findings.append(Finding(.error, rule: rule, place: place(of: movement), message: message, mend: mend))
    }
    if !(movement.innerLengthMeters > 0 && movement.innerLengthMeters <= Self.longestMeters) {
      error(
        "movement-length",
        "an inner length of \(movement.innerLengthMeters) m; expected more than 0 and at most "
          + "\(Self.longestMeters) m", "write it")
    }
    if let speed = movement.turningSpeedMetersPerSecond, !Self.speedsMetersPerSecond.contains(speed) {
      error(
        "movement-speed",
        "a turning speed of \(speed) m/s; expected \(Self.speedsMetersPerSecond.lowerBound) to "
          + "\(Self.speedsMetersPerSecond.upperBound) m/s", "write it, or leave it out")
    }
    if !(0...Self.longestWaitingPlaceMeters).contains(movement.waitingPlaceMeters) {
      error(
        "movement-waiting-place",
        "a waiting place of \(movement.waitingPlaceMeters) m; expected 0 to "
          + "\(Self.longestWaitingPlaceMeters) m", "write its length, or 0")
    }
    if let gap = movement.criticalGapSeconds, !(gap > 0 && gap <= Self.longestHeadwaySeconds) {
      error(
        "movement-gap",
        "a critical gap of \(gap) s; expected more than 0 and at most \(Self.longestHeadwaySeconds) s",
        "write it in seconds, or leave it out")
    }
    return findings
  }

  /// Lanes that lead to a node and serve nothing there, and links that lead to a node with no way on.
  private func servedLaneFindings() -> [Finding] {
    let numbering = LaneNumbering(self)
    var serves = [Bool](repeating: false, count: numbering.count)
    for movement in movements {
      for lane in movement.lanes { serves[numbering.laneID(movement.from, lane: lane).index] = true }
    }
    var findings: [Finding] = []
    for (index, link) in links.enumerated() where self[link.to].control != .external {
      let unserved = numbering.lanes(of: LinkID(index)).filter { !serves[$0] }
      if unserved.isEmpty { continue }
      let first = numbering.firstLane[index]
      let isDeadEnd = unserved.count == link.lanes.count
      findings.append(
        Finding(
          .error, rule: isDeadEnd ? "link-dead-end" : "lane-unserved", place: "link \(link.name)",
          message: isDeadEnd
            ? "no movement leads on from it at node \(self[link.to].name); expected one, since that is not the edge"
            : "lane \(unserved.map { "\($0 - first)" }.joined(separator: ", ")) serves no movement; expected at least "
              + "one for each lane",
          mend: isDeadEnd
            ? "add a movement from it, or make the node external"
            : "add the lane to a movement, or remove the lane"))
    }
    return findings
  }

  /// Crossings that nothing regulates.
  private func crossingFindings() -> [Finding] {
    var movementsOfNode = [[MovementID]](repeating: [], count: nodes.count)
    for (index, movement) in movements.enumerated() {
      let control = self[movement.node].control
      if control == .uncontrolled || control == .priority || control == .rightBeforeLeft {
        movementsOfNode[movement.node.index].append(MovementID(index))
      }
    }
    let geometry = MovementConflicts(self)
    var findings: [Finding] = []
    for (index, ids) in movementsOfNode.enumerated() {
      for (position, a) in ids.enumerated() {
        for b in ids[(position + 1)...] where geometry.kind(a, b) == .crossing {
          if self[a].yieldsTo.contains(b) || self[b].yieldsTo.contains(a) { continue }
          let isPriority = nodes[index].control != .uncontrolled
          findings.append(
            Finding(
              isPriority ? .warning : .error, rule: "crossing-unregulated",
              place: "node \(nodes[index].name)",
              message:
                "\(place(of: self[a])) crosses \(place(of: self[b])) and neither yields; expected one to "
                + "yield",
              mend: isPriority
                ? "say in yieldsTo who goes first" : "make the node a signal or a priority node"))
        }
      }
    }
    return findings
  }

  private func detectorFindings() -> [Finding] {
    var findings: [Finding] = []
    for detector in detectors {
      let link = self[detector.link]
      let length = link.lanes[detector.lane].pocketMeters ?? link.lengthMeters
      let end = detector.distanceMeters + detector.lengthMeters
      if detector.distanceMeters >= 0 && detector.lengthMeters > 0 && end <= length { continue }
      findings.append(
        Finding(
          .error, rule: "detector-place", place: "detector \(detector.name)",
          message:
            "a zone from \(detector.distanceMeters) m to \(end) m before the stop line; expected one within the "
            + "\(length) m of lane \(detector.lane) of link \(link.name)", mend: "move or shorten the zone"))
    }
    return findings
  }
}
