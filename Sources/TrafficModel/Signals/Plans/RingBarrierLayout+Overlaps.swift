/// Where overlaps are green in a pretimed cycle, by the rules that the controller unit keeps in actuated operation.
extension RingBarrierLayout {
  /// The greens of an overlap: with each phase that it includes, through the clearance to the next one that it includes,
  /// and for its trailing green where none follows; without what its modifier phases take from it.
  func overlapGreens(_ overlap: Overlap, shift: TimeSpan) -> [GreenInterval] {
    let served = rings.joined().filter { overlap.includedPhases.contains($0.phase) }
    var spans: [GreenInterval] = []
    for entry in served {
      let end = (entry.start + entry.split).modulo(pattern.cycle)
      let goesOn = served.contains { $0.start.modulo(pattern.cycle) == end }
      let duration = goesOn ? entry.split : green(entry) + max(overlap.trailingGreen, .zero)
      spans.append(GreenInterval(start: entry.start, duration: duration))
    }
    if overlap.kind != .normal {
      for entry in rings.joined() where overlap.modifierPhases.contains(entry.phase) {
        spans = spans.flatMap { without(takenBy(entry, from: overlap.group), $0) }
      }
    }
    return joinedGreens(
      spans.map { GreenInterval(start: $0.start + shift, duration: $0.duration) }, cycle: pattern.cycle)
  }

  /// From the moment at which the overlap must end for a modifier to begin, until it may begin after it.
  private func takenBy(_ modifier: Served, from group: Int) -> GreenInterval {
    var before = controller.groups[group].losingDuration
    var after = controller.phases[modifier.phase].yellow
    for other in controller.phases[modifier.phase].groups where other != group {
      before = max(before, controller.intergreens[group, other])
      after = max(after, controller.intergreens[other, group])
    }
    return GreenInterval(start: modifier.start - before, duration: before + green(modifier) + after)
  }

  /// What is left of a span without another one, on the circle of the cycle.
  private func without(_ taken: GreenInterval, _ span: GreenInterval) -> [GreenInterval] {
    var left = [span]
    for turn in -2...2 {
      let start = taken.start + TimeSpan(milliseconds: pattern.cycle.milliseconds * Int64(turn))
      let end = start + taken.duration
      left = left.flatMap { part -> [GreenInterval] in
        let partEnd = part.start + part.duration
        if end <= part.start || partEnd <= start { return [part] }
        var result: [GreenInterval] = []
        if part.start < start {
          result.append(GreenInterval(start: part.start, duration: start - part.start))
        }
        if end < partEnd { result.append(GreenInterval(start: end, duration: partEnd - end)) }
        return result
      }
    }
    return left
  }
}
