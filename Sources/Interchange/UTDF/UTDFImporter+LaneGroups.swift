import TrafficModel

extension UTDFImporter {
  /// Reads the movement columns of every node that has lanes in `[Lanes]`.
  mutating func readLaneGroups() throws(DocumentError) {
    guard let table = document["lanes"] else { throw missingSection("Lanes", "lane groups and volumes") }
    let columns = table.columns.enumerated().compactMap { index, header in
      UTDFTurn.parse(header).map { (column: index, heading: $0.heading, turn: $0.turn) }
    }
    for record in table.records { _ = try nodeIndex(table, record) }
    for record in table.records("destnode") {
      let node = try nodeIndex(table, record)
      guard nodes[node].kind.hasLaneGroups else {
        notes.collect(
          "lanes-at-plain-node", at: name(node), "Lane groups of a bend or external node are not used.",
          mend: "nothing, or change the node's type")
        continue
      }
      for approach in nodes[node].approaches {
        let heading = approaches[approach].heading
        for entry in columns where entry.heading == heading {
          guard let target = try document.number(table, record, entry.column, .node), target > 0 else {
            continue
          }
          let group = try readGroup(
            table, record, column: entry.column, turn: entry.turn, destination: Int(target),
            approach: approaches[approach])
          approaches[approach].groups.append(group)
        }
        approaches[approach].groups.sort { $0.turn < $1.turn }
      }
      try checkHeadings(table, record, node: node, columns: columns)
    }
  }

  /// Movements of a heading that has no link would be lost.
  private func checkHeadings(
    _ table: UTDFTable, _ record: UTDFTable.Record, node: Int,
    columns: [(column: Int, heading: UTDFHeading, turn: UTDFTurn)]
  ) throws(DocumentError) {
    let headings = Set(nodes[node].approaches.map { approaches[$0].heading })
    for entry in columns where !headings.contains(entry.heading) {
      guard let target = try document.number(table, record, entry.column, .node), target > 0 else { continue }
      throw document.error(
        table, record, column: entry.column,
        found: "a movement \(entry.heading.rawValue)\(entry.turn.rawValue)",
        expected: "a link \(entry.heading.rawValue) at node \(nodes[node].number) in [Links]",
        mend: "add the link's Up ID to [Links] or remove the movement")
    }
  }

  private mutating func readGroup(
    _ table: UTDFTable, _ record: UTDFTable.Record, column: Int, turn: UTDFTurn, destination: Int,
    approach: UTDFApproach
  ) throws(DocumentError) -> UTDFLaneGroup {
    let number = record.intersection
    let document = document
    let label = "\(number) \(approach.heading.rawValue)\(turn.rawValue)"
    func value(_ key: String, _ range: UTDFRange) throws(DocumentError) -> Double? {
      try document.number(table, key, number, column, range)
    }
    if indexOfNumber[destination] == nil {
      throw document.error(
        table, record, column: column, found: "node \(destination)", expected: "a node of [Nodes]",
        mend: "correct the destination's number or add the node")
    }
    if let upstream = try value("upnode", .node), Int(upstream) != nodes[approach.upstream].number {
      throw document.error(
        table, record, column: column, found: "Up Node \(Int(upstream)) for \(label)",
        expected: "node \(nodes[approach.upstream].number), the Up ID of [Links]",
        mend: "make [Links] and [Lanes] agree")
    }
    var group = UTDFLaneGroup(
      turn: turn, label: label, destination: destination, record: record, column: column)
    group.laneCount = Int(try value("lanes", .lanes) ?? 0)
    group.shared = Int(try value("shared", .code(0...3)) ?? 0)
    group.widthMeters = try value("width", .notNegative).map(units.meters)
    group.storageMeters = try value("storage", .notNegative).map(units.meters)
    group.storageLaneCount = try value("stlanes", .lanes).map { Int($0) }
    group.signControl = try value("signcontrol", .code(0...2)).map { Int($0) }
    group.rightChannel = Int(try value("rightchanneled", .code(0...4)) ?? 0)
    group.idealFlow = try value("idealflow", .volume)
    group.saturationFlow = try value("satflow", .volume)
    group.permittedSaturationFlow = try value("satflowperm", .volume)
    group.lostTimeAdjustSeconds = try value("losttimeadjust", .clock) ?? 0
    group.allowsRightOnRed = try value("allowrtor", .code(0...1)) == 1
    group.sharedLanePercent = try value("trafficinsharedlane", .percent)
    group.midblockPercent = try value("midblock", .percent) ?? 0
    group.pedestriansPerHour = try value("peds", .volume) ?? 0
    group.heavyShare = try value("heavyvehicles", .percent).map { $0 / 100 } ?? defaults.heavyShare
    if turn != .through {
      let speed = try value("turningspeed", .notNegative) ?? 0
      if speed > 0 { group.turningSpeedMetersPerSecond = units.metersPerSecond(speed) }
    }
    for index in 1...4 {
      try addPhase(value("phase\(index)", .phase), to: &group, isProtected: true)
      try addPhase(value("permphase\(index)", .phase), to: &group, isProtected: false)
      if let phase = try value("detectphase\(index)", .phase), phase > 0 {
        group.detectorPhases.append(Int(phase))
      }
    }
    group.switchPhase = try value("switchphase", .phase).flatMap { $0 > 0 ? Int($0) : nil }
    group.flowVehiclesPerHour = try readFlow(label, value)
    group.detectors = try readDetectors(label, value)
    try noteUnusedOptions(group, value)
    return group
  }

  private func addPhase(_ number: Double?, to group: inout UTDFLaneGroup, isProtected: Bool) {
    guard let number, number != 0 else { return }
    if number < 0 {
      group.isUncontrolled = true
    } else if isProtected {
      if !group.protectedPhases.contains(Int(number)) { group.protectedPhases.append(Int(number)) }
    } else if !group.permittedPhases.contains(Int(number)) {
      group.permittedPhases.append(Int(number))
    }
  }

  /// Volume × growth ÷ peak hour factor. Growth stands in percent; a value below 10 can only be a factor.
  private mutating func readFlow(
    _ label: String, _ value: (String, UTDFRange) throws(DocumentError) -> Double?
  ) throws(DocumentError) -> Double {
    let volume = try value("volume", .volume) ?? 0
    let growth = UTDFRange(bounds: 0...10_000, words: "a percentage from 0 to 10000")
    var factor = try value("growth", growth).map { $0 / 100 } ?? defaults.growthFactor
    if factor > 0 && factor < 0.1 {
      notes.collect(
        "growth-as-factor", at: label, "Growth is below 10 and read as a factor, not as a percentage.",
        mend: "write Growth in percent")
      factor *= 100
    }
    let range = UTDFRange(bounds: 0.05...1, words: "a peak hour factor from 0.05 to 1")
    let peak = try value("phf", range) ?? defaults.peakHourFactor
    return options.appliesPeakHourFactor ? volume * factor / peak : volume * factor
  }

  private func readDetectors(
    _ label: String, _ value: (String, UTDFRange) throws(DocumentError) -> Double?
  ) throws(DocumentError) -> [UTDFDetector] {
    let count = try value("numdetects", .code(0...20)) ?? 0
    guard count >= 1 else { return [] }
    var detectors: [UTDFDetector] = []
    for index in 1...Int(count) {
      guard let position = try value("detectpos\(index)", .any),
        let length = try value("detectsize\(index)", .notNegative)
      else { continue }
      detectors.append(
        UTDFDetector(
          positionMeters: units.meters(position), lengthMeters: units.meters(length),
          kind: Int(try value("detecttype\(index)", .code(0...65_535)) ?? 3),
          extendSeconds: try value("detectextend\(index)", .seconds) ?? 0,
          delaySeconds: try value("detectdelay\(index)", .seconds) ?? 0,
          queueSeconds: try value("detectqueue\(index)", .seconds) ?? 0))
    }
    return detectors
  }

  /// What the simulator does not represent and the file uses.
  private mutating func noteUnusedOptions(
    _ group: UTDFLaneGroup, _ value: (String, UTDFRange) throws(DocumentError) -> Double?
  ) throws(DocumentError) {
    if group.rightChannel > 0 {
      notes.collect(
        "right-channel", at: group.label,
        "Right Channeled is not represented: the channelised right turn runs with its phase, or as its sign says.",
        mend: "expect somewhat more delay for it than in the field")
    }
    if try value("bicycles", .volume) ?? 0 > 0 {
      notes.collect("bicycles", at: group.label, "Bicycles are not represented.", mend: "nothing")
    }
  }
}
