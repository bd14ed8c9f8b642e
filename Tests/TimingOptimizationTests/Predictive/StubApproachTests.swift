import Testing
import TestSupport
import TrafficModel

@testable import TimingOptimization

/// A street whose link before the signal is only 20 m long, behind a node without signals, and a side street.
/// Stages: straight on; straight on and left; the side street.
@Suite("Short links before a signal, and stages that overlap")
struct StubApproachTests {
  private let scenario: Scenario
  private let numbering: LaneNumbering
  private let states: SignalStates

  init() throws {
    scenario = Self.scenario(hasWayOut: false)
    numbering = LaneNumbering(scenario.network)
    states = try #require(SignalStates(scenario.controllers[0]))
  }

  /// - Parameter hasWayOut: Whether vehicles may also turn off where there is no signal.
  private static func scenario(hasWayOut: Bool) -> Scenario {
    func node(_ name: String, _ control: NodeControl, _ x: Double, _ y: Double) -> Node {
      Node(name: name, control: control, position: Point(xMeters: x, yMeters: y))
    }
    func link(_ name: String, _ from: Int, _ to: Int, _ length: Double = 300) -> Link {
      Link(
        name: name, from: NodeID(from), to: NodeID(to), lengthMeters: length, speedLimitMetersPerSecond: 14,
        lanes: [Lane()])
    }
    func movement(_ node: Int, _ from: Int, _ to: Int, _ turn: Turn, _ group: Int?) -> Movement {
      Movement(
        node: NodeID(node), from: LinkID(from), to: LinkID(to), turn: turn, lanes: [0],
        protectedGroups: group.map { [$0] } ?? [], innerLengthMeters: 10)
    }
    var network = Network(
      nodes: [
        node("west", .external, -300, 0), node("merge", .priority, -20, 0), node("signal", .signal, 0, 0),
        node("east", .external, 300, 0), node("south", .external, 0, -300), node("north", .external, 0, 300),
      ],
      links: [
        link("west", 0, 1), link("stub", 1, 2, 20), link("east", 2, 3), link("south", 4, 2),
        link("north", 2, 5),
      ],
      movements: [
        movement(1, 0, 1, .through, nil), movement(2, 1, 2, .through, 0), movement(2, 1, 4, .left, 1),
        movement(2, 3, 4, .through, 2),
      ])
    if hasWayOut {
      network.nodes.append(node("out", .external, -20, -300))
      network.links.append(link("out", 1, 6))
      network.movements.append(movement(1, 0, 5, .right, nil))
    }
    var conflicts = ConflictMatrix(count: 3)
    var intergreens = IntergreenMatrix(count: 3)
    for group in 0..<2 {
      conflicts[group, 2] = .excluded
      intergreens[group, 2] = TimeSpan(seconds: 3)
      intergreens[2, group] = TimeSpan(seconds: 3)
    }
    let groups = ["straight", "left", "side"].map {
      SignalGroup(
        name: $0, losing: [TimedIndication(.yellow, TimeSpan(seconds: 3))],
        minimumGreen: TimeSpan(seconds: 5))
    }
    let stages = [[0], [0, 1], [2]].enumerated().map { index, groups in
      Stage(
        name: "\(index)", groups: groups, minimumDuration: TimeSpan(seconds: 8),
        maximumDuration: TimeSpan(seconds: 60))
    }
    let controller = SignalController(
      name: "signal", nodes: [NodeID(2)], groups: groups, conflicts: conflicts, intergreens: intergreens,
      stages: stages, patterns: [])
    return Scenario(
      name: "stub", network: network, controllers: [controller], demand: Demand(),
      run: RunSettings(warmUp: .zero, duration: .tick))
  }

  private func junction() -> PredictiveJunction {
    PredictiveJunction(0, states, in: scenario, numbering, PredictiveParameters(), reach: 100)
  }

  private func picture() -> TrafficPicture {
    TrafficPicture(scenario, numbering, sensors: .laneArea(meters: 100))
  }

  private func seen(_ vehicle: UInt32, link: Int, _ distance: Double, speed: Double) -> VehicleObservation {
    VehicleObservation(
      lane: numbering.laneID(LinkID(link), lane: 0), distanceMeters: distance, speedMetersPerSecond: speed,
      vehicle: vehicle)
  }

  private func status(stage: Int, calls: PhaseSet = []) -> CabinetStatus {
    CabinetStatus(
      mode: .free, indications: [.red, .red, .red], greenPhases: PhaseSet(phase: stage),
      phaseSince: [.zero, .zero, .zero], vehicleCalls: calls)
  }

  @Test("vehicles on the link before a short one are seen coming, those beyond the sensors' reach are not")
  func upstream() {
    var junction = junction()
    var picture = picture()
    picture.update(
      [
        seen(1, link: 1, 5, speed: 0), seen(2, link: 0, 30, speed: 10), seen(3, link: 0, 69, speed: 10),
        seen(4, link: 0, 75, speed: 10),
      ], at: 1_000)
    junction.fill(picture, at: 1_000)
    let stub = junction.planner.laneFirst[0]..<junction.planner.laneFirst[1]
    // 20 m of link and 10 m of the node lie between.
    #expect(stub.count == 3)
    let arrivals = stub.map { junction.planner.arrival[Int($0)] }
    #expect(arrivals == arrivals.sorted())
    #expect(arrivals[2] > 99 / 14 && arrivals[2] < 99 / 10)
  }

  @Test("who waits for what two stages serve claims either of them, and is served by either")
  func claims() {
    let junction = junction()
    let claims = junction.planner.claims
    let straight = claims.ofMovement[0]
    #expect(straight == claims.ofState[0] && claims.ofState[1].contains(straight))
    #expect(!claims.ofMovement[1].isEmpty && claims.ofState[0].isDisjoint(with: claims.ofMovement[1]))
    #expect(claims.ofState[2].isDisjoint(with: claims.ofState[1]))
  }

  @Test("a stage that the cabinet calls although nobody waits whom only it serves is not promised")
  func lockedCall() {
    var junction = junction()
    var picture = picture()
    picture.update([], at: 1_000)
    _ = junction.decide(&picture, status(stage: 0, calls: PhaseSet(phase: 1)), at: 1_000)
    #expect(junction.waits.waiting.isEmpty)
    picture.update([seen(1, link: 3, 2, speed: 0)], at: 2_000)
    _ = junction.decide(&picture, status(stage: 0, calls: PhaseSet(phase: 1)), at: 2_000)
    #expect(junction.waits.waiting == junction.planner.claims.ofMovement[2])
  }

  @Test(
    "a vehicle that stands through the green of what it was taken to want is taken to want something else")
  func inference() {
    var junction = junction()
    var picture = picture()
    // The first serial that is guessed to go straight on.
    let serial = (1...50).first { junction.movement(of: $0, 0, picture, knownAs: -1) == 0 } ?? 0
    var command = CabinetCommand()
    for second in 1...12 {
      let now = Int32(second * 1000)
      picture.update([seen(serial, link: 1, 1, speed: 0)], at: now)
      command = junction.decide(&picture, status(stage: 0), at: now)
    }
    #expect(junction.movement(of: serial, 0, picture, knownAs: -1) == 1)
    #expect(command.stage == 1)
  }

  /// With a way out before the short link: the junction, and serials that are taken to come to the signal or to leave.
  private func wayOut() -> (
    junction: PredictiveJunction, picture: TrafficPicture, coming: UInt32, leaving: UInt32
  ) {
    let scenario = Self.scenario(hasWayOut: true)
    let numbering = LaneNumbering(scenario.network)
    let junction = PredictiveJunction(
      0, states, in: scenario, numbering, PredictiveParameters(), reach: 100)
    let picture = TrafficPicture(scenario, numbering, sensors: .laneArea(meters: 100))
    let before = junction.planner.street.upstream[0]
    func comes(_ serial: UInt32) -> Bool { junction.lane(of: serial, at: 0, on: before, picture) == 0 }
    return (
      junction, picture, (10...99).first { comes($0) } ?? 0, (10...99).first { !comes($0) } ?? 0
    )
  }

  @Test(
    "who stands at the end of a link before one that is full wants to go there; before one with room, perhaps not"
  )
  func waitsForRoom() {
    for queue in [1, 2] {
      var (junction, picture, _, leaving) = wayOut()
      for second in 1...8 {
        let now = Int32(second * 1000)
        let standing = (1...queue).map {
          seen(UInt32($0), link: 1, Double($0) * 7.5 - 6.5, speed: 0)
        }
        picture.update(standing + [seen(leaving, link: 0, 1, speed: 0)], at: now)
        _ = junction.decide(&picture, status(stage: 2), at: now)
      }
      let lane = junction.lane(of: leaving, at: 0, on: junction.planner.street.upstream[0], picture)
      #expect(lane == (queue == 2 ? 0 : -1))
    }
  }

  @Test("who comes to the signal counts for those who stand behind, although they go elsewhere")
  func behind() {
    var weights: [Float] = []
    for isFollowed in [false, true] {
      var (junction, picture, coming, leaving) = wayOut()
      let follower = isFollowed ? [seen(leaving, link: 0, 8, speed: 0)] : []
      picture.update([seen(coming, link: 0, 1, speed: 0)] + follower, at: 1_000)
      junction.fill(picture, at: 1_000)
      #expect(junction.planner.laneFirst[1] - junction.planner.laneFirst[0] == 1)
      weights.append(junction.planner.weight[Int(junction.planner.laneFirst[0])])
    }
    #expect(weights[1] == weights[0] + 1)
  }

  @Test("a vehicle that stands for ever at the end of an exit, where there is no signal, is reported once")
  func lockBeyond() throws {
    var scenario = Self.scenario(hasWayOut: false)
    scenario.network.nodes[3].control = .priority
    var strategy = PredictiveStrategy(scenario)
    var commands: [AddressedCommand] = []
    for second in 0...400 {
      let view = RegionalView(
        statuses: [status(stage: 0)], observations: [seen(1, link: 2, 1, speed: 0)])
      _ = strategy.decide(at: SimTime(seconds: Double(second)), seeing: view, into: &commands)
    }
    let told = strategy.remarks.filter { $0.contains("no signal before it") }
    #expect(told.count == 1 && told[0].contains("east"))
  }
}
