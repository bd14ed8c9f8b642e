import TrafficModel

/// Looks ahead: every second it predicts every lane over the next minute and a half, searches the sequence of signal
/// states that costs the people who wait least, and asks each cabinet for its first step.
///
/// The model, the search and the promised longest waits are those of ``StatePlanner`` and ``CallWaits``; parameters are
/// one set for every map, ``PredictiveParameters``. A controller that cannot be asked for states (no free operation,
/// or too many rings) runs by itself.
public struct PredictiveStrategy: Strategy {
  public let name = "predictive"
  public let sensors: SensorPreset
  private let parameters = PredictiveParameters()
  private var picture: TrafficPicture
  private var junctions: ContiguousArray<PredictiveJunction> = []
  private let canPlan: Bool
  private var looksAt: Int32 = 0
  /// By lane: what has been said already.
  private var reported: ContiguousArray<Bool>
  private var locked: ContiguousArray<Bool>
  /// A decision to be explained: of which controller, and the first at or after when.
  public var explains: DecisionReference?
  public private(set) var remarks: [String] = []
  private let names: JunctionNames
  /// Told of every junction's decision; only a benchmark has one.
  private var observer: (any DecisionObserver)?

  /// - Parameter sensors: What it may see; with `none` every cabinet runs its local plan.
  public init(_ scenario: Scenario, sensors: SensorPreset = .laneArea(meters: 100)) {
    self.sensors = sensors
    let numbering = LaneNumbering(scenario.network)
    picture = TrafficPicture(scenario, numbering, sensors: sensors, judges: true)
    canPlan = sensors != .none
    reported = ContiguousArray(repeating: false, count: numbering.count)
    locked = reported
    names = JunctionNames(scenario, numbering)
    for index in scenario.controllers.indices {
      guard let states = SignalStates(scenario.controllers[index]) else { continue }
      junctions.append(
        PredictiveJunction(
          index, states, in: scenario, numbering, parameters, reach: Float(sensors.reachMeters)))
    }
    for junction in junctions where junction.waits.limit > parameters.maximumWait {
      remarks.append(
        names.shortWaitRemark(
          junction.controller, limit: junction.waits.limit, wanted: parameters.maximumWait))
    }
  }

  /// With what the user says about sensors and explanations.
  public init(_ scenario: Scenario, _ options: StrategyOptions) {
    self.init(scenario, sensors: options.sensors ?? .laneArea(meters: 100))
    explains = options.explains
  }

  /// With somebody who times its decisions.
  public init(_ scenario: Scenario, observer: any DecisionObserver) {
    self.init(scenario)
    self.observer = observer
  }

  public mutating func decide(
    at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]
  ) -> SimTime? {
    guard canPlan else { return nil }
    let time = Int32(clamping: now.milliseconds)
    picture.update(view.observations, at: time)
    for index in junctions.indices {
      let controller = junctions[index].controller
      guard controller < view.statuses.count else { continue }
      let isAsked = explains.map { $0.controller.index == controller && $0.time <= now } ?? false
      if isAsked { junctions[index].explains = true }
      observer?.willDecide()
      let command = junctions[index].decide(&picture, view.statuses[controller], at: time)
      observer?.didDecide(hasSearched: junctions[index].hasPlanned)
      if isAsked, junctions[index].hasPlanned {
        remarks += DecisionExplanation(junctions[index], names, at: now).lines
        junctions[index].explains = false
        explains = nil
      }
      commands.append(AddressedCommand(controller: ControllerID(controller), command: command))
    }
    if time >= looksAt {
      looksAt = time + Self.lookMilliseconds
      lookForTrouble(at: now)
    }
    return now + TimeSpan(milliseconds: parameters.decisionMilliseconds)
  }

  /// How often sensors and locks are looked at, and how long a first vehicle stands that no signal will move.
  private static let lookMilliseconds: Int32 = 30_000
  private static let lockSeconds: Float = 300

  /// Reports sensors that are not believed any more, lanes whose first vehicle stands although it had green, and exits that end
  /// at a node without signals where nobody goes on: what a brain cannot cure, people must.
  private mutating func lookForTrouble(at now: SimTime) {
    let seconds = JunctionNames.seconds(Float(now.milliseconds) / 1000)
    for junction in junctions {
      for data in junction.planner.street.lanes {
        let lane = Int(data.lane)
        if picture.lanes[lane].trust != .whole && !reported[lane] {
          reported[lane] = true
          let what =
            picture.lanes[lane].trust == .silent ? "shows nobody where the cabinet is called" : "lies"
          remarks.append(
            "\(seconds): the sensor of \(names.lane(data.lane)) \(what); the lane is served by its usual flow"
          )
        }
        if isLocked(lane) {
          locked[lane] = true
          remarks.append(
            "\(seconds): the first vehicle of \(names.lane(data.lane)) has stood for five minutes; no signal moves it"
          )
        }
      }
      for exit in junction.planner.street.exits where !exit.isSignalled {
        for lane in picture.lanes(ofLink: Int(exit.link)) where isLocked(lane) {
          locked[lane] = true
          remarks.append(
            "\(seconds): the first vehicle of \(names.lane(Int32(lane))) has stood for five minutes; there is no signal before it"
          )
        }
      }
    }
  }

  /// Whether the first vehicle of a lane stands at its end for good, and nobody was told yet.
  private func isLocked(_ lane: Int) -> Bool {
    guard let head = picture.range(lane).first, !locked[lane] else { return false }
    return picture.vehicles[head].stood > Self.lockSeconds && picture.vehicles[head].distance < 20
  }
}

/// Somebody with a clock who watches decisions; the brain itself has none.
public protocol DecisionObserver: Sendable {
  func willDecide()
  /// - Parameter hasSearched: `false` where nothing could have ended yet and no plan was searched.
  func didDecide(hasSearched: Bool)
}

/// A decision of one cabinet at one time.
public struct DecisionReference: Hashable, Sendable {
  public var controller: ControllerID
  public var time: SimTime

  public init(controller: ControllerID, time: SimTime) {
    self.controller = controller
    self.time = time
  }
}

extension SensorPreset {
  /// How far before the stop line a vehicle is seen at the farthest, in metres.
  public var reachMeters: Double {
    switch self {
    case .none: 0
    case .stopbar: 10
    case .advance: 100
    case .laneArea(let meters): meters
    case .connected: 1e6
    }
  }
}
