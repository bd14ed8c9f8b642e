import TrafficModel

/// Why slices of a study cannot be joined.
public enum MergeError: Error, Hashable, Sendable, CustomStringConvertible {
  case noDocuments
  /// The slices are not of one study; `field` says in what they differ.
  case different(field: String, first: String, other: String)
  case overlapping(replication: Int)
  case missing(replications: ClosedRange<Int>)

  public var description: String {
    switch self {
    case .noDocuments: "nothing to merge: name at least one result file"
    case .different(let field, let first, let other):
      "the slices are not of one study: \(field) is \(first) in one and \(other) in another; run all slices with "
        + "the same files, options and version"
    case .overlapping(let replication):
      "replication \(replication) is in more than one slice; leave one of them out"
    case .missing(let replications):
      replications.count == 1
        ? "replication \(replications.lowerBound) is in no slice; run it with "
          + "--replications \(replications.lowerBound)-\(replications.lowerBound)"
        : "replications \(replications.lowerBound) to \(replications.upperBound) are in no slice; run them with "
          + "--replications \(replications.lowerBound)-\(replications.upperBound)"
    }
  }
}

extension StudyDocument {
  /// Joins slices of one study, in any order, into the document that one run over all their replications gives.
  public static func merged(_ documents: [StudyDocument]) throws(MergeError) -> StudyDocument {
    let ordered = documents.sorted { $0.replications.lowerBound < $1.replications.lowerBound }
    guard var result = ordered.first else { throw .noDocuments }
    for slice in ordered.dropFirst() {
      try result.checkSameStudy(slice)
      let next = result.replications.upperBound + 1
      let start = slice.replications.lowerBound
      if start < next { throw .overlapping(replication: start) }
      if start > next { throw .missing(replications: next...(start - 1)) }
      result.append(slice)
    }
    return result
  }

  private mutating func append(_ slice: StudyDocument) {
    replications = replications.lowerBound...slice.replications.upperBound
    for warning in slice.manifest.warnings where !manifest.warnings.contains(warning) {
      manifest.warnings.append(warning)
    }
    for index in strategies.indices { strategies[index].append(slice.strategies[index]) }
  }

  private func checkSameStudy(_ other: StudyDocument) throws(MergeError) {
    try same("the command", manifest.command.rawValue, other.manifest.command.rawValue)
    try same("the version", manifest.toolVersion, other.manifest.toolVersion)
    try same(
      "the arguments", manifest.arguments.joined(separator: " "),
      other.manifest.arguments.joined(separator: " "))
    try same("the inputs", text(of: manifest.inputs), text(of: other.manifest.inputs))
    try same("the seed", "\(seed)", "\(other.seed)")
    try same("the scenario", scenarioName, other.scenarioName)
    try same("the unit system", units.rawValue, other.units.rawValue)
    try same("the driver profile", driverProfile.rawValue, other.driverProfile.rawValue)
    try same("the warm-up", "\(warmUpSeconds) s", "\(other.warmUpSeconds) s")
    try same("the measured time", "\(measuredSeconds) s", "\(other.measuredSeconds) s")
    try same(
      "the list of strategies", strategies.map(\.name).joined(separator: ","),
      other.strategies.map(\.name).joined(separator: ","))
    // With equal inputs these follow; a file edited by hand still must not crash or mix.
    if junctions != other.junctions || movements != other.movements || suspects != other.suspects
      || parts != other.parts
      || strategies.map(\.analyses) != other.strategies.map(\.analyses)
      || strategies.map({ $0.withoutSuspects == nil }) != other.strategies.map({ $0.withoutSuspects == nil })
    {
      throw .different(field: "the network", first: "one", other: "another")
    }
  }

  private func text(of inputs: [InputFile]) -> String {
    inputs.map { "\($0.path) (SHA-256 \($0.sha256))" }.joined(separator: ", ")
  }

  private func same(_ field: String, _ first: String, _ other: String) throws(MergeError) {
    if first != other { throw .different(field: field, first: first, other: other) }
  }
}

extension StrategyRecord {
  fileprivate mutating func append(_ slice: StrategyRecord) {
    network.append(slice.network)
    if let others = slice.withoutSuspects {
      withoutSuspects?.network.append(others.network)
      for index in others.junctions.indices {
        withoutSuspects?.junctions[index].append(others.junctions[index])
      }
    }
    for index in junctions.indices { junctions[index].append(slice.junctions[index]) }
    for index in movements.indices { movements[index].append(slice.movements[index]) }
    for kind in parts.indices {
      for index in parts[kind].indices { parts[kind][index].append(slice.parts[kind][index]) }
    }
  }
}
