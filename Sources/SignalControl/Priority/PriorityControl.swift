import TrafficModel

/// Transit priority: longer or earlier green for one vehicle at a time (strategies of NTCIP 1211).
///
/// Theory of operation. Of the requests that come at one tick the one with the lower strategy number, then the lower
/// class is taken; others are refused until the service and its lockout are over. A second request of the served
/// vehicle corrects its arrival.
///
/// | State   | Event                                                                    | Next    |
/// |---------|--------------------------------------------------------------------------|---------|
/// | idle    | a request, outside the lockout                                           | waiting |
/// | waiting | its phase is green and would end before the vehicle comes, yet within the largest extension | serving: the green is held |
/// | waiting | its phase is not green, and another has had its green less the largest reduction | serving: that one is forced off |
/// | waiting | check-out, time-out                                                      | idle, no lockout |
/// | serving | check-out, time-out, or the extension is used up                         | idle, locked out |
///
/// What it may do. A held green ends at its planned end (maximum, or force-off when coordinated) plus
/// `TransitPriority.maximumExtension` at the latest. A phase that is forced off has had its planned green less
/// `TransitPriority.maximumReduction`, and its minimum green and its pedestrians in any case: those stand in the
/// sequencer. No phase and no pedestrian is ever omitted.
public struct PriorityControl: Sendable, Hashable {
  struct Entry: Sendable, Hashable {
    var number: Int
    var phases: PhaseSet
    var maximumExtension: TimeSpan
    /// By phase; zero where nothing may be taken.
    var reductions: ContiguousArray<TimeSpan>
    var timeOut: TimeSpan
    var lockout: TimeSpan
  }

  struct Service: Sendable, Hashable {
    var vehicle: Int32
    var entry: Int
    var vehicleClass: Int32
    var arrival: SimTime
    var checkedInAt: SimTime
    /// It has changed something.
    var hasActed = false
    var hasExtended = false
    var hasBroughtForward = false
    /// The latest end of the green that is held; the distant future while none is.
    var limit = SimTime.distantFuture
  }

  let entries: ContiguousArray<Entry>
  private(set) var service: Service?
  /// No new service before this.
  private(set) var lockedUntil = Interlock.longAgo
  private(set) var control = PhaseControl()
  public private(set) var nextDeadline = SimTime.distantFuture

  /// Strategies whose phases the sequencer cannot serve are left out.
  public init(_ priorities: [TransitPriority], phaseCount: Int, servable: PhaseSet) {
    let sorted = priorities.enumerated().sorted {
      ($0.element.number, $0.offset) < ($1.element.number, $1.offset)
    }
    entries = ContiguousArray(
      sorted.compactMap { _, priority in
        var phases: PhaseSet = []
        for phase in priority.phases where phase >= 0 && phase < phaseCount {
          phases.insert(PhaseSet(phase: phase))
        }
        phases.formIntersection(servable)
        guard !phases.isEmpty else { return nil }
        return Entry(
          number: priority.number, phases: phases,
          maximumExtension: max(priority.maximumExtension, .zero).roundedUpToTick,
          reductions: ContiguousArray(
            (0..<phaseCount).map { max(priority.maximumReduction[$0] ?? .zero, .zero) }),
          timeOut: priority.timeOut.roundedUpToTick, lockout: priority.lockout.roundedUpToTick)
      })
  }

  public var isIdle: Bool { service == nil }

  /// Phases that may begin although the plan would not let them yet: another one has given its green up for them.
  var opened: PhaseSet {
    guard let service, service.hasBroughtForward else { return [] }
    return entries[service.entry].phases
  }

  // MARK: - Requests

  /// Takes a request that acts at `tick`.
  /// - Returns: Why it is refused, or `nil`.
  public mutating func request(
    _ request: PriorityRequest, at tick: SimTime, into events: inout ControllerEventRecorder
  ) -> CommandRefusal? {
    let number = Int(request.strategy)
    guard let entry = entries.firstIndex(where: { $0.number == number }) else {
      return .unknownPriority(number)
    }
    let arrival = (tick + max(request.timeToArrival, .zero)).firstTick()
    if service?.vehicle == request.vehicle && service?.entry == entry {
      service?.arrival = arrival
      nextDeadline = min(nextDeadline, tick)
      return nil
    }
    if tick < lockedUntil { return .priorityNotNow(number) }
    let wish = Service(
      vehicle: request.vehicle, entry: entry, vehicleClass: request.vehicleClass, arrival: arrival,
      checkedInAt: tick)
    if let service {
      // Of requests at the same tick the one that goes first takes the place.
      let isOfThisTick = service.checkedInAt == tick && !service.hasActed
      guard isOfThisTick, (entry, wish.vehicleClass) < (service.entry, service.vehicleClass) else {
        return .priorityNotNow(number)
      }
    }
    service = wish
    nextDeadline = min(nextDeadline, tick)
    events.record(.priorityCheckIn, number, at: tick)
    return nil
  }

  /// The vehicle has passed, or does not want anything any more.
  public mutating func checkOut(vehicle: Int32, at tick: SimTime, into events: inout ControllerEventRecorder)
  {
    guard let service, service.vehicle == vehicle else { return }
    events.record(.priorityCheckOut, entries[service.entry].number, at: tick)
    end(at: tick, into: &events)
    nextDeadline = min(nextDeadline, tick)
  }

  /// Gives the service up: something of higher rank has taken the signals.
  public mutating func cancel(at tick: SimTime, into events: inout ControllerEventRecorder) {
    if service != nil { end(at: tick, into: &events) }
  }

  private mutating func end(at tick: SimTime, into events: inout ControllerEventRecorder) {
    guard let service else { return }
    if service.hasActed {
      events.record(.priorityServiceEnd, entries[service.entry].number, at: tick)
      lockedUntil = tick + entries[service.entry].lockout
    }
    self.service = nil
    control = PhaseControl()
  }

  // MARK: - Service

  /// Works out anew what is asked of the sequencer at `tick`.
  /// - Parameter plannedEnd: When the green of a phase in its ring ends at the latest, by maximum or force-off; the
  ///   distant future while it keeps nobody waiting.
  mutating func advance(
    to tick: SimTime, _ rings: RingBarrierSequencer, plannedEnd: (_ ring: Int) -> SimTime,
    into events: inout ControllerEventRecorder
  ) {
    nextDeadline = .distantFuture
    guard var service else { return }
    let entry = entries[service.entry]
    if service.checkedInAt + entry.timeOut <= tick || service.limit <= tick {
      end(at: tick, into: &events)
      return
    }
    nextDeadline = service.checkedInAt + entry.timeOut
    control = PhaseControl(vehicleCalls: entry.phases, priorityNumber: entry.number)
    let green = rings.greenPhases
    if !green.isDisjoint(with: entry.phases) {
      hold(&service, entry, at: tick, rings, plannedEnd: plannedEnd, into: &events)
    } else {
      service.limit = .distantFuture
      bringForward(&service, entry, at: tick, rings, plannedEnd: plannedEnd, into: &events)
    }
    self.service = service
  }

  private mutating func hold(
    _ service: inout Service, _ entry: Entry, at tick: SimTime, _ rings: RingBarrierSequencer,
    plannedEnd: (_ ring: Int) -> SimTime, into events: inout ControllerEventRecorder
  ) {
    for ring in rings.rings.indices {
      let view = rings.view(ofRing: ring)
      guard view.mode == .green, let phase = view.phase, entry.phases.contains(phase: phase) else { continue }
      if !service.hasExtended {
        let end = plannedEnd(ring)
        guard end < .distantFuture else { continue }
        // The vehicle would come too late even so: it gets an early green in the next cycle.
        guard service.arrival <= end + entry.maximumExtension else { continue }
        service.limit = end + entry.maximumExtension
        if end <= tick {
          service.hasExtended = true
          act(&service, entry, .priorityExtendGreen, at: tick, into: &events)
        } else {
          nextDeadline = min(nextDeadline, end)
        }
      }
      control.hold.insert(PhaseSet(phase: phase))
      if service.limit > tick { nextDeadline = min(nextDeadline, service.limit) }
    }
  }

  private mutating func bringForward(
    _ service: inout Service, _ entry: Entry, at tick: SimTime, _ rings: RingBarrierSequencer,
    plannedEnd: (_ ring: Int) -> SimTime, into events: inout ControllerEventRecorder
  ) {
    for ring in rings.rings.indices {
      let view = rings.view(ofRing: ring)
      guard view.mode == .green, let phase = view.phase, entry.reductions[phase] > .zero else { continue }
      let planned = plannedEnd(ring)
      guard planned < .distantFuture else { continue }
      let end = (planned - entry.reductions[phase]).firstTick()
      if end <= tick {
        control.forceOff.insert(PhaseSet(phase: phase))
        control.priorityForceOff.insert(PhaseSet(phase: phase))
        if !service.hasBroughtForward {
          service.hasBroughtForward = true
          act(&service, entry, .priorityEarlyGreen, at: tick, into: &events)
        }
      } else {
        nextDeadline = min(nextDeadline, end)
      }
    }
  }

  private func act(
    _ service: inout Service, _ entry: Entry, _ code: ControllerEventCode, at tick: SimTime,
    into events: inout ControllerEventRecorder
  ) {
    if !service.hasActed { events.record(.priorityServiceStart, entry.number, at: tick) }
    service.hasActed = true
    events.record(code, entry.number, at: tick)
  }

  /// Subtracts `shift` from every time that is kept.
  public mutating func rebase(by shift: TimeSpan) {
    if var moved = service {
      moved.arrival = moved.arrival - shift
      moved.checkedInAt = moved.checkedInAt - shift
      if moved.limit < .distantFuture { moved.limit = moved.limit - shift }
      service = moved
    }
    lockedUntil = Interlock.rebased(lockedUntil, by: shift, mattersFor: .zero)
    control.rebase(by: shift)
    if nextDeadline < .distantFuture { nextDeadline = nextDeadline - shift }
  }
}
