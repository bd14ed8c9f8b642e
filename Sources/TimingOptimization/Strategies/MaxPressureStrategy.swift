import TrafficModel

/// Max-pressure: gives green to the state of the largest pressure, that is saturation flow times the difference between who
/// waits for a movement and who waits where it leads.
///
/// Varaiya, Transportation Research C 36, 2013, 177–195: w(l, m) = x(l, m) − Σ r(m, p) x(m, p), γ(S) = Σ c w S. With
/// `weighsPositions` vehicles count by position (Li and Jabari, Transportation Research B 128, 2019, 435–461): upstream
/// the more the nearer to the stop line, downstream the more the nearer to the entrance. Vehicles within 100 m, decided
/// anew every 5 s. The rule knows no longest wait.
public struct MaxPressureStrategy: Strategy {
  public let name: String
  public let sensors = SensorPreset.laneArea(meters: 100)
  private static let interval = TimeSpan(milliseconds: 1_000)
  private static let decisionMilliseconds: Int32 = 5_000
  static let reach: Float = 100
  private let weighsPositions: Bool
  private var pressures: JunctionPressures

  public init(_ scenario: Scenario, weighsPositions: Bool = false) {
    name = weighsPositions ? "max-pressure-position" : "max-pressure"
    self.weighsPositions = weighsPositions
    pressures = JunctionPressures(scenario)
  }

  public mutating func decide(
    at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]
  ) -> SimTime? {
    let time = Int32(clamping: now.milliseconds)
    pressures.picture.update(view.observations, at: time)
    for index in pressures.junctions.indices {
      let status = view.statuses[pressures.junctions[index].controller]
      if pressures.junctions[index].mayChoose(status, at: time), time % Self.decisionMilliseconds == 0 {
        let pressure = pressures.pressure(index, weighsPositions: weighsPositions, within: Self.reach)
        pressures.junctions[index].ask(for: pressures.junctions[index].best(by: pressure))
      }
      commands.append(
        AddressedCommand(
          controller: ControllerID(pressures.junctions[index].controller),
          command: pressures.junctions[index].command(status, at: time)))
    }
    return now + Self.interval
  }
}

/// Pressures of the movements of all steered junctions.
struct JunctionPressures: Sendable {
  var picture: TrafficPicture
  var junctions: ContiguousArray<SteeredJunction>
  private let numbering: LaneNumbering

  init(_ scenario: Scenario) {
    numbering = LaneNumbering(scenario.network)
    picture = TrafficPicture(scenario, numbering)
    junctions = SteeredJunction.all(in: scenario, numbering)
  }

  /// By local movement: saturation flow in vehicles per second times the difference of queues.
  mutating func pressure(_ index: Int, weighsPositions: Bool, within reach: Float) -> ContiguousArray<Float> {
    junctions[index].count(picture, within: reach) { distance, length in
      weighsPositions ? max(0, 1 - distance / length) : 1
    }
    let street = junctions[index].street
    var result = junctions[index].demand
    for movement in result.indices {
      let exit = street.exits[Int(street.movements[movement].exit)]
      if exit.storage < .infinity {
        result[movement] -= downstream(Int(exit.link), weighsPositions, reach)
      }
      var flow: Float = 0
      for lane in street.lanes
      where lane.movements.contains(where: { Int(street.movementsOfLane[Int($0)]) == movement }) {
        flow += 1 / picture.headway(Int(lane.lane))
      }
      result[movement] *= flow
    }
    return result
  }

  /// Σ r x over the movements that leave a link.
  private func downstream(_ link: Int, _ weighsPositions: Bool, _ reach: Float) -> Float {
    var result: Float = 0
    let length = picture.linkLength(link)
    for lane in numbering.lanes(of: LinkID(link)) {
      var count: Float = 0
      for index in picture.range(lane) where picture.vehicles[index].distance <= reach {
        count += weighsPositions ? min(1, picture.vehicles[index].distance / length) : 1
      }
      let choices = picture.choiceRange(lane)
      if choices.isEmpty || count == 0 { continue }
      var total: Float = 0
      var squares: Float = 0
      for choice in choices {
        total += picture.passages[choice]
        squares += picture.passages[choice] * picture.passages[choice]
      }
      result += count * squares / max(total * total, 0.001)
    }
    return result
  }
}
