import TrafficModel

/// Which interval each phase is in, and since when: told by whoever runs the phases, and read by the event log, the
/// detectors' memory and the status.
///
/// | Interval      | Event                                            | Next          | Log            |
/// |---------------|--------------------------------------------------|---------------|----------------|
/// | inactive      | ``turnOn(_:at:_:)`` (its pedestrians walk first) | leading       | 0              |
/// | leading       | ``beginGreen(_:at:_:)``                          | green         | 1              |
/// | inactive      | ``beginGreen(_:at:_:)``                          | green         | 0, 1           |
/// | green         | ``end(_:yellow:redClearance:at:_:)``             | yellow        | 7, 8           |
/// | yellow        | its time is over                                 | red clearance | 9, 10          |
/// | red clearance | its time is over                                 | inactive      | 11, 12         |
/// | any           | ``breakOff(at:_:)``                              | inactive      | what is missing to 12 |
///
/// An interval without length is passed over, and its lines of the log with it.
struct PhaseIntervals: Hashable, Sendable {
  enum Interval: UInt8, Sendable {
    case inactive
    case leading
    case green
    case yellow
    case redClearance
  }

  private struct Place: Hashable, Sendable {
    var interval = Interval.inactive
    var since = SimTime.zero
    var until = SimTime.distantFuture
    var redClearance = TimeSpan.zero
  }

  private let numbers: ContiguousArray<Int>
  private var places: ContiguousArray<Place>
  private(set) var greens: PhaseSet = []
  private(set) var yellows: PhaseSet = []
  /// The end of the next yellow or red clearance.
  private(set) var nextDeadline = SimTime.distantFuture

  /// - Parameter numbers: By phase index: its number in the log.
  init(numbers: ContiguousArray<Int>) {
    self.numbers = numbers
    places = ContiguousArray(repeating: Place(), count: numbers.count)
  }

  var count: Int { places.count }
  func interval(of phase: Int) -> Interval { places[phase].interval }
  func since(_ phase: Int) -> SimTime { places[phase].since }
  func number(of phase: Int) -> Int { numbers[phase] }

  // MARK: - Events

  mutating func turnOn(_ phase: Int, at tick: SimTime, _ recorder: inout ControllerEventRecorder) {
    finish(phase, at: tick, &recorder)
    enter(.leading, phase, at: tick)
    recorder.record(.phaseOn, numbers[phase], at: tick)
  }

  mutating func beginGreen(_ phase: Int, at tick: SimTime, _ recorder: inout ControllerEventRecorder) {
    if places[phase].interval != .leading { turnOn(phase, at: tick, &recorder) }
    enter(.green, phase, at: tick)
    greens.insert(PhaseSet(phase: phase))
    recorder.record(.beginGreen, numbers[phase], at: tick)
  }

  mutating func end(
    _ phase: Int, yellow: TimeSpan, redClearance: TimeSpan, at tick: SimTime,
    _ recorder: inout ControllerEventRecorder
  ) {
    greens.remove(PhaseSet(phase: phase))
    recorder.record(.greenTermination, numbers[phase], at: tick)
    places[phase].redClearance = redClearance
    guard yellow > .zero else { return beginRedClearance(phase, at: tick, &recorder) }
    enter(.yellow, phase, at: tick)
    yellows.insert(PhaseSet(phase: phase))
    places[phase].until = tick + yellow
    nextDeadline = min(nextDeadline, places[phase].until)
    recorder.record(.beginYellow, numbers[phase], at: tick)
  }

  /// Carries yellows and red clearances on to `tick`.
  mutating func advance(to tick: SimTime, _ recorder: inout ControllerEventRecorder) {
    guard nextDeadline <= tick else { return }
    for phase in places.indices where places[phase].until <= tick { leave(phase, at: tick, &recorder) }
    nextDeadline = places.reduce(.distantFuture) { min($0, $1.until) }
  }

  /// Everything is over at once: the lamps flash.
  mutating func breakOff(at tick: SimTime, _ recorder: inout ControllerEventRecorder) {
    for phase in places.indices {
      switch places[phase].interval {
      case .inactive: continue
      case .green: end(phase, yellow: .zero, redClearance: .zero, at: tick, &recorder)
      case .leading: becomeInactive(phase, at: tick, &recorder)
      case .yellow, .redClearance: finish(phase, at: tick, &recorder)
      }
    }
    nextDeadline = .distantFuture
  }

  // MARK: - Transitions

  private mutating func leave(_ phase: Int, at tick: SimTime, _ recorder: inout ControllerEventRecorder) {
    if places[phase].interval == .yellow {
      yellows.remove(PhaseSet(phase: phase))
      recorder.record(.endYellow, numbers[phase], at: tick)
      beginRedClearance(phase, at: tick, &recorder)
    } else {
      recorder.record(.endRedClearance, numbers[phase], at: tick)
      becomeInactive(phase, at: tick, &recorder)
    }
  }

  private mutating func beginRedClearance(
    _ phase: Int, at tick: SimTime, _ recorder: inout ControllerEventRecorder
  ) {
    guard places[phase].redClearance > .zero else { return becomeInactive(phase, at: tick, &recorder) }
    enter(.redClearance, phase, at: tick)
    places[phase].until = tick + places[phase].redClearance
    nextDeadline = min(nextDeadline, places[phase].until)
    recorder.record(.beginRedClearance, numbers[phase], at: tick)
  }

  private mutating func becomeInactive(
    _ phase: Int, at tick: SimTime, _ recorder: inout ControllerEventRecorder
  ) {
    enter(.inactive, phase, at: tick)
    recorder.record(.phaseInactive, numbers[phase], at: tick)
  }

  /// A phase that comes back before its clearance was over, as a pretimed plan may have it.
  private mutating func finish(_ phase: Int, at tick: SimTime, _ recorder: inout ControllerEventRecorder) {
    if places[phase].interval == .yellow { leave(phase, at: tick, &recorder) }
    if places[phase].interval == .redClearance { leave(phase, at: tick, &recorder) }
  }

  private mutating func enter(_ interval: Interval, _ phase: Int, at tick: SimTime) {
    places[phase].interval = interval
    places[phase].since = tick
    places[phase].until = .distantFuture
  }

  mutating func rebase(by shift: TimeSpan) {
    for phase in places.indices {
      places[phase].since = places[phase].since.rebased(by: shift)
      places[phase].until = places[phase].until.rebased(by: shift)
    }
    nextDeadline = nextDeadline.rebased(by: shift)
  }

  /// Forgets since when each interval has lasted, which is only told, except for a green within its minimum, and
  /// clearances that are over.
  mutating func forgetPast(at now: SimTime, _ plan: ActuatedPlan) {
    for phase in places.indices {
      var place = places[phase]
      let minimum = place.interval == .green ? plan.phases[phase].minimumGreen : .zero
      place.since = max(place.since, now - minimum)
      if place.interval != .yellow { place.redClearance = .zero }
      if place != places[phase] { places[phase] = place }
    }
  }

  /// What matters of the intervals.
  func feedState(into digest: inout StateDigest) {
    for place in places {
      digest.combine(Int(place.interval.rawValue))
      digest.combine(place.since, place.until)
      digest.combine(place.redClearance)
    }
    digest.combine(nextDeadline)
  }
}

extension SimTime {
  /// The same moment on a clock whose zero lies `shift` later; what is never, stays never.
  func rebased(by shift: TimeSpan) -> SimTime {
    self >= .distantFuture || self <= Interlock.longAgo ? self : self - shift
  }
}
