import Testing
import TrafficModel

@testable import TimingOptimization

@Suite("The search over states")
struct StatePlannerTests {
  /// Two one-lane streets that cross, straight on only: movement 0 under phase 2, movement 1 under phase 4.
  private func planner() throws -> StatePlanner {
    let scenario = CrossingStreets.scenario((0..<2).map { CrossingStreets.movement(ofStreet: $0) })
    let data = scenario.controllers[0]
    let states = try #require(SignalStates(data))
    let street = JunctionStreet(data, states, in: scenario, LaneNumbering(scenario.network))
    return StatePlanner(street, states, PredictiveParameters())
  }

  /// Vehicles by lane: their arrivals in seconds.
  private func options(_ planner: inout StatePlanner, _ lanes: [[Float]]) -> ContiguousArray<
    StatePlanner.Option
  > {
    planner.clearProblem()
    for (lane, arrivals) in lanes.enumerated() {
      planner.laneFirst[lane] = Int32(planner.arrival.count)
      for time in arrivals { planner.add(arrival: time, movement: lane, weight: 1, stopCost: 0) }
    }
    planner.closeProblem()
    planner.begin(state: 0, ready: SIMD4(repeating: 0))
    planner.search()
    return planner.options
  }

  @Test("with nobody on the green street it changes to the red one where vehicles stand")
  func changes() throws {
    var planner = try planner()
    let options = options(&planner, [[], [0, 0, 0]])
    #expect(options[2].cost < options[0].cost)
  }

  @Test("a long queue on the green street goes on before a single vehicle on the red one")
  func goesOn() throws {
    var planner = try planner()
    let options = options(&planner, [[0, 0, 0, 0, 0, 0, 0, 0], [0]])
    #expect(options[0].cost < options[2].cost)
  }

  @Test("one vehicle that stands before red is predicted to wait for yellow, red clearance and start-up")
  func predictedCost() throws {
    var planner = try planner()
    let options = options(&planner, [[], [0]])
    // 3 s of yellow, 1 s of red, 1.5 s until it crosses, and 5.5²/100 for the wait growing old.
    #expect(abs(options[2].cost - 5.8) < 0.01)
  }

  @Test("a price on lost time is paid for each second of a change in which nobody has green")
  func lostTime() throws {
    var planner = try planner()
    planner.lostTimePrice = 2
    #expect(abs(options(&planner, [[], [0]])[2].cost - (5.8 + 2 * 4)) < 0.01)
  }

  @Test("nobody anywhere: it stays")
  func stays() throws {
    var planner = try planner()
    let options = options(&planner, [[], []])
    #expect(options[2].cost == .infinity && options[0].cost == 0)
  }

  @Test("a full exit holds its movement back")
  func fullExit() throws {
    var planner = try planner()
    let free = options(&planner, [[], [0, 0]])[2].cost
    planner.room[1] = 0
    #expect(options(&planner, [[], [0, 0]])[2].cost > free + 20)
  }

  @Test("the search is the same twice")
  func deterministic() throws {
    var first = try planner()
    var second = try planner()
    let lanes: [[Float]] = [[0, 3, 9, 15, 16], [0, 0, 5, 20]]
    let a = options(&first, lanes)
    let b = options(&second, lanes)
    #expect(a.map(\.cost) == b.map(\.cost) && first.work == second.work)
  }
}
