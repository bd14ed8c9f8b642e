import CabinetProtocols
import ControlLoop
import Interchange
import TrafficModel

/// SUMO in the road's seat: it moves the vehicles, our cabinets show it their lamps, and our sensors look at it.
///
/// Theory of operation. SUMO goes in steps. Lamps that are shown at t act on the first step that begins at t or later;
/// what detectors and sensors see is the state after a step. A tick between two steps finds the road unmoved. So
/// intervals that are whole steps stay as long as they are, and everything else is rounded up.
///
/// A seat cannot throw: when SUMO fails, ``failure`` says why, and the road stands still from then on. The conversation
/// is shared by copies of the road.
public struct TraCIRoad: RoadSeat {
  private let connection: TraCIConnection
  private let mapping: SUMOMapping
  private let places: TraCIPlaces
  private let step: TimeSpan
  private let watchesVehicles: Bool
  private let countsCollisions: Bool
  /// SUMO's time at our zero.
  private let begin: Double
  /// What SUMO has reached.
  private var time = SimTime.zero
  private var lamps: [[Indication]]
  private var pending: ContiguousArray<(time: SimTime, change: IndicationChange)> = []
  /// As it was sent last, by controller.
  private var states: [[UInt8]]
  private var vehicles = TraCIVehicles()
  private var detectors: TraCIDetectors
  /// Why SUMO can no longer be driven.
  public private(set) var failure: LinkError?
  /// Time spent waiting for SUMO, its own work included.
  public private(set) var waited = Duration.zero
  /// Collisions that SUMO has counted.
  public private(set) var collisions = 0

  /// - Parameters:
  ///   - step: SUMO's step length.
  ///   - beginSeconds: SUMO's time at our zero.
  ///   - watchesVehicles: whether vehicles are looked at at all; a plan that nothing changes needs none of it, and is
  ///     driven from one change of lamps to the next.
  ///   - countsCollisions: whether SUMO is asked for collisions after every step.
  /// - Throws: `refused` if SUMO's signals are not those of the scenario.
  public init(
    _ connection: TraCIConnection, scenario: Scenario, mapping: SUMOMapping, beginSeconds: Double = 0,
    step: TimeSpan = TimeSpan(seconds: 1), watchesVehicles: Bool = true, countsCollisions: Bool = false
  ) throws(LinkError) {
    precondition(step > .zero, "SUMO goes forward")
    self.connection = connection
    self.mapping = mapping
    self.step = step
    self.watchesVehicles = watchesVehicles
    self.countsCollisions = countsCollisions
    begin = beginSeconds
    places = TraCIPlaces(scenario.network, mapping)
    lamps = scenario.controllers.map { Array(repeating: .red, count: $0.groups.count) }
    states = lamps.map { _ in [] }
    detectors = TraCIDetectors(scenario)
    try checkSignals()
    var variables: [UInt8] = []
    if countsCollisions { variables.append(TraCIVariable.collidingCount) }
    if watchesVehicles { variables.append(TraCIVariable.departedIdentifiers) }
    if !variables.isEmpty {
      _ = try connection.ask([.subscribe(.simulation, object: "", variables: variables)])
    }
  }

  /// SUMO accepts states of any length without a word, so lengths are compared before the first.
  private func checkSignals() throws(LinkError) {
    for signal in mapping.signals where !signal.links.isEmpty {
      let state = try connection.value(.trafficLight, TraCIVariable.lightState, of: signal.id).text ?? ""
      if state.utf8.count != signal.links.count {
        throw LinkError(
          .refused,
          "signal \(signal.id) has \(state.utf8.count) links in SUMO and \(signal.links.count) in the scenario; "
            + "both must come from one network")
      }
    }
  }

  // MARK: - Seat

  public mutating func advance(to time: SimTime, inputs: inout ContiguousArray<TimedInput>) -> SimTime {
    while failure == nil, self.time + step <= time {
      do throws(LinkError) {
        try goOn(towards: time, &inputs)
      } catch {
        failure = error
        return time
      }
      if !inputs.isEmpty { return self.time }
    }
    return time
  }

  public mutating func show(_ changes: ContiguousArray<IndicationChange>, at time: SimTime) {
    for change in changes { pending.append((time, change)) }
  }

  public func observe(
    _ preset: SensorPreset, at time: SimTime, into observations: inout [VehicleObservation]
  ) {
    let reach: Double
    var seesInside = false
    switch preset {
    case .none: return
    case .stopbar: reach = 10
    case .advance: reach = 100
    case .laneArea(let meters): (reach, seesInside) = (meters, true)
    case .connected: reach = .infinity
    }
    vehicles.observe(within: reach, seesInside: seesInside, into: &observations)
  }

  /// Ends the conversation; SUMO writes its files and ends.
  public func close() { connection.close() }

  // MARK: - A step

  /// One step, or all steps until `end` where nobody looks between them.
  private mutating func goOn(
    towards end: SimTime, _ inputs: inout ContiguousArray<TimedInput>
  ) throws(LinkError) {
    var commands = try lampCommands()
    let before = time
    if watchesVehicles || countsCollisions || !pending.isEmpty {
      commands.append(.simulationStep(until: 0))
      time += step
    } else {
      time += step * Int((end - time).milliseconds / step.milliseconds)
      // On the way to a time SUMO forgets its answers to what stood in the same message.
      _ = try ask(commands)
      commands = [.simulationStep(until: begin + time.seconds)]
    }
    let replies = try ask(commands)
    guard case .subscriptions(let results) = replies.last?.result else {
      throw LinkError(.format, "no results in the answer to a step")
    }
    var departed: [String] = []
    for result in results where result.domain == .simulation {
      departed = result[TraCIVariable.departedIdentifiers]?.texts ?? []
      collisions += Int(result[TraCIVariable.collidingCount]?.number ?? 0)
    }
    if !watchesVehicles { return }
    vehicles.take(results, places)
    if !departed.isEmpty { try subscribe(departed) }
    detectors.sense(vehicles, from: before, to: time, into: &inputs)
  }

  private mutating func ask(_ commands: [TraCICommand]) throws(LinkError) -> [TraCIReply] {
    let clock = ContinuousClock()
    let start = clock.now
    defer { waited += clock.now - start }
    return try connection.ask(commands)
  }

  /// New vehicles: what they do from now on, and how long they are.
  private mutating func subscribe(_ departed: [String]) throws(LinkError) {
    var commands: [TraCICommand] = []
    for id in departed {
      commands.append(.subscribe(.vehicle, object: id, variables: TraCIVehicles.variables))
      commands.append(.get(.vehicle, variable: TraCIVariable.length, object: id))
    }
    let replies = try ask(commands)
    for (index, id) in departed.enumerated() {
      guard case .subscriptions(let results) = replies[2 * index].result,
        case .value(let length) = replies[2 * index + 1].result
      else { throw LinkError(.format, "no vehicle \(id) in the answer") }
      vehicles.add(id, lengthMeters: length.number ?? 5, results.first, places)
    }
  }

  /// The lamps that act on the step that begins now.
  private mutating func lampCommands() throws(LinkError) -> [TraCICommand] {
    var later: ContiguousArray<(time: SimTime, change: IndicationChange)> = []
    for entry in pending {
      if entry.time > time {
        later.append(entry)
      } else {
        lamps[entry.change.controller.index][entry.change.group] = entry.change.indication
      }
    }
    pending = later
    var commands: [TraCICommand] = []
    for (index, signal) in mapping.signals.enumerated() where !signal.links.isEmpty {
      let state = signal.state(lamps[index])
      if state == states[index] { continue }
      if let pair = signal.excludedPair(in: state) {
        throw LinkError(
          .refused,
          "signal \(signal.id) would let links \(pair.first) and \(pair.second) go together at \(time.seconds) s, whose "
            + "paths meet")
      }
      states[index] = state
      commands.append(
        .set(
          .trafficLight, variable: TraCIVariable.lightState, object: signal.id,
          .string(String(decoding: state, as: UTF8.self))))
    }
    return commands
  }
}
