import TrafficModel

/// Vehicles on a lane group's own lanes, by turn.
struct UTDFGroupFlow: Sendable {
  var left = 0.0
  var through = 0.0
  var right = 0.0
  var heavy = 0.0

  var total: Double { left + through + right }
  var leftShare: Double { total > 0 ? left / total : 0 }
  var rightShare: Double { total > 0 ? right / total : 0 }
  var heavyShare: Double { total > 0 ? heavy / total : 0 }

  mutating func add(_ vehicles: Double, of group: UTDFLaneGroup) {
    switch group.turn.turn {
    case .left, .uTurn: left += vehicles
    case .through: through += vehicles
    case .right: right += vehicles
    }
    heavy += vehicles * group.heavyShare
  }
}

extension UTDFImporter {
  /// Gives each lane the headway that a straight-going passenger car has at saturation.
  ///
  /// UTDF holds SatFlow s of a lane group of N lanes, in vehicles of the given mix and turns. What the simulator
  /// represents by itself is divided out, so that it is not counted twice:
  ///
  ///     headway = 3600 · N · f_HV · f_LU · f_LT · f_RT / s
  ///
  /// - f_HV = 1 / (1 + P_HV · (E_T − 1)), E_T = 2.0: heavy vehicles.
  /// - f_LU: uneven use of lanes (drivers choose their lanes in the simulator). By the number of lanes that work
  ///   as one group, 1, 2, 3, 4 and more: through 1, 0.95, 0.91, 0.86; left 1, 0.97, 0.94, 0.94; right 1, 0.88,
  ///   0.76, 0.76.
  /// - f_LT: 0.95 for lanes of their own, 1 / (1 + 0.05 · P_LT) for shared ones.
  /// - f_RT: 0.85 for lanes of their own, 1 − 0.15 · P_RT for shared ones, 1 − 0.135 · P_RT where the approach has
  ///   only one lane.
  ///
  /// Turn factors are 1 where the turn has no volume, as in the files. What remains in the headway: lane width,
  /// grade, parking, bus stops, area type, pedestrian and bicycle friction, and corrections by hand; without
  /// those it is 3600 / IdealFlow (1.895 s for 1900 veh/h). SatFlowPerm is not used: yielding is simulated.
  ///
  /// Source of the factors: Highway Capacity Manual 2000, chapter 16, as applied by Synchro.
  mutating func setSaturationHeadways() {
    for index in approaches.indices {
      guard let link = approaches[index].link, !approaches[index].groups.isEmpty else { continue }
      for group in approaches[index].groups.indices where approaches[index].groups[group].laneCount > 0 {
        let headway = saturationHeadway(approaches[index], group)
        for lane in approaches[index].groups[group].ownLanes {
          network[link].lanes[lane].saturationHeadwaySeconds = headway
        }
      }
    }
  }

  private mutating func saturationHeadway(_ approach: UTDFApproach, _ index: Int) -> Double {
    let group = approach.groups[index]
    let ideal = group.idealFlow ?? defaults.idealFlow
    let plain = 3600 / max(ideal, 300)
    guard let flow = group.saturationFlow, flow > 0 else {
      notes.collect(
        "satflow-missing", at: group.label,
        "SatFlow is missing or zero for a group with lanes: 3600 ÷ IdealFlow is taken as headway.",
        mend: "let Synchro compute SatFlow before the export")
      return plain
    }
    let headway = 3600 * Double(group.laneCount) * representedFactors(approach, index) / flow
    if headway < 1 || headway > 6 {
      notes.note(
        "satflow-implausible", at: group.label,
        "SatFlow \(Int(flow)) veh/h on \(group.laneCount) lanes means \(rounded(headway)) s per car; "
          + "\(rounded(plain)) s (IdealFlow) is used.", mend: "correct SatFlow")
      return plain
    }
    if (headway / plain - 1).magnitude > 0.1 {
      notes.note(
        "satflow-adjusted", at: group.label,
        "The file's SatFlow means \(rounded(headway)) s per straight-going car, IdealFlow \(rounded(plain)) s; the "
          + "difference (width, grade, parking, buses, pedestrians, or a value by hand) is kept.",
        mend: "nothing, if the adjustment is meant")
    }
    return headway
  }

  private func rounded(_ value: Double) -> String { String((value * 1000).rounded() / 1000) }

  /// f_HV · f_LU · f_LT · f_RT of a group with lanes.
  private func representedFactors(_ approach: UTDFApproach, _ index: Int) -> Double {
    let group = approach.groups[index]
    let flow = groupFlow(approach, index)
    let heavyShare = flow.total > 0 ? flow.heavyShare : group.heavyShare
    var factor = 1 / (1 + heavyShare)
    let joint = jointGroups(approach, index)
    let lanes = joint.reduce(0) { $0 + approach.groups[$1].ownLanes.count }
    let hasThrough = joint.contains { approach.groups[$0].turn == .through }
    factor *= laneUtilisation(hasThrough ? .through : group.turn.turn, lanes: lanes)
    let isAlone = flow.total == flow.left || flow.total == flow.right
    let approachLanes = approach.laneCount
    if flow.left > 0 {
      factor *= isAlone && group.turn.turn != .through ? 0.95 : 1 / (1 + 0.05 * flow.leftShare)
    }
    if flow.right > 0 {
      let slope = approachLanes == 1 ? 0.135 : 0.15
      factor *= 1 - slope * flow.rightShare
    }
    return factor
  }

  private func laneUtilisation(_ turn: Turn, lanes: Int) -> Double {
    let table: [Double] =
      switch turn {
      case .through: [1, 0.95, 0.91, 0.86]
      case .left, .uTurn: [1, 0.97, 0.94, 0.94]
      case .right: [1, 0.88, 0.76, 0.76]
      }
    return table[min(max(lanes, 1), 4) - 1]
  }

  /// Groups with lanes that work as one: a shared lane joins its group with the neighbour's own lanes.
  private func jointGroups(_ approach: UTDFApproach, _ index: Int) -> [Int] {
    let own = approach.groups[index].ownLanes
    return approach.groups.indices.filter { other in
      let group = approach.groups[other]
      if group.ownLanes.isEmpty { return false }
      return other == index || group.servedLanes.contains { own.contains($0) }
        || approach.groups[index].servedLanes.contains { group.ownLanes.contains($0) }
    }
  }

  /// Demand on a group's own lanes: its own vehicles, and those of turns without lanes or with a share of a lane.
  func groupFlow(_ approach: UTDFApproach, _ index: Int) -> UTDFGroupFlow {
    let own = approach.groups[index].ownLanes
    var flow = UTDFGroupFlow()
    for (other, group) in approach.groups.enumerated() {
      let onMine = group.servedLanes.filter { own.contains($0) }.count
      if onMine == 0 { continue }
      flow.add(
        group.flowVehiclesPerHour * share(of: group, onLanesOf: index, itself: other == index, onMine),
        of: group)
    }
    return flow
  }

  /// The part of a movement's vehicles that use the lanes of a group: all on lanes of its own or where it has
  /// none; by "Traffic in shared lane" between its own lanes and one shared with a neighbour, else by lane count.
  private func share(
    of group: UTDFLaneGroup, onLanesOf index: Int, itself: Bool, _ lanesHere: Int
  ) -> Double {
    if group.servedLanes.count == lanesHere { return 1 }
    let isTurnWithLanes = !group.ownLanes.isEmpty && group.turn.turn != .through
    if isTurnWithLanes, let percent = group.sharedLanePercent {
      return itself ? 1 - percent / 100 : percent / 100
    }
    if !group.ownLanes.isEmpty && group.turn.turn == .through {
      // Through vehicles may use a turn's shared lane, and mostly do not.
      return itself ? 1 : 0
    }
    return Double(lanesHere) / Double(group.servedLanes.count)
  }
}
