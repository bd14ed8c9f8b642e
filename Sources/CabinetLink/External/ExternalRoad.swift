import CabinetProtocols
import ControlLoop
import TrafficModel

/// A foreign simulator in the road's seat, in lockstep: detections in, lamps out.
///
/// It shows no vehicles, so strategies decide by what the cabinets' detectors say. A seat cannot throw: when the
/// simulator fails, ``failure`` says why, and the road stands still from then on.
public struct ExternalRoad: RoadSeat {
  private let peer: LinePeer
  private let places: LinePlaces
  /// What it has reached.
  private var time = SimTime.zero

  /// Starts the simulator, or connects to it.
  public init(
    _ external: ExternalEndpoint, for scenario: Scenario, patience: Double = 60,
    isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) throws(LinkError) {
    places = LinePlaces(scenario.controllers, in: scenario.network)
    peer = try LinePeer(
      external, seat: .road, telling: .configure(places.controllers, tick: .tick), patience: patience,
      isInterrupted: isInterrupted)
  }

  public var failure: LinkError? { peer.failure }
  /// As the simulator calls itself.
  public var name: String { peer.name }

  /// Says goodbye to the simulator.
  public func close() { peer.close() }

  public mutating func advance(to end: SimTime, inputs: inout ContiguousArray<TimedInput>) -> SimTime {
    peer.tell(.advance(end))
    let answer = peer.answer(expected: "inputs, up to t_ms \(end.milliseconds)") {
      message -> (time: SimTime, inputs: [LineInput])? in
      guard case .inputs(let time, let inputs) = message else { return nil }
      return (time, inputs)
    }
    guard let answer else { return end }
    guard answer.time > time, answer.time <= end, answer.time == end || answer.time == answer.time.firstTick()
    else {
      peer.refuse(
        .failed,
        "t_ms is \(answer.time.milliseconds); it must be a multiple of \(TimeSpan.tick.milliseconds) after "
          + "\(time.milliseconds) and not after \(end.milliseconds), or \(end.milliseconds) itself")
      return end
    }
    for input in answer.inputs {
      guard let known = places.incoming(input) else {
        peer.refuse(.unknown, "there is no place for \(input.input) at controller \(input.controller.index)")
        return end
      }
      inputs.append(TimedInput(time: answer.time, controller: known.controller, input: known.input))
    }
    time = answer.time
    return time
  }

  public mutating func show(_ changes: ContiguousArray<IndicationChange>, at time: SimTime) {
    peer.tell(.lamps(time, Array(changes)))
  }

  /// The protocol has no vehicles.
  public func observe(
    _ preset: SensorPreset, at time: SimTime, into observations: inout [VehicleObservation]
  ) {}
}
