import TrafficModel

/// One controller as the predictive brain sees it: what its cabinet shows, who calls, and what is wanted next.
struct PredictiveJunction: Sendable {
  let controller: Int
  let states: SignalStates
  var planner: StatePlanner
  var waits: CallWaits
  let parameters: PredictiveParameters
  let reach: Float
  /// What is asked of the cabinet.
  var request = StateRequest(state: 0)
  /// The complete state seen last.
  var shown = -1
  /// By lane: since when some movement of it may go, in ms.
  var openSince: ContiguousArray<Int32>
  /// By phase: when its walk began, in ms; −1 while its pedestrians stand.
  var walkSince: ContiguousArray<Int32>
  /// By phase: when the clearance of its pedestrians began, in ms; −1 before and after.
  var clearingSince: ContiguousArray<Int32>
  /// Clearances that only begin when the state is left, because a walk rests, in seconds.
  var restingClearance: Float = 0
  /// By claim: how long whoever makes it has stood at most, in seconds.
  var stood: ContiguousArray<Float>
  /// Seen vehicles upstream, with their places in the planner's problem and their local lanes.
  var places: ContiguousArray<(seen: Int32, vehicle: Int32, lane: Int32)> = []
  var coming: ContiguousArray<(index: Int, entry: Int, behind: Float)> = []
  /// By link upstream: the last place in `coming` of who stands there, −1 for nobody.
  var standing: ContiguousArray<Int> = []
  /// Vehicles inside the junction that hardly move.
  var inside: ContiguousArray<Inside> = []
  /// Claims of lanes whose vehicles are not seen where they wait.
  var unseen: PhaseSet = []
  /// By movement: since when it may go, in ms, −1 while it may not.
  var greenSince: ContiguousArray<Int32>
  /// When the cycle that carries the traffic is worked out next, in ms.
  var cycleAt: Int32 = 120_000
  /// When the gaps of crossing traffic are worked out next, in ms.
  var gapsAt: Int32 = 0
  /// By link upstream: who is its first vehicle, and since when it stands at the end of it, in ms.
  var firstUpstream: ContiguousArray<(serial: UInt32, since: Int32)>
  var lateness: ContiguousArray<Float>
  /// Until then the cabinet follows its own plan, in ms.
  var blindUntil: Int32 = 0
  /// How long queues last, in the unit of those at a load of one half.
  var busyPeriod: Float = 0
  /// The last decision, for explanations.
  var plannedEnd: Float = 0
  var wasForced = false
  var hasPlanned = false
  var chosen = 0
  /// Plans are to be kept so that the next decision can be explained.
  var explains = false

  init(
    _ controller: Int, _ states: SignalStates, in scenario: Scenario, _ numbering: LaneNumbering,
    _ parameters: PredictiveParameters, reach: Float
  ) {
    self.controller = controller
    self.states = states
    self.parameters = parameters
    self.reach = reach
    let street = JunctionStreet(scenario.controllers[controller], states, in: scenario, numbering)
    planner = StatePlanner(street, states, parameters)
    waits = CallWaits(states, parameters, planner.claims)
    openSince = ContiguousArray(repeating: -1, count: street.lanes.count)
    walkSince = ContiguousArray(repeating: -1, count: states.phases.count)
    clearingSince = walkSince
    stood = ContiguousArray(repeating: 0, count: planner.claims.count)
    greenSince = ContiguousArray(repeating: -1, count: street.movements.count)
    firstUpstream = ContiguousArray(repeating: (.max, 0), count: street.upstream.count)
    lateness = ContiguousArray(repeating: 0, count: states.count)
  }

  /// Looks at the cabinet and the street, decides, and returns what the cabinet is to be told.
  mutating func decide(_ picture: inout TrafficPicture, _ status: CabinetStatus, at now: Int32)
    -> CabinetCommand
  {
    hasPlanned = false
    noteWalks(status, at: now)
    inferTurns(&picture, at: now)
    inferUpstream(&picture, at: now)
    fill(picture, at: now)
    findInside(picture)
    priceLostTime()
    waits.update(status, walks: walkingNow, stood: stood, unseen: unseen, states, at: now)
    let local = isBlind(picture, at: now) ? CabinetCommand(program: .local, lease: StateRequest.lease) : nil
    guard let current = states.state(showing: status.greenPhases.intersection(states.servable)) else {
      // Who pushes now is let go by the next decision, if that keeps the promises.
      shown = -1
      return local ?? request.command(for: states, seeing: status)
    }
    if current != shown { noteShown(current, status, &picture, at: now) }
    noteCalls(status, &picture)
    if let local { return local }
    if current == request.state || status.mode != .free {
      plan(from: current, status, at: now)
    } else if Float(now) / 1000 - shownSeconds > 3 {
      // It should have left by now; think again rather than insist.
      plan(from: current, status, at: now)
    }
    return request.command(for: states, seeing: status)
  }

  var shownState: Int { max(shown, 0) }
  var shownAt: Int32 = 0
  var shownSeconds: Float { Float(shownAt) / 1000 }

  // MARK: - Lamps

  var walkingNow: PhaseSet {
    var result: PhaseSet = []
    for phase in walkSince.indices where walkSince[phase] >= 0 { result.insert(PhaseSet(phase: phase)) }
    return result
  }

  mutating func noteWalks(_ status: CabinetStatus, at now: Int32) {
    for phase in walkSince.indices {
      let group = states.phases[phase].pedestrianGroup
      guard group >= 0, group < status.indications.count else { continue }
      switch status.indications[group] {
      case .red, .dark:
        walkSince[phase] = -1
        clearingSince[phase] = -1
      default:
        guard status.greenPhases.contains(phase: phase) || walkSince[phase] >= 0 else { continue }
        if walkSince[phase] < 0 { walkSince[phase] = now }
        let isWalk = status.indications[group] == .green
        if isWalk {
          clearingSince[phase] = -1
        } else if clearingSince[phase] < 0 {
          clearingSince[phase] = now
        }
      }
    }
  }

  mutating func noteCalls(_ status: CabinetStatus, _ picture: inout TrafficPicture) {
    let street = planner.street
    for lane in street.lanes.indices where openSince[lane] < 0 {
      if states.runsStages {
        // A stage's calls are locked, and other stages serve those who placed them.
        let isOn = street.lanes[lane].detectors.contains {
          $0 < status.detectors.count && status.detectors[$0].isOn
        }
        if !street.lanes[lane].detectors.isEmpty {
          picture.note(isCalled: isOn, lane: Int(street.lanes[lane].lane))
        }
        continue
      }
      var needed = PhaseSet()
      for phase in street.movementsOfPhase.indices {
        for place in street.lanes[lane].movements
        where street.movementsOfPhase[phase] & (1 << UInt64(street.movementsOfLane[Int(place)])) != 0 {
          needed.insert(PhaseSet(phase: phase))
        }
      }
      if !needed.isEmpty {
        picture.note(
          isCalled: !needed.intersection(status.vehicleCalls).isEmpty && isAlone(lane, needed),
          lane: Int(street.lanes[lane].lane))
      }
    }
  }

  /// Whether no other lane could have placed the calls of these phases.
  func isAlone(_ lane: Int, _ phases: PhaseSet) -> Bool {
    let street = planner.street
    for other in street.lanes.indices where other != lane {
      for phase in phases.members {
        for place in street.lanes[other].movements
        where street.movementsOfPhase[phase] & (1 << UInt64(street.movementsOfLane[Int(place)])) != 0 {
          return false
        }
      }
    }
    return true
  }

  /// Whether the cabinet knows better, now or minutes ago: half of the lanes tell nothing that can be believed, or the
  /// junction is busy and not all of its lanes are seen whole.
  ///
  /// A green that is cut short for a lane which nobody counts is made up for while there is time to spare; near capacity its
  /// queue only grows. A sensor that is believed again is often given up again soon, and a unit that is put into its plan
  /// and taken out of it for ever begins with the same phases each time.
  mutating func isBlind(_ picture: TrafficPicture, at now: Int32) -> Bool {
    var blind = 0
    for lane in planner.street.lanes where picture.lanes[Int(lane.lane)].trust != .whole { blind += 1 }
    let isBusy = busyPeriod >= parameters.busyPeriodToSee
    if 2 * blind >= planner.street.lanes.count || isBusy && (blind > 0 || !picture.seesAreas) {
      blindUntil = now + parameters.blindMilliseconds
    }
    return now < blindUntil
  }

  mutating func noteShown(
    _ current: Int, _ status: CabinetStatus, _ picture: inout TrafficPicture, at now: Int32
  ) {
    let street = planner.street
    var latest: Int32 = 0
    for phase in states.phasesOfState[current].members where phase < status.phaseSince.count {
      latest = max(latest, Int32(clamping: status.phaseSince[phase].milliseconds))
    }
    for movement in greenSince.indices {
      let isGreen = street.service(movement, in: current) >= .permitted
      if !isGreen {
        greenSince[movement] = -1
      } else if greenSince[movement] < 0 {
        greenSince[movement] = latest
      }
    }
    for lane in street.lanes.indices {
      let isOpen = street.lanes[lane].movements.contains {
        street.service(Int(street.movementsOfLane[Int($0)]), in: current) >= .permitted
      }
      if !isOpen { openSince[lane] = -1 } else if openSince[lane] < 0 { openSince[lane] = latest }
      let isProtected = street.lanes[lane].movements.allSatisfy {
        street.service(Int(street.movementsOfLane[Int($0)]), in: current) == .protected
      }
      let canLeave = street.lanes[lane].movements.contains {
        street.service(Int(street.movementsOfLane[Int($0)]), in: current) >= .afterStop
      }
      picture.setOpen(
        Int(street.lanes[lane].lane), since: openSince[lane], isProtected: isProtected, canLeave: canLeave)
    }
    shown = current
    shownAt = now
  }

  /// By ring, seconds until what it shows may end.
  mutating func ready(_ current: Int, _ status: CabinetStatus, at now: Int32) -> SIMD4<Float> {
    restingClearance = 0
    var result = SIMD4<Float>(repeating: 0)
    for phase in states.phasesOfState[current].members {
      let times = states.phases[phase]
      let since =
        phase < status.phaseSince.count ? Int32(clamping: status.phaseSince[phase].milliseconds) : now
      var left = times.minimumGreen - Float(now - since) / 1000
      if walkSince[phase] >= 0 {
        let walked = times.pedestrianService - Float(now - walkSince[phase]) / 1000
        left = max(left, 0.1)
        if clearingSince[phase] >= 0 {
          left = max(left, times.pedestrianClearance - Float(now - clearingSince[phase]) / 1000)
        } else if times.restsInWalk || walked + 0.5 < times.pedestrianClearance {
          left = max(left, walked - times.pedestrianClearance)
          // Its walk rests until the cabinet is asked to leave.
          restingClearance = max(restingClearance, times.pedestrianClearance)
        } else {
          left = max(left, walked)
        }
      }
      result[times.ring] = max(left, 0)
    }
    return result
  }

  // MARK: - Deciding

  mutating func plan(from current: Int, _ status: CabinetStatus, at now: Int32) {
    let ready = ready(current, status, at: now)
    var earliest = Float.infinity
    for next in 0..<states.count where next != current {
      earliest = min(earliest, earliestEnd(current, next, ready))
    }
    request.state = current
    request.extendRedClearance = []
    request.redClearanceExtension = .zero
    // Until the next decision nothing can end anyway.
    if earliest > Float(parameters.decisionMilliseconds) / 2000 {
      plannedEnd = max(plannedEnd, earliest)
      request.walking = walkers(of: current, until: earliest, ready)
      return
    }
    hasPlanned = true
    planner.walking = waits.walking
    for phase in states.phases.indices {
      planner.pedestrianWait[phase] = waits.pedestrianWait(phase, at: now)
    }
    for claim in waits.deadline.indices { planner.deadline[claim] = waits.deadline[claim] }
    planner.begin(state: current, ready: ready)
    planner.keepsSteps = explains
    planner.search()
    choose(current, ready)
  }

  func earliestEnd(_ current: Int, _ next: Int, _ ready: SIMD4<Float>) -> Float {
    if states.change(from: current, to: next) == .infinity { return .infinity }
    let restarts = states.restartsRings[current * states.count + next]
    var result: Float = 0
    for ring in 0..<SignalStates.ringLimit {
      let phase = states.phase(ofState: current, ring: ring)
      if phase >= 0 && (restarts || states.phase(ofState: next, ring: ring) != phase) {
        result = max(result, ready[ring])
      }
    }
    return result
  }

  /// The cheapest first step among those that keep the promised waits.
  mutating func choose(_ current: Int, _ ready: SIMD4<Float>) {
    let allowed = max(0, findLateness(current, ready))
    var best = -1
    for option in planner.options.indices {
      let next = option == 0 ? current : option - 1
      guard lateness[next] <= allowed, planner.options[option].cost < .infinity else { continue }
      if best < 0 || planner.options[option].cost < planner.options[best].cost { best = option }
    }
    wasForced = false
    if best < 0 {
      // Nobody the search found worth while is allowed: take what keeps the promise best.
      wasForced = true
      var state = current
      for next in 0..<states.count where lateness[next] < lateness[state] { state = next }
      best = state == current ? 0 : 1 + state
    } else if let cheapest = planner.options.indices.min(by: {
      planner.options[$0].cost < planner.options[$1].cost
    }) {
      wasForced = cheapest != best
    }
    chosen = best
    if best == 0 {
      plannedEnd = planner.options[0].end
      request.walking = walkers(of: current, until: plannedEnd, ready)
    } else {
      request.state = best - 1
      plannedEnd = 0
      let longer = planner.redExtension(to: request.state)
      if longer > 0 {
        request.extendRedClearance = states.phasesOfState[current].subtracting(
          states.phasesOfState[request.state])
        request.redClearanceExtension = TimeSpan(milliseconds: Int64(longer * 10) * 100)
      }
      request.walking = waits.walking
    }
  }

  /// Fills `lateness` for every first step; returns the least.
  mutating func findLateness(_ current: Int, _ ready: SIMD4<Float>) -> Float {
    let step = Float(parameters.decisionMilliseconds) / 1000
    var least = Float.infinity
    for next in 0..<states.count {
      if next == current {
        lateness[next] = waits.lateness(
          showing: next, from: 0, leavingAt: max(step, ready.max()) + restingClearance, states)
      } else if earliestEnd(current, next, ready) <= 0.5 {
        let begin =
          restingClearance + states.change(from: current, to: next) + planner.redExtension(to: next)
        let green = states.minimumGreen(of: next, walking: waits.walking)
        lateness[next] = waits.lateness(showing: next, from: begin, leavingAt: begin + green, states)
      } else {
        lateness[next] = .infinity
      }
      least = min(least, lateness[next])
    }
    return least
  }

  /// Phases whose people may start in the present green: those that will have cleared before it is to end, those
  /// that cannot wait longer, and all where nobody else is waited for; but never where the walk and its clearance would
  /// keep another call longer than promised.
  func walkers(of current: Int, until end: Float, _ ready: SIMD4<Float>) -> PhaseSet {
    var result: PhaseSet = []
    for phase in waits.walking.intersection(states.phasesOfState[current]).members {
      let service = states.phases[phase].pedestrianService
      let isLate = waits.pedestrianLimit - waits.pedestrianWait(phase, at: lookedAt) < service + 25
      let others = waits.waiting.subtracting(states.phasesOfState[current])
      guard end >= service || isLate || others.isEmpty else { continue }
      let leave = max(service + 1, ready.max())
      if waits.lateness(showing: current, from: 0, leavingAt: leave, states) <= 0 {
        result.insert(PhaseSet(phase: phase))
      }
    }
    return result
  }

  var lookedAt: Int32 = 0
}
