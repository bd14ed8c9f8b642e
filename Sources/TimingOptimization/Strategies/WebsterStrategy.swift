import TrafficModel

/// Fixed cycles re-timed from measured flow: every ten minutes Webster's cycle and greens for what the lanes departed with.
///
/// Webster, Road Research Technical Paper 39, 1958: C = (1.5 L + 5)/(1 − Y), g = (y/Y)(C − L), with y the largest flow
/// ratio of the lanes that a state serves, and the states those of ``SteeredJunction/cycle``. Cycles between 40 and
/// 120 s; no green below its minimum, pedestrians included. Until flows are known the greens are those minima.
public struct WebsterStrategy: Strategy {
  public let name = "webster"
  public let sensors = SensorPreset.laneArea(meters: 50)
  static let cycleRange: ClosedRange<Float> = 40...120
  private static let interval = TimeSpan(milliseconds: 1_000)
  private static let retimingMilliseconds: Int32 = 600_000
  /// The first time earlier, so that the warm-up is not driven at minimum greens.
  private static let firstRetiming: Int32 = 180_000
  private var picture: TrafficPicture
  private var junctions: ContiguousArray<SteeredJunction>
  private let cycles: [[Int]]
  private var greens: [[Float]]
  private var positions: [Int]
  private var retimesAt = Self.firstRetiming

  public init(_ scenario: Scenario) {
    let numbering = LaneNumbering(scenario.network)
    picture = TrafficPicture(scenario, numbering)
    junctions = SteeredJunction.all(in: scenario, numbering)
    cycles = junctions.map(\.cycle)
    positions = cycles.map { _ in 0 }
    greens = []
    for index in junctions.indices {
      let states = junctions[index].states
      greens.append(
        cycles[index].map { max(12, states.minimumGreen(of: $0, walking: states.withPedestrians)) })
      if let first = cycles[index].first { junctions[index].ask(for: first) }
    }
  }

  public mutating func decide(
    at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]
  ) -> SimTime? {
    let time = Int32(clamping: now.milliseconds)
    picture.update(view.observations, at: time)
    if time >= retimesAt {
      for index in junctions.indices { retime(index) }
      retimesAt = (time / Self.retimingMilliseconds + 1) * Self.retimingMilliseconds
    }
    for index in junctions.indices where !cycles[index].isEmpty {
      let status = view.statuses[junctions[index].controller]
      if junctions[index].mayChoose(status, at: time),
        junctions[index].greenSeconds(at: time) >= greens[index][positions[index]]
      {
        positions[index] = (positions[index] + 1) % cycles[index].count
        junctions[index].ask(for: cycles[index][positions[index]])
      }
      commands.append(
        AddressedCommand(
          controller: ControllerID(junctions[index].controller),
          command: junctions[index].command(status, at: time)))
    }
    return now + Self.interval
  }

  private mutating func retime(_ index: Int) {
    let junction = junctions[index]
    let cycle = cycles[index]
    var lost: Float = 0
    var ratios: [Float] = []
    for place in cycle.indices {
      let change = junction.states.change(from: cycle[place], to: cycle[(place + 1) % cycle.count])
      lost += change < .infinity ? change : 6
      var ratio: Float = 0
      for lane in junction.street.lanes {
        let isServed = lane.movements.contains {
          junction.street.service(Int(junction.street.movementsOfLane[Int($0)]), in: cycle[place])
            == .protected
        }
        if isServed {
          ratio = max(ratio, picture.lanes[Int(lane.lane)].rate * picture.headway(Int(lane.lane)))
        }
      }
      ratios.append(ratio)
    }
    let minima = cycle.map { junction.states.minimumGreen(of: $0, walking: junction.states.withPedestrians) }
    greens[index] = Self.greens(ratios: ratios, lost: lost, minima: minima)
  }

  /// Greens in seconds for flow ratios, lost time and minimum greens.
  static func greens(ratios: [Float], lost: Float, minima: [Float]) -> [Float] {
    let sum = ratios.reduce(0, +)
    let wanted = sum < 0.95 ? (1.5 * lost + 5) / (1 - sum) : cycleRange.upperBound
    let cycle = min(max(wanted, cycleRange.lowerBound), cycleRange.upperBound)
    return ratios.indices.map { place in
      let share = sum > 0 ? ratios[place] / sum : 1 / Float(ratios.count)
      return max(minima[place], share * max(0, cycle - lost))
    }
  }
}
