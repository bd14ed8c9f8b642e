import TrafficModel

extension ScenarioAssembly {
  /// What actuated operation and pedestrians of a phase need beyond the usual; what is left out is switched off.
  mutating func readActuation(_ phase: DocumentObject) -> PhaseActuation {
    var result = PhaseActuation()
    guard let place = phase["actuation"], let object = document.object(place, as: ScenarioFormat.actuation)
    else { return result }
    result.addedInitial = document.span(object, "addedInitial_s", default: .zero)
    result.maximumInitial = document.span(object, "maximumInitial_s", default: .zero)
    result.maximumGreen2 = optionalSpan(object, "maximumGreen2_s")
    result.dynamicMaximumLimit = optionalSpan(object, "dynamicMaximumLimit_s")
    result.dynamicMaximumStep = document.span(object, "dynamicMaximumStep_s", default: .zero)
    result.timeBeforeReduction = document.span(object, "timeBeforeReduction_s", default: .zero)
    if let cars = object["carsBeforeReduction"] {
      result.carsBeforeReduction = document.integer(cars, in: 0...255, what: "a number of vehicles") ?? 0
    }
    result.timeToReduce = document.span(object, "timeToReduce_s", default: .zero)
    result.minimumGap = optionalSpan(object, "minimumGap_s")
    result.locksCalls = document.flag(object, "locksCalls", default: true)
    result.gapsOutSimultaneously = document.flag(object, "gapsOutSimultaneously", default: true)
    result.guaranteesPassage = document.flag(object, "guaranteesPassage", default: false)
    result.isServedConditionally = document.flag(object, "conditionalService", default: false)
    result.conditionalServiceMinimum = document.span(object, "conditionalServiceMinimum_s", default: .zero)
    result.redRevert = document.span(object, "redRevert_s", default: .zero)
    return result
  }

  mutating func readPedestrianTiming(_ phase: DocumentObject) -> PedestrianTiming {
    var result = PedestrianTiming()
    guard let place = phase["pedestrians"],
      let object = document.object(place, as: ScenarioFormat.pedestrianTiming)
    else { return result }
    result.restsInWalk = document.flag(object, "restsInWalk", default: false)
    result.leadingInterval = document.span(object, "leadingInterval_s", default: .zero)
    result.buffer = document.span(object, "buffer_s", default: .zero)
    result.extendedClearance = document.span(object, "extendedClearance_s", default: .zero)
    result.recycles = document.flag(object, "recycles", default: false)
    return result
  }

  /// `coordination` makes a pattern actuated within its cycle; without it the pattern is pretimed.
  mutating func readOperation(_ pattern: DocumentObject, _ assembly: ControllerAssembly) -> PatternOperation {
    guard let place = pattern["coordination"],
      let object = document.object(place, as: ScenarioFormat.coordination)
    else { return .pretimed }
    var result = Coordination()
    result.coordinatedPhases = phaseIndices(document.elements(object, "phases"), assembly)
    result.forceOff = document.choice(
      object, "forceOff", default: .floating, else: Coordination.ForceOff.floating)
    result.permissive = document.choice(
      object, "permissive", default: .flexible, else: Coordination.Permissive.flexible)
    result.maximum = document.choice(
      object, "maximum", default: .inhibited, else: Coordination.Maximum.inhibited)
    result.restsInWalk = document.flag(object, "restsInWalk", default: false)
    if let modes = object["splitModes"] {
      for entry in document.entries(modes, of: "split modes by phase number") {
        guard let phase = phaseIndex(named: entry, assembly, what: "a split mode") else { continue }
        let word: SplitMode? = choice(entry.value)
        if let word { result.splitModes[phase] = word }
      }
    }
    return .coordinated(result)
  }

  /// A span that means something by being absent.
  mutating func optionalSpan(_ object: DocumentObject, _ key: String) -> TimeSpan? {
    guard let place = object[key] else { return nil }
    return document.span(place)
  }

  /// The phase whose number is the key of an entry.
  mutating func phaseIndex(
    named entry: (key: JSONMember, value: DocumentPlace), _ assembly: ControllerAssembly, what: String
  ) -> Int? {
    if let number = Int(entry.key.key), let index = assembly.phaseOfNumber[number] { return index }
    document.note(
      entry.value, found: "\(what) for \"\(entry.key.key.shortened)\", which is no phase of the controller",
      expected: "numbers of its phases as keys", mend: "add the phase, or remove the entry")
    return nil
  }

  /// One of the words of an enumeration, where no key leads to it.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(_ place: DocumentPlace) -> Choice?
  where Choice.RawValue == String {
    guard let text = document.text(place) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    document.note(
      place, found: place.node.summary, expected: "one of \(names.joined(separator: ", "))",
      mend: Suggestion.nearest(to: text, among: names).map { "did you mean \"\($0)\"?" }
        ?? "use one of these words")
    return nil
  }
}
