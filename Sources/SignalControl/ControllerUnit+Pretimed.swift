import TrafficModel

/// Pretimed patterns, as they stand in the data or with the command's splits and offset.
extension ControllerUnit {
  /// A pattern with other splits (or stage durations) or another offset.
  struct ChangedPattern: Sendable {
    let pattern: Pattern
    /// Its place among the patterns.
    let index: Int
    var sequencer: FixedTimeSequencer
  }

  mutating func runPretimed(
    _ index: Int, at tick: SimTime, into changes: inout ContiguousArray<IndicationChange>
  ) {
    guard changedPattern?.index == index else {
      fixed[index]?.advance(to: tick, interlock: &interlock, into: &changes)
      return
    }
    let zero = coordination.timeBase.masterZero
    if changedPattern?.sequencer.masterZero != zero { changedPattern?.sequencer.masterZero = zero }
    changedPattern?.sequencer.advance(to: tick, interlock: &interlock, into: &changes)
  }

  func pretimedDeadline(_ index: Int) -> SimTime {
    let changed = changedPattern?.index == index ? changedPattern?.sequencer.nextDeadline : nil
    return changed ?? fixed[index]?.nextDeadline ?? .distantFuture
  }

  /// Lays the pattern out anew where the command changes it; the lamps are taken over as they are.
  mutating func changePattern() {
    let change = changedPattern(for: command)
    guard change.pattern?.pattern != changedPattern?.pattern || change.pattern?.index != changedPattern?.index
    else { return }
    changedPattern = change.pattern
    if case .pattern = program { begin(program) }
  }

  /// What the command makes of a pretimed pattern, and why not if it cannot be.
  func changedPattern(for command: CabinetCommand) -> (pattern: ChangedPattern?, refusal: CommandRefusal?) {
    guard !command.splits.isEmpty || command.offset != nil else { return (nil, nil) }
    guard case .pattern(let index) = desired else {
      // Coordinated patterns have their own; running free there is nothing to change.
      guard coordination.wanted == nil else { return (nil, nil) }
      return (nil, command.splits.isEmpty ? .offsetOutOfRange : .infeasibleSplits)
    }
    var pattern = data.patterns[index]
    if let offset = command.offset {
      guard offset >= .zero, offset < pattern.cycle else { return (nil, .offsetOutOfRange) }
      pattern.offset = offset
    }
    if !command.splits.isEmpty {
      guard let timing = timing(of: pattern, with: command.splits) else { return (nil, .infeasibleSplits) }
      pattern.timing = timing
    }
    guard let timeline = try? data.timeline(of: pattern) else { return (nil, .infeasibleSplits) }
    var sequencer = FixedTimeSequencer(timeline, of: data)
    sequencer.masterZero = coordination.timeBase.masterZero
    return (ChangedPattern(pattern: pattern, index: index, sequencer: sequencer), nil)
  }

  /// The pattern's timing with other splits, if they keep every minimum.
  private func timing(of pattern: Pattern, with splits: [TimeSpan]) -> PatternTiming? {
    switch pattern.timing {
    case .ringBarrier(let diagram, let own, let references):
      guard splits.count == own.count, splits.count == data.phases.count else { return nil }
      for (phase, split) in zip(data.phases, splits)
      where split != .zero && split < phase.minimumGreen + phase.clearance { return nil }
      return .ringBarrier(diagram: diagram, splits: splits, referencePhases: references)
    case .stages(let chain):
      guard splits.count == chain.count else { return nil }
      for (entry, duration) in zip(chain, splits) {
        guard data.stages.indices.contains(entry.stage), duration >= data.stages[entry.stage].minimumDuration
        else { return nil }
      }
      return .stages(zip(chain, splits).map { StageInterval(stage: $0.stage, duration: $1) })
    }
  }
}
