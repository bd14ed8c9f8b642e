import TrafficModel

extension RandomController {
  /// One to four rings, one to three sides, at most sixteen phases, in places overlaps, preempts and priorities.
  public mutating func ringBarrierController() -> SignalController {
    var sketches: [SignalFixture.PhaseSketch] = []
    let rings = randomRings(&sketches)
    var controller = SignalFixture.ringBarrier(sketches, diagram: rings)
    for index in controller.phases.indices {
      let phase = controller.phases[index]
      controller.phases[index].actuation = actuation(passage: phase.passage, maximum: phase.maximumGreen)
      if let group = phase.pedestrianGroup {
        controller.phases[index].pedestrians = pedestrianTiming()
        let walk = controller.groups[group].minimumGreen
        let lead = controller.phases[index].pedestrians.leadingInterval
        controller.phases[index].pedestrians.leadingInterval = min(lead, walk)
      }
    }
    controller.detectors = controller.phases.indices.map {
      detectorAssignment($0, of: controller.phases.count)
    }
    colourSequences(&controller)
    if isOneIn(2) { addOverlap(to: &controller) }
    if isOneIn(2) { addFlashingYellowArrow(to: &controller) }
    lengthenIntergreens(&controller)
    holdIntergreens(&controller)
    if !isOneIn(3) { addPreempts(to: &controller) }
    if isOneIn(2) { addPriorities(to: &controller) }
    controller.patterns = (1...pick(1...3)).map { pattern($0, of: controller) }
    controller.options = unitOptions(vehicleGroups: controller.phases.count)
    if isOneIn(2) { controller.schedule = schedule(patterns: controller.patterns.count) }
    return controller
  }

  private mutating func randomRings(_ sketches: inout [SignalFixture.PhaseSketch]) -> [[[Int]]] {
    let sides = pick(1...3)
    var diagram: [[[Int]]] = []
    for ring in 0..<pick(1...4) {
      var places: [[Int]] = []
      for _ in 0..<sides {
        // The first ring serves every side; others may dwell.
        let wanted = ring == 0 ? pick(1...3) : pick(0...2)
        let count = min(wanted, 16 - sketches.count)
        places.append((0..<count).map { sketches.count + $0 })
        for _ in 0..<count { sketches.append(sketch(sketches.count + 1)) }
      }
      diagram.append(places)
    }
    return diagram.filter { !$0.joined().isEmpty }
  }

  private mutating func sketch(_ number: Int) -> SignalFixture.PhaseSketch {
    var sketch = SignalFixture.PhaseSketch(number)
    sketch.minimum = Double(pick(30...120)) / 10
    sketch.maximum = sketch.minimum + Double(pick(0...300)) / 10
    sketch.passage = Double(pick(0...40)) / 10
    sketch.yellow = Double(pick(30...50)) / 10
    sketch.red = isOneIn(8) ? 0 : Double(pick(5...30)) / 10
    sketch.recall = isOneIn(2) ? .none : element(Recall.allCases)
    sketch.dualEntry = isOneIn(3)
    if isOneIn(2) { sketch.walk = (Double(pick(40...90)) / 10, Double(pick(30...150)) / 10) }
    if isBrisk { hasten(&sketch) }
    return sketch
  }

  private mutating func hasten(_ sketch: inout SignalFixture.PhaseSketch) {
    sketch.minimum = Double(pick(30...45)) / 10
    sketch.maximum = sketch.minimum + Double(pick(0...60)) / 10
    sketch.yellow = Double(pick(30...32)) / 10
    if sketch.red > 0 { sketch.red = Double(pick(5...10)) / 10 }
    if sketch.recall == .none, isOneIn(3) { sketch.recall = .minimum }
    if sketch.walk != nil { sketch.walk = (Double(pick(40...50)) / 10, Double(pick(30...50)) / 10) }
  }

  /// Red-amber and flashing green in some places, inside longer intergreens.
  private mutating func colourSequences(_ controller: inout SignalController) {
    for group in controller.groups.indices where isOneIn(5) {
      let isVehicle = controller.groups[group].kind == .vehicle
      if isVehicle {
        controller.groups[group].gaining = [TimedIndication(.redYellow, span(10...20))]
        lengthen(&controller, into: group, by: controller.groups[group].gainingDuration)
      }
    }
  }

  private func lengthen(_ controller: inout SignalController, into group: Int, by span: TimeSpan) {
    for other in controller.groups.indices where controller.conflicts[other, group] == .excluded {
      controller.intergreens[other, group] += span
    }
  }

  private mutating func lengthenIntergreens(_ controller: inout SignalController) {
    for a in controller.groups.indices {
      for b in controller.groups.indices where controller.conflicts[a, b] == .excluded && isOneIn(6) {
        controller.intergreens[a, b] += span(isBrisk ? 1...8 : 1...40)
      }
    }
  }

  /// Red clearances long enough for the longest intergreen after the phase, so that its plans lay out, and intergreens
  /// no shorter than them, as in a cabinet whose clearances are those of phases.
  private func holdIntergreens(_ controller: inout SignalController) {
    func longest(after group: Int) -> TimeSpan {
      controller.groups.indices.reduce(.zero) {
        controller.conflicts[group, $1] == .excluded ? max($0, controller.intergreens[group, $1]) : $0
      }
    }
    for index in controller.phases.indices {
      let phase = controller.phases[index]
      var clearance = phase.groups.map(longest).max() ?? .zero
      if let walk = phase.pedestrianGroup {
        clearance = max(clearance, longest(after: walk) - controller.groups[walk].losingDuration)
      }
      for overlap in controller.overlaps where overlap.includedPhases.contains(index) {
        clearance = max(clearance, longest(after: overlap.group) + overlap.trailingGreen)
      }
      let red = max(phase.redClearance, clearance - phase.yellow)
      controller.phases[index].redClearance = red
      for group in phase.groups {
        for other in controller.groups.indices where controller.conflicts[group, other] == .excluded {
          let clearance = phase.yellow + red
          controller.intergreens[group, other] = max(controller.intergreens[group, other], clearance)
        }
      }
    }
  }

  // MARK: - Overlaps

  /// Gives `controller` a group that excludes exactly the groups of phases that none of `parents` may meet.
  private func addGroup(
    _ group: SignalGroup, following parents: [Int], yieldingTo: [Int], red: TimeSpan,
    to controller: inout SignalController
  ) {
    let old = controller
    let new = old.groups.count
    controller.groups.append(group)
    controller.conflicts = ConflictMatrix(count: new + 1)
    controller.intergreens = IntergreenMatrix(count: new + 1)
    for a in old.groups.indices {
      for b in old.groups.indices where a != b {
        controller.conflicts[a, b] = old.conflicts[a, b]
        controller.intergreens[a, b] = old.intergreens[a, b]
      }
      let owners = old.phases.indices.filter {
        old.phases[$0].groups.contains(a) || old.phases[$0].pedestrianGroup == a
          || old.overlaps.contains { $0.group == a && $0.includedPhases.contains(where: { _ in true }) }
      }
      let mayMeet = owners.contains { owner in
        parents.contains { $0 == owner || old.diagram.areConcurrent($0, owner) }
      }
      if !mayMeet {
        controller.conflicts[new, a] = .excluded
        controller.intergreens[new, a] = group.losingDuration + red + old.groups[a].gainingDuration
        controller.intergreens[a, new] = old.groups[a].losingDuration + red + group.gainingDuration
      } else if yieldingTo.contains(where: { old.phases[$0].groups.contains(a) }) {
        controller.conflicts[new, a] = .yields
      }
    }
  }

  private mutating func addOverlap(to controller: inout SignalController) {
    var parents = Array(controller.phases.indices.filter { _ in isOneIn(3) }.prefix(3))
    let pairs = isBrisk ? Self.relays(controller.diagram) : []
    let isRelay = !pairs.isEmpty && isOneIn(2)
    if isRelay { parents = element(pairs) }
    guard parents.count >= 2 else { return }
    let group = SignalGroup(
      name: "OA", losing: [TimedIndication(.yellow, span(30...45))],
      minimumGreen: span(isBrisk ? 20...90 : 20...40))
    let index = controller.groups.count
    addGroup(group, following: parents, yieldingTo: [], red: span(0...20), to: &controller)
    controller.overlaps.append(
      Overlap(
        number: 1, group: index, includedPhases: parents,
        trailingGreen: isRelay || isOneIn(2) ? span(10...60) : .zero))
  }

  /// A phase at the beginning of its ring's side and one at the end of another's, so that the second may turn green in
  /// the trailing green after the first.
  private static func relays(_ diagram: RingBarrierDiagram) -> [[Int]] {
    let all = Array(diagram.rings.joined().joined())
    func order(_ phase: Int) -> [Int] {
      diagram.place(of: phase).map { diagram.phases(ring: $0.ring, side: $0.side) } ?? []
    }
    return all.filter { order($0).first == $0 && order($0).count > 1 }.flatMap { first in
      all.filter { order($0).last == $0 && order($0).count > 1 && diagram.areConcurrent(first, $0) }
        .map { [first, $0] }
    }
  }

  private mutating func addFlashingYellowArrow(to controller: inout SignalController) {
    // A protected left turn and the through phase of another ring on the same side.
    let pairs = controller.phases.indices.flatMap { left in
      controller.phases.indices.filter { controller.diagram.areConcurrent(left, $0) }.map { (left, $0) }
    }
    guard !pairs.isEmpty else { return }
    let (left, through) = element(pairs)
    let group = SignalGroup(
      name: "FYA", losing: [TimedIndication(.yellow, span(30...40))], minimumGreen: span(20...30),
      proceed: .flashingYellow)
    let index = controller.groups.count
    addGroup(group, following: [through], yieldingTo: [through], red: span(5...20), to: &controller)
    // The arrow and the flashing arrow of one head never show together.
    let arrow = controller.phases[left].groups[0]
    controller.conflicts[index, arrow] = .excluded
    controller.intergreens[index, arrow] =
      group.losingDuration + TimeSpan(tenths: 10) + controller.groups[arrow].gainingDuration
    controller.intergreens[arrow, index] = controller.groups[arrow].losingDuration + TimeSpan(tenths: 10)
    controller.overlaps.append(
      Overlap(
        number: controller.overlaps.count + 1, group: index, kind: .flashingYellowArrow,
        includedPhases: [through], modifierPhases: [left]))
  }

  // MARK: - Preemption and priority

  /// Phases that may be green together: one per ring, on one side.
  private mutating func companions(_ diagram: RingBarrierDiagram) -> [Int] {
    let side = pick(0...max(0, diagram.sideCount - 1))
    return diagram.rings.indices.compactMap { ring in
      let phases = diagram.phases(ring: ring, side: side)
      return phases.isEmpty ? nil : element(phases)
    }
  }

  private mutating func addPreempts(to controller: inout SignalController) {
    for number in 1...pick(1...3) {
      let kind = element(Preempt.Kind.allCases)
      let cuts = isOneIn(2)
      controller.preempts.append(
        Preempt(
          number: number, kind: kind, isFailSafe: kind == .rail && isOneIn(2), isLocking: isOneIn(2),
          delay: isOneIn(2) ? span(0...50) : .zero, minimumDuration: isOneIn(2) ? span(50...200) : .zero,
          minimumGreen: cuts ? span(0...30) : nil, minimumWalk: cuts ? span(0...30) : nil,
          pedestrianClearance: cuts ? span(0...80) : nil,
          trackPhases: kind == .rail ? companions(controller.diagram) : [],
          trackGreen: kind == .rail ? span(50...200) : .zero, dwellPhases: companions(controller.diagram),
          minimumDwell: span(20...100), flashesInDwell: isOneIn(6),
          maximumPresence: isOneIn(3) ? (isBrisk ? span(100...400) : span(300...1200)) : nil,
          exitPhases: isOneIn(2) ? companions(controller.diagram) : []))
    }
  }

  private mutating func addPriorities(to controller: inout SignalController) {
    let phases = controller.phases.indices
    controller.priorities = [
      TransitPriority(
        number: 1, phases: [pick(0...phases.count - 1)], maximumExtension: span(20...150),
        maximumReduction: Dictionary(
          uniqueKeysWithValues: phases.filter { _ in isOneIn(2) }.map { ($0, span(10...100)) }),
        timeOut: span(200...900), lockout: span(0...900))
    ]
  }
}
