extension SignalController {
  /// This controller with its stages alone, as a protocol that knows no phases sees and commands it; itself if it has
  /// no phases anyway.
  ///
  /// Left out are patterns of phases, overlaps, preempts, priorities and the schedule; groups stay where stages have them.
  /// What called or extended a phase calls or extends the first stage that shows all groups of that phase.
  /// - Returns: `nil` if no pattern is left.
  public var withStagesAlone: SignalController? {
    if phases.isEmpty { return self }
    var result = self
    result.phases = []
    result.diagram = RingBarrierDiagram(rings: [])
    result.overlaps = []
    result.preempts = []
    result.priorities = []
    result.schedule = nil
    result.patterns = patterns.filter {
      if case .stages = $0.timing { return true }
      return false
    }
    let stageOfPhase = phases.map { phase in
      stages.firstIndex { Set(phase.groups).isSubset(of: $0.groups) }
    }
    for index in result.detectors.indices {
      let old = detectors[index]
      result.detectors[index].calls = old.calls.compactMap { stageOfPhase[$0] }
      result.detectors[index].extends = old.extends.compactMap { stageOfPhase[$0] }
      result.detectors[index].switchPhase = nil
    }
    return stages.isEmpty || result.patterns.isEmpty ? nil : result
  }
}
