import TrafficModel

/// What one junction comes to under a plan, and what it sends on.
struct JunctionState: Sendable {
  /// Vehicles by stream, then step: `outflow[stream * steps + step]`.
  var outflow: ContiguousArray<Double> = []
  var steps = 0
  /// X by stream's lane group.
  var saturation: ContiguousArray<Double> = []
  /// Vehicles that wait by lane group, as means over time.
  var waiting: ContiguousArray<Double> = []
  var figures = JunctionFigures()
}

/// Sums over the lane groups of a junction, as means over time.
struct JunctionFigures: Sendable, Equatable {
  /// Vehicles that wait: vehicle-seconds of delay per second.
  var waiting = 0.0
  /// Persons in vehicles that wait.
  var waitingPersons = 0.0
  var waitingPedestrians = 0.0
  /// Stops per second.
  var stops = 0.0
  /// Vehicles beyond the storage of their lanes.
  var overflow = 0.0
  /// Largest queue over its storage.
  var worstQueue = 0.0
}

/// The fast judge of plans: queues of cyclic flow at every junction, and platoons between them.
///
/// Deterministic. Within a step of about a second flows are even. Changing one junction works out that junction, and
/// then only those downstream whose arrivals change.
struct CyclicFlowJudge: Sendable {
  private(set) var model: CyclicFlowModel
  private(set) var services: [JunctionService]
  /// Seconds by which the local zero of each junction comes after master zero.
  private(set) var offsets: [Double]
  private(set) var states: ContiguousArray<JunctionState>
  /// Junctions worked out so far.
  private(set) var evaluations = 0
  private var scratch = Scratch()
  private var isDirty: [Bool]

  struct Scratch: Sendable {
    var arrivals: [ContiguousArray<Double>] = []
    var platoon: ContiguousArray<Double> = []
    var capacity: ContiguousArray<Double> = []
    var outflow: ContiguousArray<Double> = []
    /// By group: outflow by step, and whether a queue discharges.
    var groupOutflow: [ContiguousArray<Double>] = []
    var groupQueue: [ContiguousArray<Double>] = []
    var right: ContiguousArray<Double> = []
    var permitted: ContiguousArray<Double> = []
    var sneaking: ContiguousArray<Double> = []
    var rates: [ContiguousArray<Double>] = []
  }

  init(_ model: CyclicFlowModel, services: [JunctionService], offsets: [Double]) {
    self.model = model
    self.services = services
    self.offsets = offsets
    states = ContiguousArray(repeating: JunctionState(), count: model.junctions.count)
    isDirty = [Bool](repeating: true, count: model.junctions.count)
    settle()
  }

  /// How often a junction is worked out again at most because its neighbours changed.
  private static let mostRounds = 6
  /// Changes of outflow below this part of a junction's vehicles are not handed on.
  private static let tolerance = 0.002

  /// Gives one junction other greens or another offset and works out what changes.
  mutating func set(_ junction: Int, service: JunctionService, offset: Double) {
    services[junction] = service
    offsets[junction] = offset
    isDirty[junction] = true
  }

  mutating func set(_ junction: Int, offset: Double) {
    offsets[junction] = offset
    isDirty[junction] = true
  }

  /// The states of all junctions, to go back to.
  struct Memory: Sendable {
    var services: [JunctionService]
    var offsets: [Double]
    var states: ContiguousArray<JunctionState>
  }

  var memory: Memory { Memory(services: services, offsets: offsets, states: states) }

  mutating func restore(_ memory: Memory) {
    services = memory.services
    offsets = memory.offsets
    states = memory.states
    for index in isDirty.indices { isDirty[index] = false }
  }

  /// Works out what has changed, junction by junction in the order of their numbers, until nothing is handed on.
  mutating func settle() {
    for _ in 0..<Self.mostRounds {
      var isSettled = true
      for junction in states.indices where isDirty[junction] {
        isDirty[junction] = false
        let old = states[junction]
        let new = workOut(junction)
        states[junction] = new
        if !isAlike(old, new) {
          for other in model.junctions[junction].downstream { isDirty[other] = true }
          isSettled = false
        }
      }
      if isSettled { break }
    }
    for index in isDirty.indices { isDirty[index] = false }
  }

  private func isAlike(_ a: JunctionState, _ b: JunctionState) -> Bool {
    if a.steps != b.steps { return false }
    var change = 0.0
    var total = 1e-9
    for index in a.outflow.indices {
      change += abs(a.outflow[index] - b.outflow[index])
      total += b.outflow[index]
    }
    return change <= Self.tolerance * total
  }

  /// Vehicles that would wait in one lane group under another model, everything around staying as it is.
  func waiting(_ junction: Int, _ group: Int, under model: CyclicFlowModel) -> Double {
    var copy = self
    copy.model = model
    return copy.workOut(junction).waiting[group]
  }

  // MARK: - One junction

  mutating func workOut(_ index: Int) -> JunctionState {
    evaluations += 1
    var scratch = self.scratch
    self.scratch = Scratch()
    defer { self.scratch = scratch }
    let junction = model.junctions[index]
    let cycle = services[index].cycleSeconds
    let steps = max(1, Int(cycle.rounded()))
    let step = cycle / Double(steps)
    scratch.prepare(junction, steps: steps)
    for approach in junction.approaches.indices {
      arrive(junction.approaches[approach], steps: steps, step: step, &scratch, into: approach)
    }
    var state = JunctionState()
    state.steps = steps
    state.outflow = ContiguousArray(repeating: 0, count: junction.streams.count * steps)
    state.saturation = ContiguousArray(repeating: 0, count: junction.streams.count)
    state.waiting = ContiguousArray(repeating: 0, count: junction.groups.count)
    for group in junction.order where junction.groups[group].volume > 0 {
      let capacity = fillCapacity(index, group, steps: steps, step: step, &scratch)
      var queue = LaneGroupQueue(junction.groups[group], cycle: cycle, step: step, capacity: capacity)
      queue.run(
        arrivals: scratch.arrivals[junction.groups[group].approach], capacity: scratch.capacity,
        outflow: &scratch.groupOutflow[group], queue: &scratch.groupQueue[group])
      add(queue, group, junction, to: &state, steps: steps, scratch)
    }
    state.figures.waitingPedestrians = services[index].waitingPedestrians
    return state
  }

  private func add(
    _ queue: LaneGroupQueue, _ group: Int, _ junction: CyclicFlowModel.Junction,
    to state: inout JunctionState,
    steps: Int, _ scratch: Scratch
  ) {
    let data = junction.groups[group]
    let filtering = upstreamFiltering(junction.approaches[data.approach])
    let random = queue.randomQueue(hours: model.hours, filtering: filtering)
    let waiting = data.weight * (queue.meanQueue + random)
    state.waiting[group] = waiting
    state.figures.waiting += waiting
    state.figures.waitingPersons += waiting * data.persons
    state.figures.stops +=
      queue.stopsPerSecond + min(0.9 * random / queue.cycle, max(0, data.volume - queue.stopsPerSecond))
    let back = queue.backOfQueue + random
    state.figures.overflow += max(0, back - data.storage)
    state.figures.worstQueue = max(state.figures.worstQueue, back / max(data.storage, 1))
    for stream in data.streams {
      state.saturation[stream] = queue.degreeOfSaturation
      let share = junction.streams[stream].share
      for step in 0..<steps {
        state.outflow[stream * steps + step] = share * scratch.groupOutflow[group][step]
      }
    }
  }

  /// I of a junction whose upstream neighbours smooth what they let through.
  private func upstreamFiltering(_ approach: CyclicFlowModel.Approach) -> Double {
    var sum = 0.0
    var volume = approach.flat
    for platoon in approach.platoons {
      for feed in platoon.feeds where !states[feed.junction].saturation.isEmpty {
        let flow = feed.share * model.junctions[feed.junction].streams[feed.stream].volume
        volume += flow
        sum += flow * min(1, states[feed.junction].saturation[feed.stream])
      }
    }
    return volume > 0 ? UpstreamFiltering.factor(sum / volume) : 1
  }

  private func arrive(
    _ approach: CyclicFlowModel.Approach, steps: Int, step: Double, _ scratch: inout Scratch, into index: Int
  ) {
    let flat = approach.flat * step
    for position in 0..<steps { scratch.arrivals[index][position] = flat }
    for platoon in approach.platoons {
      for position in 0..<steps { scratch.platoon[position] = 0 }
      for feed in platoon.feeds {
        let state = states[feed.junction]
        let even = feed.share * model.junctions[feed.junction].streams[feed.stream].volume * step
        if state.steps == steps {
          let first = feed.stream * steps
          for position in 0..<steps {
            scratch.platoon[position] += feed.share * state.outflow[first + position]
          }
        } else if state.steps > 0 && state.steps % steps == 0
          || steps % max(state.steps, 1) == 0 && state.steps > 0
        {
          fold(state, feed, steps: steps, into: &scratch.platoon)
        } else {
          // Cycles that do not fit have no common pattern.
          for position in 0..<steps { scratch.platoon[position] += even }
        }
      }
      model.parameters.dispersion.addDispersed(
        scratch.platoon, cruiseSteps: (platoon.seconds + model.parameters.accelerationSeconds) / step,
        to: &scratch.arrivals[index])
    }
  }

  /// A half or double cycle: the mean of what arrives at the same moment of this one.
  private func fold(
    _ state: JunctionState, _ feed: CyclicFlowModel.Feed, steps: Int,
    into platoon: inout ContiguousArray<Double>
  ) {
    let first = feed.stream * state.steps
    if state.steps > steps {
      let share = feed.share * Double(steps) / Double(state.steps)
      for position in 0..<state.steps { platoon[position % steps] += share * state.outflow[first + position] }
    } else {
      for position in 0..<steps {
        platoon[position] += feed.share * state.outflow[first + position % state.steps]
      }
    }
  }
}

extension CyclicFlowJudge.Scratch {
  mutating func prepare(_ junction: CyclicFlowModel.Junction, steps: Int) {
    func fit(_ array: inout ContiguousArray<Double>) {
      if array.count != steps { array = ContiguousArray(repeating: 0, count: steps) }
    }
    fit(&platoon)
    fit(&capacity)
    fit(&right)
    fit(&permitted)
    fit(&sneaking)
    while arrivals.count < junction.approaches.count { arrivals.append([]) }
    while groupOutflow.count < junction.groups.count { groupOutflow.append([]) }
    while groupQueue.count < junction.groups.count { groupQueue.append([]) }
    let widest = junction.groups.map(\.streams.count).max() ?? 0
    while rates.count < widest { rates.append([]) }
    for index in junction.approaches.indices { fit(&arrivals[index]) }
    for index in junction.groups.indices {
      fit(&groupOutflow[index])
      fit(&groupQueue[index])
    }
    for index in 0..<widest { fit(&rates[index]) }
  }
}
