import Interchange
import RoadSimulation
import Testing
import TrafficModel

@testable import citybrain

@Suite("Studies at the command line")
struct StudyCommandTests {
  static func bench() throws -> Workbench {
    let bench = try Workbench()
    try bench.write(Workbench.crossing, to: "crossing/scenario.json")
    return bench
  }

  @Test("a comparison in JSON is one object with inputs, seed, measures with intervals, and differences")
  func comparisonDocument() throws {
    let bench = try Self.bench()
    let ending = bench.run("compare @crossing --replications 3 --seed 5 --json")
    #expect(ending.code == .success, "\(ending.words)")
    let document = try JSONValue.parse(Array(ending.output.utf8), file: "compare.json").value
    #expect(document["schema"]?.string == "citybrain.compare/1")
    #expect(document["seed"]?.int == 5)
    #expect(document["inputs"]?[0]?["path"]?.string == bench.path("crossing/scenario.json"))
    #expect(document["inputs"]?[0]?["sha256"]?.string == SHA256.hexadecimal(Array(Workbench.crossing.utf8)))
    let result = try #require(document["result"])
    #expect(result["replications"]?.int == 3)
    let strategies = try #require(result["strategies"]?.array)
    #expect(strategies.map { $0["name"]?.string } == ["fixed", "actuated"])
    let delay = try #require(strategies[0]["measures"]?["delayPerVehicle_s"])
    #expect(delay["values"]?.array?.count == 3)
    #expect(delay["ci95"]?.array?.count == 2)
    #expect(try #require(delay["mean"]?.double) > 0)
    #expect(result["differences"]?[0]?["a"]?.string == "fixed")
    #expect(result["differences"]?[0]?["b"]?.string == "actuated")
  }

  @Test("plain compare prints a table of ten replications of fixed and actuated")
  func plainComparison() throws {
    let ending = try Self.bench().run("compare @crossing")
    #expect(ending.code == .success, "\(ending.words)")
    #expect(ending.output.contains("10 replications"))
    #expect(ending.output.contains("fixed"))
    #expect(ending.output.contains("actuated"))
    #expect(!ending.output.contains("{"))
  }

  @Test("one and two jobs print the same bytes")
  func jobs() throws {
    let bench = try Self.bench()
    let one = bench.run("compare @crossing --replications 4 --json --jobs 1").output
    let two = bench.run("compare @crossing --replications 4 --json --jobs 2").output
    #expect(!one.isEmpty)
    #expect(one == two)
  }

  @Test("slices that are merged in any order have the bytes of the whole")
  func slices() throws {
    let bench = try Self.bench()
    let whole = bench.run("compare @crossing --replications 5 --json").output
    for slice in ["1-2", "3-3", "4-5"] {
      try bench.write(
        bench.run("compare @crossing --replications \(slice) --json").output, to: "\(slice).json")
    }
    let merged = bench.run("merge @4-5.json @1-2.json @3-3.json -o @whole.json")
    #expect(merged.code == .success, "\(merged.words)")
    #expect(try bench.read("whole.json") == whole)
    let gap = bench.run("merge @1-2.json @4-5.json")
    #expect(gap.code == .invalidInput)
    #expect(gap.words.contains("--replications 3-3"))
  }

  @Test("a rerun proves the same bytes, from the manifest and from the result itself")
  func rerun() throws {
    let bench = try Self.bench()
    let study = bench.run("compare @crossing --replications 2 --manifest @manifest.json --json")
    try bench.write(study.output, to: "compare.json")
    for record in ["manifest.json", "compare.json"] {
      let again = bench.run("rerun @\(record) --json")
      #expect(again.code == .success, "\(again.words)")
      #expect(again.output == study.output)
      #expect(again.words.contains("the same bytes as recorded"))
    }
  }

  @Test("a rerun of a simulation with an unlucky seed is that simulation")
  func rerunOfSimulation() throws {
    let bench = try Self.bench()
    let study = bench.run("simulate @crossing --strategy actuated --seed 13 --manifest @m.json --json")
    #expect(bench.run("rerun @m.json --json").output == study.output)
  }

  @Test("a rerun refuses an input that has changed, with both hashes")
  func changedInput() throws {
    let bench = try Self.bench()
    #expect(bench.run("simulate @crossing --manifest @manifest.json").code == .success)
    try bench.write(Workbench.crossing + " ", to: "crossing/scenario.json")
    let again = bench.run("rerun @manifest.json")
    #expect(again.code == .invalidInput)
    #expect(again.words.contains("has changed since the record was made"))
    #expect(again.words.contains(SHA256.hexadecimal(Array(Workbench.crossing.utf8))))
  }

  @Test("a result with other bytes than recorded is told with exit code 3")
  func changedResult() throws {
    let bench = try Self.bench()
    #expect(bench.run("simulate @crossing --manifest @manifest.json").code == .success)
    let manifest = try bench.read("manifest.json")
    let hash = try #require(JSONValue.parse(Array(manifest.utf8), file: "").value["resultSHA256"]?.string)
    let zeros = String(repeating: "0", count: 64)
    let forged = manifest.split(separator: hash, omittingEmptySubsequences: false).joined(separator: zeros)
    try bench.write(forged, to: "manifest.json")
    let again = bench.run("rerun @manifest.json")
    #expect(again.code == .invalidInput)
    #expect(again.words.contains("other bytes than recorded"))
  }

  @Test("the event log is in order of time and speaks the scenario's names")
  func eventLog() throws {
    let bench = try Self.bench()
    #expect(bench.run("simulate @crossing --log @events.csv").code == .success)
    let lines = try bench.read("events.csv").split(separator: "\n")
    #expect(lines.first == "time_s,event,subject,object")
    let times = try lines.dropFirst().map { try #require(Double($0.prefix { $0 != "," })) }
    #expect(times.count > 100)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(lines.contains { $0.hasSuffix(",indication,C,2:green") })
    #expect(lines.contains { $0.contains(",stopLineCrossed,") && $0.hasSuffix(",W-C>C-E") })
  }

  @Test("the event log tells how many pedestrians start, and the movement that crosses on red")
  func eventLogOfPedestrians() throws {
    var scenario = try ScenarioReader.read(Array(Workbench.crossing.utf8), file: "crossing").scenario
    scenario.network.crosswalks = [Crosswalk(name: "leg", node: NodeID(0), lengthMeters: 10, group: nil)]
    let text = EventLogText(scenario).csv([
      EventRecord(milliseconds: 1500, kind: .pedestrianStarted, entity: 0, value: 3),
      EventRecord(milliseconds: 2000, kind: .crossedOnRed, entity: 1),
    ])
    #expect(
      String(decoding: text, as: UTF8.self)
        == "time_s,event,subject,object\n1.500,pedestrianStarted,leg,3\n2.000,crossedOnRed,,S-C>C-N\n")
  }

  @Test("an interrupted study writes nothing and ends with 130")
  func interruption() throws {
    let bench = try Self.bench()
    bench.interruption.request(.interrupted)
    let ending = bench.run("compare @crossing --out @study --manifest @manifest.json --json")
    #expect(ending.code == .interrupted)
    #expect(ending.output.isEmpty)
    #expect(try bench.contents() == ["crossing"])
  }

  @Test("a bar fills on a terminal and stays away elsewhere and with --quiet")
  func progressBar() throws {
    let bench = try Self.bench()
    #expect(bench.run("simulate @crossing --replications 2", isTerminal: true).words.contains("] 2/2"))
    #expect(!bench.run("simulate @crossing --replications 2").words.contains("] 2/2"))
    #expect(!bench.run("simulate @crossing --replications 2 --quiet", isTerminal: true).words.contains("]"))
  }

  @Test("each failure of a run has its exit code")
  func failuresOfRuns() {
    #expect(CommandFailure(RunFailure.infeasiblePlan(controller: "C", message: "no")).code == .infeasible)
    #expect(CommandFailure(RunFailure.safetyViolation("no")).code == .safetyViolation)
    #expect(CommandFailure(RunFailure.tooLarge("no")).code == .invalidInput)
  }
}
