import TrafficModel

/// Self-organizing lights (SOTL): every red collects vehicles × seconds, and the green goes to a red that has collected
/// enough, unless that would cut a platoon in two.
///
/// Gershenson, Complex Systems 16(1), 2005; Cools, Gershenson, D'Hooghe 2008 (SOTL-platoon): vehicles within ω = 80 m of a
/// red count, the threshold is θ = 41 vehicle-seconds, and while 1 to μ = 3 vehicles are within 25 m of the green stop
/// line it does not end. With more than two states, the red that has collected most is served. No call waits longer than
/// ``SteeredJunction/longestWait``.
public struct SelfOrganizingStrategy: Strategy {
  public let name = "sotl"
  public let sensors = SensorPreset.laneArea(meters: 80)
  static let threshold: Float = 41
  static let platoonReach: Float = 25
  static let platoonLimit: Float = 3
  private static let interval = TimeSpan(milliseconds: 1_000)
  private var picture: TrafficPicture
  private var junctions: ContiguousArray<SteeredJunction>
  /// By junction, then state: vehicle-seconds collected.
  private var collected: [ContiguousArray<Float>]

  public init(_ scenario: Scenario) {
    let numbering = LaneNumbering(scenario.network)
    picture = TrafficPicture(scenario, numbering)
    junctions = SteeredJunction.all(in: scenario, numbering)
    collected = junctions.map { ContiguousArray(repeating: 0, count: $0.states.count) }
  }

  public mutating func decide(
    at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]
  ) -> SimTime? {
    let time = Int32(clamping: now.milliseconds)
    picture.update(view.observations, at: time)
    for index in junctions.indices {
      let status = view.statuses[junctions[index].controller]
      let mayChoose = junctions[index].mayChoose(status, at: time)
      collect(index)
      if mayChoose { choose(index) }
      commands.append(
        AddressedCommand(
          controller: ControllerID(junctions[index].controller),
          command: junctions[index].command(status, at: time)))
    }
    return now + Self.interval
  }

  private mutating func collect(_ index: Int) {
    junctions[index].count(picture, within: 80) { _, _ in 1 }
    let shown = junctions[index].request.state
    for state in collected[index].indices {
      if state == shown {
        collected[index][state] = 0
        continue
      }
      for movement in junctions[index].demand.indices
      where junctions[index].street.service(movement, in: state) >= .permitted
        && junctions[index].street.service(movement, in: shown) < .permitted
      {
        collected[index][state] += junctions[index].demand[movement]
      }
    }
  }

  private mutating func choose(_ index: Int) {
    let current = junctions[index].request.state
    var best = -1
    for state in collected[index].indices
    where collected[index][state] >= Self.threshold
      && junctions[index].states.change(from: current, to: state) < .infinity
    {
      if best < 0 || collected[index][state] > collected[index][best] { best = state }
    }
    var wanted = current
    if best >= 0 {
      junctions[index].count(picture, within: Self.platoonReach) { _, _ in 1 }
      let platoon = junctions[index].sum(of: junctions[index].demand, in: current)
      if platoon == 0 || platoon >= Self.platoonLimit { wanted = best }
    }
    junctions[index].steer(toward: wanted)
  }
}
