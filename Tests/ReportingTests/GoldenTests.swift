import Interchange
import Reporting
import Testing
import TrafficModel

/// A link without junctions and hand-made counts, small enough to be read whole.
private func smallDocument(
  delays: [[Double]], names: [String] = ["fixed", "actuated"], locks: Int = 0
) -> StudyDocument {
  var options = SyntheticStudy.Options()
  options.junctions = 0
  options.hasSignals = false
  options.hasPedestrians = false
  options.hasCorridor = false
  options.name = "one-link"
  let scenario = SyntheticScenario(options).scenario
  let strategies = zip(names, delays).map { name, values in
    StrategyResult(
      name: name,
      runs: values.enumerated().map { index, delay in
        var run = RunMeasures(replication: index + 1, measuredSeconds: 3600, network: scenario.network)
        run.network.demanded = 100
        run.network.finished = 96
        run.network.driving = 4
        run.network.leftNetwork = 98
        run.network.stops = 25
        run.network.locks = locks
        run.network.delaySeconds = delay * 100
        run.network.finishedTravelSeconds = 96 * 75
        run.lanes[0].queueMaximaMeters = [12, 24, 18]
        return run
      })
  }
  return StudyDocument(
    StudyResult(scenario: scenario, seed: 1, strategies: strategies),
    manifest: StudyManifest(
      command: names.count == 1 ? .simulate : .compare, toolVersion: "0.1.0",
      arguments: ["compare", "one-link"],
      inputs: [InputFile(path: "one-link/scenario.json", sha256: "00ff")],
      warnings: [Finding(.warning, rule: "r", place: "p", message: "m", mend: "n")]))
}

@Suite("Words and bytes of a comparison")
struct GoldenTests {
  @Test("the document begins with what is needed to run it again")
  func head() {
    let text = smallDocument(delays: [[30, 31, 32, 33], [28, 30, 29, 31]]).text()
    #expect(
      text.hasPrefix(
        """
        {
          "schema": "citybrain.compare/1",
          "tool": {
            "name": "citybrain",
            "version": "0.1.0"
          },
          "arguments": ["compare", "one-link", "--replications", "1-4"],
          "inputs": [
            { "path": "one-link/scenario.json", "sha256": "00ff" }
          ],
          "seed": 1,
          "scenario": {
            "name": "one-link",
            "units": "metric",
            "driverProfile": "field",
            "warmUp_s": 600,
            "measured_s": 3600
          },
          "stopThreshold_mps": 2.2352,
          "warnings": [
            { "severity": "warning", "rule": "r", "place": "p", "message": "m", "mend": "n" }
          ],
          "result": {
            "answer": [
              "actuated saves 2.0 s of delay per vehicle against fixed (95 % interval 0.7 to 3.3 s, 4 replications)."
            ],
            "replications": 4,
            "replicationNumbers": [1, 2, 3, 4],
            "confidence": 0.95,

        """.replacing(
          "\"answer\": [\"actuated saves",
          with: "\"answer\": [\n      \"actuated saves"
        ).replacing("4 replications).\"]", with: "4 replications).\"\n    ]")))
  }

  @Test("a measure and a difference have nine digits at most and the exact values")
  func entries() throws {
    let json = smallDocument(delays: [[30, 31, 32, 33], [28, 30, 29, 31]]).json()
    let result = try #require(json["result"])
    let delay = try #require(result["strategies"]?[0]?["measures"]?["delayPerVehicle_s"])
    // s = 1.29099445, t(3) = 3.18244631: 31.5 ± 2.05426025.
    #expect(
      delay.text(pretty: false) == #"{"mean":31.5,"ci95":[29.4457397,33.5542603],"values":[30,31,32,33]}"#)
    let difference = try #require(result["differences"]?[0])
    // Differences −2, −1, −3, −2: mean −2, s = 0.816496581, t = −4.89897949; seven measures have a test.
    #expect(
      difference.text(pretty: false)
        == #"{"a":"fixed","b":"actuated","measure":"delayPerVehicle_s","mean":-2,"#
        + #""ci95":[-3.29922826,-0.700771736],"p":0.0162766035,"pHolm":0.113936224,"wilcoxonP":0.125}"#)
  }

  @Test("the terminal shows answer, means, differences and advice in aligned columns")
  func terminal() {
    let text = ComparisonText(smallDocument(delays: [[30, 31, 32, 33], [28, 30, 29, 31]])).text()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(
      lines[0] == "one-link · 4 replications (1–4) · seed 1 · 60 min measured after 10 min of warm-up · "
        + "driver profile field")
    #expect(lines[2].hasPrefix("actuated saves 2.0 s of delay per vehicle"))
    #expect(lines.contains("Network, mean ± half of 95 % interval               fixed     actuated"))
    #expect(lines.contains("Delay per vehicle                      s       31.5 ± 2.1   29.5 ± 2.1"))
    #expect(lines.contains("Pedestrian delay                       s                –            –"))
    #expect(lines.contains { $0.hasPrefix("actuated − fixed, paired") && $0.hasSuffix("p (Wilcoxon)") })
    #expect(lines.contains("fixed: about 6 replications for ±5 % of its mean delay at 95 % confidence"))
    #expect(text.hasSuffix("confidence\n"))
  }

  @Test("a difference within the noise is called no significant difference")
  func noDifference() {
    let document = smallDocument(delays: [[30, 31, 32, 33], [31, 30, 33, 32.4]])
    let answer = StudyAnswer(document, StudyStatistics(document)).headline
    #expect(
      answer.hasPrefix("No significant difference in delay between actuated and fixed: fixed has 0.1 s less"))
  }

  @Test("a better baseline is said to save against the other")
  func betterBaseline() {
    let document = smallDocument(delays: [[28, 30, 29, 31], [38, 41, 39, 42]])
    #expect(
      StudyAnswer(document, StudyStatistics(document)).headline
        .hasPrefix("fixed saves 10.5 s of delay per vehicle against actuated"))
  }

  @Test("of three strategies the best is named with its lead over the runner-up")
  func threeStrategies() {
    let document = smallDocument(
      delays: [[50, 52, 51, 53], [30, 31, 32, 33], [30.1, 30.8, 32.1, 32.7]], names: ["fixed", "a", "b"])
    let headline = StudyAnswer(document, StudyStatistics(document)).headline
    #expect(headline.hasPrefix("b saves 20.1 s of delay per vehicle against fixed"))
    #expect(headline.contains("Its lead of 0.1 s over a is not significant"))
  }

  @Test("a single strategy is reported with its interval, a single run without")
  func singleStrategy() {
    let several = smallDocument(delays: [[30, 31, 32, 33]], names: ["fixed"])
    #expect(
      StudyAnswer(several, StudyStatistics(several)).headline
        == "fixed: 31.5 s of delay per vehicle (95 % interval 29.4 to 33.6 s, 4 replications).")
    #expect(several.schema == "citybrain.simulate/1")
    let one = smallDocument(delays: [[30]], names: ["fixed"])
    #expect(
      StudyAnswer(one, StudyStatistics(one)).headline
        == "fixed: 30.0 s of delay per vehicle (no interval, 1 replication).")
  }

  @Test("a run in which queues closed to a ring says so")
  func locks() throws {
    let document = smallDocument(delays: [[30, 31, 32, 33]], names: ["fixed"], locks: 2)
    let warning = try #require(document.allWarnings(StudyStatistics(document)).first { $0.rule == "lock" })
    #expect(warning.place == "strategy fixed" && warning.message.contains("2.0 times per replication"))
    let without = smallDocument(delays: [[30, 31, 32, 33]], names: ["fixed"])
    #expect(!without.allWarnings(StudyStatistics(without)).contains { $0.rule == "lock" })
  }

  @Test("tables in comma-separated values have one width and quote what needs it")
  func commaSeparated() throws {
    var options = SyntheticStudy.Options()
    options.strategies = ["fixed", "a,\"b\""]
    options.suspects = [0]
    let tables = StudyTables.csv(SyntheticStudy.document(options))
    #expect(
      tables.map(\.name) == [
        "measures.csv", "differences.csv", "junctions.csv", "movements.csv", "vehicle-classes.csv",
        "lane-groups.csv", "corridors.csv",
      ])
    for table in tables {
      let lines = table.text.replacing("\"a,\"\"b\"\"\"", with: "quoted").split(separator: "\n")
      let widths = Set(lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count })
      #expect(widths.count == 1, "\(table.name) has rows of different widths")
      #expect(lines.count > 4)
      #expect(table.text.contains("\"a,\"\"b\"\"\""))
    }
  }

  @Test("numbers are grouped, signed with a true minus and never minus zero")
  func numbers() {
    #expect(NumberText.fixed(1234.56, decimals: 1) == "1234.6")
    #expect(NumberText.fixed(-1_234_567.5, decimals: 0) == "−1\u{202F}234\u{202F}568")
    #expect(NumberText.fixed(-0.04, decimals: 1) == "0.0")
    #expect(NumberText.signed(0.04, decimals: 1) == "0.0")
    #expect(NumberText.signed(3, decimals: 1) == "+3.0")
    #expect(NumberText.probability(0.0004) == "<0.001")
    #expect(MeasureFormat(.usCustomary).length(30.48) == "100")
    #expect(MeasureFormat(.usCustomary).speed(13.4112) == "30 mph")
  }
}
