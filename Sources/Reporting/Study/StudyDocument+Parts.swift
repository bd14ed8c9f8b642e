import Interchange
import TrafficModel

/// The parts of a study in documents: additions to the first version, so a document without them reads as one that
/// has none.
extension StudyDocument {
  func encodedParts(of strategy: StrategyRecord, _ statistics: StudyStatistics) -> [(String, JSONValue)] {
    StudyPartKind.allCases.filter { !parts($0).isEmpty }.map { kind in
      let entries = zip(parts(kind), strategy.parts(kind)).map { part, table in
        encoded(part, table, kind, of: strategy, statistics)
      }
      return (kind.rawValue, .array(entries))
    }
  }

  private func encoded(
    _ part: PartRecord, _ table: MeasureTable, _ kind: StudyPartKind, of strategy: StrategyRecord,
    _ statistics: StudyStatistics
  ) -> JSONValue {
    var members: [(String, JSONValue)] = [("name", .string(part.name))]
    if kind == .laneGroups {
      members.append(("node", .string(part.node)))
      members.append(("movements", .array(part.movements.map { .integer($0) })))
    }
    members.append(("measures", measures(table, statistics)))
    if kind == .laneGroups {
      let analysis = analysis(of: part, under: strategy)
      let level = levelOfService(
        of: part, delaySeconds: statistics.summary(of: table[.delayPerVehicle]).mean, analysis)
      members.append(("levelOfService", level.map { .string($0.rawValue) } ?? .null))
      members.append(("analysis", analysis.map(encoded) ?? .null))
    }
    return .object(members)
  }

  /// - Parameter movementCount: how many movements the document has, which lane groups point to.
  static func parts(_ entry: DocumentCursor, movementCount: Int) throws(DocumentError) -> [[PartRecord]] {
    var result: [[PartRecord]] = []
    for kind in StudyPartKind.allCases {
      var records: [PartRecord] = []
      for element in try entry.optionalMember(kind.rawValue)?.elements() ?? [] {
        var record = PartRecord(name: try element.member("name").string())
        if kind == .laneGroups {
          record.node = try element.member("node").string()
          for index in try element.member("movements").elements() {
            let number = try index.integer()
            guard (0..<movementCount).contains(number) else {
              throw index.failure(expected: "the place of a movement in the list of movements, from 0")
            }
            record.movements.append(number)
          }
        }
        records.append(record)
      }
      result.append(records)
    }
    return result
  }

  static func partTables(
    _ entry: DocumentCursor, of parts: [[PartRecord]], _ count: Int
  ) throws(DocumentError) -> [[MeasureTable]] {
    guard try Self.parts(entry, movementCount: Int.max) == parts else {
      throw entry.failure(
        expected: "the same classes, routes, lane groups and corridors under every strategy")
    }
    var result: [[MeasureTable]] = []
    for kind in StudyPartKind.allCases {
      var tables: [MeasureTable] = []
      for element in try entry.optionalMember(kind.rawValue)?.elements() ?? [] {
        tables.append(try table(element.member("measures"), kind.measures, count))
      }
      result.append(tables)
    }
    return result
  }
}
