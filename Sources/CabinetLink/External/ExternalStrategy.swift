import CabinetProtocols
import TrafficModel

/// A foreign program in the strategy's seat: a learnt policy, or somebody else's optimizer.
///
/// A seat cannot throw: when the program fails, ``failure`` says why, and it decides nothing from then on, so that the
/// cabinets return to their local plans when the leases end.
public struct ExternalStrategy: Strategy {
  public let name: String
  public let sensors: SensorPreset
  private let peer: LinePeer
  private let controllerCount: Int

  /// What it sees where the user does not say it.
  public static let standardSensors = SensorPreset.laneArea(meters: 100)

  /// Starts the program, or connects to it.
  ///
  /// - Parameter name: As it was asked for on the command line.
  public init(
    _ external: ExternalEndpoint, name: String, for scenario: Scenario, sensors: SensorPreset? = nil,
    patience: Double = 60, isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) throws(LinkError) {
    self.name = name
    self.sensors = sensors ?? Self.standardSensors
    controllerCount = scenario.controllers.count
    let places = LinePlaces(scenario.controllers, in: scenario.network)
    peer = try LinePeer(
      external, seat: .strategy,
      telling: .configure(places.controllers, tick: .tick, lanes: LinePlaces.lanes(of: scenario)),
      patience: patience, isInterrupted: isInterrupted)
  }

  public var failure: LinkError? { peer.failure }

  /// Says goodbye to the program.
  public func close() { peer.close() }

  public mutating func decide(
    at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]
  ) -> SimTime? {
    let statuses = view.statuses.enumerated().map { LineStatus(controller: ControllerID($0), status: $1) }
    peer.tell(.observe(now, statuses, view.observations))
    let decision = peer.answer(expected: "a decide with t_ms \(now.milliseconds)") {
      message -> (commands: [AddressedCommand], next: SimTime?)? in
      guard case .decide(now, let commands, let next) = message else { return nil }
      return (commands, next)
    }
    guard let decision else { return nil }
    if let stranger = decision.commands.first(where: { $0.controller.index >= controllerCount }) {
      peer.refuse(
        .unknown, "there is no controller \(stranger.controller.index); the last is \(controllerCount - 1)")
      return nil
    }
    commands += decision.commands
    return decision.next
  }
}
