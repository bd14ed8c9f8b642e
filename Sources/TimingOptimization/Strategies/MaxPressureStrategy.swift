import TrafficModel

/// Max-pressure: gives green to the state of the largest pressure, that is saturation flow times the difference between who
/// waits for a movement and who waits where it leads.
///
/// Varaiya, Transportation Research C 36, 2013, 177–195: w(l, m) = x(l, m) − Σ r(m, p) x(m, p), γ(S) = Σ c w S. With
/// `weighsPositions` vehicles count by position (Li and Jabari, Transportation Research B 128, 2019, 435–461): upstream
/// the more the nearer to the stop line, downstream the more the nearer to the entrance.
///
/// The theory wants whole queues, so the rule sees all vehicles of its links (``SensorPreset/connected``); what it would be
/// shown by a hundred metres is full on every approach as soon as traffic is heavy. A pressure below zero lets a movement
/// rest. Decided every 5 s, with no regard to lost time, as in the paper; no call waits longer than
/// ``SteeredJunction/longestWait``.
public struct MaxPressureStrategy: Strategy {
  public let name: String
  public let sensors = SensorPreset.connected
  private static let interval = TimeSpan(milliseconds: 1_000)
  private static let decisionMilliseconds: Int32 = 5_000
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
      if pressures.junctions[index].mayChoose(status, at: time) {
        var wanted = pressures.junctions[index].request.state
        if time % Self.decisionMilliseconds == 0 {
          wanted = pressures.junctions[index].best(
            by: pressures.pressure(index, weighsPositions: weighsPositions))
        }
        pressures.junctions[index].steer(toward: wanted)
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

  /// By local movement: the difference of queues, at least zero, times the saturation flow in vehicles per second and lane.
  ///
  /// Queues are those of all lanes of the movement, so that the flow of all its lanes comes in once.
  mutating func pressure(_ index: Int, weighsPositions: Bool) -> ContiguousArray<Float> {
    junctions[index].count(picture, within: .infinity) { distance, length in
      weighsPositions ? max(0, 1 - distance / length) : 1
    }
    let street = junctions[index].street
    var result = junctions[index].demand
    for movement in result.indices {
      let exit = street.exits[Int(street.movements[movement].exit)]
      if exit.storage < .infinity {
        result[movement] = max(0, result[movement] - downstream(Int(exit.link), weighsPositions))
      }
      var headway: Float = 0
      var lanes: Float = 0
      for lane in street.lanes
      where lane.movements.contains(where: { Int(street.movementsOfLane[Int($0)]) == movement }) {
        headway += picture.headway(Int(lane.lane))
        lanes += 1
      }
      result[movement] *= lanes / max(headway, 1)
    }
    return result
  }

  /// Σ r x over the movements that leave a link: r is the share of the link's vehicles that take a movement, x who waits
  /// for it.
  private func downstream(_ link: Int, _ weighsPositions: Bool) -> Float {
    let length = picture.linkLength(link)
    var movements: ContiguousArray<(movement: Int32, passages: Float, waiting: Float)> = []
    var passages: Float = 0
    for lane in numbering.lanes(of: LinkID(link)) {
      var count: Float = 0
      for index in picture.range(lane) {
        count += weighsPositions ? min(1, picture.vehicles[index].distance / length) : 1
      }
      let choices = picture.choiceRange(lane)
      var total: Float = 0
      for choice in choices { total += picture.passages[choice] }
      passages += total
      for choice in choices {
        let waiting = count * picture.passages[choice] / max(total, 0.001)
        let known = movements.firstIndex { $0.movement == picture.choices[choice] }
        if let known {
          movements[known].passages += picture.passages[choice]
          movements[known].waiting += waiting
        } else {
          movements.append((picture.choices[choice], picture.passages[choice], waiting))
        }
      }
    }
    return movements.reduce(0) { $0 + $1.passages / max(passages, 0.001) * $1.waiting }
  }
}
