import Testing
import TrafficModel

@testable import Interchange

@Suite("The published schema and the reader")
struct ScenarioSchemaTests {
  private static let good = [
    "Tests/InterchangeTests/Fixtures/good/phases.json", "Tests/InterchangeTests/Fixtures/good/stages.json",
    "Tests/InterchangeTests/Fixtures/good/routes.json", "Tests/InterchangeTests/Fixtures/good/unit.json",
  ]
  private static let shipped = ScenarioFiles.shipped.map { "Scenarios/\($0)/scenario.json" }

  private func schema() throws -> JSONValue {
    let path = "Scenarios/scenario.schema.json"
    return try JSONValue.parse(ScenarioFiles.bytes(path), file: path).value
  }

  private func document(_ path: String) throws -> JSONValue {
    try JSONValue.parse(ScenarioFiles.bytes(path), file: path).value
  }

  private func isRead(_ document: JSONValue) -> Bool {
    (try? ScenarioReader.read(Array(document.text(pretty: false).utf8), file: "x")) != nil
  }

  @Test("both accept the shipped scenarios and the samples", arguments: shipped + good)
  func bothAccept(path: String) throws {
    #expect(try JSONSchemaChecker(schema()).check(document(path)) == [])
    _ = try ScenarioReader.read(ScenarioFiles.bytes(path), file: path)
  }

  @Test("what the writer writes passes the schema", arguments: shipped + good)
  func writerPasses(path: String) throws {
    let scenario = try ScenarioReader.read(ScenarioFiles.bytes(path), file: path).scenario
    #expect(try JSONSchemaChecker(schema()).check(ScenarioWriter.value(scenario)) == [])
  }

  @Test("the samples read back from their own text with the same bits", arguments: good)
  func samplesRoundTrip(path: String) throws {
    let scenario = try ScenarioReader.read(ScenarioFiles.bytes(path), file: path).scenario
    let text = ScenarioWriter.text(scenario)
    let again = try ScenarioReader.read(Array(text.utf8), file: "written.json").scenario
    #expect(again == scenario)
    #expect(ScenarioWriter.text(again) == text)
  }

  @Test("the schema lists exactly the keys that the reader knows, object by object")
  func sameKeys() throws {
    let schema = try schema()
    for object in ScenarioFormat.objects {
      let rule = try #require(object.definition.map { schema["$defs"]?[$0] } ?? schema)
      let keys = try #require(rule["properties"]?.object).map(\.0)
      #expect(Set(keys) == Set(object.keys), "\(object.title)")
      #expect(rule["additionalProperties"]?.bool == false, "\(object.title)")
    }
    let known = Set(ScenarioFormat.objects.compactMap(\.definition))
    for (name, rule) in try #require(schema["$defs"]?.object) where rule["properties"] != nil {
      #expect(known.contains(name), "the reader knows no \(name)")
    }
  }

  @Test("the samples use every key of the schema, and the reader takes them all")
  func everyKeyIsRead() throws {
    let checker = JSONSchemaChecker(try schema())
    for path in Self.good { #expect(try checker.check(document(path)) == []) }
    for object in ScenarioFormat.objects {
      let seen = checker.keysSeen[object.definition ?? ""] ?? []
      #expect(seen == Set(object.keys), "\(object.title)")
    }
  }

  @Test("the shipped rail crossing uses every key of a full controller unit")
  func unitKeysAreShown() throws {
    let checker = JSONSchemaChecker(try schema())
    #expect(try checker.check(document("Scenarios/rail-crossing/scenario.json")) == [])
    for object in ScenarioFormat.unitObjects {
      #expect(checker.keysSeen[object.definition ?? ""] == Set(object.keys), "\(object.title)")
    }
  }

  @Test("words that the schema lists are those of the model")
  func sameWords() throws {
    let schema = try schema()
    func words(_ definition: String, _ key: String) -> [String] {
      schema["$defs"]?[definition]?["properties"]?[key]?["enum"]?.array?.compactMap(\.string) ?? []
    }
    #expect(words("node", "control") == NodeControl.allCases.map(\.rawValue))
    #expect(words("movement", "turn") == Turn.allCases.map(\.rawValue))
    #expect(words("phase", "recall") == Recall.allCases.map(\.rawValue))
    #expect(words("group", "kind") == SignalGroup.Kind.allCases.map(\.rawValue))
    #expect(words("overlap", "kind") == Overlap.Kind.allCases.map(\.rawValue))
    #expect(words("preempt", "kind") == Preempt.Kind.allCases.map(\.rawValue))
    #expect(words("coordination", "forceOff") == Coordination.ForceOff.allCases.map(\.rawValue))
    #expect(words("coordination", "permissive") == Coordination.Permissive.allCases.map(\.rawValue))
    #expect(words("coordination", "maximum") == Coordination.Maximum.allCases.map(\.rawValue))
    #expect(words("transition", "mode") == TransitionRule.Mode.allCases.map(\.rawValue))
    #expect(
      words("schedule", "daylightSaving") == TimeOfDaySchedule.DaylightSaving.allCases.map(\.rawValue))
    let modes = schema["$defs"]?["coordination"]?["properties"]?["splitModes"]?["additionalProperties"]
    #expect(modes?["enum"]?.array?.compactMap(\.string) == SplitMode.allCases.map(\.rawValue))
    let days = schema["$defs"]?["scheduleEntry"]?["properties"]?["weekdays"]?["items"]?["enum"]
    #expect(days?.array?.compactMap(\.string) == WeekdayName.allCases.map(\.rawValue))
    #expect(words("pattern", "offsetReference") == OffsetReference.allCases.map(\.rawValue))
    for flow in ["source", "routeFlow", "odFlow"] {
      #expect(words(flow, "arrivals") == ArrivalProcess.allCases.map(\.rawValue))
    }
    #expect(words("timedIndication", "indication") == IndicationName.allCases.map(\.rawValue))
    #expect(IndicationName.allCases.map(\.indication) == Indication.allCases)
    let top = schema["properties"]
    #expect(top?["units"]?["enum"]?.array?.compactMap(\.string) == UnitSystem.allCases.map(\.rawValue))
    #expect(
      top?["driverProfile"]?["enum"]?.array?.compactMap(\.string)
        == DriverProfileName.allCases.map(\.rawValue))
  }

  @Test("an unknown key in any object fails both", arguments: good)
  func unknownKeys(path: String) throws {
    let schema = try schema()
    let document = try document(path)
    // Objects whose keys are names take any key.
    let named: Set<String> = [
      "splits_s", "volumes_vehPerHour", "midblockExitShare", "intergreens_s", "yields", "lateStart_s",
      "earlyEnd_s", "splitModes", "maximumReduction_s", "classShares",
    ]
    var count = 0
    for changed in Mutations.ofObjects(document, skipping: named, change: { $0 + [("lenght_m", 1)] }) {
      count += 1
      #expect(!JSONSchemaChecker(schema).check(changed).isEmpty)
      #expect(!isRead(changed))
    }
    #expect(count > 40)
  }

  @Test("whatever breaks the schema is refused by the reader too", arguments: good)
  func readerIsAtLeastAsStrict(path: String) throws {
    let schema = try schema()
    let document = try document(path)
    var broken = 0
    let values: [JSONValue] = ["text", -1, 1e9, nil, [:]]
    // Every other one, of the largest file every fourth: the number of values is odd, so all of them take their turns.
    let step = path.hasSuffix("unit.json") ? 4 : 2
    for (index, changed) in Mutations.ofScalars(document, values: values).enumerated()
    where index % step == 0 {
      if JSONSchemaChecker(schema).check(changed).isEmpty { continue }
      broken += 1
      #expect(!isRead(changed), "\(changed.text(pretty: false))")
    }
    for changed in Mutations.ofObjects(document, skipping: [], change: { Array($0.dropFirst()) }) {
      if JSONSchemaChecker(schema).check(changed).isEmpty { continue }
      broken += 1
      #expect(!isRead(changed), "\(changed.text(pretty: false))")
    }
    #expect(broken > 300)
  }
}

/// Documents that differ from a given one in one place.
enum Mutations {
  /// Each scalar replaced by each of the values.
  static func ofScalars(_ document: JSONValue, values: [JSONValue]) -> [JSONValue] {
    switch document {
    case .null, .bool, .integer, .number, .string: values
    case .array, .object: ofChildren(document) { ofScalars($0, values: values) }
    }
  }

  /// Each list emptied, and each without its first and without its last entry.
  static func ofLists(_ document: JSONValue) -> [JSONValue] {
    var result: [JSONValue] = []
    if let elements = document.array, !elements.isEmpty {
      result = [[], .array(Array(elements.dropFirst())), .array(Array(elements.dropLast()))]
    }
    return result + ofChildren(document) { ofLists($0) }
  }

  /// The members of each object changed, except of those under certain keys.
  static func ofObjects(
    _ document: JSONValue, skipping skipped: Set<String>,
    change: ([(String, JSONValue)]) -> [(String, JSONValue)]
  ) -> [JSONValue] {
    var result: [JSONValue] = []
    if let members = document.object { result.append(.object(change(members))) }
    return result
      + ofChildren(document, skipping: skipped) { ofObjects($0, skipping: skipped, change: change) }
  }

  private static func ofChildren(
    _ document: JSONValue, skipping skipped: Set<String> = [], _ variants: (JSONValue) -> [JSONValue]
  ) -> [JSONValue] {
    var result: [JSONValue] = []
    if let elements = document.array {
      for (index, element) in elements.enumerated() {
        for variant in variants(element) {
          var changed = elements
          changed[index] = variant
          result.append(.array(changed))
        }
      }
    } else if let members = document.object {
      for (index, member) in members.enumerated() where !skipped.contains(member.0) {
        for variant in variants(member.1) {
          var changed = members
          changed[index].1 = variant
          result.append(.object(changed))
        }
      }
    }
    return result
  }
}
