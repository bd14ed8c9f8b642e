extension Scenario {
  /// Larger networks are refused: the identifiers of events and the memory of a run are made for less.
  public static let linkLimit = 100_000
  /// Longer runs are refused: seven days.
  public static let runLimit = TimeSpan(milliseconds: 604_800_000)

  /// Checks the whole scenario: size, roads, signals, demand, incidents, and that they fit together.
  public func findings() -> [Finding] {
    let limits = limitFindings()
    if !limits.isEmpty { return limits }
    var findings = network.findings()
    // Everything else reads through the references.
    if findings.contains(where: { $0.severity == .error && $0.rule == "reference" }) { return findings }
    findings += steeringFindings()
    if findings.contains(where: { $0.severity == .error }) { return findings }
    let contents = NodeContents(network)
    for controller in controllers { findings += controller.findings(in: network, contents) }
    findings += demand.findings(in: network, run: run)
    findings += incidentFindings()
    findings += corridorFindings()
    return findings
  }

  private func limitFindings() -> [Finding] {
    var findings: [Finding] = []
    if network.links.count > Self.linkLimit {
      findings.append(
        Finding(
          .error, rule: "links-too-many", place: "",
          message: "\(network.links.count) links; expected at most \(Self.linkLimit)",
          mend: "split the network"))
    }
    let length = run.warmUp + run.duration
    if run.duration <= .zero || run.warmUp < .zero || length > Self.runLimit {
      findings.append(
        Finding(
          .error, rule: "run-length", place: "run",
          message:
            "a run of \(run.warmUp.seconds) s warm-up and \(run.duration.seconds) s measured; expected a "
            + "positive time, together at most \(Self.runLimit.seconds) s", mend: "correct the run settings"))
    }
    return findings
  }

  /// Signals without a controller, nodes with two, and lamps that do not exist.
  private func steeringFindings() -> [Finding] {
    var findings: [Finding] = []
    func error(_ rule: String, _ place: String, _ message: String, _ mend: String) {
      findings.append(Finding(.error, rule: rule, place: place, message: message, mend: mend))
    }
    var steering = [Int?](repeating: nil, count: network.nodes.count)
    for (index, controller) in controllers.enumerated() {
      for node in controller.nodes {
        guard network.nodes.indices.contains(node.index) else {
          error(
            "controller-node", "controller \(controller.name)",
            "a node that does not exist; expected nodes of the network", "name a node")
          continue
        }
        if let other = steering[node.index] {
          error(
            "node-steered-twice", "controller \(controller.name)",
            "node \(network[node].name), which controller \(controllers[other].name) steers too; expected one "
              + "controller for each node", "remove it from one of the two")
        }
        steering[node.index] = index
        if network[node].control != .signal {
          error(
            "node-not-signal", "node \(network[node].name)",
            "control \"\(network[node].control.rawValue)\" at a node that controller \(controller.name) steers; "
              + "expected \"signal\"", "make it a signal, or remove it from the controller")
        }
      }
    }
    for (index, node) in network.nodes.enumerated() where node.control == .signal && steering[index] == nil {
      error(
        "signal-without-controller", "node \(node.name)",
        "a signal without controller; expected one that steers it",
        "add a controller with this node, or change the node's control")
    }
    for movement in network.movements {
      let count = steering[movement.node.index].map { controllers[$0].groups.count } ?? 0
      let groups = movement.protectedGroups + movement.permittedGroups
      if let group = groups.first(where: { $0 < 0 || $0 >= count }) {
        error(
          "movement-group", network.place(of: movement),
          "group index \(group); expected one of \(count) groups",
          "name a group of the node's controller")
      }
    }
    for crosswalk in network.crosswalks {
      guard let group = crosswalk.group else { continue }
      let groups = steering[crosswalk.node.index].map { controllers[$0].groups } ?? []
      if !groups.indices.contains(group) || groups[group].kind != .pedestrian {
        error(
          "crosswalk-group", "crosswalk \(crosswalk.name)",
          groups.indices.contains(group)
            ? "group \(groups[group].name) for vehicles; expected a pedestrian group"
            : "group index \(group); expected a pedestrian group", "name a pedestrian group of the controller"
        )
      }
    }
    return findings
  }

  private func corridorFindings() -> [Finding] {
    var findings: [Finding] = []
    if !corridor.allSatisfy({ network.links.indices.contains($0.index) }) {
      return [
        Finding(
          .error, rule: "corridor-link", place: "corridor",
          message: "a link that does not exist; expected links of the network", mend: "name a link")
      ]
    }
    for (first, second) in zip(corridor, corridor.dropFirst()) where network[first].to != network[second].from
    {
      findings.append(
        Finding(
          .error, rule: "corridor-gap", place: "corridor",
          message:
            "link \(network[second].name) after link \(network[first].name), which ends elsewhere; expected "
            + "links that follow each other", mend: "list the links in order of travel"))
    }
    return findings
  }
}
