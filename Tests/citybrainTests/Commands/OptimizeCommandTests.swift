import Interchange
import Testing
import TestSupport
import TrafficModel

@testable import citybrain

@Suite("Plans at the command line")
struct OptimizeCommandTests {
  static let search = "optimize @crossing --cycle 40-45 --evaluations 1+20 --replications 3"

  @Test("a search prints old against new, and its plan file runs with simulate and compare")
  func planFile() throws {
    let bench = try StudyCommandTests.bench()
    let ending = bench.run(Self.search + " --out \(bench.path("plan.json"))")
    #expect(ending.code == .success, "\(ending.words)")
    #expect(ending.output.contains("delay per vehicle"))
    #expect(ending.output.contains("splits 2/4, s"))
    #expect(ending.output.contains("--evaluations 1+"))
    #expect(try bench.read("plan.json").contains("citybrain.plan/1"))
    let old = bench.run("simulate @crossing --replications 3 --json")
    let new = bench.run("simulate @crossing --replications 3 --json --plan \(bench.path("plan.json"))")
    #expect(new.code == .success, "\(new.words)")
    func delay(_ ending: Workbench.Ending) throws -> Double {
      let document = try JSONValue.parse(Array(ending.output.utf8), file: "x").value
      let measures = document["result"]?["strategies"]?[0]?["measures"]
      return try #require(measures?["delayPerVehicle_s"]?["mean"]?.double)
    }
    // A search this short finds nothing that three replications could tell from noise; but the plan is in force.
    #expect(try delay(new) != delay(old))
  }

  @Test("an interrupted search keeps its best plan, and a later one goes on from it")
  func interrupted() throws {
    let bench = try StudyCommandTests.bench()
    let plan = bench.path("plan.json")
    let ending = bench.run(
      "optimize @crossing --cycle 40-45 --evaluations 100000+100000 --out \(plan)", isTerminal: true,
      interruptedAt: "2+0 evaluations")
    #expect(ending.code == .interrupted)
    #expect(ending.words.contains("interrupted after 2+0 evaluations; the best plan so far is in \(plan)"))
    #expect(ending.output.isEmpty)
    let next = try Workbench()
    try next.write(bench.read("plan.json"), to: "plan.json")
    try next.write(Workbench.crossing, to: "crossing/scenario.json")
    let more = next.run(
      "optimize @crossing --cycle 40-45 --evaluations 1+0 --replications 2 --from \(next.path("plan.json"))")
    #expect(more.code == .success, "\(more.words)")
  }

  @Test("one and two jobs find the same plan")
  func jobs() throws {
    let bench = try StudyCommandTests.bench()
    let one = bench.run(Self.search + " --json --jobs 1")
    let two = bench.run(Self.search + " --json --jobs 2")
    #expect(one.code == .success, "\(one.words)")
    #expect(one.output == two.output)
  }

  @Test("the counts that a time budget reached repeat the search")
  func repeated() throws {
    let bench = try StudyCommandTests.bench()
    let timed = bench.run(
      "optimize @crossing --cycle 40-45 --budget 1 --replications 2 --out \(bench.path("a.json"))")
    #expect(timed.code == .success, "\(timed.words)")
    let counts = try #require(
      timed.output.split(separator: " ").first { $0.contains("+") && $0.first != "+" })
    _ = bench.run(
      "optimize @crossing --cycle 40-45 --evaluations \(counts) --replications 2 --out \(bench.path("b.json"))"
    )
    #expect(try bench.read("a.json") == bench.read("b.json"))
  }

  @Test(
    "impossible wishes are refused with a way out",
    arguments: [
      ("--lock ofsets", "offsets"), ("--objective dealy", "delay"), ("--cycle 120-60", "60-120"),
      ("--evaluations 5", "3+200"), ("--cycle 10-12", "minimum greens"),
      ("--write-utdf new.csv", "UTDF file"),
    ])
  func refused(_ option: String, _ hint: String) throws {
    let ending = try StudyCommandTests.bench().run("optimize @crossing \(option)")
    #expect(ending.code == .usage || ending.code == .infeasible)
    #expect(ending.words.contains(hint))
  }

  @Test("the plan of the optimizer runs beside fixed time in a comparison")
  func strategy() throws {
    let ending = try StudyCommandTests.bench().run(
      "compare @crossing --strategies fixed,optimized --replications 2")
    #expect(ending.code == .success, "\(ending.words)")
    #expect(ending.output.contains("optimized"))
  }

  @Test("an analysis shows every step of the manual's method")
  func analysis() throws {
    let bench = try StudyCommandTests.bench()
    let ending = bench.run("analyze @crossing")
    #expect(ending.code == .success, "\(ending.words)")
    for word in ["Critical movements", "f_HV", "queue polygon", "d1 =", "d2 =", "level of service"] {
      #expect(ending.output.contains(word))
    }
    let document = try JSONValue.parse(Array(bench.run("analyze @crossing --json").output.utf8), file: "x")
      .value
    let group = document["result"]?["junctions"]?[0]?["laneGroups"]?[0]
    let parts = ["d1_s", "d2_s", "d3_s"].compactMap { group?[$0]?.double }
    #expect(parts.count == 3)
    #expect(abs(parts.reduce(0, +) - (group?["delay_s"]?.double ?? 0)) < 1e-9)
  }

  @Test("a plan goes into a UTDF file and comes out of it again")
  func utdf() throws {
    let bench = try Workbench()
    try bench.write(GeneratedUTDF(rows: 1, columns: 2).text, to: "city.csv")
    let ending = bench.run(
      "optimize @city.csv --evaluations 1+0 --replications 2 --lock sequence,splits --json "
        + "--out \(bench.path("plan.json")) --write-utdf \(bench.path("new.csv"))")
    #expect(ending.code == .success, "\(ending.words)")
    let copied = bench.run("convert @city.csv @again.csv --plan \(bench.path("plan.json"))")
    #expect(copied.code == .success, "\(copied.words)")
    #expect(try bench.read("new.csv") == bench.read("again.csv"))
    let planned = try UTDFReader.read(Array(try bench.read("new.csv").utf8), file: "new.csv").scenario
    let given = try UTDFReader.read(Array(try bench.read("city.csv").utf8), file: "city.csv").scenario
    let plan = try PlanReader.read(
      Array(try bench.read("plan.json").utf8), file: "plan.json", for: given)
    for (controller, entry) in zip(planned.controllers, plan.entries) {
      #expect(controller.patterns[0].cycle == entry.pattern.cycle)
      #expect(controller.patterns[0].timing == entry.pattern.timing)
    }
  }
}
