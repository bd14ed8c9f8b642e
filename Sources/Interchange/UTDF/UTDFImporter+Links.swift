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
    for record in table.records("upid") {
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
    drawCurves()
  }

  private mutating func readApproach(
    _ table: UTDFTable, node: Int, from: Int, column: Int, heading: UTDFHeading, record: UTDFTable.Record
  ) throws(DocumentError) -> UTDFApproach {
    let number = nodes[node].number
    let place = "\(number) \(heading.rawValue)"
    var curve: Point?
    if let x = try document.number(table, "curveptx", number, column),
      let y = try document.number(table, "curvepty", number, column)
    {
      curve = Point(xMeters: units.meters(x), yMeters: units.meters(y))
    }
    let positive = UTDFRange(bounds: 1...1e6, words: "a length of at least 1")
    var distance = try document.number(table, "distance", number, column, positive).map(units.meters)
    if distance == nil {
      distance = max(nodes[from].position.distanceMeters(to: nodes[node].position), 1)
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
      speedMetersPerSecond: speed ?? 1, curve: curve, laneCount: lanes ?? 1)
  }

  /// A link without a name has the name of the opposite direction.
  private mutating func nameUnnamedLinks() {
    for index in approaches.indices where approaches[index].name.isEmpty {
      let back = NodePair(from: approaches[index].node, to: approaches[index].upstream)
      if let opposite = approachBetween[back] { approaches[index].name = approaches[opposite].name }
    }
  }

  /// Draws links with curve points as cubic Bézier curves: a link's own curve point pulls its downstream end, that of
  /// the opposite direction its upstream end. Three points of the curve become the shape.
  private mutating func drawCurves() {
    for index in approaches.indices {
      let approach = approaches[index]
      let start = nodes[approach.upstream].position
      let end = nodes[approach.node].position
      let back = approachBetween[NodePair(from: approach.node, to: approach.upstream)]
      let behind = back.flatMap { approaches[$0].curve }
      if approach.curve != nil || behind != nil {
        let first = behind ?? Self.between(start, end, 1.0 / 3)
        let second = approach.curve ?? Self.between(start, end, 2.0 / 3)
        approaches[index].shape = [0.25, 0.5, 0.75].map { part in
          let outer = Self.between(Self.between(start, first, part), Self.between(first, second, part), part)
          let inner = Self.between(Self.between(first, second, part), Self.between(second, end, part), part)
          return Self.between(outer, inner, part)
        }
      }
      let points = [start] + approaches[index].shape + [end]
      let drawn = zip(points, points.dropFirst()).reduce(0) { $0 + $1.0.distanceMeters(to: $1.1) }
      if (approach.distanceMeters - drawn).magnitude > max(30, 0.2 * drawn) {
        notes.note(
          "distance-differs", at: name(approach),
          "Distance is \(units.length(approach.distanceMeters)), the coordinates give \(units.length(drawn)); "
            + "Distance is used.",
          mend: "correct Distance or the coordinates of \(name(approach.upstream)) and \(name(approach.node))"
        )
      }
    }
  }

  private static func between(_ a: Point, _ b: Point, _ part: Double) -> Point {
    Point(
      xMeters: a.xMeters + (b.xMeters - a.xMeters) * part, yMeters: a.yMeters + (b.yMeters - a.yMeters) * part
    )
  }
}
