import TrafficModel

extension ScenarioAssembly {
  /// Overlaps, preempts, priorities, schedule and options of a controller.
  mutating func readUnit(_ assembly: ControllerAssembly, _ controller: inout SignalController) {
    let object = assembly.object
    for (index, phase) in assembly.phaseObjects.enumerated() where controller.phases.indices.contains(index) {
      controller.phases[index].actuation = readActuation(phase)
      controller.phases[index].pedestrians = readPedestrianTiming(phase)
    }
    controller.overlaps = document.objects(object, "overlaps", as: ScenarioFormat.overlap).map {
      readOverlap($0, assembly, controller)
    }
    controller.preempts = document.objects(object, "preempts", as: ScenarioFormat.preempt).map {
      readPreempt($0, assembly)
    }
    controller.priorities = document.objects(object, "priorities", as: ScenarioFormat.priority).map {
      readPriority($0, assembly)
    }
    controller.schedule = readSchedule(assembly)
    controller.options = readOptions(assembly, controller)
  }

  /// The number of a thing that events and commands name.
  mutating func number(_ object: DocumentObject, in range: ClosedRange<Int>, what: String) -> Int {
    guard let place = object["number"] else {
      document.noteMissing("number", in: object, mend: "add \"number\": 1")
      return 1
    }
    return document.integer(place, in: range, what: what) ?? 1
  }

  private mutating func phaseList(
    _ object: DocumentObject, _ key: String, _ assembly: ControllerAssembly
  ) -> [Int] {
    phaseIndices(document.elements(object, key), assembly)
  }

  /// A group of the controller by name; 0 stands in for one that has been noted.
  private mutating func groupIndex(_ place: DocumentPlace, _ controller: SignalController) -> Int {
    guard let name = document.text(place) else { return 0 }
    if let index = controller.groups.firstIndex(where: { $0.name == name }) { return index }
    var names = NameTable(what: "signal group of controller \(controller.name)")
    for group in controller.groups where names[group.name] == nil {
      names.add(group.name, at: place, in: &document)
    }
    return names.find(name, at: place, in: &document)
  }

  private mutating func readOverlap(
    _ object: DocumentObject, _ assembly: ControllerAssembly, _ controller: SignalController
  ) -> Overlap {
    let number = number(object, in: 1...16, what: "the number of an overlap")
    places["controller \(assembly.name), overlap \(number)"] = object.place
    if object["group"] == nil {
      document.noteMissing("group", in: object, mend: "add \"group\" with the name of its signal group")
    }
    let group = object["group"].map { groupIndex($0, controller) } ?? 0
    if object["includedPhases"] == nil {
      document.noteMissing("includedPhases", in: object, mend: "add \"includedPhases\": [2, ...]")
    }
    return Overlap(
      number: number, group: group,
      kind: document.choice(object, "kind", default: .normal, else: Overlap.Kind.normal),
      includedPhases: phaseList(object, "includedPhases", assembly),
      modifierPhases: phaseList(object, "modifierPhases", assembly),
      trailingGreen: document.span(object, "trailingGreen_s", default: .zero))
  }

  private mutating func readPreempt(_ object: DocumentObject, _ assembly: ControllerAssembly) -> Preempt {
    let number = number(object, in: 1...255, what: "the number of a preempt")
    let kind = document.choice(object, "kind", default: nil, else: Preempt.Kind.emergency)
    places["controller \(assembly.name), \(kind.rawValue) preempt \(number)"] = object.place
    var result = Preempt(number: number, kind: kind, dwellPhases: phaseList(object, "dwellPhases", assembly))
    result.isFailSafe = document.flag(object, "failSafe", default: false)
    result.isLocking = document.flag(object, "locking", default: false)
    result.delay = document.span(object, "delay_s", default: .zero)
    result.minimumDuration = document.span(object, "minimumDuration_s", default: .zero)
    result.minimumGreen = optionalSpan(object, "minimumGreen_s")
    result.minimumWalk = optionalSpan(object, "minimumWalk_s")
    result.pedestrianClearance = optionalSpan(object, "pedestrianClearance_s")
    result.trackPhases = phaseList(object, "trackPhases", assembly)
    result.trackGreen = document.span(object, "trackGreen_s", default: .zero)
    result.dwellPedestrians = phaseList(object, "dwellPedestrians", assembly)
    result.minimumDwell = document.span(object, "minimumDwell_s", default: result.minimumDwell)
    result.cyclingPhases = phaseList(object, "cyclingPhases", assembly)
    result.flashesInDwell = document.flag(object, "flashesInDwell", default: false)
    result.maximumPresence = optionalSpan(object, "maximumPresence_s")
    result.exitPhases = phaseList(object, "exitPhases", assembly)
    result.advanceTime = optionalSpan(object, "advanceTime_s")
    return result
  }

  private mutating func readPriority(
    _ object: DocumentObject, _ assembly: ControllerAssembly
  ) -> TransitPriority {
    let number = number(object, in: 1...255, what: "the number of a priority")
    places["controller \(assembly.name), priority \(number)"] = object.place
    if object["phases"] == nil {
      document.noteMissing("phases", in: object, mend: "add \"phases\" with the phases of the vehicle")
    }
    var result = TransitPriority(
      number: number, phases: phaseList(object, "phases", assembly),
      maximumExtension: document.span(object, "maximumExtension_s", default: nil))
    if let place = object["maximumReduction_s"] {
      for entry in document.entries(place, of: "reductions by phase number") {
        guard let phase = phaseIndex(named: entry, assembly, what: "a reduction") else { continue }
        result.maximumReduction[phase] = document.span(entry.value)
      }
    }
    result.timeOut = document.span(object, "timeOut_s", default: result.timeOut)
    result.lockout = document.span(object, "lockout_s", default: result.lockout)
    return result
  }

  private mutating func readOptions(
    _ assembly: ControllerAssembly, _ controller: SignalController
  ) -> UnitOptions {
    var result = UnitOptions()
    guard let place = assembly.object["unit"], let object = document.object(place, as: ScenarioFormat.unit)
    else { return result }
    places["controller \(assembly.name), unit"] = place
    result.startUpFlash = document.span(object, "startUpFlash_s", default: .zero)
    result.startUpAllRed = document.span(object, "startUpAllRed_s", default: .zero)
    result.redRevert = document.span(object, "redRevert_s", default: result.redRevert)
    for place in document.elements(object, "flashingYellowGroups") {
      result.flashingYellowGroups.append(groupIndex(place, controller))
    }
    if let place = object["cycleFaultCycles"] {
      result.cycleFaultCycles = document.integer(place, in: 1...100, what: "a number of cycles") ?? 2
    }
    result.failedDetectorShare = document.number(
      object, "failedDetectorShare", in: 0...1, what: "a share", default: result.failedDetectorShare)
    result.restsInRed = document.flag(object, "restsInRed", default: false)
    guard let place = object["transition"], let rule = document.object(place, as: ScenarioFormat.transition)
    else { return result }
    result.transition.mode = document.choice(
      rule, "mode", default: .shortway, else: TransitionRule.Mode.shortway)
    result.transition.longestAdd = document.number(
      rule, "longestAdd", in: 0...0.99, what: "a share of the cycle", default: result.transition.longestAdd)
    result.transition.largestSubtract = document.number(
      rule, "largestSubtract", in: 0...0.99, what: "a share of the cycle",
      default: result.transition.largestSubtract)
    result.transition.longestDwell = document.span(
      rule, "longestDwell_s", default: result.transition.longestDwell)
    return result
  }
}
