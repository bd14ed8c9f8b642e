import TrafficModel

/// Cyclic max-pressure: the states of a cycle in fixed order, each with a share of the green that grows with its pressure.
///
/// Le et al., Transportation Research C 55, 2015: shares proportional to exp(η γ), here with η = 0.05 per
/// vehicle and vehicle per second of saturation flow, set once a cycle. Whole queues are seen, which are long: a larger η gives
/// nearly the whole cycle to one state. The cycle is that of the controller's first pattern, 90 s where it has none.
public struct CyclicMaxPressureStrategy: Strategy {
  public let name = "max-pressure-cyclic"
  public let sensors = SensorPreset.connected
  private static let interval = TimeSpan(milliseconds: 1_000)
  static let sharpness = 0.05
  private var pressures: JunctionPressures
  private var cycles: [[Int]]
  private var lengths: [Float]
  private var greens: [[Float]]
  private var positions: [Int]

  public init(_ scenario: Scenario) {
    pressures = JunctionPressures(scenario)
    cycles = pressures.junctions.map(\.cycle)
    lengths = pressures.junctions.map {
      Float(scenario.controllers[$0.controller].patterns.first?.cycle.seconds ?? 90)
    }
    greens = cycles.map { [Float](repeating: 10, count: $0.count) }
    positions = cycles.map { _ in 0 }
    for index in pressures.junctions.indices {
      if let first = cycles[index].first { pressures.junctions[index].ask(for: first) }
    }
  }

  public mutating func decide(
    at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]
  ) -> SimTime? {
    let time = Int32(clamping: now.milliseconds)
    pressures.picture.update(view.observations, at: time)
    for index in pressures.junctions.indices where !cycles[index].isEmpty {
      let status = view.statuses[pressures.junctions[index].controller]
      if pressures.junctions[index].mayChoose(status, at: time),
        pressures.junctions[index].greenSeconds(at: time) >= greens[index][positions[index]]
      {
        positions[index] = (positions[index] + 1) % cycles[index].count
        if positions[index] == 0 { share(index) }
        pressures.junctions[index].ask(for: cycles[index][positions[index]])
      }
      commands.append(
        AddressedCommand(
          controller: ControllerID(pressures.junctions[index].controller),
          command: pressures.junctions[index].command(status, at: time)))
    }
    return now + Self.interval
  }

  private mutating func share(_ index: Int) {
    let pressure = pressures.pressure(index, weighsPositions: false)
    let junction = pressures.junctions[index]
    let sums = cycles[index].map {
      Double(junction.sum(of: pressure, in: $0))
    }
    greens[index] = Self.shares(
      of: sums, lengthSeconds: lengths[index],
      lost: cycles[index].indices.reduce(0) { total, place in
        let next = cycles[index][(place + 1) % cycles[index].count]
        let change = junction.states.change(from: cycles[index][place], to: next)
        return total + (change < .infinity ? change : 6)
      })
  }

  /// Greens in seconds from the pressures of the states of a cycle.
  static func shares(of pressures: [Double], lengthSeconds: Float, lost: Float) -> [Float] {
    let top = pressures.max() ?? 0
    let weights = pressures.map { exponential(sharpness * ($0 - top)) }
    let total = weights.reduce(0, +)
    return weights.map { max(0, lengthSeconds - lost) * Float($0 / max(total, 1e-9)) }
  }
}
