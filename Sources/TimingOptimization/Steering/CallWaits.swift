import TrafficModel

/// How long the calls of one controller have waited, and which next steps still keep the promise that every call is served
/// in time.
///
/// The promise is a constraint, no cost: a step is allowed if, after it, all waiting phases can still be served before
/// their deadlines, each with the shortest greens, in order of deadline. As long as one step is allowed, one will be
/// at the next decision, because carrying on in that order is one.
struct CallWaits: Sendable {
  /// By phase, in ms; −1 while nobody calls or the phase is green.
  private(set) var calledSince: ContiguousArray<Int32>
  private(set) var pushedSince: ContiguousArray<Int32>
  /// By phase: seconds from now until it must be green.
  private(set) var deadline: ContiguousArray<Float>
  private(set) var waiting: PhaseSet = []
  /// Pedestrian calls that wait.
  private(set) var walking: PhaseSet = []
  /// The waits that are promised: the wanted ones, or the smallest feasible where that is longer.
  let limit: Float
  private(set) var pedestrianLimit: Float
  private let shortestPedestrianLimit: Float
  private let reserve: Float
  /// By phase: when it was green last, in ms; a call is not older.
  private var lastGreen: ContiguousArray<Int32>

  init(_ states: SignalStates, _ parameters: PredictiveParameters) {
    self.init(
      states, longestWait: parameters.maximumWait, longestPedestrianWait: parameters.maximumPedestrianWait,
      reserve: parameters.waitReserve)
  }

  /// - Parameters:
  ///   - longestWait: From call to green, in s; the smallest feasible wait where that is longer.
  ///   - longestPedestrianWait: From the button to the walk, in s.
  ///   - reserve: Seconds by which every promise is to be kept early.
  init(_ states: SignalStates, longestWait: Float, longestPedestrianWait: Float, reserve: Float) {
    let count = states.phases.count
    calledSince = ContiguousArray(repeating: -1, count: count)
    pushedSince = calledSince
    lastGreen = ContiguousArray(repeating: 0, count: count)
    deadline = ContiguousArray(repeating: .infinity, count: count)
    let least = states.smallestFeasibleWait + reserve
    limit = max(longestWait, least)
    shortestPedestrianLimit = max(longestPedestrianWait, least)
    pedestrianLimit = shortestPedestrianLimit
    self.reserve = reserve
  }

  /// Takes over the calls that the cabinet knows, and phases before which vehicles are seen to stand.
  ///
  /// - Parameter stood: by phase, the longest that anybody seen has stood who needs it, in seconds.
  mutating func update(
    _ status: CabinetStatus, walks: PhaseSet, stood: ContiguousArray<Float>, at now: Int32
  ) {
    waiting = []
    walking = []
    for phase in calledSince.indices {
      let isGreen = status.greenPhases.contains(phase: phase)
      let since = now - Int32(stood[phase] * 1000)
      if isGreen {
        calledSince[phase] = -1
        lastGreen[phase] = now
      } else if status.vehicleCalls.contains(phase: phase) || stood[phase] > 0 {
        if calledSince[phase] < 0 { calledSince[phase] = now }
        if stood[phase] > 0 { calledSince[phase] = min(calledSince[phase], max(since, lastGreen[phase])) }
      } else {
        calledSince[phase] = -1
      }
      if walks.contains(phase: phase) || !status.pedestrianCalls.contains(phase: phase) {
        pushedSince[phase] = -1
      } else if pushedSince[phase] < 0 {
        pushedSince[phase] = now
      }
      deadline[phase] = .infinity
      if calledSince[phase] >= 0 {
        deadline[phase] = limit - reserve - Float(now - calledSince[phase]) / 1000
        waiting.insert(PhaseSet(phase: phase))
      }
      if pushedSince[phase] >= 0 {
        walking.insert(PhaseSet(phase: phase))
        if !isGreen {
          // Who pushed too late in a green for it counts from its end, or the promises to the others could not be kept.
          let since = max(pushedSince[phase], lastGreen[phase])
          let left = pedestrianLimit - reserve - Float(now - since) / 1000
          deadline[phase] = min(deadline[phase], left)
          waiting.insert(PhaseSet(phase: phase))
        }
      }
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

  /// The worst lateness of a waiting phase, in seconds, if `state` is shown from `begin` on and all that wait are served
  /// in order of deadline; at most zero if the promise can be kept.
  func lateness(showing state: Int, from begin: Float, leavingAt leave: Float, _ states: SignalStates)
    -> Float
  {
    var left = waiting
    var worst = -Float.infinity
    for phase in left.intersection(states.phasesOfState[state]).members {
      worst = max(worst, begin - deadline[phase])
    }
    left.subtract(states.phasesOfState[state])
    var current = state
    var time = leave
    while !left.isEmpty {
      var urgent = -1
      for phase in left.members where urgent < 0 || deadline[phase] < deadline[urgent] { urgent = phase }
      var best = -1
      var bestCount = 0
      for next in 0..<states.count
      where states.phasesOfState[next].contains(phase: urgent)
        && states.change(from: current, to: next) < .infinity
      {
        let count = states.phasesOfState[next].intersection(left).rawValue.nonzeroBitCount
        if count > bestCount { (best, bestCount) = (next, count) }
      }
      if best < 0 { return max(worst, 0) }
      time += states.change(from: current, to: best)
      for phase in states.phasesOfState[best].intersection(left).members {
        worst = max(worst, time - deadline[phase])
      }
      left.subtract(states.phasesOfState[best])
      current = best
      time += states.minimumGreen(of: best, walking: walking)
    }
    return worst
  }
}
