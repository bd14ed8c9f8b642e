import TrafficModel

/// Plans by the classical methods: Webster's cycle and splits, and offsets that let platoons pass.
public struct FirstGuess: Sendable {
  let space: PlanSpace
  let model: CyclicFlowModel

  public init(_ space: PlanSpace, model: CyclicFlowModel) {
    self.space = space
    self.model = model
  }

  /// What the phases or stages of a junction need: flow ratios and clearances.
  struct Need: Sendable {
    /// y by phase, or by position in the chain.
    var flowRatios: [Double]
    /// Seconds of each phase or stage that nobody uses: start-up loss and clearance, less the use of yellow.
    var lost: [Double]
  }

  func need(_ index: Int) -> Need {
    let junction = space.junctions[index]
    let controller = junction.controller
    let parameters = model.parameters.analysis
    var members: [Set<Int>] = []
    var lost: [Double] = []
    switch junction.base.timing {
    case .ringBarrier:
      for phase in controller.phases {
        members.append(Set(phase.groups))
        lost.append(phase.clearance.seconds + parameters.startUpLostSeconds - parameters.endUseSeconds)
      }
    case .stages(let chain):
      for (position, entry) in chain.enumerated() {
        let next = chain[(position + 1) % chain.count].stage
        let stage = controller.stages[entry.stage]
        members.append(Set(stage.groups))
        let longest =
          stage.groups.filter { !controller.stages[next].groups.contains($0) }
          .map { controller.stageLoss(of: $0, from: entry.stage, to: next) }.max() ?? .zero
        lost.append(longest.seconds + parameters.startUpLostSeconds - parameters.endUseSeconds)
      }
    }
    var ratios = [Double](repeating: 0, count: members.count)
    let data = model.junctions[index]
    for group in data.groups {
      var time = 0.0
      for stream in data.streams[group.streams] where stream.share > 0 {
        time += stream.share / stream.saturation
      }
      let ratio = group.volume * time / group.lanes
      for stream in data.streams[group.streams] where stream.volume > 0 {
        let movement = space.scenario.network[stream.movement]
        let own = Set(movement.protectedGroups.isEmpty ? movement.permittedGroups : movement.protectedGroups)
        let serving = members.indices.filter { !members[$0].isDisjoint(with: own) && served($0, index) }
        // A stream that several phases serve shares its need among them.
        for place in serving { ratios[place] = max(ratios[place], ratio / Double(serving.count)) }
      }
    }
    return Need(flowRatios: ratios, lost: lost)
  }

  private func served(_ place: Int, _ junction: Int) -> Bool {
    space.junctions[junction].minima[0][place] > 0
  }

  /// Y and L of the critical path: on each side the ring that needs most.
  func critical(_ index: Int, _ need: Need) -> (flowRatio: Double, lost: Double) {
    let junction = space.junctions[index]
    switch junction.sequences[0] {
    case .stages: return (need.flowRatios.reduce(0, +), need.lost.reduce(0, +))
    case .ringBarrier(let diagram):
      let rings = junction.served(0)
      var flowRatio = 0.0
      var lost = 0.0
      for side in 0..<diagram.sideCount {
        var best = (-1.0, 0.0)
        for ring in rings where !ring[side].isEmpty {
          let sum = ring[side].reduce(0.0) { $0 + need.flowRatios[$1] }
          if sum > best.0 { best = (sum, ring[side].reduce(0.0) { $0 + need.lost[$1] }) }
        }
        flowRatio += max(0, best.0)
        lost += best.1
      }
      return (flowRatio, lost)
    }
  }

  /// Webster's cycle of one junction, on the grid and within the limits, in tenths of a second; above Y = 0.95 the
  /// longest cycle.
  func ownCycle(_ index: Int) -> Int? {
    guard let allowed = space.ownCycles(index) else { return nil }
    let (flowRatio, lost) = critical(index, need(index))
    if flowRatio >= 0.95 { return allowed.upperBound }
    let seconds = Webster.cycle(lostSeconds: lost, flowRatio: flowRatio)
    let tenths = Int((seconds * 10 / Double(space.limits.gridTenths)).rounded()) * space.limits.gridTenths
    return min(max(tenths, allowed.lowerBound), allowed.upperBound)
  }

  /// The longest of the junctions' Webster cycles.
  public var websterCycle: Int? {
    guard let shortest = space.cycles.first else { return nil }
    return space.junctions.indices.reduce(shortest) { max($0, ownCycle($1) ?? shortest) }
  }

  /// Every junction at its own Webster cycle, without coordination.
  func isolated() -> NetworkPlan? {
    if space.cycles.isEmpty { return nil }
    var result: NetworkPlan = []
    for index in space.junctions.indices {
      guard let cycle = ownCycle(index), let plan = splits(index, cycle: cycle) else { return nil }
      result.append(plan)
    }
    return result
  }

  /// Splits in proportion to flow ratios (Webster), sequences and offsets as given.
  public func splits(cycle: Int) -> NetworkPlan? {
    var result: NetworkPlan = []
    for index in space.junctions.indices {
      guard let plan = splits(index, cycle: cycle) else { return nil }
      result.append(plan)
    }
    return result
  }

  private func splits(_ index: Int, cycle: Int) -> JunctionPlan? {
    let junction = space.junctions[index]
    let need = need(index)
    let (flowRatio, lost) = critical(index, need)
    let green = max(0, Double(cycle) / 10 - lost)
    let weights = need.flowRatios.indices.map { place in
      (need.lost[place] + green * need.flowRatios[place] / max(flowRatio, 1e-6)) * 10
    }
    let given = junction.given
    let offset = given.offset * cycle / given.cycle / junction.grid * junction.grid
    return junction.fitted(weights: weights, cycle: cycle, sequence: 0, offset: offset)
  }

  /// Webster's cycle and splits with offsets for progression: the classical method that a search has to beat.
  public func websterWithProgression() -> NetworkPlan? {
    guard let cycle = websterCycle, let plan = splits(cycle: cycle) else { return nil }
    return ProgressionOffsets(space, model: model).improved(plan)
  }
}
