import Reporting
import Testing
import TrafficModel

/// Studies whose vehicles another simulator moved.
@Suite struct TripStudyTests {
  private func document(_ rows: [(String, [Double])]) -> StudyDocument {
    StudyDocument(
      tripsOf: SyntheticScenario(SyntheticStudy.Options()).scenario,
      strategies: rows.map { name, delays in
        (name: name, rows: delays.map { [$0, $0 + 60, 1, 900, 0, 100, 90, 10] })
      },
      replications: 1...(rows.first?.1.count ?? 1), seed: 1,
      manifest: StudyManifest(
        command: .compare, toolVersion: "0", arguments: ["x", "--road", "sumo"], inputs: [], warnings: []))
  }

  @Test("differences are paired by replication, and what nobody measured is not shown")
  func differences() throws {
    let document = document([("fixed", [50, 60, 70]), ("optimized", [40, 51, 59])])
    let statistics = StudyStatistics(document)
    let delay = try #require(statistics.network.difference(from: 0, to: 1, .delayPerVehicle))
    #expect(try #require(delay.difference.mean) == -10)
    #expect(try #require(delay.difference.interval).high < 0)
    let text = ComparisonText(document).text()
    #expect(text.contains("optimized") && text.contains("Delay per vehicle"))
    #expect(!text.contains("95 % queue") && !text.contains("Locks"))
    #expect(document.text().contains("\"--road\""))
  }
}
