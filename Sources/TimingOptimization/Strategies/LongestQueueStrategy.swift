import TrafficModel

/// Gives green to the state before which most vehicles stand or approach, as soon as minimum greens allow.
///
/// The rule is "MaxWave" of the RESCO benchmark (Ault and Sharon, NeurIPS 2021 datasets): vehicles within 100 m, decided
/// anew every 5 s; a state keeps its green while none has more. No call waits longer than ``SteeredJunction/longestWait``.
public struct LongestQueueStrategy: Strategy {
  public let name = "longest-queue"
  public let sensors = SensorPreset.laneArea(meters: 100)
  private static let interval = TimeSpan(milliseconds: 1_000)
  private static let decisionMilliseconds: Int32 = 5_000
  private var picture: TrafficPicture
  private var junctions: ContiguousArray<SteeredJunction>

  public init(_ scenario: Scenario) {
    let numbering = LaneNumbering(scenario.network)
    picture = TrafficPicture(scenario, numbering)
    junctions = SteeredJunction.all(in: scenario, numbering)
  }

  public mutating func decide(
    at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]
  ) -> SimTime? {
    let time = Int32(clamping: now.milliseconds)
    picture.update(view.observations, at: time)
    for index in junctions.indices {
      let status = view.statuses[junctions[index].controller]
      if junctions[index].mayChoose(status, at: time) {
        var wanted = junctions[index].request.state
        if time % Self.decisionMilliseconds == 0 {
          junctions[index].count(picture, within: 100) { _, _ in 1 }
          wanted = junctions[index].best(by: junctions[index].demand)
        }
        junctions[index].steer(toward: wanted)
      }
      commands.append(
        AddressedCommand(
          controller: ControllerID(junctions[index].controller),
          command: junctions[index].command(status, at: time)))
    }
    return now + Self.interval
  }
}
