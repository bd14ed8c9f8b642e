import TrafficModel

extension UTDFImporter {
  /// Every heading column with an upstream node is an approach; one without lanes is a one-way street's missing
  /// direction.
  mutating func readLinks() throws(DocumentError) {
    guard let table = document["links"] else { throw missingSection("Links", "the links between nodes") }
    let headings = table.columns.enumerated().compactMap { index, header in
      UTDFHeading(rawValue: header).map { (column: index, heading: $0) }
    }
    if headings.isEmpty {
      throw DocumentError(
        file: document.text.file, line: table.line, column: 1, path: "[Links]",
        found: "a header without directions", expected: "columns NB, SB, EB, WB and perhaps NE, NW, SE, SW",
        mend: "correct the header line")
    }
    for record in table.records where table.recordNames[Int(record.name)].lowercased() == "up id" {
      let node = try nodeIndex(table, record)
      for (column, heading) in headings {
        guard let upstream = try document.number(table, record, column, .node), upstream > 0 else { continue }
        guard let from = indexOfNumber[Int(upstream)] else {
          throw document.error(
            table, record, column: column, found: "node \(Int(upstream))", expected: "a node of [Nodes]",
            mend: "correct the upstream node's number or add the node")
        }
        if from == node {
          throw document.error(
            table, record, column: column, found: "a link from node \(nodes[node].number) to itself",
            expected: "another node upstream", mend: "correct the upstream node's number")
        }
        nodes[node].approaches.append(approaches.count)
        let pair = NodePair(from: from, to: node)
        if approachBetween[pair] == nil {
          approachBetween[pair] = approaches.count
        } else {
          notes.note(
            "link-parallel", at: "\(nodes[node].number) \(heading.rawValue)",
            "A second link comes from node \(Int(upstream)); movements lead into the first one only.",
            mend: "join the two links, or put a bend into one of them")
        }
        approaches.append(
          try readApproach(table, node: node, from: from, column: column, heading: heading, record: record))
      }
    }
    nameUnnamedLinks()
  }

  private mutating func readApproach(
    _ table: UTDFTable, node: Int, from: Int, column: Int, heading: UTDFHeading, record: UTDFTable.Record
  ) throws(DocumentError) -> UTDFApproach {
    let number = nodes[node].number
    let place = "\(number) \(heading.rawValue)"
    var shape: [Point] = []
    if let x = try document.number(table, "curveptx", number, column),
      let y = try document.number(table, "curvepty", number, column)
    {
      shape = [Point(xMeters: units.meters(x), yMeters: units.meters(y))]
    }
    let straight = nodes[from].position.distanceMeters(to: nodes[node].position)
    let positive = UTDFRange(bounds: 1...1e6, words: "a length of at least 1")
    var distance = try document.number(table, "distance", number, column, positive).map(units.meters)
    if let given = distance {
      let drawn =
        shape.isEmpty
        ? straight
        : nodes[from].position.distanceMeters(to: shape[0])
          + shape[0].distanceMeters(to: nodes[node].position)
      if (given - drawn).magnitude > max(30, 0.2 * drawn) {
        notes.note(
          "distance-differs", at: place,
          "Distance is \(units.length(given)), the coordinates give \(units.length(drawn)); Distance is used.",
          mend: "correct Distance or the coordinates of nodes \(nodes[from].number) and \(number)")
      }
    } else {
      distance = max(straight, 1)
      notes.collect(
        "distance-missing", at: place, "Distance is missing; the coordinates' distance is used.",
        mend: "give the link its Distance")
    }
    let pace = UTDFRange(bounds: 1...300, words: "a speed from 1 to 300")
    var speed = try document.number(table, "speed", number, column, pace).map(units.metersPerSecond)
    if speed == nil {
      speed = units.isMetric ? units.metersPerSecond(50) : units.metersPerSecond(30)
      notes.collect(
        "speed-missing", at: place, "Speed is missing; \(units.isMetric ? "50 km/h" : "30 mph") is assumed.",
        mend: "give the link its Speed")
    }
    var lanes = try document.whole(table, "lanes", number, column, .lanes)
    if lanes == nil {
      lanes = 1
      if !nodes[node].kind.hasLaneGroups {
        notes.collect(
          "lanes-missing", at: place, "Lanes is missing; one lane is assumed.", mend: "give Lanes")
      }
    }
    return UTDFApproach(
      node: node, heading: heading, upstream: from, record: record,
      name: document.string(table, "name", number, column), distanceMeters: distance ?? 1,
      speedMetersPerSecond: speed ?? 1, shape: shape, laneCount: lanes ?? 1)
  }

  /// A link without a name has the name of the opposite direction.
  private mutating func nameUnnamedLinks() {
    for index in approaches.indices where approaches[index].name.isEmpty {
      let back = NodePair(from: approaches[index].node, to: approaches[index].upstream)
      if let opposite = approachBetween[back] { approaches[index].name = approaches[opposite].name }
    }
  }
}
