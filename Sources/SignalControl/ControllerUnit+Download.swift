import TrafficModel

/// New patterns in a unit that runs.
extension ControllerUnit {
  /// Takes over the patterns of `changed` while the unit runs.
  ///
  /// The pattern in force, and the first one, to which the unit returns by itself, keep running as they were laid out;
  /// so those two must be unchanged, and stand at the same places. Phases, groups, clearances, detectors, preempts and
  /// all else must be the same: they are not changed under traffic.
  ///
  /// - Returns: Whether the patterns are in force now; if not, nothing has changed. Ask again once another pattern runs.
  public mutating func adopt(_ changed: SignalController) -> Bool {
    var expected = data
    expected.patterns = changed.patterns
    guard changed == expected, let first = data.patterns.first, changed.patterns.first == first else {
      return false
    }
    for index in usedPatterns
    where !changed.patterns.indices.contains(index) || changed.patterns[index] != data.patterns[index] {
      return false
    }
    let zero = coordination.timeBase.masterZero
    var sequencers: ContiguousArray<FixedTimeSequencer?> = []
    for (index, pattern) in changed.patterns.enumerated() {
      if data.patterns.indices.contains(index), data.patterns[index] == pattern {
        sequencers.append(fixed[index])
        continue
      }
      var sequencer = (try? changed.timeline(of: pattern)).map { FixedTimeSequencer($0, of: changed) }
      sequencer?.masterZero = zero
      sequencers.append(sequencer)
    }
    data = changed
    fixed = sequencers
    coordination.adopt(changed)
    chooseProgram()
    return true
  }

  /// Places of the patterns that run, or that the command in force asks for.
  private var usedPatterns: [Int] {
    var used: [Int] = []
    for case .pattern(let index) in [program, desired] { used.append(index) }
    if let running = coordination.wanted ?? coordination.coordinator?.plan,
      let index = coordination.plans.firstIndex(of: running)
    {
      used.append(index)
    }
    return used
  }
}
