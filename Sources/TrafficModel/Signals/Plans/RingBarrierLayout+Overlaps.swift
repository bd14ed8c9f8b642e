/// The greens of overlaps in a plan.
extension RingBarrierLayout {
  /// Where a group that follows phases is green: with them and between two of them, as far as groups that it excludes
  /// and phases that suppress it leave it.
  ///
  /// Pieces shorter than its minimum green are left out, and pieces of a flashing yellow arrow that would end while the
  /// opposing green goes on (a yellow trap). Trailing green follows as long as nobody else needs the time.
  /// - Parameters:
  ///   - spans: Greens of its included phases, joined.
  ///   - greens: Greens of the other groups, as far as they are known.
  func greens(
    of overlap: Overlap, following spans: [GreenInterval], beside greens: [[GreenInterval]], shift: TimeSpan
  )
    -> [GreenInterval]
  {
    let blocked = blockedSpans(for: overlap, beside: greens, shift: shift)
    let minimum = controller.groups[overlap.group].minimumGreen
    var result: [GreenInterval] = []
    for var span in spans {
      if span.duration < pattern.cycle { span.duration += max(overlap.trailingGreen, .zero) }
      var pieces = [span]
      for window in blocked {
        // The window of the cycle before and after may reach into the span.
        for turn in -1...1 {
          let start = window.start + pattern.cycle * turn
          pieces = pieces.flatMap { rest(of: $0, without: start, until: start + window.duration) }
        }
      }
      let end = span.start + span.duration
      result += pieces.filter { piece in
        if piece.duration < max(minimum, .tick) { return false }
        return overlap.kind != .flashingYellowArrow || piece.start + piece.duration == end
      }
    }
    return joinedGreens(result, cycle: pattern.cycle)
  }

  /// What is left of a green outside of a window.
  private func rest(of green: GreenInterval, without start: TimeSpan, until end: TimeSpan) -> [GreenInterval]
  {
    let greenEnd = green.start + green.duration
    if end <= green.start || start >= greenEnd { return [green] }
    var pieces: [GreenInterval] = []
    if start > green.start {
      pieces.append(GreenInterval(start: green.start, duration: start - green.start))
    }
    if end < greenEnd { pieces.append(GreenInterval(start: end, duration: greenEnd - end)) }
    return pieces
  }

  /// When the overlap must not be green: from the intergreen before an excluded green to the intergreen after it; the
  /// same for modifier phases, whose yellow counts as green.
  private func blockedSpans(
    for overlap: Overlap, beside greens: [[GreenInterval]], shift: TimeSpan
  ) -> [GreenInterval] {
    let group = overlap.group
    var blocked: [GreenInterval] = []
    func block(_ start: TimeSpan, _ duration: TimeSpan, before: TimeSpan, after: TimeSpan) {
      let length = min(before + duration + after, pattern.cycle)
      blocked.append(GreenInterval(start: (start - before).modulo(pattern.cycle), duration: length))
    }
    for (other, list) in greens.enumerated() where controller.conflicts[group, other] == .excluded {
      for green in list {
        block(
          green.start, green.duration, before: controller.intergreens[group, other],
          after: controller.intergreens[other, group])
      }
    }
    if overlap.kind == .normal { return blocked }
    for served in rings.joined() where overlap.modifierPhases.contains(served.phase) {
      let phase = controller.phases[served.phase]
      block(
        served.start + shift, served.split - phase.redClearance,
        before: controller.groups[group].losingDuration,
        after: .zero)
    }
    return blocked
  }
}
