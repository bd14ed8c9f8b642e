import TrafficModel

/// Reads plan files.
public enum PlanReader {
  /// Reads a plan for the controllers of a scenario and checks that each of its patterns can be run there.
  ///
  /// Syntax errors stop at the first; otherwise all errors are collected, up to 50.
  /// - Parameter file: the name of the file, for messages.
  public static func read(
    _ bytes: [UInt8], file: String, for scenario: Scenario
  ) throws(ScenarioErrors) -> TimingPlan {
    var parser = JSONParser(bytes, file: file)
    let root: JSONNode
    do {
      root = try parser.parseDocument()
    } catch {
      throw ScenarioErrors(errors: parser.duplicates + [error])
    }
    var assembly = PlanAssembly(
      document: DocumentReader(file: file, errors: parser.duplicates), scenario: scenario)
    let plan = assembly.read(DocumentPlace(node: root, path: .root))
    let errors = assembly.document.errors
    if errors.isEmpty { return plan }
    throw ScenarioErrors(errors: errors.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
  }
}

/// A plan while it is read.
private struct PlanAssembly {
  var document: DocumentReader
  let scenario: Scenario

  mutating func read(_ place: DocumentPlace) -> TimingPlan {
    guard let object = document.object(place, as: PlanFormat.plan) else { return TimingPlan(entries: []) }
    readSchema(object)
    var entries: [TimingPlan.Entry] = []
    for controller in document.objects(
      object, "controllers", as: PlanFormat.controller, isRequired: true)
    {
      guard let entry = readController(controller) else { continue }
      if entries.contains(where: { $0.controller == entry.controller }) {
        document.note(
          controller.place, found: "a second pattern for controller \"\(controllerName(entry))\"",
          expected: "each controller at most once", mend: "remove one of the two")
      } else {
        entries.append(entry)
      }
    }
    return TimingPlan(
      name: document.text(object, "name", default: ""),
      entries: entries.sorted { $0.controller < $1.controller })
  }

  private func controllerName(_ entry: TimingPlan.Entry) -> String {
    scenario.controllers[entry.controller.index].name
  }

  private mutating func readSchema(_ object: DocumentObject) {
    guard let place = object["schema"] else {
      document.noteMissing("schema", in: object, mend: "add \"schema\": \"\(PlanFormat.schema)\"")
      return
    }
    if document.text(place) != PlanFormat.schema {
      document.note(
        place, found: place.node.summary, expected: "\"\(PlanFormat.schema)\"",
        mend: "use a plan file of this version, or make the plan again")
    }
  }

  private mutating func readController(_ object: DocumentObject) -> TimingPlan.Entry? {
    let name = document.name(object)
    guard let index = scenario.controllers.firstIndex(where: { $0.name == name }) else {
      let known = scenario.controllers.map(\.name)
      let nearest = Suggestion.nearest(to: name, among: known)
      document.note(
        object["name"] ?? object.place,
        found: "\"\(name.shortened)\", which is no controller of the scenario",
        expected: "the name of a controller",
        mend: nearest.map { "did you mean \"\($0)\"?" } ?? "use the scenario that the plan was made for")
      return nil
    }
    guard let place = object["pattern"] else {
      document.noteMissing("pattern", in: object, mend: "add \"pattern\": { \"cycle_s\": ..., ... }")
      return nil
    }
    guard let pattern = document.object(place, as: PlanFormat.pattern) else { return nil }
    let count = document.errors.count
    let result = readPattern(pattern, of: scenario.controllers[index])
    if document.errors.count == count { check(result, of: index, at: place) }
    return TimingPlan.Entry(controller: ControllerID(index), pattern: result)
  }

  /// The scenario's own validator, with this pattern alone.
  private mutating func check(_ pattern: Pattern, of index: Int, at place: DocumentPlace) {
    var controller = scenario.controllers[index]
    controller.patterns = [pattern]
    controller.schedule = nil
    for finding in controller.findings(in: scenario.network) where finding.severity == .error {
      let (found, expected) = finding.foundAndExpected
      document.note(place, found: "\(finding.place): \(found)", expected: expected, mend: finding.mend)
    }
  }

  private mutating func readPattern(_ object: DocumentObject, of controller: SignalController) -> Pattern {
    var number = controller.patterns.first?.number ?? 1
    if let place = object["number"] {
      number = document.integer(place, in: 1...255, what: "a pattern number") ?? number
    }
    let before = controller.patterns.first { $0.number == number }
    return Pattern(
      number: number, name: document.text(object, "name", default: before?.name ?? ""),
      cycle: document.span(object, "cycle_s", in: 1...ScenarioLimits.spanSeconds, default: nil),
      offset: document.span(object, "offset_s", default: .zero),
      reference: document.choice(
        object, "offsetReference", default: .firstGreen, else: OffsetReference.firstGreen),
      timing: object["stages"] == nil ? readSplits(object, controller) : readStages(object, controller),
      operation: before?.operation ?? controller.patterns.first?.operation ?? .pretimed)
  }

  private mutating func readSplits(
    _ object: DocumentObject, _ controller: SignalController
  ) -> PatternTiming {
    var splits = [TimeSpan](repeating: .zero, count: controller.phases.count)
    guard let place = object["splits_s"] else {
      document.noteMissing(
        "splits_s", in: object,
        mend: "add \"splits_s\": {\"2\": 40, ...} for phases, or \"stages\": [...] for a stage plan")
      return .stages([])
    }
    for entry in document.entries(place, of: "splits by phase number") {
      if let index = controller.phases.firstIndex(where: { String($0.number) == entry.key.key }) {
        splits[index] = document.span(entry.value)
      } else {
        document.note(
          entry.value,
          found: "a split for \"\(entry.key.key.shortened)\", which is no phase of the controller",
          expected: "numbers of its phases as keys", mend: "remove the split")
      }
    }
    var references = [2, 6].compactMap { number in controller.phases.firstIndex { $0.number == number } }
    if object["referencePhases"] != nil {
      references = phases(document.elements(object, "referencePhases"), controller)
    }
    var diagram = controller.diagram
    if let place = object["rings"] {
      diagram.rings = []
      for ring in document.elements(place) {
        var sides: [[Int]] = []
        for side in document.elements(ring) { sides.append(phases(document.elements(side), controller)) }
        diagram.rings.append(sides)
      }
    }
    return .ringBarrier(diagram: diagram, splits: splits, referencePhases: references)
  }

  private mutating func phases(_ places: [DocumentPlace], _ controller: SignalController) -> [Int] {
    var result: [Int] = []
    for place in places {
      guard let number = document.integer(place, in: 1...32, what: "a phase number") else { continue }
      if let index = controller.phases.firstIndex(where: { $0.number == number }) {
        result.append(index)
      } else {
        document.note(
          place, found: "phase \(number), which controller \(controller.name) does not have",
          expected: "one of \(controller.phases.map { String($0.number) }.joined(separator: ", "))",
          mend: "correct the number")
      }
    }
    return result
  }

  private mutating func readStages(
    _ object: DocumentObject, _ controller: SignalController
  ) -> PatternTiming {
    var chain: [StageInterval] = []
    for interval in document.objects(object, "stages", as: ScenarioFormat.stageInterval) {
      let name = document.name(interval, "stage")
      guard let stage = controller.stages.firstIndex(where: { $0.name == name }) else {
        document.note(
          interval["stage"] ?? interval.place, found: "\"\(name.shortened)\", which is no stage",
          expected: "one of \(controller.stages.map(\.name).joined(separator: ", "))",
          mend: "correct the name")
        continue
      }
      chain.append(
        StageInterval(
          stage: stage,
          duration: document.span(interval, "duration_s", default: nil)))
    }
    return .stages(chain)
  }
}
