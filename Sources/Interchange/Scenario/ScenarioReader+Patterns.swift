import TrafficModel

extension ScenarioAssembly {
  mutating func readPatterns(_ assembly: ControllerAssembly, diagram: RingBarrierDiagram) -> [Pattern] {
    let objects = document.objects(assembly.object, "patterns", as: ScenarioFormat.pattern, isRequired: true)
    if objects.isEmpty, let place = assembly.object["patterns"], case .array = place.node.content {
      document.noteType(
        place, expected: "at least one pattern, the plan on the street", mend: "add { \"cycle_s\": ..., ... }"
      )
    }
    var numbers: Set<Int> = []
    return objects.enumerated().map { index, object in
      var number = index + 1
      if let place = object["number"] {
        number = document.integer(place, in: 1...255, what: "a pattern number") ?? number
      }
      places["controller \(assembly.name), pattern \(number)"] = object.place
      if !numbers.insert(number).inserted {
        document.note(
          object["number"] ?? object.place, found: "a second pattern \(number)",
          expected: "each number once in a controller", mend: "renumber one of the two")
      }
      return Pattern(
        number: number, name: document.text(object, "name", default: ""),
        cycle: document.span(object, "cycle_s", in: 1...ScenarioLimits.spanSeconds, default: nil),
        offset: document.span(object, "offset_s", default: .zero),
        reference: document.choice(
          object, "offsetReference", default: .firstGreen, else: OffsetReference.firstGreen),
        timing: readTiming(object, assembly, diagram: diagram), operation: readOperation(object, assembly))
    }
  }

  private mutating func readTiming(
    _ object: DocumentObject, _ assembly: ControllerAssembly, diagram: RingBarrierDiagram
  ) -> PatternTiming {
    if let place = object["stages"] {
      for key in ["splits_s", "rings", "referencePhases"] {
        guard let other = object[key] else { continue }
        document.note(
          other, found: "\"\(key)\" beside \"stages\"", expected: "either stages or splits of phases",
          mend: "remove one of the two")
      }
      return .stages(readStageChain(place, assembly))
    }
    guard let place = object["splits_s"] else {
      document.noteMissing(
        "splits_s", in: object,
        mend: "add \"splits_s\": {\"2\": 40, ...} for phases, or \"stages\": [...] for a stage plan")
      return .stages([])
    }
    let ownDiagram = object["rings"].map { readRings($0, assembly) } ?? diagram
    return .ringBarrier(
      diagram: ownDiagram, splits: readSplits(place, assembly),
      referencePhases: readReferencePhases(object, assembly))
  }

  private mutating func readSplits(_ place: DocumentPlace, _ assembly: ControllerAssembly) -> [TimeSpan] {
    var splits = [TimeSpan](repeating: .zero, count: assembly.phaseObjects.count)
    for entry in document.entries(place, of: "splits by phase number") {
      if let number = Int(entry.key.key), let index = assembly.phaseOfNumber[number] {
        splits[index] = document.span(entry.value)
      } else {
        document.note(
          entry.value,
          found: "a split for \"\(entry.key.key.shortened)\", which is no phase of the controller",
          expected: "numbers of its phases as keys", mend: "add the phase, or remove the split")
      }
    }
    return splits
  }

  /// The phases that the offset refers to; by default those of 2 and 6 that the controller has.
  private mutating func readReferencePhases(_ object: DocumentObject, _ assembly: ControllerAssembly) -> [Int]
  {
    if let place = object["referencePhases"] {
      return phaseIndices(document.elements(place), assembly)
    }
    let phases = [2, 6].compactMap { assembly.phaseOfNumber[$0] }
    if phases.isEmpty {
      document.noteMissing(
        "referencePhases", in: object,
        mend: "name the phases that the offset refers to; there is no phase 2 or 6")
    }
    return phases
  }

  private mutating func readStageChain(
    _ place: DocumentPlace, _ assembly: ControllerAssembly
  ) -> [StageInterval] {
    var chain: [StageInterval] = []
    for entry in document.elements(place) {
      guard let interval = document.object(entry, as: ScenarioFormat.stageInterval) else { continue }
      chain.append(
        StageInterval(
          stage: assembly.stageNames.find(interval, "stage", in: &document),
          duration: document.span(interval, "duration_s", default: nil)))
    }
    if chain.isEmpty, case .array = place.node.content {
      document.noteType(
        place, expected: "at least one stage", mend: "add { \"stage\": \"...\", \"duration_s\": ... }")
    }
    return chain
  }
}
