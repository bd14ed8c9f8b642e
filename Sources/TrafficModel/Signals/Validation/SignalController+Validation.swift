extension SignalController {
  /// Everything that is wrong or odd about the signal data, in a fixed order; empty if there is nothing to say.
  ///
  /// This is the one validator of signal data: files, imports and optimizers all use it. A controller without
  /// errors can be run: its patterns lay out, its lamps obey its own rules, and every movement has a lamp.
  /// - Parameter network: The roads, which tell speeds, detectors, and which movements cross.
  public func findings(in network: Network) -> [Finding] {
    findings(in: network, NodeContents(network))
  }

  func findings(in network: Network, _ contents: NodeContents) -> [Finding] {
    var check = SignalDataCheck(controller: self, network: network, contents: contents)
    check.checkStructure()
    // What follows reads by index and relies on the structure.
    guard !check.findings.contains(where: { $0.severity == .error }) else { return check.findings }
    check.checkTimes()
    check.checkUnitTimes()
    // Sums of wild numbers would overflow.
    guard !check.findings.contains(where: { $0.rule == "time-range" }) else { return check.findings }
    check.checkExclusions()
    check.checkDetectors()
    check.checkMovements()
    for pattern in patterns { check.check(pattern) }
    check.checkSense()
    return check.findings
  }
}

/// One validation run: the findings so far and how to add to them. The rules stand in extensions, by topic.
struct SignalDataCheck {
  let controller: SignalController
  let network: Network
  let contents: NodeContents
  /// The ways through the controller's nodes.
  let movements: [Movement]
  private(set) var findings: [Finding] = []
  /// Groups whose red clearance has been found short; once is enough.
  var reportedReds: Set<Int> = []

  init(controller: SignalController, network: Network, contents: NodeContents) {
    self.controller = controller
    self.network = network
    self.contents = contents
    movements = contents.movements(of: controller.nodes).map { network.movements[$0] }
  }

  var place: String { "controller \(controller.name)" }

  mutating func error(_ rule: String, _ place: String, _ message: String, mend: String) {
    findings.append(Finding(.error, rule: rule, place: place, message: message, mend: mend))
  }

  mutating func warn(_ rule: String, _ place: String, _ message: String, mend: String) {
    findings.append(Finding(.warning, rule: rule, place: place, message: message, mend: mend))
  }

  func name(_ group: Int) -> String { "group \(controller.groups[group].name)" }
  func place(ofPhase phase: Int) -> String { "\(place), phase \(controller.phases[phase].number)" }
  func place(ofStage stage: Int) -> String { "\(place), stage \(controller.stages[stage].name)" }
}

// MARK: - Structure

extension SignalDataCheck {
  /// Names, numbers and indices: whatever later rules take for granted.
  mutating func checkStructure() {
    checkNames()
    checkMatrices()
    checkIndices()
    checkDiagram()
    checkReferences()
    if controller.patterns.isEmpty {
      error("no-pattern", place, "it has no pattern", mend: "Give it the plan that is on the street")
    }
    let served = max(controller.phases.count, controller.stages.count)
    if served > PhaseSet.maximumCount {
      error(
        "phase-count", place, "it has \(served) phases or stages, and \(PhaseSet.maximumCount) can be named",
        mend: "Split it into several controllers")
    }
  }

  private mutating func checkNames() {
    checkUnique(controller.groups.map(\.name), kind: "groups", rule: "duplicate-name")
    checkUnique(controller.stages.map(\.name), kind: "stages", rule: "duplicate-name")
    checkUnique(controller.phases.map { String($0.number) }, kind: "phases", rule: "duplicate-number")
    checkUnique(controller.patterns.map { String($0.number) }, kind: "patterns", rule: "duplicate-number")
  }

  private mutating func checkUnique(_ names: [String], kind: String, rule: String) {
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      error(rule, place, "two \(kind) are called \(name)", mend: "Give each its own name or number")
    }
  }

  private mutating func checkMatrices() {
    let count = controller.groups.count
    for (title, size) in [
      ("conflict", controller.conflicts.count), ("intergreen", controller.intergreens.count),
    ] where size != count {
      error(
        "matrix-size", place, "the \(title) matrix is made for \(size) groups, and there are \(count)",
        mend: "Give it one row and one column per group")
    }
    guard controller.conflicts.count == count else { return }
    for first in 0..<count {
      for second in 0..<first {
        let relation = controller.conflicts[first, second]
        let reverse = controller.conflicts[second, first]
        if (relation == .excluded) != (reverse == .excluded) {
          error(
            "exclusion-mutual", place, "\(name(first)) and \(name(second)) exclude each other one way only",
            mend: "Exclude the pair both ways or not at all")
        }
      }
    }
  }

  private mutating func checkIndices() {
    let groups = controller.groups.indices
    for (index, phase) in controller.phases.enumerated() {
      let named = phase.groups + (phase.pedestrianGroup.map { [$0] } ?? [])
      for group in named where !groups.contains(group) {
        error(
          "group-missing", place(ofPhase: index), "group index \(group) does not exist",
          mend: "Use one of the \(groups.count) groups")
      }
      checkKinds(of: phase, at: place(ofPhase: index))
    }
    for (index, stage) in controller.stages.enumerated() {
      let named = stage.groups + stage.lateStart.keys.sorted() + stage.earlyEnd.keys.sorted()
      for group in named where !groups.contains(group) {
        error(
          "group-missing", place(ofStage: index), "group index \(group) does not exist",
          mend: "Use one of the \(groups.count) groups")
      }
    }
    if controller.nodes.isEmpty {
      error("node-missing", place, "it steers no node", mend: "Name the nodes whose lamps it switches")
    }
    for node in controller.nodes where !network.nodes.indices.contains(node.index) {
      error(
        "node-missing", place, "node index \(node.index) does not exist",
        mend: "Use one of the \(network.nodes.count) nodes")
    }
  }

  private mutating func checkKinds(of phase: Phase, at place: String) {
    for group in phase.groups
    where controller.groups.indices.contains(group) && controller.groups[group].kind == .pedestrian {
      error(
        "group-kind", place, "\(name(group)) is for pedestrians but stands among the vehicle groups",
        mend: "Make it the pedestrian group of the phase")
    }
    if let group = phase.pedestrianGroup, controller.groups.indices.contains(group),
      controller.groups[group].kind == .vehicle
    {
      error(
        "group-kind", place, "\(name(group)) is for vehicles but stands as the pedestrian group",
        mend: "Make it one of the vehicle groups of the phase")
    }
  }

  private mutating func checkDiagram() {
    let diagram = controller.diagram
    var places = [Int](repeating: 0, count: controller.phases.count)
    for phase in diagram.rings.joined().joined() {
      if controller.phases.indices.contains(phase) {
        places[phase] += 1
      } else {
        error(
          "phase-missing", "\(place), diagram", "phase index \(phase) does not exist",
          mend: "Use one of the \(controller.phases.count) phases")
      }
    }
    for (phase, count) in places.enumerated() where count != 1 {
      error(
        "diagram-once", place(ofPhase: phase), "it stands \(count) times in the diagram of rings",
        mend: "Let each phase stand there exactly once")
    }
    for (ring, sides) in diagram.rings.enumerated() where sides.count != diagram.sideCount {
      error(
        "ring-sides", "\(place), ring \(ring + 1)",
        "it has \(sides.count) sides between barriers, another ring has \(diagram.sideCount)",
        mend: "Add an empty side where the ring dwells")
    }
  }
}

extension PhaseSet {
  /// Phases are numbered by bits.
  public static let maximumCount = 32
}
