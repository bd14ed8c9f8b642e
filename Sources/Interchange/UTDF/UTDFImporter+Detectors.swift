import TrafficModel

extension UTDFImporter {
  /// Detectors of a controller: those of the file, and defaults on lanes that have none.
  ///
  /// Each detector of a lane group stands on each of the group's own lanes. It calls (type bit 1) and extends (bit
  /// 2) the group's DetectPhases; others are counting stations without effect on control. Default, where a lane
  /// has no detector that calls: a presence zone of 12 m at the stop line, and for lanes that go straight on a
  /// second one of 1.8 m at three seconds' travel, at most half way along the link.
  mutating func addDetectors(_ plan: UTDFPlan) -> [DetectorAssignment] {
    var assignments: [DetectorAssignment] = []
    for (approach, index) in laneGroups(of: plan) {
      let group = approaches[approach].groups[index]
      guard let link = approaches[approach].link, !group.ownLanes.isEmpty else { continue }
      var phases = group.detectorPhases.compactMap { plan.phaseIndex($0) }
      if let number = group.switchPhase, plan.isPretimed || plan.phaseIndex(number) == nil {
        notes.collect(
          "switch-phase", at: group.label,
          plan.isPretimed
            ? "SwitchPhase of a pretimed controller is left out."
            : "SwitchPhase names a phase that the controller does not have; it is left out.",
          mend: plan.isPretimed ? "nothing" : "correct SwitchPhase")
      }
      if phases.isEmpty {
        phases = (group.rightOfWayPhases + group.yieldingPhases).prefix(1).compactMap { plan.phaseIndex($0) }
      }
      for lane in group.ownLanes {
        var calls = false
        for (number, detector) in group.detectors.enumerated() {
          guard let zone = zone(detector, link, lane, label: group.label) else { continue }
          let isCalling = detector.kind & 1 != 0
          calls = calls || isCalling
          let place = DetectorID(network.detectors.count)
          network.detectors.append(
            Detector(
              name: "\(group.label) lane \(lane + 1) detector \(number + 1)", link: link, lane: lane,
              distanceMeters: zone.distance, lengthMeters: zone.length))
          var assignment = DetectorAssignment(
            detector: place, calls: isCalling ? phases : [], extends: detector.kind & 2 != 0 ? phases : [],
            delay: TimeSpan(seconds: detector.delaySeconds),
            prolongation: TimeSpan(seconds: detector.extendSeconds))
          apply(detector, of: group, plan, to: &assignment)
          assignments.append(assignment)
        }
        if !calls && !phases.isEmpty {
          assignments += defaultDetectors(group, link, lane, phases: phases)
        }
      }
    }
    return assignments
  }

  /// The part of a detector that lies on its lane.
  private mutating func zone(
    _ detector: UTDFDetector, _ link: LinkID, _ lane: Int, label: String
  ) -> (distance: Double, length: Double)? {
    let room = network[link].lanes[lane].pocketMeters ?? network[link].lengthMeters
    let near = max(detector.positionMeters, 0)
    let far = min(detector.positionMeters + detector.lengthMeters, room)
    if far - near < min(detector.lengthMeters, 0.5) || far <= near {
      notes.collect(
        "detector-off-lane", at: label, "A detector lies beyond its lane or the stop line and is left out.",
        mend: "correct DetectPos and DetectSize")
      return nil
    }
    if detector.positionMeters < 0 || far < detector.positionMeters + detector.lengthMeters {
      notes.collect(
        "detector-cut", at: label, "A detector reaches beyond its lane or the stop line; it is cut there.",
        mend: "correct DetectPos and DetectSize")
    }
    return (near, far - near)
  }

  private mutating func defaultDetectors(
    _ group: UTDFLaneGroup, _ link: LinkID, _ lane: Int, phases: [Int]
  ) -> [DetectorAssignment] {
    let room = network[link].lanes[lane].pocketMeters ?? network[link].lengthMeters
    var zones: [(distance: Double, length: Double)] = [(0, min(12, room))]
    let advance = min(network[link].speedLimitMetersPerSecond * 3, room / 2)
    if group.turn.turn == .through && advance > 14 { zones.append((advance, 1.8)) }
    notes.collect(
      "detector-default", at: group.label,
      "No detector calls from this lane: a presence zone of 12 m at the stop line is assumed, and for lanes that go "
        + "straight on one of 1.8 m at three seconds' travel.", mend: "give the lane group its detectors")
    return zones.enumerated().map { number, zone in
      let place = DetectorID(network.detectors.count)
      network.detectors.append(
        Detector(
          name: "\(group.label) lane \(lane + 1) default \(number + 1)", link: link, lane: lane,
          distanceMeters: zone.distance, lengthMeters: zone.length))
      return DetectorAssignment(detector: place, calls: phases, extends: phases)
    }
  }
}
