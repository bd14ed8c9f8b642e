import Interchange
import TestSupport
import Testing

@testable import citybrain

@Suite("UTDF files, counts and junctions left out, at the command line")
struct InputTests {
  /// Two junctions in a row; the counts of the first are too high if wished.
  static func bench(northbound: Int = 460) throws -> Workbench {
    let bench = try Workbench()
    let lines = GeneratedUTDF(rows: 1, columns: 2).text.split(
      separator: "\r\n", omittingEmptySubsequences: false)
    let changed = lines.map { line in
      line.hasPrefix("Volume,1,50,460,50,")
        ? "Volume,1,50,\(northbound),50," + line.dropFirst("Volume,1,50,460,50,".count) : String(line)
    }
    #expect(northbound == 460 || changed != lines.map(String.init))
    try bench.write(changed.joined(separator: "\r\n"), to: "UTDF.csv")
    return bench
  }

  /// A quarter-hour sheet for both junctions, from 07:00 on.
  static let counts = """
    Turning Movement Count
    15 Minute Counts
    DATE,TIME,INTID,NBL,NBT,NBR,SBL,SBT,SBR,EBL,EBT,EBR,WBL,WBT,WBR
    03/18/2026,0700,1,10,80,10,10,80,10,10,80,10,10,80,10
    03/18/2026,0700,2,10,80,10,10,80,10,10,80,10,10,80,10
    03/18/2026,0715,1,10,80,10,10,80,10,10,80,10,10,80,10
    03/18/2026,0715,2,10,80,10,10,80,10,10,80,10,10,80,10

    """

  @Test("a UTDF file is validated, with everything that was assumed as warnings")
  func validation() throws {
    let ending = try Self.bench().run("validate @UTDF.csv")
    #expect(ending.code == .success)
    #expect(ending.output.contains("2 controllers"))
    #expect(ending.output.contains("warning: "))
  }

  @Test("a UTDF file becomes a scenario folder whose simulation is that of the file")
  func conversion() throws {
    let bench = try Self.bench()
    let ending = bench.run("convert @UTDF.csv @corridor --json")
    #expect(ending.code == .success, "\(ending.words)")
    let document = try JSONValue.parse(Array(ending.output.utf8), file: "").value
    #expect(document["schema"]?.string == "citybrain.convert/1")
    #expect(document["result"]?["output"]?["path"]?.string == bench.path("corridor/scenario.json"))
    func delays(_ input: String) throws -> JSONValue? {
      let output = bench.run("simulate \(input) --json").output
      return try JSONValue.parse(Array(output.utf8), file: "").value["result"]?["strategies"]?[0]?["measures"]
    }
    let converted = try #require(try delays("@corridor"))
    #expect(try delays("@UTDF.csv") == converted)
    #expect(bench.run("convert @UTDF.csv @one.json").code == .success)
    #expect(try bench.read("one.json") == bench.read("corridor/scenario.json"))
  }

  @Test(
    "impossible counts are flagged, the network is given without them, and a remark says how to leave them out"
  )
  func suspects() throws {
    let bench = try Self.bench(northbound: 6000)
    let ending = bench.run("simulate @UTDF.csv --json")
    #expect(ending.code == .success, "\(ending.words)")
    #expect(ending.words.contains("--without 1 "))
    let result = try JSONValue.parse(Array(ending.output.utf8), file: "").value["result"]
    #expect(result?["strategies"]?[0]?["junctions"]?.array?.count == 2)
    #expect(result?["networkWithoutSuspectJunctions"]?["excluded"]?[0]?["node"]?.string == "1")
    let reason = result?["networkWithoutSuspectJunctions"]?["excluded"]?[0]?["reason"]?.string
    #expect(try #require(reason).contains("1 NBT v/c"))
    let without = result?["networkWithoutSuspectJunctions"]?["strategies"]?[0]
    #expect(without?["junctions"]?.array?.map { $0["node"]?.string } == ["2"])
  }

  @Test("the network without suspect junctions is what --without gives, and the table shows both")
  func suspectsAndWithout() throws {
    let bench = try Self.bench(northbound: 6000)
    func measures(_ line: String, _ path: (JSONValue) -> JSONValue?) throws -> JSONValue {
      let ending = bench.run("compare @UTDF.csv --replications 2 \(line)")
      #expect(ending.code == .success, "\(ending.words)")
      let result = try JSONValue.parse(Array(ending.output.utf8), file: "").value["result"]
      return try #require(result.flatMap(path)?["strategies"]?[1]?["measures"])
    }
    let reduced = try measures("--json") { $0["networkWithoutSuspectJunctions"] }
    #expect(try measures("--json --without 1") { $0 } == reduced)
    #expect(try measures("--json") { $0 } != reduced)
    let table = bench.run("compare @UTDF.csv --replications 2").output
    #expect(table.contains("With all junctions: "))
    #expect(table.contains("\nAll junctions, mean"))
    #expect(table.contains("\nSimulated without junction 1: vehicles enter at the cut"))
    #expect(table.contains("\nWithout junction 1, mean"))
  }

  @Test("with suspect junctions, too, jobs, slices and reruns give the same bytes")
  func suspectsInSlices() throws {
    let bench = try Self.bench(northbound: 6000)
    let whole = bench.run("compare @UTDF.csv --replications 3 --json --jobs 1 --manifest @manifest.json")
    #expect(whole.code == .success, "\(whole.words)")
    #expect(bench.run("compare @UTDF.csv --replications 3 --json --jobs 3").output == whole.output)
    for slice in ["1-2", "3-3"] {
      try bench.write(
        bench.run("compare @UTDF.csv --replications \(slice) --json").output, to: "\(slice).json")
    }
    #expect(bench.run("merge @3-3.json @1-2.json --json").output == whole.output)
    #expect(bench.run("rerun @manifest.json --json").output == whole.output)
  }

  @Test("the report names both networks, also when it is made from the stored study")
  func suspectsInReport() throws {
    let bench = try Self.bench(northbound: 6000)
    let ending = bench.run("compare @UTDF.csv --replications 2 --out @study")
    #expect(ending.code == .success, "\(ending.words)")
    let html = try bench.read("study/report.html")
    #expect(html.contains("All junctions, as the input has them"))
    #expect(html.contains("Simulated without junction 1: vehicles enter at the cut"))
    #expect(bench.run("report @study --out @again.html").code == .success)
    #expect(try bench.read("again.html") == html)
  }

  @Test("a junction that is left out is neither simulated nor suspect, and a rerun leaves it out too")
  func withoutJunction() throws {
    let bench = try Self.bench(northbound: 6000)
    let ending = bench.run("simulate @UTDF.csv --without 1 --json --manifest @manifest.json")
    #expect(ending.code == .success, "\(ending.words)")
    let result = try JSONValue.parse(Array(ending.output.utf8), file: "").value["result"]
    #expect(result?["strategies"]?[0]?["junctions"]?.array?.count == 1)
    #expect(result?["networkWithoutSuspectJunctions"]?.isNull == true)
    #expect(bench.run("rerun @manifest.json --json").output == ending.output)
    let unknown = bench.run("simulate @UTDF.csv --without 7")
    #expect(unknown.code == .usage)
    #expect(unknown.words.contains("7, which is no junction"))
  }

  @Test("counts become the demand, are an input of the record, and are compared with it by GEH")
  func countsAsDemand() throws {
    let bench = try Self.bench()
    try bench.write(Self.counts, to: "counts.csv")
    let conversion = bench.run("convert @UTDF.csv @corridor --counts @counts.csv")
    #expect(conversion.code == .success, "\(conversion.words)")
    #expect(conversion.output.contains("GEH below 5 at"))
    #expect(conversion.output.contains("1 NB through"))
    let study = bench.run("simulate @UTDF.csv --counts @counts.csv --manifest @manifest.json --json")
    #expect(study.code == .success, "\(study.words)")
    let document = try JSONValue.parse(Array(study.output.utf8), file: "").value
    #expect(document["inputs"]?.array?.count == 2)
    #expect(document["scenario"]?["measured_s"]?.double == 1800)
    #expect(bench.run("rerun @manifest.json --json").output == study.output)
    try bench.write(Self.counts + "03/18/2026,0730,1,1,1,1,1,1,1,1,1,1,1,1,1\n", to: "counts.csv")
    let changed = bench.run("rerun @manifest.json")
    #expect(changed.code == .invalidInput)
    #expect(changed.words.contains("counts.csv has changed"))
  }

  @Test("a window picks the counts of a time of day")
  func window() throws {
    let bench = try Self.bench()
    try bench.write(Self.counts, to: "counts.csv")
    let study = bench.run("simulate @UTDF.csv --counts @counts.csv --window 07:15-07:30 --json")
    let document = try JSONValue.parse(Array(study.output.utf8), file: "").value
    #expect(document["scenario"]?["measured_s"]?.double == 900)
    #expect(bench.run("simulate @UTDF.csv --counts @counts.csv --window 12:00-13:00").code == .invalidInput)
    #expect(bench.run("simulate @UTDF.csv --window 07:00-08:00").code == .usage)
    for text in ["7-8", "07:00", "08:00-07:00", "07:60-08:00", "24:15-24:30", "-1:00-02:00"] {
      #expect(InputChoice.seconds(text) == nil)
      #expect(bench.run("simulate @UTDF.csv --counts @counts.csv --window=\(text)").code == .usage)
    }
    #expect(InputChoice.seconds("00:00-24:00") == 0..<86_400)
  }

  @Test("a cut UTDF file and a file without a count header end with exit code 3")
  func badFiles() throws {
    let bench = try Self.bench()
    try bench.write("[Nodes]\nNode Data\nINTID,TYPE,X,Y\n1,zero,0,0\n", to: "cut.csv")
    #expect(bench.run("compare @cut.csv").code == .invalidInput)
    try bench.write("a,b\n1,2\n", to: "counts.csv")
    #expect(bench.run("simulate @UTDF.csv --counts @counts.csv").code == .invalidInput)
    #expect(bench.run("simulate @UTDF.csv --counts @missing.csv").code == .inputOutput)
  }
}

@Suite("Folders and reports of studies")
struct StudyFolderTests {
  @Test("a study's folder holds the report, the document, its tables and the manifest, and stands alone")
  func folder() throws {
    let bench = try Workbench()
    try bench.write(Workbench.crossing, to: "crossing/scenario.json")
    let ending = bench.run("compare @crossing --replications 2 --out @study")
    #expect(ending.code == .success, "\(ending.words)")
    let html = try bench.read("study/report.html")
    #expect(html.contains("</html>"))
    let whole = bench.run("compare @crossing --replications 2 --json").output
    #expect(try bench.read("study/compare.json") == whole)
    #expect(try bench.read("study/measures.csv").contains("delayPerVehicle"))
    #expect(bench.run("rerun @study/manifest.json").code == .success)
    let again = bench.run("report @study --out @again.html")
    #expect(again.code == .success, "\(again.words)")
    #expect(try bench.read("again.html") == html)
  }

  @Test("the report of merged slices is that of the whole study")
  func reportOfSlices() throws {
    let bench = try Workbench()
    try bench.write(Workbench.crossing, to: "crossing/scenario.json")
    #expect(bench.run("compare @crossing --replications 4 --out @study").code == .success)
    for slice in ["1-1", "2-4"] {
      try bench.write(
        bench.run("compare @crossing --replications \(slice) --json").output, to: "\(slice).json")
    }
    #expect(bench.run("merge @2-4.json @1-1.json -o @whole.json").code == .success)
    #expect(bench.run("report @whole.json -o @whole.html --json").output.contains("citybrain.report/1"))
    #expect(try bench.read("whole.html") == bench.read("study/report.html"))
  }

  @Test("a report whose input has changed is refused")
  func changedInput() throws {
    let bench = try Workbench()
    try bench.write(Workbench.crossing, to: "crossing/scenario.json")
    #expect(bench.run("compare @crossing --replications 2 --out @study").code == .success)
    try bench.write(Workbench.crossing + " ", to: "crossing/scenario.json")
    #expect(bench.run("report @study --out @again.html").code == .invalidInput)
    #expect(!Files.exists(bench.path("again.html")))
  }

  @Test("a study of more replications than are held at once has the bytes of its slices")
  func longStudy() throws {
    let bench = try Workbench()
    let short = Workbench.crossing.split(separator: "\"duration_s\": 300").joined(
      separator: "\"duration_s\": 30")
    try bench.write(short, to: "crossing/scenario.json")
    let whole = bench.run("simulate @crossing --replications 40 --json").output
    for slice in ["1-20", "21-40"] {
      try bench.write(
        bench.run("simulate @crossing --replications \(slice) --json").output, to: "\(slice).json")
    }
    #expect(bench.run("merge @1-20.json @21-40.json --json").output == whole)
  }
}
