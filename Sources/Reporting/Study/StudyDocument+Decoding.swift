import Interchange
import TrafficModel

extension StudyDocument {
  /// Reads what ``text()`` wrote. Statistics in the file are ignored: they are computed again from the values.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - file: as error messages name it.
  public static func decode(_ bytes: [UInt8], file: String) throws(DocumentError) -> StudyDocument {
    try StudyDocument(
      DocumentCursor(node: JSONValue.parse(bytes, file: file), path: .root, file: file))
  }

  private init(_ root: DocumentCursor) throws(DocumentError) {
    let command = try Self.command(root.member("schema"))
    let result = try root.member("result")
    let range = try Self.range(result.member("replicationNumbers"))
    var arguments: [String] = []
    for element in try root.member("arguments").elements() { arguments.append(try element.string()) }
    // The writer puts the replications at the end; see `rerunArguments`.
    if arguments.count >= 2, arguments[arguments.count - 2] == "--replications" { arguments.removeLast(2) }
    var inputs: [InputFile] = []
    for element in try root.member("inputs").elements() {
      inputs.append(
        InputFile(path: try element.member("path").string(), sha256: try element.member("sha256").string()))
    }
    var warnings: [Finding] = []
    for element in try root.member("warnings").elements() {
      let finding = try Self.finding(element)
      if !Self.derivedRules.contains(finding.rule) { warnings.append(finding) }
    }
    manifest = StudyManifest(
      command: command, toolVersion: try root.member("tool").member("version").string(),
      arguments: arguments, inputs: inputs, warnings: warnings)
    seed = try Self.seed(root.member("seed"))
    let scenario = try root.member("scenario")
    scenarioName = try scenario.member("name").string()
    units = try scenario.member("units").choice(UnitSystem.self)
    driverProfile = try scenario.member("driverProfile").choice(DriverProfileName.self)
    warmUpSeconds = try scenario.member("warmUp_s").number()
    measuredSeconds = try scenario.member("measured_s").number()
    replications = range
    let entries = try result.member("strategies").elements()
    guard let first = entries.first else {
      throw try result.member("strategies").failure(expected: "at least one strategy")
    }
    junctions = try Self.junctions(first.member("junctions"))
    movements = try Self.movements(first.member("movements"))
    parts = try Self.parts(first, movementCount: movements.count)
    let others = try result.member("networkWithoutSuspectJunctions")
    suspects = try Self.suspects(others, junctions)
    strategies = []
    for entry in entries {
      strategies.append(
        try Self.strategy(
          entry, junctions: junctions, movements: movements, parts: parts, count: range.count))
    }
    if !others.isNull { try readReduced(others.member("strategies"), count: range.count) }
  }

  // MARK: Parts

  private static func command(_ cursor: DocumentCursor) throws(DocumentError) -> StudyManifest.Command {
    let text = try cursor.string()
    for command in StudyManifest.Command.allCases where text == "citybrain.\(command.rawValue)/1" {
      return command
    }
    throw cursor.failure(
      expected: "\"citybrain.compare/1\" or \"citybrain.simulate/1\"",
      mend: "name a result that compare or simulate wrote with --json, of this major version")
  }

  private static func range(_ cursor: DocumentCursor) throws(DocumentError) -> ClosedRange<Int> {
    var numbers: [Int] = []
    for element in try cursor.elements() { numbers.append(try element.integer()) }
    let expected = "ascending numbers from 1 or more, without gaps"
    guard let first = numbers.first, first >= 1, first <= Int(Int32.max) else {
      throw cursor.failure(expected: expected)
    }
    for (index, number) in numbers.enumerated() where number != first + index {
      throw cursor.failure(expected: expected)
    }
    return first...(first + numbers.count - 1)
  }

  private static func seed(_ cursor: DocumentCursor) throws(DocumentError) -> UInt64 {
    if case .string(let text) = cursor.node.content, let seed = UInt64(text) { return seed }
    guard let seed = UInt64(exactly: try cursor.integer()) else {
      throw cursor.failure(expected: "a whole number of at least 0")
    }
    return seed
  }

  private static func finding(_ cursor: DocumentCursor) throws(DocumentError) -> Finding {
    Finding(
      try cursor.member("severity").choice(Finding.Severity.self), rule: try cursor.member("rule").string(),
      place: try cursor.member("place").string(), message: try cursor.member("message").string(),
      mend: try cursor.member("mend").string())
  }

  private static func junctions(_ list: DocumentCursor) throws(DocumentError) -> [JunctionRecord] {
    var records: [JunctionRecord] = []
    for element in try list.elements() {
      records.append(
        JunctionRecord(
          node: try element.member("node").string(), title: try element.member("title").string(),
          control: try element.member("control").choice(NodeControl.self)))
    }
    return records
  }

  private static func movements(_ list: DocumentCursor) throws(DocumentError) -> [MovementRecord] {
    var records: [MovementRecord] = []
    for element in try list.elements() {
      records.append(
        MovementRecord(
          node: try element.member("node").string(), approach: try element.member("approach").string(),
          turn: try element.member("turn").choice(Turn.self), from: try element.member("from").string(),
          to: try element.member("to").string(), lanes: try element.member("lanes").integer(),
          storageMeters: try element.member("storage_m").number()))
    }
    return records
  }

  private static func suspects(
    _ others: DocumentCursor, _ junctions: [JunctionRecord]
  ) throws(DocumentError) -> [SuspectRecord] {
    if others.isNull { return [] }
    var records: [SuspectRecord] = []
    for element in try others.member("excluded").elements() {
      let name = try element.member("node")
      let node = try name.string()
      guard let index = junctions.firstIndex(where: { $0.node == node }) else {
        throw name.failure(expected: "the name of a junction of this document")
      }
      records.append(SuspectRecord(junction: index, reason: try element.member("reason").string()))
    }
    return records
  }

  /// The measures of the network without the suspect junctions; an empty list where none is left.
  private mutating func readReduced(_ list: DocumentCursor, count: Int) throws(DocumentError) {
    let entries = try list.elements()
    if entries.isEmpty { return }
    guard entries.count == strategies.count else {
      throw list.failure(expected: "\(strategies.count) strategies, or none")
    }
    let remaining = remainingJunctions
    for (index, entry) in entries.enumerated() {
      let junctionList = try entry.member("junctions")
      var tables: [MeasureTable] = []
      var names: [String] = []
      for element in try junctionList.elements() {
        names.append(try element.member("node").string())
        tables.append(try Self.table(element.member("measures"), StudyMeasure.junction, count))
      }
      guard names == remaining.map({ junctions[$0].node }) else {
        throw junctionList.failure(expected: "the junctions that are not excluded, in their order")
      }
      strategies[index].withoutSuspects = ReducedRecord(
        network: try Self.table(entry.member("measures"), StudyMeasure.network, count), junctions: tables)
    }
  }

  private static func strategy(
    _ entry: DocumentCursor, junctions: [JunctionRecord], movements: [MovementRecord],
    parts: [[PartRecord]], count: Int
  ) throws(DocumentError) -> StrategyRecord {
    let junctionList = try entry.member("junctions")
    let movementList = try entry.member("movements")
    let junctionEntries = try junctionList.elements()
    let movementEntries = try movementList.elements()
    guard try Self.junctions(junctionList) == junctions else {
      throw junctionList.failure(expected: "the same junctions under every strategy")
    }
    guard try Self.movements(movementList) == movements else {
      throw movementList.failure(expected: "the same movements under every strategy")
    }
    var junctionTables: [MeasureTable] = []
    for element in junctionEntries {
      junctionTables.append(try table(element.member("measures"), StudyMeasure.junction, count))
    }
    var movementTables: [MeasureTable] = []
    var analyses: [MovementAnalysis?] = []
    for element in movementEntries {
      movementTables.append(try table(element.member("measures"), StudyMeasure.movement, count))
      if let analysis = try element.optionalMember("analysis") {
        analyses.append(analysis.isNull ? nil : try Self.analysis(analysis))
      }
    }
    guard analyses.isEmpty || analyses.count == movements.count else {
      throw movementList.failure(expected: "the key \"analysis\" in all movements or in none")
    }
    return StrategyRecord(
      name: try entry.member("name").string(),
      network: try table(entry.member("measures"), StudyMeasure.network, count),
      junctions: junctionTables, movements: movementTables, analyses: analyses,
      parts: try partTables(entry, of: parts, count))
  }

  private static func analysis(_ cursor: DocumentCursor) throws(DocumentError) -> MovementAnalysis {
    MovementAnalysis(
      volumeVehiclesPerHour: try cursor.member("volume_vehPerHour").number(),
      capacityVehiclesPerHour: try cursor.member("capacity_vehPerHour").optionalNumber(),
      degreeOfSaturation: try cursor.member("degreeOfSaturation").optionalNumber(),
      hcmDelaySeconds: try cursor.member("hcmDelay_s").optionalNumber())
  }

  static func table(
    _ cursor: DocumentCursor, _ measures: [StudyMeasure], _ count: Int
  ) throws(DocumentError) -> MeasureTable {
    var rows: [[Double?]] = []
    for measure in measures {
      let list = try cursor.member(measure.rawValue).member("values")
      var row: [Double?] = []
      for element in try list.elements() { row.append(try element.optionalNumber()) }
      guard row.count == count else {
        throw list.failure(expected: "one value for each of the \(count) replications")
      }
      rows.append(row)
    }
    return MeasureTable(measures: measures, values: rows)
  }
}
