import Testing
import TrafficModel

@testable import Interchange

/// One mistake in the shipped scenario with the fullest controller, and what the validator says of it.
struct PlantedError: Sendable, CustomTestStringConvertible {
  let name: String
  let plant: @Sendable (inout PlanUnderTest) -> Void
  /// Each as "place: message. To mend: ...".
  let texts: @Sendable () -> [String]

  var testDescription: String { name }

  init(
    _ name: String, plant: @escaping @Sendable (inout PlanUnderTest) -> Void,
    expecting texts: @escaping @Sendable () -> [String]
  ) {
    self.name = name
    self.plant = plant
    self.texts = texts
  }
}

/// A controller and its roads while a mistake is planted, by the names of the street.
struct PlanUnderTest {
  var controller: SignalController
  var network: Network

  init() throws {
    let scenario = try ScenarioFiles.read("rail-crossing").scenario
    controller = scenario.controllers[0]
    network = scenario.network
  }

  var texts: [String] {
    controller.findings(in: network).map { "\($0.place): \($0.message). To mend: \($0.mend)" }
  }

  private func index(_ group: String) -> Int { controller.groups.firstIndex { $0.name == group } ?? 0 }
  private func phaseIndex(_ number: String) -> Int {
    controller.phases.firstIndex { "\($0.number)" == number } ?? 0
  }

  mutating func group(_ name: String, _ change: (inout SignalGroup) -> Void) {
    change(&controller.groups[index(name)])
  }

  mutating func phase(_ number: String, _ change: (inout Phase) -> Void) {
    change(&controller.phases[phaseIndex(number)])
  }

  mutating func relate(_ first: String, _ second: String, _ relation: GroupRelation) {
    controller.conflicts[index(first), index(second)] = relation
  }

  mutating func intergreen(_ ending: String, _ starting: String, _ seconds: Double) {
    controller.intergreens[index(ending), index(starting)] = TimeSpan(seconds: seconds)
  }

  /// Sets yellow and red clearance of a phase, its group and its intergreens.
  mutating func clearance(of number: String, yellow: Double, red: Double) {
    phase(number) {
      $0.yellow = TimeSpan(seconds: yellow)
      $0.redClearance = TimeSpan(seconds: red)
    }
    group(number) { $0.losing[0].duration = TimeSpan(seconds: yellow) }
    for other in controller.groups.map(\.name)
    where controller.conflicts[index(number), index(other)] == .excluded {
      intergreen(number, other, yellow + red)
    }
  }

  mutating func movement(_ from: String, _ to: String, _ change: (inout Movement) -> Void) {
    guard
      let index = network.movements.firstIndex(where: {
        network[$0.from].name == from && network[$0.to].name == to
      })
    else { return }
    change(&network.movements[index])
  }

  mutating func removeDetectors(calling number: String) {
    let phase = phaseIndex(number)
    controller.detectors.removeAll { $0.calls.contains(phase) }
  }

  mutating func split(_ pattern: Int, _ number: String, _ seconds: Double) {
    guard case .ringBarrier(let diagram, var splits, let references) = controller.patterns[pattern - 1].timing
    else { return }
    splits[phaseIndex(number)] = TimeSpan(seconds: seconds)
    controller.patterns[pattern - 1].timing = .ringBarrier(
      diagram: diagram, splits: splits, referencePhases: references)
  }

  mutating func coordination(_ pattern: Int, _ change: (inout Coordination) -> Void) {
    guard case .coordinated(var coordination) = controller.patterns[pattern - 1].operation else { return }
    change(&coordination)
    controller.patterns[pattern - 1].operation = .coordinated(coordination)
  }

  /// Lets one phase of the first side come after the other, everywhere.
  mutating func lag(_ number: String, behind other: String) {
    let side = [phaseIndex(other), phaseIndex(number)]
    controller.diagram.rings[0][0] = side
    for index in controller.patterns.indices {
      guard case .ringBarrier(var diagram, let splits, let references) = controller.patterns[index].timing
      else {
        continue
      }
      diagram.rings[0][0] = side
      controller.patterns[index].timing = .ringBarrier(
        diagram: diagram, splits: splits, referencePhases: references)
    }
  }
}

@Suite("Errors planted in a plan")
struct PlanErrorTests {
  @Test("the plan into which they are planted has none")
  func origin() throws { #expect(try PlanUnderTest().texts == []) }

  @Test(
    "each is named, with its place, the numbers and what to change",
    arguments: PlantedError.timing + PlantedError.unit)
  func planted(_ error: PlantedError) throws {
    var plan = try PlanUnderTest()
    error.plant(&plan)
    #expect(plan.texts == error.texts())
  }

  @Test("there are thirty and more, all different")
  func number() {
    let names = (PlantedError.timing + PlantedError.unit).map(\.name)
    #expect(names.count >= 30 && Set(names).count == names.count)
  }
}
