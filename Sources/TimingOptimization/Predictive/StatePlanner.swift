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
    /// Phases whose pedestrians have walked in this plan, and claims that were met in it.
    var walked: PhaseSet = []
    var greened: PhaseSet = []
    var depth: Int32 = 0
  }

  let street: JunctionStreet
  let states: SignalStates
  let parameters: PredictiveParameters
  let claims: CallClaims
  let laneCount: Int
  let movementCount: Int
  /// Lanes by state: protected ones first, because permitted ones yield to them.
  let laneOrder: ContiguousArray<Int32>

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
  var blocker: ContiguousArray<Int32> = []
  /// Before this no vehicle of the lane crosses.
  var releaseAt: ContiguousArray<Float>
  /// The same where it must yield: what a vehicle did that found no gap says nothing of a green of its own.
  var permittedReleaseAt: ContiguousArray<Float>
  /// By `state · movement count + movement`, of movements that must yield: from when on crossing traffic is not seen yet,
  /// and how much longer each vehicle then waits for a gap.
  var gapHorizon: ContiguousArray<Float>
  var gapWait: ContiguousArray<Float>
  var headway: ContiguousArray<Float>
  /// By lane: its first vehicle does not turn on red, although it might.
  var staysOnRed: ContiguousArray<Bool>
  /// By exit: vehicles that still fit.
  var room: ContiguousArray<Float>
  /// By next state: how long after the end of the present green everybody has left the junction who is kept inside it.
  var leftInside: ContiguousArray<Float>
  /// By phase: how long pedestrians have waited, −1 without.
  var pedestrianWait: ContiguousArray<Float>
  var walking: PhaseSet = []
  /// What a second costs in which a change leaves the junction without green, in vehicle-seconds.
  var lostTimePrice: Float = 0
  /// By claim: when it must be met; infinite without a call.
  var deadline: ContiguousArray<Float>

  // The search; slot 0 is the root, the last two are scratch.
  var nodes: ContiguousArray<Node>
  var nextVehicle: ContiguousArray<Int32>
  var release: ContiguousArray<Float>
  var sent: ContiguousArray<Float>
  var used = 0
  let scratch: Int
  let rollout: Int
  var departureTime: ContiguousArray<Float>
  var departureMovement: ContiguousArray<UInt8>
  var departureCount: ContiguousArray<Int32>
  var gaps: ContiguousArray<Float> = []
  var ends: ContiguousArray<Float> = []
  var order: ContiguousArray<Int32> = []
  var score: ContiguousArray<Float>
  var work = 0
  /// Whether plans are written down with their greens, and costs by lane; only for explanations, because it allocates.
  var keepsSteps = false
  var steps: ContiguousArray<Step> = []
  var laneCosts: ContiguousArray<Float>

  /// A green of a plan: a state and when it ends.
  struct Step: Sendable {
    var state: Int
    var end: Float
  }

  static let nodeLimit = 400
  static let departureLimit = 24

  init(_ street: JunctionStreet, _ states: SignalStates, _ parameters: PredictiveParameters) {
    self.street = street
    self.states = states
    self.parameters = parameters
    claims = CallClaims(states, street)
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
    permittedReleaseAt = releaseAt
    gapHorizon = ContiguousArray(repeating: .infinity, count: street.services.count)
    gapWait = ContiguousArray(repeating: 0, count: street.services.count)
    headway = ContiguousArray(repeating: 2, count: laneCount)
    staysOnRed = ContiguousArray(repeating: false, count: laneCount)
    room = ContiguousArray(repeating: .infinity, count: street.exits.count)
    leftInside = ContiguousArray(repeating: 0, count: states.count)
    pedestrianWait = ContiguousArray(repeating: -1, count: states.phases.count)
    deadline = ContiguousArray(repeating: .infinity, count: claims.count)
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

  mutating func copy(_ from: Int, to: Int) {
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
  mutating func findBlockers(of lane: Int, behind other: Int, _ storage: Int) {
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
  func isBlocked(_ vehicle: Int, _ base: Int) -> Bool {
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
    nodes[0] = Node(state: state, ready: ready, greened: claims.ofState[state])
    for lane in 0..<laneCount {
      nextVehicle[lane] = laneFirst[lane]
      release[lane] = releaseAt[lane]
    }
    for exit in room.indices { sent[exit] = 0 }
  }

  // MARK: - Results

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
  var options: ContiguousArray<Option> = []
}
