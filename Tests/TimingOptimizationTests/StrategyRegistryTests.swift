import Testing
import TimingOptimization
import TrafficModel

@Suite("Strategies")
struct StrategyRegistryTests {
  private let scenario = Scenario(
    name: "empty", network: Network(), demand: Demand(), run: RunSettings(warmUp: .zero, duration: .tick))

  @Test("every listed name makes a strategy of that name, and no other does")
  func names() {
    #expect(StrategyRegistry.names.starts(with: ["fixed", "webster", "actuated", "coordinated"]))
    #expect(StrategyRegistry.names.last == "predictive")
    #expect(StrategyRegistry.names.contains("optimized"))
    for name in StrategyRegistry.names {
      #expect(StrategyRegistry.strategy(named: name, for: scenario)?.name == name)
    }
    #expect(StrategyRegistry.strategy(named: "Fixed", for: scenario) == nil)
  }

  @Test("fixed leaves all cabinets alone, actuated sends all of them free once")
  func commands() throws {
    let view = RegionalView(statuses: [
      CabinetStatus(mode: .startUp, indications: []), CabinetStatus(mode: .startUp, indications: []),
    ])
    for (name, expected) in [("fixed", []), ("actuated", [ProgramRequest.free, .free])] {
      var strategy = try #require(StrategyRegistry.strategy(named: name, for: scenario))
      var commands: [AddressedCommand] = []
      #expect(strategy.decide(at: .zero, seeing: view, into: &commands) == nil)
      #expect(commands.map(\.command.program) == expected)
      #expect(commands.map(\.controller.index) == Array(expected.indices))
    }
  }
}
