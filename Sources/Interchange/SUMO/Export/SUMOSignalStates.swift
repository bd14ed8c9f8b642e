import TrafficModel

/// Plans as SUMO's programs: the timeline of a pattern, cut wherever a lamp changes.
public enum SUMOProgramWriter {
  /// One state of a program.
  struct Phase: Hashable {
    var tenths: Int64
    var state: String
  }

  /// An additional file with the first pattern of every controller as a static `tlLogic`, for the network that the
  /// scenario was read from.
  ///
  /// - Parameters:
  ///   - beginSeconds: SUMO's time at our zero.
  ///   - programID: as SUMO lists it beside the file's own.
  public static func additional(
    _ scenario: Scenario, _ mapping: SUMOMapping, beginSeconds: Double, programID: String = "citybrain"
  ) throws(TimelineFailure) -> String {
    var text = "<additional>\n"
    for (controller, signal) in zip(scenario.controllers, mapping.signals) {
      let phases = try phases(of: controller) { signal.state($0) }
      text += logic(
        id: signal.id, programID: programID, phases, offsetSeconds: offset(phases, beginSeconds))
    }
    return text + "</additional>\n"
  }

  /// SUMO's programs begin their first phase at `offset` + whole cycles; ours at the start of the run.
  private static func offset(_ phases: [Phase], _ begin: Double) -> Double {
    let cycle = Double(phases.reduce(0) { $0 + $1.tenths }) / 10
    if cycle <= 0 { return 0 }
    let offset = begin - (begin / cycle).rounded(.down) * cycle
    return (offset * 10).rounded() / 10
  }

  static func logic(id: String, programID: String, _ phases: [Phase], offsetSeconds: Double = 0) -> String {
    var text =
      "  <tlLogic id=\"\(SUMOText.escaped(id))\" type=\"static\" programID=\"\(programID)\" "
      + "offset=\"\(SUMOText.number(offsetSeconds))\">\n"
    for phase in phases {
      text +=
        "    <phase duration=\"\(SUMOText.number(Double(phase.tenths) / 10))\" state=\"\(phase.state)\"/>\n"
    }
    return text + "  </tlLogic>\n"
  }

  /// The states of one cycle from our zero on, no two alike in a row.
  static func phases(
    of controller: SignalController, _ state: ([Indication]) -> [UInt8]
  ) throws(TimelineFailure) -> [Phase] {
    let timeline = try controller.timeline(of: controller.patterns[0])
    let lamps = controller.groups.indices.map { lampTimes(of: $0, controller, timeline) }
    var cuts: Set<Int64> = [0]
    for changes in lamps { for change in changes { cuts.insert(change.start) } }
    let times = cuts.sorted()
    let cycle = timeline.cycle.milliseconds
    var phases: [Phase] = []
    for (index, time) in times.enumerated() {
      let end = index + 1 < times.count ? times[index + 1] : cycle
      let shown = lamps.map { indication($0, at: time) }
      let text = String(decoding: state(shown), as: UTF8.self)
      if let last = phases.last, last.state == text {
        phases[phases.count - 1].tenths += (end - time) / 100
      } else {
        phases.append(Phase(tenths: (end - time) / 100, state: text))
      }
    }
    return phases
  }

  private struct LampChange {
    /// Milliseconds from our zero, in the cycle.
    var start: Int64
    var indication: Indication
  }

  /// The colours of a group over the cycle, in order of time.
  private static func lampTimes(
    of group: Int, _ controller: SignalController, _ timeline: CycleTimeline
  ) -> [LampChange] {
    let data = controller.groups[group]
    let cycle = timeline.cycle.milliseconds
    var changes: [LampChange] = []
    func add(_ time: TimeSpan, _ indication: Indication) {
      changes.append(
        LampChange(start: ((time.milliseconds % cycle) + cycle) % cycle, indication: indication))
    }
    for green in timeline.greens[group] {
      if green.duration >= timeline.cycle { return [LampChange(start: 0, indication: data.proceed)] }
      var time = green.start - data.gainingDuration
      for colour in data.gaining {
        add(time, colour.indication)
        time += colour.duration
      }
      add(green.start, data.proceed)
      time = green.start + green.duration
      for colour in data.losing where colour.duration > .zero {
        add(time, colour.indication)
        time += colour.duration
      }
      add(time, .red)
    }
    return changes.sorted {
      ($0.start, $0.indication == .red ? 0 : 1) < ($1.start, $1.indication == .red ? 0 : 1)
    }
  }

  /// What is shown at a moment: the last change before it on the circle.
  private static func indication(_ changes: [LampChange], at time: Int64) -> Indication {
    (changes.last { $0.start <= time } ?? changes.last)?.indication ?? .red
  }
}

/// Text as XML wants it.
enum SUMOText {
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }

  /// An id that SUMO takes: letters, digits, and what stands for the rest.
  static func identifier(_ name: String) -> String {
    let known = name.unicodeScalars.map { scalar -> Character in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
      return isPlain || scalar == "_" || scalar == "-" || scalar == "#" || scalar == "."
        ? Character(scalar) : "_"
    }
    return known.isEmpty ? "_" : String(known)
  }

  /// Hundredths, without needless zeros.
  static func number(_ value: Double) -> String {
    let hundredths = (value * 100).rounded()
    guard hundredths.magnitude < 1e15 else { return "0" }
    let whole = Int64(hundredths)
    let sign = whole < 0 ? "-" : ""
    let (units, rest) = (whole.magnitude / 100, whole.magnitude % 100)
    if rest == 0 { return "\(sign)\(units)" }
    if rest % 10 == 0 { return "\(sign)\(units).\(rest / 10)" }
    return "\(sign)\(units).\(rest < 10 ? "0" : "")\(rest)"
  }
}
