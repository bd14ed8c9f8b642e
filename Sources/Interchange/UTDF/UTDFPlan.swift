import TrafficModel

/// A column of `[Phases]` at one controller.
struct UTDFPhase: Sendable {
  var number: Int
  /// The digits of BRP.
  var barrier: Int
  var ring: Int
  var position: Int
  var minimumGreen: TimeSpan
  var maximumGreen: TimeSpan?
  var passage: TimeSpan?
  /// Gap reduction: TimeBeforeReduce, TimeToReduce, MinGap.
  var timeBeforeReduction: TimeSpan?
  var timeToReduce: TimeSpan?
  var minimumGap: TimeSpan?
  /// InhibitMax: no maximum green in coordination.
  var inhibitsMaximum: Bool
  var yellow: TimeSpan
  var redClearance: TimeSpan
  var minimumSplit: TimeSpan?
  /// 0 none, 1 minimum, 2 pedestrian, 3 maximum, 4 rest in walk.
  var recall: Int
  var walk: TimeSpan?
  var pedestrianClearance: TimeSpan?
  var pedestrianCallsPerHour: Double
  var dualEntry: Bool
  /// In master time; `nil` where the file has no Start and End.
  var start: TimeSpan?
  var end: TimeSpan?

  var clearance: TimeSpan { yellow + redClearance }
}

/// One controller of `[Timeplans]` with its phases.
struct UTDFPlan: Sendable {
  var number: Int
  /// Nodes that it steers, as indices.
  var nodes: [Int]
  /// 0 pretimed, 1 actuated uncoordinated, 2 semi-actuated uncoordinated, 3 actuated coordinated.
  var controlType: Int
  var cycle: TimeSpan
  var reference: OffsetReference
  /// Phase numbers.
  var referencePhases: [Int]
  var offset: TimeSpan?
  /// 0 single, 1 flexible, 2 by phase.
  var yieldPoint: Int
  var phases: [UTDFPhase]
  /// By phase index, after repairs.
  var splits: [TimeSpan] = []
  var diagram = RingBarrierDiagram(rings: [])

  var isPretimed: Bool { controlType == 0 }
  var place: String { "controller \(number)" }

  func phaseIndex(_ number: Int) -> Int? { phases.firstIndex { $0.number == number } }
}

extension UTDFImporter {
  /// Reads `[Timeplans]` and `[Phases]`; a signal without a plan becomes a priority junction.
  mutating func readPlans() throws(DocumentError) {
    planOfNode = [Int?](repeating: nil, count: nodes.count)
    if let table = document["timeplans"] {
      var numbers: [Int] = []
      for record in table.records {
        _ = try nodeIndex(table, record)
        if numbers.last != record.intersection && !numbers.contains(record.intersection) {
          numbers.append(record.intersection)
        }
      }
      for number in numbers {
        var plan = try readPlan(number, table)
        guard !plan.phases.isEmpty else {
          notes.note(
            "plan-without-phases", at: plan.place, "No phase of [Phases] belongs to it; it is left out.",
            mend: "add its phases")
          continue
        }
        try layOutPlan(&plan)
        for node in plan.nodes {
          if let other = planOfNode[node] {
            notes.note(
              "node-two-controllers", at: name(node),
              "Controllers \(plans[other].number) and \(number) both claim the node; the first one has it.",
              mend: "correct Node 0 to Node 7 of one of them")
          } else {
            planOfNode[node] = plans.count
          }
        }
        plans.append(plan)
      }
    }
    for node in nodes.indices where nodes[node].kind == .signal && planOfNode[node] == nil {
      notes.note(
        "signal-without-plan", at: name(node),
        "No controller of [Timeplans] steers the signal: it is a priority junction, the heavier street first.",
        mend: "add its timing plan, or the node to a controller's Node 0 to Node 7")
    }
  }

  private mutating func readPlan(_ number: Int, _ table: UTDFTable) throws(DocumentError) -> UTDFPlan {
    let data = try column("DATA", of: table)
    func value(_ key: String, _ range: UTDFRange) throws(DocumentError) -> Double? {
      try document.number(table, key, number, data, range)
    }
    let cycleRange = UTDFRange(bounds: 1...3600, words: "a cycle from 1 to 3600 s")
    guard let cycle = try value("cyclelength", cycleRange) else {
      throw DocumentError(
        file: document.text.file, line: table.line, column: 1, path: "[Timeplans] Cycle Length, \(number)",
        found: "no cycle length", expected: "seconds", mend: "add Cycle Length,\(number),… to [Timeplans]")
    }
    var members: [Int] = []
    for slot in 0...7 {
      guard let member = try value("node\(slot)", .node), member > 0 else { continue }
      guard let index = indexOfNumber[Int(member)] else {
        throw DocumentError(
          file: document.text.file, line: Int(table.record("node\(slot)", number)?.row.line ?? 0), column: 1,
          path: "[Timeplans] Node \(slot), \(number)", found: "node \(Int(member))",
          expected: "a node of [Nodes]", mend: "correct the node's number")
      }
      if !members.contains(index) { members.append(index) }
    }
    if members.isEmpty, let own = indexOfNumber[number] { members = [own] }
    let codes: [OffsetReference] = [
      .lastGreen, .firstYellow, .firstRed, .firstGreen, .firstPedestrianClearance,
    ]
    let pair = Int(try value("referencephase", .code(0...9999)) ?? 0)
    let phases = try readPhases(number)
    return UTDFPlan(
      number: number, nodes: members, controlType: Int(try value("controltype", .code(0...3)) ?? 0),
      cycle: TimeSpan(seconds: cycle), reference: codes[Int(try value("referencedto", .code(0...4)) ?? 3)],
      referencePhases: [pair / 100, pair % 100].filter { $0 > 0 },
      offset: try value("offset", .clock).map { TimeSpan(seconds: $0) },
      yieldPoint: Int(try value("yield", .code(0...2)) ?? 0), phases: phases)
  }

  /// Columns D1, D2… that have a place in the rings and a time: Start and End, or at least a yellow.
  private mutating func readPhases(_ controller: Int) throws(DocumentError) -> [UTDFPhase] {
    guard let table = document["phases"] else {
      throw missingSection("Phases", "the phases of the controllers")
    }
    var phases: [UTDFPhase] = []
    for (column, header) in table.columns.enumerated() where header.first == "D" {
      guard let number = Int(header.dropFirst()), number > 0 else { continue }
      if let phase = try readPhase(table, controller, column: column, number: number) { phases.append(phase) }
    }
    let timed = phases.filter { $0.start != nil }
    if timed.isEmpty || timed.count == phases.count { return phases }
    for phase in phases where phase.start == nil {
      notes.collect(
        "phase-untimed", at: "controller \(controller) phase \(phase.number)",
        "The phase has no Start and End while others have: it is not part of the plan.",
        mend: "give it Start and End if it is served")
    }
    return timed
  }

  private func readPhase(
    _ table: UTDFTable, _ controller: Int, column: Int, number: Int
  ) throws(DocumentError) -> UTDFPhase? {
    func value(_ key: String, _ range: UTDFRange) throws(DocumentError) -> Double? {
      try document.number(table, key, controller, column, range)
    }
    func span(_ key: String, _ range: UTDFRange = .seconds) throws(DocumentError) -> TimeSpan? {
      try value(key, range).map { TimeSpan(seconds: $0) }
    }
    guard let place = try value("brp", .code(0...999)), place > 0 else { return nil }
    let digits = (barrier: Int(place) / 100, ring: Int(place) / 10 % 10, position: Int(place) % 10)
    guard digits.barrier > 0 && digits.ring > 0 else {
      throw DocumentError(
        file: document.text.file, line: Int(table.record("brp", controller)?.row.line ?? 0), column: 1,
        path: "[Phases] BRP, \(controller), D\(number)", found: "\(Int(place))",
        expected: "three digits: barrier, ring, position, such as 112", mend: "correct the phase's BRP")
    }
    let start = try span("start", .clock)
    let end = try span("end", .clock)
    let yellow = try span("yellow")
    if (start == nil || end == nil) && yellow == nil { return nil }
    return UTDFPhase(
      number: number, barrier: digits.barrier, ring: digits.ring, position: digits.position,
      minimumGreen: try span("mingreen") ?? TimeSpan(seconds: 5), maximumGreen: try span("maxgreen"),
      passage: try span("vehext"), timeBeforeReduction: try span("timebeforereduce"),
      timeToReduce: try span("timetoreduce"), minimumGap: try span("mingap"),
      inhibitsMaximum: try value("inhibitmax", .code(0...1)) != 0,
      yellow: yellow ?? TimeSpan(seconds: defaults.yellowSeconds),
      redClearance: try span("allred") ?? TimeSpan(seconds: defaults.allRedSeconds),
      minimumSplit: try span("minsplit"),
      recall: Int(try value("recall", .code(0...4)) ?? 0), walk: try span("walk"),
      pedestrianClearance: try span("dontwalk"), pedestrianCallsPerHour: try value("pedcalls", .volume) ?? 0,
      dualEntry: try value("dualentry", .code(0...1)) == 1, start: end == nil ? nil : start,
      end: start == nil ? nil : end)
  }
}
