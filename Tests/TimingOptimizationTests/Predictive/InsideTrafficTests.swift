import Testing
import TrafficModel

@testable import TimingOptimization

/// A lane for straight on and left whose left turn yields to the oncoming traffic, and a side street whose turn yields too;
/// paths of 60 m.
@Suite("Vehicles that are inside the junction when a green ends")
struct InsideTrafficTests {
  private var scenario: Scenario
  private let numbering: LaneNumbering
  private let states: SignalStates
  private let change: Float

  private static let innerMeters = 60.0
  private static let oncoming = 0
  private static let approach = 1
  private static let oncomingExit = 2
  private static let leftExit = 3
  private static let throughExit = 4
  private static let side = 5

  init() throws {
    func movement(_ from: Int, _ to: Int, _ turn: Turn) -> Movement {
      Movement(
        node: NodeID(0), from: LinkID(from), to: LinkID(to), turn: turn, lanes: [0],
        innerLengthMeters: Self.innerMeters)
    }
    var movements = [
      movement(0, 2, .through), movement(Self.approach, Self.leftExit, .left),
      movement(Self.approach, Self.throughExit, .through), movement(Self.side, 2, .right),
    ]
    movements[0].protectedGroups = [0]
    movements[1].permittedGroups = [0]
    movements[1].yieldsTo = [MovementID(0)]
    movements[2].protectedGroups = [0]
    movements[3].permittedGroups = [1]
    movements[3].yieldsTo = [MovementID(0)]
    scenario = CrossingStreets.scenario(
      "shared lane", links: [(1, 0), (2, 0), (0, 3), (0, 4), (0, 5), (6, 0)], movements)
    numbering = LaneNumbering(scenario.network)
    states = try #require(SignalStates(scenario.controllers[0]))
    change = states.change(from: 0, to: 1)
  }

  private func seen(_ vehicle: UInt32, link: Int, _ distance: Double, speed: Double) -> VehicleObservation {
    VehicleObservation(
      lane: numbering.laneID(LinkID(link), lane: 0), distanceMeters: distance, speedMetersPerSecond: speed,
      vehicle: vehicle)
  }

  /// Beyond the stop line by so much.
  private func inside(_ vehicle: UInt32, to link: Int, travelled: Double, speed: Double) -> VehicleObservation
  {
    seen(vehicle, link: link, 300 + Self.innerMeters - travelled, speed: speed)
  }

  /// Vehicle 1 and then vehicle 2 cross the stop line and stay where they are, and people wait in the side street, until its
  /// green is asked for.
  private func run(
    _ rest: [VehicleObservation], after oncoming: [VehicleObservation] = []
  ) -> PredictiveJunction {
    var junction = PredictiveJunction(
      0, states, in: scenario, numbering, PredictiveParameters(), reach: 100)
    var picture = TrafficPicture(scenario, numbering, sensors: .laneArea(meters: 100))
    let waiting = (0..<5).map { seen(UInt32(10 + $0), link: Self.side, 1 + 7.5 * Double($0), speed: 0) }
    let coming = [seen(1, link: Self.approach, 1, speed: 5), seen(2, link: Self.approach, 9, speed: 5)]
    let groups = scenario.controllers[0].groups.count
    for second in 0..<30 where junction.request.state == 0 {
      let now = Int32(second * 1000)
      picture.update((second == 0 ? coming + oncoming : rest) + waiting, at: now)
      let status = CabinetStatus(
        mode: .free, indications: Array(repeating: .red, count: groups), greenPhases: states.phasesOfState[0],
        phaseSince: Array(repeating: .zero, count: states.phases.count))
      _ = junction.decide(&picture, status, at: now)
    }
    return junction
  }

  @Test("who is kept inside behind a waiting turn gets a longer red clearance, and the plans count it")
  func keptBehindTurn() throws {
    let junction = run([
      inside(1, to: Self.leftExit, travelled: 12, speed: 0),
      inside(2, to: Self.throughExit, travelled: 5, speed: 1),
    ])
    #expect(junction.request.state == 1)
    // 1.5 s until the turn starts, 2 s more until who follows does; of 59 m the first 15.6 m take 3.5 s.
    let seconds: Float = 1.5 + 2 + 9 / 2.6 + (59 - 81 / 5.2) / 9
    #expect(abs(junction.planner.leftInside[1] - seconds) < 0.01)
    let longer = min(8, seconds - change - 4)
    try #require(longer > 0.1)
    #expect(abs(junction.planner.redExtension(to: 1) - longer) < 0.01)
    #expect(junction.request.extendRedClearance == states.phasesOfState[0])
    #expect(abs(junction.request.redClearanceExtension.seconds - Double(longer)) <= 0.1)
    let status = CabinetStatus(
      mode: .free, indications: [], greenPhases: states.phasesOfState[0], phaseSince: [])
    #expect(
      junction.request.command(for: states, seeing: status).extendRedClearance == states.phasesOfState[0])
  }

  @Test(
    "where the oncoming turn is followed too, our turn waits for him who follows: the red clearance is longer still"
  )
  func followedOnBothSides() throws {
    var tests = self
    tests.scenario.network.movements.append(
      Movement(
        node: NodeID(0), from: LinkID(Self.oncoming), to: LinkID(Self.throughExit), turn: .left, lanes: [0],
        permittedGroups: [0], yieldsTo: [MovementID(2)], innerLengthMeters: Self.innerMeters))
    let ours = [
      inside(1, to: Self.leftExit, travelled: 12, speed: 0),
      inside(2, to: Self.throughExit, travelled: 5, speed: 1),
    ]
    let theirs = inside(3, to: Self.throughExit, travelled: 12, speed: 0)
    let follower = inside(4, to: Self.oncomingExit, travelled: 5, speed: 1)
    let coming = [seen(3, link: Self.oncoming, 1, speed: 5), seen(4, link: Self.oncoming, 9, speed: 5)]
    let alone = tests.run(ours + [theirs], after: coming)
    let followed = tests.run(ours + [theirs, follower], after: coming)
    // 2 s more for the oncoming turn; who follows it starts another 2 s later and has half of his 60 m to go.
    let own: Float = 1.5 + 2 + 9 / 2.6 + (59 - 81 / 5.2) / 9
    #expect(abs(alone.planner.leftInside[1] - (own + 2)) < 0.01)
    #expect(abs(followed.planner.leftInside[1] - (own + 2 + 2 + 9 / 2.6 + (30 - 81 / 5.2) / 9)) < 0.01)
  }

  @Test("who has the right of way in the next green waits for those inside: the red clearance stays as it is")
  func metByRightOfWay() {
    var tests = self
    tests.scenario.network.movements[3].protectedGroups = [1]
    tests.scenario.network.movements[3].permittedGroups = []
    let junction = tests.run([
      inside(1, to: Self.leftExit, travelled: 12, speed: 0),
      inside(2, to: Self.throughExit, travelled: 5, speed: 1),
    ])
    #expect(junction.request.state == 1)
    #expect(junction.planner.leftInside[1] == 0)
    #expect(junction.request.extendRedClearance == [])
  }

  @Test("a turn that waits alone leaves in the yellow: the red clearance stays as it is")
  func waitsAlone() {
    let junction = run([inside(1, to: Self.leftExit, travelled: 12, speed: 0)])
    #expect(junction.request.state == 1)
    #expect(junction.planner.leftInside[1] == 0)
    #expect(junction.request.extendRedClearance == [])
  }

  @Test("who stands inside behind somebody that has no room beyond gets no longer red clearance")
  func noRoomBeyond() {
    let junction = run([
      inside(1, to: Self.throughExit, travelled: 12, speed: 0),
      inside(2, to: Self.throughExit, travelled: 5, speed: 0),
    ])
    #expect(junction.request.state == 1)
    #expect(junction.planner.leftInside[1] == 0)
    #expect(junction.request.redClearanceExtension == .zero)
  }
}
