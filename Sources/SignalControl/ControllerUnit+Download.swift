import TrafficModel

/// New patterns and a new schedule in a unit that runs.
extension ControllerUnit {
  /// Takes over the patterns and the schedule of `changed` while the unit runs; they act at the next tick.
  ///
  /// Whatever runs is left as it would be for another pattern: greens that the new plan does not want end legally, rings
  /// under coordination go over by an ordinary transition, and a new schedule acts as an event of the old one would. A
  /// running pattern that `changed` no longer has gives way to the first. Phases, groups, clearances, detectors,
  /// preempts and all else must be the same: they are not changed under traffic.
  ///
  /// - Returns: Whether they are in force. If not, nothing has changed, and asking again is of no use: something else
  ///   than patterns and schedule differs, or the first pattern, to which the unit returns by itself, cannot be laid out.
  public mutating func adopt(_ changed: SignalController, at now: SimTime) -> Bool {
    var expected = data
    expected.patterns = changed.patterns
    expected.schedule = changed.schedule
    guard changed == expected, let first = changed.patterns.first,
      let local = try? changed.timeline(of: first)
    else { return false }
    if changed == data { return true }
    let zero = coordination.timeBase.masterZero
    var sequencers: ContiguousArray<FixedTimeSequencer?> = []
    for (index, pattern) in changed.patterns.enumerated() {
      if let old = data.patterns.firstIndex(of: pattern) {
        sequencers.append(fixed[old])
        continue
      }
      let timeline = index == 0 ? local : try? changed.timeline(of: pattern)
      var sequencer = timeline.map { FixedTimeSequencer($0, of: changed) }
      sequencer?.masterZero = zero
      sequencers.append(sequencer)
    }
    let running = runningPattern
    let schedule = data.schedule
    data = changed
    fixed = sequencers
    coordination.adopt(changed)
    if changed.schedule != schedule { coordination.timeBase.adopt(changed.schedule) }
    goOn(from: running)
    chooseProgram()
    // Splits or an offset of the command belong to the pattern as it is now.
    changedPattern = nil
    changePattern()
    wake(at: actingTick(now))
    return true
  }

  /// The pretimed pattern that runs.
  private var runningPattern: Pattern? {
    if case .pattern(let index) = program { return data.patterns[index] }
    return nil
  }

  /// The pattern with the number of the one that ran takes the lamps over as they are.
  private mutating func goOn(from running: Pattern?) {
    guard let running else { return }
    let index = data.patterns.firstIndex { $0.number == running.number } ?? 0
    // A pattern that only the rings could run has no timeline of its own.
    program = .pattern(fixed[index] == nil ? 0 : index)
    if data.patterns[index] != running { begin(program) }
  }
}
