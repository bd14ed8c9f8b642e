import TrafficModel

/// Searches the sequence of states that costs the waiting vehicles of one junction least.
///
/// Theory of operation. Lanes are queues of vehicles in order, each with the earliest time at which it could cross the stop
/// line and the movement that it wants. A plan is a sequence of greens; each ends at its earliest time or where a
/// platoon has passed, and is followed by any state that the cabinet can go to. The first two changes are searched; the
/// rest of a plan follows the base policy (serve until the platoon has passed, then the state with the most
/// vehicles waiting), so that every first step is judged by what comes of it over the next minute and a half, lost times
/// and all. Only the first step is carried out; a second later everything is planned anew.
///
/// Cost per vehicle: delay, weighted with how long it has stood already, and a stop if it was moving.
///
/// The amount of work is bounded by the beams; there is no clock in it.
struct StatePlanner: Sendable {
  struct Node: Sendable {
    var time: Float = 0
    var cost: Float = 0
    /// Cost and what is left at least.
    var estimate: Float = 0
    var state = 0
    var parent: Int32 = -1
    /// When the green before ended.
    var ended: Float = 0
    /// By ring: when its green may end.
    var ready = SIMD4<Float>(repeating: 0)
    /// Phases whose pedestrians have walked in this plan, and phases that were green in it.
    var walked: PhaseSet = []
    var greened: PhaseSet = []
    var depth: Int32 = 0
  }

  let street: JunctionStreet
  let states: SignalStates
  let parameters: PredictiveParameters
  let laneCount: Int
  let movementCount: Int
  /// Lanes by state: protected ones first, because permitted ones yield to them.
  private let laneOrder: ContiguousArray<Int32>

  // The problem; times are seconds from now.
  var laneFirst: ContiguousArray<Int32>
  var arrival: ContiguousArray<Float> = []
  var movement: ContiguousArray<UInt8> = []
  var weight: ContiguousArray<Float> = []
  /// Zero for a vehicle that stands.
  var stopCost: ContiguousArray<Float> = []
  /// Whether a vehicle still comes through the stretch that its lane shares with a pocket.
  var isBeforePocket: ContiguousArray<Bool> = []
  /// The vehicle of the lane beside that must have crossed before this one gets past the mouth of the pocket, −1 for none.
  private var blocker: ContiguousArray<Int32> = []
  /// Before this no vehicle of the lane crosses.
  var releaseAt: ContiguousArray<Float>
  var headway: ContiguousArray<Float>
  /// By exit: vehicles that still fit.
  var room: ContiguousArray<Float>
  /// By phase: how long pedestrians have waited, −1 without.
  var pedestrianWait: ContiguousArray<Float>
  var walking: PhaseSet = []
  /// By phase: when it must be green; infinite without a call.
  var deadline: ContiguousArray<Float>

  // The search; slot 0 is the root, the last two are scratch.
  private(set) var nodes: ContiguousArray<Node>
  var nextVehicle: ContiguousArray<Int32>
  var release: ContiguousArray<Float>
  var sent: ContiguousArray<Float>
  private var used = 0
  private let scratch: Int
  private let rollout: Int
  private var departureTime: ContiguousArray<Float>
  private var departureMovement: ContiguousArray<UInt8>
  private var departureCount: ContiguousArray<Int32>
  private var gaps: ContiguousArray<Float> = []
  private var ends: ContiguousArray<Float> = []
  private var order: ContiguousArray<Int32> = []
  private var score: ContiguousArray<Float>
  private(set) var work = 0
  /// Whether plans are written down with their greens, and costs by lane; only for explanations, because it allocates.
  var keepsSteps = false
  private var steps: ContiguousArray<Step> = []
  private(set) var laneCosts: ContiguousArray<Float>

  /// A green of a plan: a state and when it ends.
  struct Step: Sendable {
    var state: Int
    var end: Float
  }

  static let nodeLimit = 400
  private static let departureLimit = 24

  init(_ street: JunctionStreet, _ states: SignalStates, _ parameters: PredictiveParameters) {
    self.street = street
    self.states = states
    self.parameters = parameters
    laneCount = street.lanes.count
    movementCount = street.movements.count
    var order: ContiguousArray<Int32> = []
    for state in 0..<states.count {
      let ranked = street.lanes.indices.map { lane -> (Int, Int) in
        let yields = street.lanes[lane].movements.contains {
          let service = street.service(Int(street.movementsOfLane[Int($0)]), in: state)
          return service == .permitted || service == .afterStop
        }
        return (yields ? 1 : 0, lane)
      }
      order += ranked.sorted { $0 < $1 }.map { Int32($0.1) }
    }
    laneOrder = order
    laneFirst = ContiguousArray(repeating: 0, count: laneCount + 1)
    releaseAt = ContiguousArray(repeating: 0, count: laneCount)
    headway = ContiguousArray(repeating: 2, count: laneCount)
    room = ContiguousArray(repeating: .infinity, count: street.exits.count)
    pedestrianWait = ContiguousArray(repeating: -1, count: states.phases.count)
    deadline = ContiguousArray(repeating: .infinity, count: states.phases.count)
    let slots = Self.nodeLimit + 2
    scratch = Self.nodeLimit
    rollout = Self.nodeLimit + 1
    nodes = ContiguousArray(repeating: Node(), count: slots)
    nextVehicle = ContiguousArray(repeating: 0, count: slots * laneCount)
    release = ContiguousArray(repeating: 0, count: slots * laneCount)
    sent = ContiguousArray(repeating: 0, count: slots * street.exits.count)
    departureTime = ContiguousArray(repeating: 0, count: laneCount * Self.departureLimit)
    departureMovement = ContiguousArray(repeating: 0, count: laneCount * Self.departureLimit)
    departureCount = ContiguousArray(repeating: 0, count: laneCount)
    score = ContiguousArray(repeating: 0, count: states.count)
    laneCosts = ContiguousArray(repeating: 0, count: laneCount)
  }

  // MARK: - Slots

  private mutating func copy(_ from: Int, to: Int) {
    nodes[to] = nodes[from]
    let source = from * laneCount
    let target = to * laneCount
    for lane in 0..<laneCount {
      nextVehicle[target + lane] = nextVehicle[source + lane]
      release[target + lane] = release[source + lane]
    }
    let exits = room.count
    for exit in 0..<exits { sent[to * exits + exit] = sent[from * exits + exit] }
  }

  /// Begins a new problem; lanes follow in order.
  mutating func clearProblem() {
    arrival.removeAll(keepingCapacity: true)
    movement.removeAll(keepingCapacity: true)
    weight.removeAll(keepingCapacity: true)
    stopCost.removeAll(keepingCapacity: true)
    isBeforePocket.removeAll(keepingCapacity: true)
    blocker.removeAll(keepingCapacity: true)
  }

  /// Adds a vehicle behind those of its lane.
  mutating func add(
    arrival time: Float, movement turn: Int, weight share: Float, stopCost stop: Float,
    beforePocket: Bool = true
  ) {
    isBeforePocket.append(beforePocket)
    blocker.append(-1)
    arrival.append(time)
    movement.append(UInt8(truncatingIfNeeded: turn))
    weight.append(share)
    stopCost.append(stop)
  }

  mutating func closeProblem() {
    laneFirst[laneCount] = Int32(arrival.count)
    for lane in 0..<laneCount where street.lanes[lane].parent >= 0 {
      let storage = Int(street.lanes[lane].lengthMeters / JunctionStreet.spacing)
      let parent = Int(street.lanes[lane].parent)
      findBlockers(of: parent, behind: lane, storage)
      findBlockers(of: lane, behind: parent, storage)
    }
  }

  /// A pocket holds so many vehicles, and so does the lane beside it: the next one of either stands before the mouth of
  /// the pocket and keeps everybody behind it from both, until a vehicle of its own has crossed the stop line.
  private mutating func findBlockers(of lane: Int, behind other: Int, _ storage: Int) {
    var ahead = Int(laneFirst[other])
    let end = Int(laneFirst[other + 1])
    for vehicle in Int(laneFirst[lane])..<Int(laneFirst[lane + 1]) where isBeforePocket[vehicle] {
      while ahead < end && arrival[ahead] <= arrival[vehicle] { ahead += 1 }
      // `ahead − 1` is the last vehicle of the other lane before this one.
      let last = ahead - 1
      guard last >= Int(laneFirst[other]), isBeforePocket[last] else { continue }
      let leaving = last - storage
      if leaving >= Int(laneFirst[other]) { blocker[vehicle] = max(blocker[vehicle], Int32(leaving)) }
    }
  }

  /// Whether a vehicle is kept behind a full pocket, or behind the queue beside it.
  private func isBlocked(_ vehicle: Int, _ base: Int) -> Bool {
    let other = Int(blocker[vehicle])
    if other < 0 { return false }
    var lane = 0
    while Int(laneFirst[lane + 1]) <= other { lane += 1 }
    return Int(nextVehicle[base + lane]) <= other
  }

  /// Puts the root in place: what is shown now, and when each ring may end it.
  mutating func begin(state: Int, ready: SIMD4<Float>) {
    used = 1
    work = 0
    nodes[0] = Node(state: state, ready: ready, greened: states.phasesOfState[state])
    for lane in 0..<laneCount {
      nextVehicle[lane] = laneFirst[lane]
      release[lane] = releaseAt[lane]
    }
    for exit in room.indices { sent[exit] = 0 }
  }

  // MARK: - Model

  /// Lets the lanes of a slot discharge from `start` to `end` in `state`; with `next`, during the change to it.
  ///
  /// - Parameter findsGaps: notes in `gaps` where platoons of lanes with green end.
  private mutating func discharge(
    _ slot: Int, _ state: Int, next: Int, from start: Float, to end: Float, findsGaps: Bool = false
  ) {
    work += 1
    let restarts = next >= 0 && states.restartsRings[state * states.count + next]
    let lossEnd = start + parameters.endGain
    let base = slot * laneCount
    for lane in 0..<laneCount { departureCount[lane] = 0 }
    var cost: Float = 0
    var waitsForOthers: UInt64 = 0
    // Lanes beside pockets wait for each other, so that they get a second look.
    for place in 0..<2 * laneCount {
      let isSecond = place >= laneCount
      if isSecond && waitsForOthers == 0 { break }
      let lane = Int(laneOrder[state * laneCount + place % laneCount])
      let last = Int(laneFirst[lane + 1])
      var vehicle = Int(nextVehicle[base + lane])
      if vehicle >= last { continue }
      if isSecond && waitsForOthers & (1 << UInt64(lane)) == 0 { continue }
      var free = release[base + lane]
      var previous: Float = -1
      let firstDeparture = lane * Self.departureLimit
      while vehicle < last {
        let earliest = arrival[vehicle]
        if earliest >= end { break }
        let turn = Int(movement[vehicle])
        let service = street.services[state * movementCount + turn]
        var limit = end
        if next >= 0, service >= .permitted,
          restarts || street.services[next * movementCount + turn] < .permitted
        {
          limit = min(end, lossEnd)
        }
        if service == .closed {
          free = max(free, end + parameters.startUp)
          break
        }
        if isBlocked(vehicle, base) {
          waitsForOthers |= 1 << UInt64(lane)
          if isSecond { free = max(free, end) }
          break
        }
        var departure = max(max(earliest, free), start)
        if service < .protected && departure < limit { departure = waitForGap(departure, turn, until: limit) }
        if departure >= limit {
          if limit < end || service == .afterStop { free = max(free, end + parameters.startUp) }
          break
        }
        let exit = Int(street.movements[turn].exit)
        let sentPlace = slot * room.count + exit
        if sent[sentPlace] + 0.5 > room[exit] {
          cost += parameters.blockedCost * (end - departure)
          free = max(free, end)
          break
        }
        sent[sentPlace] += 1
        let share = delayCost(vehicle, departure - earliest)
        cost += share
        if keepsSteps { laneCosts[lane] += share }
        if findsGaps && previous >= 0 && departure - previous > parameters.platoonGap {
          gaps.append(previous)
        }
        previous = departure
        let step: Float =
          service == .protected
          ? headway[lane] * street.movements[turn].headwayFactor
          : service == .permitted ? parameters.followUp : parameters.followUpAfterStop
        free = departure + step
        let count = Int(departureCount[lane])
        if count < Self.departureLimit {
          departureTime[firstDeparture + count] = departure
          departureMovement[firstDeparture + count] = UInt8(turn)
          departureCount[lane] = Int32(count + 1)
        }
        vehicle += 1
      }
      if findsGaps && previous >= 0
        && (vehicle >= last || arrival[vehicle] > previous + parameters.platoonGap)
      {
        gaps.append(previous)
      }
      nextVehicle[base + lane] = Int32(vehicle)
      release[base + lane] = free
    }
    nodes[slot].cost += cost
  }

  private func delayCost(_ vehicle: Int, _ delay: Float) -> Float {
    let stop = stopCost[vehicle] * min(1, delay / parameters.fullStopDelay)
    let wait = (weight[vehicle] - 1) * parameters.ageing + delay
    let long =
      wait > parameters.longWait ? parameters.longWaitCost * min(delay, wait - parameters.longWait) : 0
    return weight[vehicle] * delay + delay * delay / (2 * parameters.ageing) + stop + long
  }

  /// The first time from `time` on that leaves the gaps a permitted movement needs to those that were let go before.
  private func waitForGap(_ time: Float, _ turn: Int, until limit: Float) -> Float {
    let mask = street.movements[turn].yieldsTo
    if mask == 0 { return time }
    var result = time
    var moved = true
    var rounds = 0
    while moved && result < limit && rounds < 6 {
      moved = false
      rounds += 1
      for lane in 0..<laneCount {
        let first = lane * Self.departureLimit
        for index in first..<first + Int(departureCount[lane]) {
          if mask & (1 << UInt64(departureMovement[index])) == 0 { continue }
          let other = departureTime[index]
          if result > other - parameters.gapBefore && result < other + parameters.gapAfter {
            result = other + parameters.gapAfter
            moved = true
          }
        }
      }
    }
    return result
  }

  /// What the vehicles that are left will cost, about: every lane drains as if it shared the greens to come.
  private mutating func remainder(_ slot: Int) -> Float {
    let base = slot * laneCount
    let state = nodes[slot].state
    let time = nodes[slot].time
    var result: Float = 0
    for lane in 0..<laneCount {
      let last = Int(laneFirst[lane + 1])
      var vehicle = Int(nextVehicle[base + lane])
      if vehicle >= last { continue }
      var free = max(release[base + lane], time)
      if street.services[state * movementCount + Int(movement[vehicle])] < .permitted {
        free = max(free, time + parameters.closedDelay)
      }
      let step = headway[lane] * parameters.sharedHeadways
      while vehicle < last {
        let earliest = arrival[vehicle]
        let departure = max(earliest, free)
        let share = delayCost(vehicle, departure - earliest)
        result += share
        if keepsSteps { laneCosts[lane] += share }
        free = departure + step
        vehicle += 1
      }
    }
    for phase in pedestrianWait.indices where pedestrianWait[phase] >= 0 {
      if !nodes[slot].walked.contains(phase: phase) { result += parameters.pedestrianWeight * (time + 10) }
    }
    return result
  }

  // MARK: - Changes

  private func earliestEnd(_ slot: Int, to next: Int) -> Float {
    let node = nodes[slot]
    let restarts = states.restartsRings[node.state * states.count + next]
    var result = node.time
    for ring in 0..<SignalStates.ringLimit {
      let phase = states.ringPhase[node.state * SignalStates.ringLimit + ring]
      if phase < 0 { continue }
      if !restarts && states.ringPhase[next * SignalStates.ringLimit + ring] == phase { continue }
      result = max(result, node.ready[ring])
    }
    return result
  }

  /// Ends the green of a slot at `end` and goes to `next`; the lanes have been discharged up to `end`.
  private mutating func change(_ slot: Int, at end: Float, to next: Int) {
    let from = nodes[slot].state
    let begin = end + states.change(from: from, to: next)
    discharge(slot, from, next: next, from: end, to: begin)
    let restarts = states.restartsRings[from * states.count + next]
    for ring in 0..<SignalStates.ringLimit {
      let phase = states.phase(ofState: next, ring: ring)
      if phase < 0 {
        nodes[slot].ready[ring] = 0
        continue
      }
      if !restarts && states.phase(ofState: from, ring: ring) == phase { continue }
      let walks = walking.contains(phase: phase) && !nodes[slot].walked.contains(phase: phase)
      let walker = walks ? PhaseSet(phase: phase) : []
      nodes[slot].ready[ring] = begin + states.minimumGreen(ofPhase: phase, walking: walker)
      if walks {
        nodes[slot].cost += parameters.pedestrianWeight * begin
        nodes[slot].walked.insert(walker)
      }
      if !nodes[slot].greened.contains(phase: phase) {
        nodes[slot].greened.insert(PhaseSet(phase: phase))
        if begin > deadline[phase] { nodes[slot].cost += 10_000 + 1_000 * (begin - deadline[phase]) }
      }
    }
    nodes[slot].time = begin
    nodes[slot].state = next
    nodes[slot].ended = end
    nodes[slot].depth += 1
  }

  /// By state, how much would be served there that is not served now, among what is here by `horizon` (or
  /// will be).
  private mutating func scoreStates(_ slot: Int, by horizon: Float) {
    let state = nodes[slot].state
    let base = slot * laneCount
    for other in score.indices { score[other] = 0 }
    for lane in 0..<laneCount {
      let last = Int(laneFirst[lane + 1])
      var vehicle = Int(nextVehicle[base + lane])
      // Who stands behind a vehicle that will not be let go is not served either.
      var reach: UInt32 = .max
      while vehicle < last && reach != 0 {
        if arrival[vehicle] > horizon { break }
        let turn = Int(movement[vehicle])
        if street.services[state * movementCount + turn] < .permitted {
          for other in score.indices where other != state && reach & (1 << UInt32(other)) != 0 {
            let service = street.services[other * movementCount + turn]
            if service >= .permitted {
              // What has been waited already counts, so that small streams get their turn.
              let waited = max(0, horizon - arrival[vehicle]) + (weight[vehicle] - 1) * parameters.ageing
              score[other] += (service == .protected ? 1 : 0.5) * (10 + waited)
            } else {
              reach &= ~(1 << UInt32(other))
            }
          }
        }
        vehicle += 1
      }
    }
    for phase in pedestrianWait.indices
    where pedestrianWait[phase] >= 0 && !nodes[slot].walked.contains(phase: phase) {
      for other in score.indices
      where other != state && states.phasesOfState[other].contains(phase: phase)
        && !states.phasesOfState[state].contains(phase: phase)
      {
        score[other] += parameters.pedestrianWeight * (10 + horizon + pedestrianWait[phase])
      }
    }
  }

  // MARK: - Search

  /// A first step, what it leads to, and what that costs.
  struct Option: Sendable {
    /// When the present green ends, and what follows; −1: it stays beyond the horizon.
    var end: Float = 0
    var next = -1
    var cost = Float.infinity
    /// The slot from which the base policy goes on.
    var leaf: Int32 = -1
    /// Greens in order, if they were to be kept.
    var steps: ContiguousArray<Step> = []
  }

  /// By first step: the best plan; index 0 is to stay, 1 + s to change to s now.
  private(set) var options: ContiguousArray<Option> = []

  /// Finds the best plan from the root; ``options`` then holds the best of every first step.
  mutating func search() {
    options.removeAll(keepingCapacity: true)
    for _ in 0...states.count { options.append(Option()) }
    noteRollout(of: 0)
    expand(0)
    let firstEnd = used
    var picked = pick(from: 1, to: firstEnd, parameters.firstBeam)
    for slot in picked { noteRollout(of: Int(slot)) }
    for slot in picked where used < Self.nodeLimit { expand(Int(slot)) }
    if used > firstEnd {
      picked = pick(from: firstEnd, to: used, parameters.secondBeam)
      for slot in picked { noteRollout(of: Int(slot)) }
    }
  }

  /// The slots of least estimate, every first step among them at least once.
  private mutating func pick(from: Int, to: Int, _ limit: Int) -> ContiguousArray<Int32> {
    order.removeAll(keepingCapacity: true)
    for slot in from..<to { order.append(Int32(slot)) }
    let keys = nodes
    order.sort {
      keys[Int($0)].estimate == keys[Int($1)].estimate
        ? $0 < $1 : keys[Int($0)].estimate < keys[Int($1)].estimate
    }
    return ContiguousArray(order.prefix(limit))
  }

  private mutating func findEnds(_ slot: Int) {
    gaps.removeAll(keepingCapacity: true)
    copy(slot, to: scratch)
    let node = nodes[slot]
    discharge(
      scratch, node.state, next: -1, from: node.time, to: node.time + parameters.longestBaseGreen,
      findsGaps: true)
    gaps.sort()
    ends.removeAll(keepingCapacity: true)
    var earliest = Float.infinity
    for next in 0..<states.count
    where next != node.state && states.change(from: node.state, to: next) < .infinity {
      earliest = min(earliest, earliestEnd(slot, to: next))
    }
    if earliest == .infinity { return }
    ends.append(earliest)
    for gap in gaps {
      // The last vehicle of a platoon passes in yellow.
      let end = gap - 1
      if end > ends[ends.count - 1] + 1 && ends.count < parameters.endCandidates { ends.append(end) }
    }
  }

  private mutating func expand(_ slot: Int) {
    findEnds(slot)
    copy(slot, to: scratch)
    let state = nodes[slot].state
    var reached = nodes[slot].time
    for place in ends.indices {
      let end = ends[place]
      discharge(scratch, state, next: -1, from: reached, to: end)
      reached = max(reached, end)
      scoreStates(scratch, by: end + 12)
      for next in 0..<states.count where next != state {
        if score[next] <= 0 || states.change(from: state, to: next) == .infinity { continue }
        if earliestEnd(slot, to: next) > end + 0.01 { continue }
        if used >= Self.nodeLimit { return }
        let child = used
        used += 1
        copy(scratch, to: child)
        nodes[child].parent = Int32(slot)
        change(child, at: end, to: next)
        nodes[child].estimate = nodes[child].cost + remainder(child)
      }
    }
  }

  /// Follows the base policy from a slot to the horizon and notes the plan under its first step.
  private mutating func noteRollout(of slot: Int) {
    copy(slot, to: rollout)
    var first = Option()
    steps.removeAll(keepingCapacity: true)
    for round in 0..<12 {
      let end = baseEnd()
      discharge(rollout, nodes[rollout].state, next: -1, from: nodes[rollout].time, to: end)
      nodes[rollout].time = max(nodes[rollout].time, end)
      scoreStates(rollout, by: end + 6)
      var best = -1
      let urgent = urgentPhase(rollout, by: end)
      for next in 0..<states.count
      where (urgent < 0 ? score[next] > 0 : states.phasesOfState[next].contains(phase: urgent))
        && states.change(from: nodes[rollout].state, to: next) < .infinity
        && (best < 0 || score[next] > score[best])
      {
        best = next
      }
      if best >= 0 {
        let allowed = max(end, earliestEnd(rollout, to: best))
        if allowed > end { discharge(rollout, nodes[rollout].state, next: -1, from: end, to: allowed) }
        if round == 0 { (first.end, first.next) = (allowed, best) }
        if keepsSteps { steps.append(Step(state: nodes[rollout].state, end: allowed)) }
        change(rollout, at: allowed, to: best)
      } else if round == 0 {
        (first.end, first.next) = (parameters.horizon, -1)
      }
      if nodes[rollout].time >= parameters.horizon || isEmpty(rollout) { break }
      if best < 0 { nodes[rollout].time += 1 }
    }
    first.cost = nodes[rollout].cost + remainder(rollout)
    for phase in deadline.indices
    where !nodes[rollout].greened.contains(phase: phase) && deadline[phase] < nodes[rollout].time + 5 {
      first.cost += 10_000 + 1_000 * (nodes[rollout].time + 5 - deadline[phase])
    }
    first.leaf = Int32(slot)
    var ancestor = slot
    while nodes[ancestor].depth > 1 { ancestor = Int(nodes[ancestor].parent) }
    if nodes[ancestor].depth == 1 { (first.end, first.next) = (nodes[ancestor].ended, nodes[ancestor].state) }
    let step = first.next >= 0 && first.end <= Self.now ? 1 + first.next : 0
    guard first.cost < options[step].cost else { return }
    if keepsSteps { first.steps = sequence(to: slot) + steps }
    options[step] = first
  }

  /// The phase that must be green soonest, if the base policy should go there next; −1 for none.
  private func urgentPhase(_ slot: Int, by end: Float) -> Int {
    var result = -1
    for phase in deadline.indices
    where deadline[phase] < end + parameters.urgentSeconds && !nodes[slot].greened.contains(phase: phase)
      && (result < 0 || deadline[phase] < deadline[result])
    {
      result = phase
    }
    return result
  }

  /// What ends within this is now.
  private static let now: Float = 0.5

  private func isEmpty(_ slot: Int) -> Bool {
    for lane in 0..<laneCount where nextVehicle[slot * laneCount + lane] < laneFirst[lane + 1] {
      return false
    }
    return true
  }

  /// When the base policy ends the green of the rollout's slot: once the platoons of its protected lanes have passed, or,
  /// where nobody else is about to come, when somebody does.
  private func baseEnd() -> Float {
    let node = nodes[rollout]
    let base = rollout * laneCount
    var end = node.time
    for ring in 0..<SignalStates.ringLimit where states.phase(ofState: node.state, ring: ring) >= 0 {
      end = max(end, node.ready[ring])
    }
    let cap = max(end, node.time + parameters.longestBaseGreen)
    var served = end
    var nextElsewhere = Float.infinity
    for lane in 0..<laneCount {
      let last = Int(laneFirst[lane + 1])
      var vehicle = Int(nextVehicle[base + lane])
      if vehicle >= last { continue }
      var free = max(release[base + lane], node.time)
      while vehicle < last {
        let service = street.services[node.state * movementCount + Int(movement[vehicle])]
        if service < .permitted {
          nextElsewhere = min(nextElsewhere, arrival[vehicle])
          break
        }
        if service < .protected { break }
        let departure = max(arrival[vehicle], free)
        if departure > max(free, node.time) + parameters.platoonGap || departure > cap { break }
        free = departure + headway[lane]
        served = max(served, departure - 1)
        vehicle += 1
      }
    }
    if nextElsewhere == .infinity { return min(max(served, node.time + 5), cap) }
    return min(max(served, nextElsewhere - 6), max(cap, nextElsewhere - 6))
  }

  /// The greens from the root to a slot.
  private func sequence(to slot: Int) -> ContiguousArray<Step> {
    var result: ContiguousArray<Step> = []
    var place = slot
    while place > 0, nodes[place].parent >= 0 {
      let parent = Int(nodes[place].parent)
      result.append(Step(state: nodes[parent].state, end: nodes[place].ended))
      place = parent
    }
    return ContiguousArray(result.reversed())
  }

  /// What a plan costs each lane: the plan is followed once more from the root.
  mutating func costsByLane(of plan: ContiguousArray<Step>) -> ContiguousArray<Float> {
    for lane in 0..<laneCount { laneCosts[lane] = 0 }
    copy(0, to: rollout)
    for (place, step) in plan.enumerated() {
      discharge(rollout, step.state, next: -1, from: nodes[rollout].time, to: step.end)
      nodes[rollout].time = step.end
      if place + 1 < plan.count { change(rollout, at: step.end, to: plan[place + 1].state) }
    }
    _ = remainder(rollout)
    return laneCosts
  }
}
