import TrafficModel

/// Enumerates the states of a controller once, before a run.
struct SignalStateBuilder {
  let data: SignalController
  let runsStages: Bool
  let ringCount: Int
  private(set) var phases: ContiguousArray<SignalStates.PhaseTimes> = []
  private(set) var states: [PhaseSet] = []

  init(_ data: SignalController) {
    self.data = data
    runsStages = data.phases.isEmpty
    ringCount = runsStages ? 1 : data.diagram.rings.count
    if runsStages { addStages() } else { addPhases() }
  }

  // MARK: - Phases

  private mutating func addPhases() {
    for (index, phase) in data.phases.enumerated() {
      var times = SignalStates.PhaseTimes(number: phase.number)
      if let place = data.diagram.place(of: index) {
        times.ring = place.ring
        times.side = place.side
        times.place = data.diagram.phases(ring: place.ring, side: place.side).firstIndex(of: index) ?? 0
      }
      times.minimumGreen = Float(phase.minimumGreen.seconds)
      for group in phase.groups where data.groups.indices.contains(group) {
        times.minimumGreen = max(times.minimumGreen, Float(data.groups[group].minimumGreen.seconds))
      }
      times.clearance = Float(phase.clearance.seconds)
      if let group = phase.pedestrianGroup, data.groups.indices.contains(group) {
        let service =
          data.groups[group].minimumGreen + data.groups[group].losingDuration + phase.pedestrians.buffer
        times.pedestrianGroup = group
        times.pedestrianService = Float(service.seconds)
        times.pedestrianClearance = Float(
          (data.groups[group].losingDuration + phase.pedestrians.buffer).seconds)
        times.restsInWalk = phase.pedestrians.restsInWalk
        times.leadingInterval = Float(phase.pedestrians.leadingInterval.seconds)
        times.walksByRecall = phase.recall == .pedestrian
      }
      phases.append(times)
    }
    for side in 0..<data.diagram.sideCount { addStates(ofSide: side) }
  }

  /// Every choice of one phase per ring that has phases on the side.
  private mutating func addStates(ofSide side: Int) {
    var found: [PhaseSet] = [[]]
    for ring in data.diagram.rings.indices {
      let members = data.diagram.phases(ring: ring, side: side)
      if members.isEmpty { continue }
      found = found.flatMap { set in members.map { set.union(PhaseSet(phase: $0)) } }
      if found.count > SignalStates.stateLimit { break }
    }
    states += found.filter { !$0.isEmpty }
  }

  // MARK: - Stages

  private mutating func addStages() {
    for (index, stage) in data.stages.enumerated() where index < 32 {
      var times = SignalStates.PhaseTimes(number: index + 1, place: index)
      var shortest = TimeSpan(seconds: 3600)
      for next in data.stages.indices where next != index {
        shortest = min(shortest, stageChange(from: index, to: next))
      }
      times.clearance = Float(shortest.seconds)
      // A stage's minimum counts to the start of the next.
      times.minimumGreen = Float(max(stage.minimumDuration - shortest, .zero).seconds)
      for group in stage.groups {
        let late = stage.lateStart[group] ?? .zero
        times.minimumGreen = max(
          times.minimumGreen, Float((data.groups[group].minimumGreen + late).seconds))
        if data.groups[group].kind == .pedestrian { times.pedestrianGroup = group }
      }
      phases.append(times)
      states.append(PhaseSet(phase: index))
    }
    if data.stages.count > 32 { states = [] }
  }

  private func stageChange(from: Int, to: Int) -> TimeSpan {
    var result = TimeSpan.zero
    for group in data.stages[from].groups where !data.stages[to].groups.contains(group) {
      result = max(result, data.stageLoss(of: group, from: from, to: to))
    }
    return result
  }

  // MARK: - Both

  /// By group: whether it is green while exactly these phases (or this stage) are.
  func greenGroups(of set: PhaseSet) -> [Bool] {
    var result = [Bool](repeating: false, count: data.groups.count)
    for phase in set.members {
      let groups = runsStages ? data.stages[phase].groups : data.phases[phase].groups
      for group in groups where result.indices.contains(group) { result[group] = true }
    }
    for overlap in data.overlaps where result.indices.contains(overlap.group) {
      let isIncluded = overlap.includedPhases.contains { set.contains(phase: $0) }
      let isBarred =
        overlap.kind != .normal && overlap.modifierPhases.contains { set.contains(phase: $0) }
      result[overlap.group] = isIncluded && !isBarred
    }
    return result
  }

  /// Whether a unit gets there only by ending all rings: a phase is wanted that its ring has passed on this side.
  func restarts(from: PhaseSet, to: PhaseSet) -> Bool {
    if runsStages { return false }
    for phase in to.subtracting(from).members {
      for running in from.members
      where phases[running].ring == phases[phase].ring && phases[running].side == phases[phase].side {
        if phases[phase].place <= phases[running].place { return true }
      }
    }
    return false
  }

  /// Whether one ring goes on to a later phase of its side while another would have to go back on it.
  func isMixed(from: PhaseSet, to: PhaseSet) -> Bool {
    guard restarts(from: from, to: to) else { return false }
    for phase in to.subtracting(from).members {
      for running in from.members
      where phases[running].ring == phases[phase].ring && phases[running].side == phases[phase].side {
        if phases[phase].place > phases[running].place { return true }
      }
    }
    return false
  }

  /// From the end of green to the new green: the clearances of what ends, and the intergreens to what begins.
  func changeSeconds(from: PhaseSet, to: PhaseSet) -> Float {
    let ends = restarts(from: from, to: to) ? from : from.subtracting(to)
    var result = TimeSpan.zero
    for phase in ends.members {
      if runsStages {
        for next in to.members { result = max(result, stageChange(from: phase, to: next)) }
      } else {
        result = max(result, data.phases[phase].clearance)
      }
    }
    if restarts(from: from, to: to) {
      // A phase that follows itself is red for the red revert time at least.
      for phase in from.intersection(to).members {
        let revert = max(data.phases[phase].actuation.redRevert, data.options.redRevert)
        result = max(result, data.phases[phase].yellow + revert)
      }
    }
    let before = greenGroups(of: from)
    let after = greenGroups(of: to)
    for ending in before.indices where before[ending] && !after[ending] {
      // Pedestrian groups have left green before the phase may end.
      if data.groups[ending].kind == .pedestrian { continue }
      for starting in after.indices where after[starting] && !before[starting] {
        if data.conflicts[ending, starting] == .excluded {
          result = max(result, data.intergreens[ending, starting])
        }
      }
    }
    return Float(result.seconds)
  }
}
