import TrafficModel

/// How long the calls of one controller have waited, and which next steps still keep the promise that every call is served
/// in time.
///
/// The promise is a constraint, no cost: a step is allowed if, after it, all waiting phases can still be served before
/// their deadlines, each with the shortest greens, in order of deadline. As long as one step is allowed, one will be
/// at the next decision, because carrying on in that order is one.
struct CallWaits: Sendable {
  let claims: CallClaims
  /// By claim, in ms; −1 while nobody calls or it is met.
  private(set) var calledSince: ContiguousArray<Int32>
  /// By phase.
  private(set) var pushedSince: ContiguousArray<Int32>
  /// By claim: seconds from now until it must be met.
  private(set) var deadline: ContiguousArray<Float>
  /// Claims that wait; those of a ring-barrier unit are its phases.
  private(set) var waiting: PhaseSet = []
  /// Pedestrian calls that wait.
  private(set) var walking: PhaseSet = []
  /// The waits that are promised: the wanted ones, or the smallest feasible where that is longer.
  let limit: Float
  private(set) var pedestrianLimit: Float
  private let shortestPedestrianLimit: Float
  private let reserve: Float
  /// By claim: when it was met last, in ms; a call is not older.
  private var lastGreen: ContiguousArray<Int32>

  init(_ states: SignalStates, _ parameters: PredictiveParameters, _ claims: CallClaims? = nil) {
    self.init(
      states, claims, longestWait: parameters.maximumWait,
      longestPedestrianWait: parameters.maximumPedestrianWait, reserve: parameters.waitReserve)
  }

  /// - Parameters:
  ///   - longestWait: From call to green, in s; the smallest feasible wait where that is longer.
  ///   - longestPedestrianWait: From the button to the walk, in s.
  ///   - reserve: Seconds by which every promise is to be kept early.
  init(
    _ states: SignalStates, _ claims: CallClaims? = nil, longestWait: Float, longestPedestrianWait: Float,
    reserve: Float
  ) {
    let claims = claims ?? CallClaims(states)
    self.claims = claims
    let count = claims.count
    calledSince = ContiguousArray(repeating: -1, count: count)
    pushedSince = ContiguousArray(repeating: -1, count: states.phases.count)
    lastGreen = ContiguousArray(repeating: 0, count: count)
    deadline = ContiguousArray(repeating: .infinity, count: count)
    let least = states.smallestFeasibleWait(claims.ofState) + reserve
    limit = max(longestWait, least)
    shortestPedestrianLimit = max(longestPedestrianWait, least)
    pedestrianLimit = shortestPedestrianLimit
    self.reserve = reserve
  }

  /// Takes over the calls that the cabinet knows, and claims of vehicles that are seen to stand.
  ///
  /// - Parameters:
  ///   - stood: by claim, the longest that anybody seen has stood who makes it, in seconds.
  ///   - unseen: claims of lanes that nobody sees.
  mutating func update(
    _ status: CabinetStatus, walks: PhaseSet, stood: ContiguousArray<Float>, unseen: PhaseSet = [],
    _ states: SignalStates, at now: Int32
  ) {
    waiting = []
    walking = []
    let met = claims.met(by: status.greenPhases, states)
    let called =
      states.runsStages ? claims.called(by: status.vehicleCalls, unseen: unseen) : status.vehicleCalls
    for claim in calledSince.indices {
      let since = now - Int32(stood[claim] * 1000)
      if met.contains(phase: claim) {
        calledSince[claim] = -1
        lastGreen[claim] = now
      } else if called.contains(phase: claim) || stood[claim] > 0 {
        if calledSince[claim] < 0 { calledSince[claim] = now }
        if stood[claim] > 0 { calledSince[claim] = min(calledSince[claim], max(since, lastGreen[claim])) }
      } else {
        calledSince[claim] = -1
      }
      deadline[claim] = .infinity
      if calledSince[claim] >= 0 {
        deadline[claim] = limit - reserve - Float(now - calledSince[claim]) / 1000
        waiting.insert(PhaseSet(phase: claim))
      }
    }
    if !states.runsStages { notePushes(status, walks, at: now) }
  }

  private mutating func notePushes(_ status: CabinetStatus, _ walks: PhaseSet, at now: Int32) {
    for phase in pushedSince.indices {
      if walks.contains(phase: phase) || !status.pedestrianCalls.contains(phase: phase) {
        pushedSince[phase] = -1
        continue
      }
      if pushedSince[phase] < 0 { pushedSince[phase] = now }
      walking.insert(PhaseSet(phase: phase))
      if status.greenPhases.contains(phase: phase) { continue }
      // Who pushed too late in a green for it counts from its end, or the promises to the others could not be kept.
      let since = max(pushedSince[phase], lastGreen[phase])
      let left = pedestrianLimit - reserve - Float(now - since) / 1000
      deadline[phase] = min(deadline[phase], left)
      waiting.insert(PhaseSet(phase: phase))
    }
  }

  /// People cannot be promised less than the cycle that carries the traffic, or queues would grow without end; never
  /// more than the vehicles.
  mutating func adapt(toCycle seconds: Float) {
    pedestrianLimit = min(max(shortestPedestrianLimit, seconds), limit)
  }

  func pedestrianWait(_ phase: Int, at now: Int32) -> Float {
    pushedSince[phase] < 0 ? -1 : Float(now - pushedSince[phase]) / 1000
  }

  /// The worst lateness of a waiting claim, in seconds, if `state` is shown from `begin` on and all that wait are served
  /// in order of deadline; at most zero if the promise can be kept.
  func lateness(showing state: Int, from begin: Float, leavingAt leave: Float, _ states: SignalStates)
    -> Float
  {
    var left = waiting
    var worst = -Float.infinity
    for claim in left.intersection(claims.ofState[state]).members {
      worst = max(worst, begin - deadline[claim])
    }
    left.subtract(claims.ofState[state])
    var current = state
    var time = leave
    while !left.isEmpty {
      var urgent = -1
      for claim in left.members where urgent < 0 || deadline[claim] < deadline[urgent] { urgent = claim }
      var best = -1
      var bestCount = 0
      for next in 0..<states.count
      where claims.ofState[next].contains(phase: urgent)
        && states.change(from: current, to: next) < .infinity
      {
        let count = claims.ofState[next].intersection(left).rawValue.nonzeroBitCount
        if count > bestCount { (best, bestCount) = (next, count) }
      }
      if best < 0 { return max(worst, 0) }
      time += states.change(from: current, to: best)
      for claim in claims.ofState[best].intersection(left).members {
        worst = max(worst, time - deadline[claim])
      }
      left.subtract(claims.ofState[best])
      current = best
      time += states.minimumGreen(of: best, walking: walking)
    }
    return worst
  }
}
