import Testing
import TrafficModel

@testable import Interchange

@Suite("Shipped scenarios")
struct ScenarioShippedTests {
  @Test("a shipped scenario is read without warnings", arguments: ScenarioFiles.shipped)
  func areSound(name: String) throws {
    let (scenario, warnings) = try ScenarioFiles.read(name)
    #expect(warnings == [])
    #expect(scenario.name == name)
    #expect(!scenario.summary.isEmpty)
  }

  @Test(
    "a shipped scenario reads back from its own text, and the text stays the same",
    arguments: ScenarioFiles.shipped)
  func roundTrip(name: String) throws {
    let scenario = try ScenarioFiles.read(name).scenario
    let text = ScenarioWriter.text(scenario)
    let again = try ScenarioReader.read(Array(text.utf8), file: "written.json").scenario
    #expect(again == scenario)
    #expect(ScenarioWriter.text(again) == text)
  }
}
