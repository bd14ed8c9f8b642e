import TrafficModel

/// A controller that a simple rule steers from state to state: what the cabinet shows, and what is asked of it.
struct SteeredJunction: Sendable {
  let controller: Int
  let states: SignalStates
  let street: JunctionStreet
  private(set) var request = StateRequest(state: 0)
  /// The complete state that is shown, −1 during a change, and since when, in ms.
  private(set) var shown = -1
  private(set) var shownSince: Int32 = 0
  /// How long the calls of the cabinet have waited; no rule may keep them beyond ``longestWait``.
  private var waits: CallWaits
  private let nobodySeen: ContiguousArray<Float>
  /// Vehicles that want each local movement, as far as the sensors and the learnt shares tell.
  private(set) var demand: ContiguousArray<Float>

  /// A walk begins within so many ms of its green, or later only for people who have waited for `longestPushWait`.
  private static let walkWindow: Int32 = 1_500
  private static let longestPushWait: Float = 45
  /// A state that is shown for so many seconds is not about to be left.
  private static let longestChange: Float = 60
  /// No rule of the literature knows a longest wait, and none could be put on a street without one: from call to green in
  /// seconds, or the least that the cabinet's minimums allow.
  static let longestWait: Float = 120
  private static let reserve: Float = 3

  init(_ controller: Int, _ states: SignalStates, in scenario: Scenario, _ numbering: LaneNumbering) {
    self.controller = controller
    self.states = states
    street = JunctionStreet(scenario.controllers[controller], states, in: scenario, numbering)
    waits = CallWaits(
      states, CallClaims(states, street), longestWait: Self.longestWait,
      longestPedestrianWait: Self.longestWait, reserve: Self.reserve)
    nobodySeen = ContiguousArray(repeating: 0, count: waits.claims.count)
    demand = ContiguousArray(repeating: 0, count: street.movements.count)
  }

  /// All controllers of a scenario that can be steered.
  static func all(in scenario: Scenario, _ numbering: LaneNumbering) -> ContiguousArray<SteeredJunction> {
    ContiguousArray(
      scenario.controllers.indices.compactMap { index in
        SignalStates(scenario.controllers[index]).map { SteeredJunction(index, $0, in: scenario, numbering) }
      })
  }

  /// Takes over what the cabinet shows; `true` if it shows what was asked of it, its shortest green is over, and a rule
  /// may choose anew.
  mutating func mayChoose(_ status: CabinetStatus, at now: Int32) -> Bool {
    waits.update(
      status, walks: walkingNow(status), stood: nobodySeen, unseen: PhaseSet(rawValue: .max), states, at: now)
    guard let current = states.state(showing: status.greenPhases.intersection(states.servable)) else {
      shown = -1
      return false
    }
    if current != shown {
      shown = current
      shownSince = now
      if status.mode != .free { request.state = current }
    }
    // A preemption may have left it where the request cannot be reached from: choose anew rather than insist.
    let isStranded = states.change(from: current, to: request.state) == .infinity
    if isStranded || greenSeconds(at: now) > Self.longestChange { request.state = current }
    guard current == request.state, areWalksOver(status) else { return false }
    return greenSeconds(at: now) >= states.minimumGreen(of: current, walking: [])
  }

  func greenSeconds(at now: Int32) -> Float { shown < 0 ? 0 : Float(now - shownSince) / 1000 }

  private func areWalksOver(_ status: CabinetStatus) -> Bool {
    for phase in states.phasesOfState[request.state].members {
      let group = states.phases[phase].pedestrianGroup
      guard group >= 0, group < status.indications.count, !states.runsStages else { continue }
      // A walk that rests would never be over; the cabinet clears it once another state is asked for.
      if states.phases[phase].restsInWalk && status.indications[group] == .green { continue }
      if status.indications[group] != .red && status.indications[group] != .dark { return false }
    }
    return true
  }

  private func walkingNow(_ status: CabinetStatus) -> PhaseSet {
    var result: PhaseSet = []
    for phase in status.greenPhases.members where phase < states.phases.count {
      let group = states.phases[phase].pedestrianGroup
      guard group >= 0, group < status.indications.count else { continue }
      if status.indications[group] != .red && status.indications[group] != .dark {
        result.insert(PhaseSet(phase: phase))
      }
    }
    return result
  }

  mutating func ask(for state: Int) { request.state = state }

  /// Asks for what a rule wants; where somebody would then wait longer than ``longestWait``, for what keeps that best.
  mutating func steer(toward wanted: Int) {
    var best = wanted
    var least = lateness(of: wanted)
    if least > 0 {
      for state in 0..<states.count {
        let other = lateness(of: state)
        if other < least { (best, least) = (state, other) }
      }
    }
    ask(for: best)
  }

  /// How late the worst call would be served if a state came next, in seconds; at most zero if none would be late.
  private func lateness(of state: Int) -> Float {
    if state == request.state { return waits.lateness(showing: state, from: 0, leavingAt: 1, states) }
    let begin = states.change(from: request.state, to: state)
    if begin == .infinity { return .infinity }
    let green = states.minimumGreen(of: state, walking: waits.walking)
    return waits.lateness(showing: state, from: begin, leavingAt: begin + green, states)
  }

  /// What the cabinet is to be told now.
  mutating func command(_ status: CabinetStatus, at now: Int32) -> CabinetCommand {
    let isYoung = shown != request.state || now - shownSince < Self.walkWindow
    request.walking = isYoung ? states.withPedestrians : []
    for phase in waits.walking.members
    where !isYoung && waits.pedestrianWait(phase, at: now) > Self.longestPushWait {
      // Late in a green only if the walk keeps nobody else too long.
      let service = states.phases[phase].pedestrianService
      if waits.lateness(showing: request.state, from: 0, leavingAt: service, states) <= 0 {
        request.walking.insert(PhaseSet(phase: phase))
      }
    }
    return request.command(for: states, seeing: status)
  }

  /// States that together show every phase, in the cabinet's order: what a cyclic rule goes through.
  var cycle: [Int] {
    var left = states.servable
    var result: [Int] = []
    // The last phases of a side are those for the large movements; begin with the first ones, as a unit does.
    for state in 0..<states.count where !left.intersection(states.phasesOfState[state]).isEmpty {
      if states.phasesOfState[state].subtracting(left).isEmpty || result.isEmpty {
        result.append(state)
        left.subtract(states.phasesOfState[state])
      }
    }
    for state in 0..<states.count where !left.intersection(states.phasesOfState[state]).isEmpty {
      result.append(state)
      left.subtract(states.phasesOfState[state])
    }
    return result.sorted { order($0) < order($1) }
  }

  private func order(_ state: Int) -> Int {
    var result = 0
    for phase in states.phasesOfState[state].members {
      result = max(result, states.phases[phase].side * 100 + states.phases[phase].place)
    }
    return result
  }

  /// Counts vehicles by movement: each seen vehicle of a lane within `reach` metres, weighted by `weigh` (distance and
  /// length of the lane in metres), shared among the lane's movements as learnt.
  mutating func count(_ picture: TrafficPicture, within reach: Float, _ weigh: (Float, Float) -> Float) {
    for movement in demand.indices { demand[movement] = 0 }
    for lane in street.lanes.indices {
      let data = street.lanes[lane]
      let own = Int(data.lane)
      var sum: Float = 0
      for index in picture.range(own) where picture.vehicles[index].distance <= reach {
        let seen = picture.vehicles[index]
        let weight = weigh(seen.distance, min(reach, picture.linkLength(Int(data.link))))
        if let said = street.movements.firstIndex(where: { $0.movement == seen.movement }) {
          demand[said] += weight
        } else {
          sum += weight
        }
      }
      if sum == 0 { continue }
      let choices = picture.choiceRange(own)
      var total: Float = 0
      for choice in choices { total += picture.passages[choice] }
      var place = Int(data.movements.lowerBound)
      for choice in choices where place < Int(data.movements.upperBound) {
        demand[Int(street.movementsOfLane[place])] += sum * picture.passages[choice] / max(total, 0.001)
        place += 1
      }
    }
  }

  /// The sum of `value` over the movements that a state lets go.
  func sum(of value: ContiguousArray<Float>, in state: Int) -> Float {
    var result: Float = 0
    for movement in value.indices where street.service(movement, in: state) >= .permitted {
      result += value[movement]
    }
    return result
  }

  /// The state of the largest sum; the present one if none is larger, then the first.
  func best(by value: ContiguousArray<Float>) -> Int {
    var best = request.state
    var bestSum = sum(of: value, in: best)
    for state in 0..<states.count
    where state != request.state && states.change(from: request.state, to: state) < .infinity {
      let sum = sum(of: value, in: state)
      if sum > bestSum { (best, bestSum) = (state, sum) }
    }
    return best
  }
}
