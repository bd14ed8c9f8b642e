import TrafficModel

/// Runs a ``CycleTimeline`` through the interlock.
///
/// Theory of operation. At every moment the plan wants each group green or not; the sequencer closes the gap
/// between that and the lamps.
///
/// | Plan wants it | Lamp            | What happens                                                            |
/// |---------------|-----------------|--------------------------------------------------------------------------|
/// | green         | red             | starts as soon as the interlock allows, if at least the minimum green is left |
/// | green         | gaining, green  | nothing: what is green goes on                                          |
/// | green         | losing          | waits for red                                                           |
/// | not           | green           | ends as soon as the interlock allows; an arrow that opposing traffic keeps goes on with it |
/// | not           | other           | nothing                                                                 |
///
/// Joining in mid-cycle, changing plans and coming from actuated operation need no rules of their own: greens that
/// the new plan does not want end legally, and a group whose remaining green would be shorter than its minimum
/// waits for the next. Gaining colours come before the planned start of green.
struct FixedTimeSequencer: Sendable {
  /// One green of the plan, gaining colours included, in local time of the cycle.
  private struct Window: Sendable {
    var start: TimeSpan
    var length: TimeSpan
    var gaining: TimeSpan
  }

  struct Wish: Hashable, Sendable {
    var isGreen = false
    /// When the wish changes next.
    var until = Interlock.longAgo
  }

  let cycle: TimeSpan
  private let windows: ContiguousArray<Window>
  /// Half-open range of a group's entries in `windows`.
  private let ranges: ContiguousArray<Range<Int>>
  private let minimumGreens: ContiguousArray<TimeSpan>
  /// Groups in the order in which they end: flashing yellow arrows after those that they yield to.
  private let ending: ContiguousArray<Int>
  private(set) var wishes: ContiguousArray<Wish>
  private(set) var nextDeadline = Interlock.longAgo
  /// Where master time is zero; when it jumps the plan is joined anew.
  var masterZero = SimTime.zero {
    didSet { if masterZero != oldValue { begin() } }
  }

  init(_ timeline: CycleTimeline, of data: SignalController) {
    cycle = timeline.cycle
    var windows: ContiguousArray<Window> = []
    var ranges: ContiguousArray<Range<Int>> = []
    for (group, greens) in timeline.greens.enumerated() {
      let first = windows.count
      let gaining = data.groups[group].gainingDuration
      for green in greens {
        windows.append(
          Window(start: green.start - gaining, length: green.duration + gaining, gaining: gaining))
      }
      ranges.append(first..<windows.count)
    }
    self.windows = windows
    self.ranges = ranges
    let arrows = Set(data.overlaps.filter { $0.kind == .flashingYellowArrow }.map(\.group))
    ending = ContiguousArray(
      data.groups.indices.filter { !arrows.contains($0) } + data.groups.indices.filter { arrows.contains($0) }
    )
    minimumGreens = ContiguousArray(data.groups.map(\.minimumGreen))
    wishes = ContiguousArray(repeating: Wish(), count: data.groups.count)
  }

  /// Takes the lamps over as they are.
  mutating func begin() {
    for group in wishes.indices { wishes[group] = Wish() }
    nextDeadline = Interlock.longAgo
  }

  /// Acts at `tick`; nothing happens before ``nextDeadline``.
  mutating func advance(
    to tick: SimTime, interlock: inout Interlock, into changes: inout ContiguousArray<IndicationChange>
  ) {
    guard nextDeadline <= tick else { return }
    var deadline = SimTime.distantFuture
    for group in wishes.indices where wishes[group].until <= tick {
      wishes[group] = wish(of: group, at: tick)
    }
    // Ends come first: a start may wait for nothing but an end of the same tick.
    for group in ending where !wishes[group].isGreen {
      if !interlock.end(group, at: tick, into: &changes) {
        deadline = min(deadline, later(interlock.earliestEnd(of: group), than: tick))
      }
    }
    for group in wishes.indices {
      let wish = wishes[group]
      deadline = min(deadline, wish.until)
      if !wish.isGreen || interlock.isStarted(group) { continue }
      if !isWorthStarting(group, at: tick, interlock) { continue }
      if !interlock.start(group, at: tick, into: &changes) {
        deadline = min(deadline, later(interlock.earliestStart(of: group), than: tick))
      }
    }
    // A step of the lamps may let a waiting group go or end.
    nextDeadline = min(deadline, interlock.nextDeadline).firstTick()
  }

  /// Subtracts `shift` from every time that is kept.
  mutating func rebase(by shift: TimeSpan) {
    let before = (wishes: wishes, deadline: nextDeadline)
    masterZero = masterZero - shift
    // A moved zero would have the plan joined anew.
    wishes = before.wishes
    for group in wishes.indices { wishes[group].until = wishes[group].until.rebased(by: shift) }
    nextDeadline = before.deadline.rebased(by: shift)
  }

  private func isWorthStarting(_ group: Int, at tick: SimTime, _ interlock: Interlock) -> Bool {
    tick + interlock.gainingDuration(of: group) + minimumGreens[group] <= wishes[group].until
  }

  private func later(_ time: SimTime, than tick: SimTime) -> SimTime {
    time > tick ? time : .distantFuture
  }

  /// What the plan wants of a group at `tick`, and until when.
  private func wish(of group: Int, at tick: SimTime) -> Wish {
    let local = (tick - masterZero).modulo(cycle)
    var next = SimTime.distantFuture
    for index in ranges[group] {
      let window = windows[index]
      if window.length - window.gaining >= cycle { return Wish(isGreen: true, until: .distantFuture) }
      let elapsed = (local - window.start).modulo(cycle)
      if elapsed < window.length { return Wish(isGreen: true, until: tick + (window.length - elapsed)) }
      next = min(next, tick + (cycle - elapsed))
    }
    return Wish(isGreen: false, until: next)
  }
}
