import Interchange
import Reporting
import Testing
import TrafficModel

@Suite("The document of a study")
struct StudyDocumentTests {
  @Test("slices join, in any order, to the bytes of one run over all replications")
  func mergeEqualsWhole() throws {
    var options = SyntheticStudy.Options()
    options.replications = 1...7
    options.suspects = [1]
    let whole = SyntheticStudy.document(options).text()
    var slices: [StudyDocument] = []
    for range in [6...7, 1...1, 2...5] {
      options.replications = range
      let text = SyntheticStudy.document(options).text()
      slices.append(try StudyDocument.decode(Array(text.utf8), file: "slice.json"))
    }
    #expect(try StudyDocument.merged(slices).text() == whole)
  }

  @Test("a document reads back to what it was written from")
  func roundTrip() throws {
    var options = SyntheticStudy.Options()
    options.hasPedestrians = false
    options.suspects = [0]
    options.units = .usCustomary
    options.warnings = [
      Finding(.warning, rule: "volume-balance", place: "link EB2", message: "12 veh/h appear", mend: "check")
    ]
    let document = SyntheticStudy.document(options)
    let read = try StudyDocument.decode(Array(document.text().utf8), file: "result.json")
    let isEqual = read == document
    #expect(isEqual)
    #expect(read.text() == document.text())
  }

  @Test("slices that overlap, leave a gap or come from another study are refused by name")
  func mergeRefusals() throws {
    func slice(_ range: ClosedRange<Int>, _ change: (inout StudyDocument) -> Void = { _ in }) -> StudyDocument
    {
      var options = SyntheticStudy.Options()
      options.replications = range
      var document = SyntheticStudy.document(options)
      change(&document)
      return document
    }
    #expect(throws: MergeError.noDocuments) { try StudyDocument.merged([]) }
    #expect(throws: MergeError.overlapping(replication: 3)) {
      try StudyDocument.merged([slice(1...3), slice(3...4)])
    }
    #expect(throws: MergeError.missing(replications: 3...4)) {
      try StudyDocument.merged([slice(5...6), slice(1...2)])
    }
    #expect(throws: MergeError.different(field: "the seed", first: "7", other: "8")) {
      try StudyDocument.merged([slice(1...2), slice(3...4) { $0.seed = 8 }])
    }
    #expect(throws: MergeError.different(field: "the version", first: "0.1.0", other: "0.2.0")) {
      try StudyDocument.merged([slice(1...2), slice(3...4) { $0.manifest.toolVersion = "0.2.0" }])
    }
    let error = #expect(throws: MergeError.self) {
      try StudyDocument.merged([slice(1...2), slice(3...4) { $0.manifest.inputs[0].sha256 = "ab" }])
    }
    #expect(error?.description.contains("SHA-256 ab") == true)
  }

  @Test("the result has the promised keys, values per replication and paired differences")
  func shape() throws {
    let json = SyntheticStudy.document().json()
    #expect(json["schema"]?.string == "citybrain.compare/1")
    #expect(json["arguments"]?.array?.suffix(2).map(\.string) == ["--replications", "1-5"])
    #expect(json["stopThreshold_mps"]?.double == 2.2352)
    let result = try #require(json["result"])
    #expect(result["replications"]?.int == 5)
    #expect(result["replicationNumbers"]?.array?.map(\.int) == [1, 2, 3, 4, 5])
    let measures = try #require(result["strategies"]?[0]?["measures"])
    for key in [
      "delayPerVehicle_s", "travelTime_s", "stopsPerVehicle", "throughput_vehPerHour", "queue95_m",
      "pedestrianDelay_s", "unserved_veh",
    ] {
      let measure = try #require(measures[key], "\(key) is missing")
      #expect(measure["values"]?.array?.count == 5)
      #expect(measure["ci95"]?.array?.count == 2)
    }
    let difference = try #require(result["differences"]?[0])
    #expect(difference["a"]?.string == "fixed" && difference["b"]?.string == "actuated")
    #expect(difference["measure"]?.string == "delayPerVehicle_s")
    #expect(try #require(difference["mean"]?.double) < 0)
    #expect(difference["pHolm"]?.double != nil && difference["wilcoxonP"]?.double == 0.0625)
    #expect(result["networkWithoutSuspectJunctions"]?.isNull == true)
  }

  @Test("measures of nothing are null, not zero")
  func nothingToMeasure() throws {
    var options = SyntheticStudy.Options()
    options.hasPedestrians = false
    let measures = try #require(
      SyntheticStudy.document(options).json()["result"]?["strategies"]?[0]?["measures"])
    #expect(measures["pedestrianDelay_s"]?["mean"]?.isNull == true)
    options.hasVehicles = false
    let empty = SyntheticStudy.document(options)
    #expect(
      empty.json()["result"]?["answer"]?[0]?.string
        == "No vehicle was measured, so there is no delay to report.")
  }

  @Test("one replication gives no interval and says so")
  func singleReplication() throws {
    var options = SyntheticStudy.Options()
    options.replications = 4...4
    let json = SyntheticStudy.document(options).json()
    let delay = json["result"]?["strategies"]?[0]?["measures"]?["delayPerVehicle_s"]
    #expect(delay?["ci95"]?.isNull == true)
    #expect(json["warnings"]?.array?.contains { $0["rule"]?.string == "single-replication" } == true)
  }

  @Test("with suspect junctions the measures of a run without them stand beside those of all")
  func suspectJunctions() throws {
    var options = SyntheticStudy.Options()
    options.junctions = 3
    options.suspects = [1]
    let result = SyntheticStudy.result(options)
    let document = SyntheticStudy.document(options)
    let reduced = try #require(document.strategies[1].withoutSuspects)
    let demanded = try #require(result.withoutSuspects).runs[1].map { Double($0.network.demanded) }
    #expect(reduced.network[.demanded] == demanded)
    #expect(reduced.network[.demanded] != document.strategies[1].network[.demanded])
    #expect(document.remainingJunctions == [0, 2])
    #expect(reduced.junctions.count == 2)

    let json = try #require(document.json()["result"]?["networkWithoutSuspectJunctions"])
    #expect(json["excluded"]?[0]?["node"]?.string == "2")
    #expect(
      json["meaning"]?.string
        == "simulated without junction 2: vehicles enter at the cut as counted at the next junction")
    let strategy = try #require(json["strategies"]?[1])
    #expect(strategy["name"]?.string == "actuated")
    #expect(strategy["measures"]?["demanded_veh"]?["values"]?.array?.map(\.double) == demanded)
    #expect(strategy["junctions"]?.array?.map { $0["node"]?.string } == ["1", "3"])
    #expect(strategy["junctions"]?[1]?["measures"]?["delayPerVehicle_s"]?["values"]?.array?.count == 5)
    let difference = try #require(json["differences"]?[0])
    #expect(difference["measure"]?.string == "delayPerVehicle_s")
    #expect(difference["pHolm"]?.double != nil)
  }

  @Test("the answer, the table and the tables as files give both networks")
  func bothNetworks() throws {
    var options = SyntheticStudy.Options()
    options.junctions = 4
    options.suspects = [1, 2]
    let document = SyntheticStudy.document(options)
    let headline = StudyAnswer(document, StudyStatistics(document)).headline
    #expect(headline.hasPrefix("With all junctions: actuated saves "))
    #expect(headline.contains(" Simulated without junctions 2 and 3: actuated saves "))
    let text = ComparisonText(document).text()
    #expect(text.contains("\nAll junctions, mean"))
    #expect(text.contains("\nSimulated without junctions 2 and 3: vehicles enter at the cut as counted at"))
    #expect(text.contains("\nWithout junctions 2 and 3, mean"))
    let files = StudyTables.csv(document)
    for name in ["measures.csv", "differences.csv", "junctions.csv"] {
      let file = try #require(files.first { $0.name == name })
      #expect(file.text.contains("\nnetworkWithoutSuspectJunctions,"), "\(name)")
      #expect(file.text.contains("\nnetwork,"), "\(name)")
    }
  }

  @Test("if every junction is suspect there is no second network, and the document says so and reads back")
  func onlySuspects() throws {
    var options = SyntheticStudy.Options()
    options.suspects = [0, 1]
    let document = SyntheticStudy.document(options)
    let json = try #require(document.json()["result"]?["networkWithoutSuspectJunctions"])
    #expect(json["excluded"]?.array?.count == 2)
    #expect(json["strategies"]?.array?.isEmpty == true)
    #expect(json["meaning"]?.string?.hasPrefix("every junction is suspect") == true)
    #expect(!StudyAnswer(document, StudyStatistics(document)).headline.contains("Simulated without"))
    let read = try StudyDocument.decode(Array(document.text().utf8), file: "result.json")
    #expect(read.text() == document.text())
  }

  @Test("a second network of other junctions than the remaining ones is refused")
  func damagedReduction() throws {
    var options = SyntheticStudy.Options()
    options.junctions = 3
    options.suspects = [1]
    let text = SyntheticStudy.document(options).text()
    let key = "\"networkWithoutSuspectJunctions\""
    let parts = text.split(separator: key, omittingEmptySubsequences: false).map(String.init)
    try #require(parts.count == 2)
    let broken = parts[0] + key + parts[1].replacing("\"node\": \"3\"", with: "\"node\": \"1\"")
    let error = #expect(throws: DocumentError.self) {
      try StudyDocument.decode(Array(broken.utf8), file: "result.json")
    }
    #expect(error?.path == "$.result.networkWithoutSuspectJunctions.strategies[0].junctions")
  }

  @Test("a damaged result is refused with its line and path")
  func damagedDocument() throws {
    let text = SyntheticStudy.document().text()
    let broken = text.replacing("\"replicationNumbers\": [1, 2", with: "\"replicationNumbers\": [1, 3")
    let error = #expect(throws: DocumentError.self) {
      try StudyDocument.decode(Array(broken.utf8), file: "result.json")
    }
    #expect(error?.path == "$.result.replicationNumbers")
    let foreign = #expect(throws: DocumentError.self) {
      try StudyDocument.decode(Array("{\"schema\": \"citybrain.compare/2\"}".utf8), file: "result.json")
    }
    #expect(foreign?.path == "$.schema")
    let cut = #expect(throws: DocumentError.self) {
      try StudyDocument.decode(Array(text.prefix(900).utf8), file: "result.json")
    }
    #expect((cut?.line ?? 0) > 1)
  }

  @Test("approaches are named by the direction of travel")
  func approaches() {
    let scenario = SyntheticStudy.result().scenario
    let names = ApproachNames(scenario.network)
    for (index, link) in scenario.network.links.enumerated()
    where scenario.network[link.to].control == .signal {
      #expect(names[LinkID(index)] == String(link.name.prefix(2)))
    }
  }
}
