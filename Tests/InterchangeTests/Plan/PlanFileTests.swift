import Interchange
import Testing
import TestSupport
import TrafficModel

@Suite("Plan files")
struct PlanFileTests {
  static var scenario: Scenario {
    var stream = RandomStream(state: 4)
    return SmallCorridor(count: 2, from: &stream).scenario
  }

  /// The plan on the street with another offset, other splits and a lagging left turn at the second junction.
  static func changed(_ scenario: Scenario) -> TimingPlan {
    var plan = TimingPlan(onTheStreetOf: scenario)
    plan.name = "test"
    plan.entries[1].pattern.offset = TimeSpan(seconds: 17)
    if case .ringBarrier(var diagram, var splits, let references) = plan.entries[1].pattern.timing {
      diagram.rings[0][0].reverse()
      splits[0] += TimeSpan(seconds: 3)
      splits[1] -= TimeSpan(seconds: 3)
      plan.entries[1].pattern.timing = .ringBarrier(
        diagram: diagram, splits: splits, referencePhases: references)
    }
    return plan
  }

  static func errors(_ text: String) -> [DocumentError] {
    do {
      _ = try PlanReader.read(Array(text.utf8), file: "plan.json", for: scenario)
      return []
    } catch {
      return error.errors
    }
  }

  @Test("a plan that was written is read as the same plan")
  func roundTrip() throws {
    let scenario = Self.scenario
    let plan = Self.changed(scenario)
    let text = PlanWriter.text(plan, of: scenario, tool: .object([]), search: .object([]))
    let read = try PlanReader.read(Array(text.utf8), file: "plan.json", for: scenario)
    #expect(read == plan)
    let applied = read.applied(to: scenario)
    #expect(applied.controllers[0] == scenario.controllers[0])
    #expect(applied.controllers[1].patterns.first == plan.entries[1].pattern)
  }

  @Test("a pattern whose rings do not add up is refused with the ring, the sum and the mend")
  func ringSum() throws {
    let scenario = Self.scenario
    let text = PlanWriter.text(Self.changed(scenario), of: scenario)
    let broken = text.replacing("\"2\": 27", with: "\"2\": 28")
    #expect(broken != text)
    let error = try #require(Self.errors(broken).first)
    #expect(error.line > 1 && error.path.hasPrefix("$.controllers[1].pattern"))
    #expect(error.found.contains("ring") && !error.mend.isEmpty)
  }

  @Test(
    "unknown controllers, phases, keys and versions are told with a place",
    arguments: [
      ("\"name\": \"2\"", "\"name\": \"22\"", "no controller"),
      ("\"cycle_s\"", "\"cycel_s\"", "unknown key"),
      ("citybrain.plan/1", "citybrain.plan/9", "citybrain.plan/9"),
      ("\"8\": 30", "\"9\": 30", "no phase"),
    ])
  func mistakes(_ old: String, _ new: String, _ found: String) throws {
    let scenario = Self.scenario
    let text = PlanWriter.text(Self.changed(scenario), of: scenario)
    let broken = text.replacing(old, with: new)
    #expect(broken != text)
    let errors = Self.errors(broken)
    #expect(errors.contains { $0.found.contains(found) && $0.line > 0 && !$0.mend.isEmpty })
  }
}
