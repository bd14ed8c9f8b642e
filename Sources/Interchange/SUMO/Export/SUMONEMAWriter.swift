import TrafficModel

/// How a scenario's controllers are written for SUMO.
public enum SUMOProgramKind: Hashable, Sendable {
  /// The first pattern as a fixed program.
  case fixed
  /// Ring-barrier controllers as SUMO's NEMA controllers, running their first pattern.
  case nema
  /// The same, fully actuated without a cycle.
  case nemaFree
}

/// A ring-barrier controller as `tlLogic type="NEMA"`.
///
/// SUMO knows two rings, two sides, phases 1 to 8, one maximum, a constant passage time, and detectors of its own at
/// the stop lines (here 20 m long). What it does not know is told and left out. In a pattern its maximum is the split
/// without clearances, and its coordinated phases are the last of their side.
struct SUMONEMAWriter {
  private let controller: SignalController
  private let pattern: Pattern?
  private let diagram: RingBarrierDiagram
  /// By phase; empty when running free.
  private let splits: [TimeSpan]
  private let references: [Int]
  /// What could not be said.
  private(set) var losses: [String] = []

  /// `nil` for a controller that SUMO's cannot be: no rings, more than two, more than two sides, other phase numbers.
  init?(_ controller: SignalController, isFree: Bool) {
    self.controller = controller
    var diagram = controller.diagram
    var splits: [TimeSpan] = []
    var references: [Int] = []
    if isFree {
      pattern = nil
    } else {
      guard let first = controller.patterns.first,
        case .ringBarrier(let own, let times, let phases) = first.timing
      else { return nil }
      pattern = first
      diagram = own
      splits = times
      references = phases
      if case .coordinated(let coordination) = first.operation, !coordination.coordinatedPhases.isEmpty {
        references = coordination.coordinatedPhases
      }
    }
    let used = diagram.rings.joined().joined()
    guard (1...2).contains(diagram.rings.count), (1...2).contains(diagram.sideCount),
      used.allSatisfy({ (1...8).contains(controller.phases[$0].number) }), !used.isEmpty
    else { return nil }
    self.diagram = diagram
    self.splits = splits
    self.references = references
    noteLosses()
  }

  private mutating func noteLosses() {
    if controller.overlaps.contains(where: { $0.kind != .normal || $0.trailingGreen > .zero }) {
      losses.append("overlaps with modifiers or trailing green follow their phases only")
    }
    let phases = controller.phases
    if phases.contains(where: { $0.pedestrianGroup != nil }) {
      losses.append("pedestrians are not served")
    }
    if phases.contains(where: { $0.actuation.minimumGap != nil || $0.actuation.addedInitial > .zero }) {
      losses.append("gap reduction and added initial are left out")
    }
    if phases.contains(where: { $0.actuation.isServedConditionally }) {
      losses.append("conditional service is left out")
    }
    if phases.contains(where: { $0.recall == .soft }) { losses.append("soft recalls are left out") }
    for phase in references where !isLastOfItsSide(phase) {
      losses.append("coordinated phase \(phases[phase].number) is not the last of its side, as SUMO wants it")
    }
    if let pattern, pattern.reference != .firstGreen && pattern.reference != .firstYellow {
      losses.append("the offset's reference point is taken as the start of green")
    }
  }

  private func isLastOfItsSide(_ phase: Int) -> Bool {
    guard let place = diagram.place(of: phase) else { return false }
    return served(ring: place.ring, side: place.side).last == phase
  }

  private func served(ring: Int, side: Int) -> [Int] {
    diagram.phases(ring: ring, side: side).filter { splits.isEmpty || splits[$0] > .zero }
  }

  private func number(_ phase: Int) -> Int { controller.phases[phase].number }

  /// - Parameters:
  ///   - links: the movement of each link of the signal.
  func logic(id: String, programID: String, links: [Movement]) -> String {
    var text =
      "  <tlLogic id=\"\(SUMOText.escaped(id))\" type=\"NEMA\" programID=\"\(programID)\" "
      + "offset=\"\(SUMOText.number(pattern?.offset.seconds ?? 0))\">\n"
    for (key, value) in parameters { text += "    <param key=\"\(key)\" value=\"\(value)\"/>\n" }
    let used = diagram.rings.indices.flatMap { ring in
      (0..<diagram.sideCount).flatMap { served(ring: ring, side: $0) }
    }
    for phase in used {
      let data = controller.phases[phase]
      let longest = splits.isEmpty ? data.maximumGreen : splits[phase] - data.clearance
      let state = String(decoding: links.map { character($0, phase) }, as: UTF8.self)
      text +=
        "    <phase duration=\"99\" minDur=\"\(SUMOText.number(data.minimumGreen.seconds))\" "
        + "maxDur=\"\(SUMOText.number(longest.seconds))\" vehext=\"\(SUMOText.number(data.passage.seconds))\" "
        + "yellow=\"\(SUMOText.number(data.yellow.seconds))\" red=\"\(SUMOText.number(data.redClearance.seconds))\" "
        + "name=\"\(data.number)\" state=\"\(state)\"/>\n"
    }
    return text + "  </tlLogic>\n"
  }

  private var parameters: [(String, String)] {
    let coordinatedSide = references.compactMap { diagram.place(of: $0)?.side }.first ?? 0
    let otherSide = diagram.sideCount > 1 ? 1 - coordinatedSide : coordinatedSide
    var isFixedForce = false
    var isPretimed = pattern != nil
    if case .coordinated(let coordination)? = pattern?.operation {
      isFixedForce = coordination.forceOff == .fixed
      isPretimed = false
    }
    let all = controller.phases.indices.filter { diagram.place(of: $0) != nil }
    let maximum = all.filter { isPretimed || recall($0) == .maximum }
    let minimum = all.filter {
      recall($0) == .minimum || recall($0) == .pedestrian || references.contains($0)
    }
    return [
      ("detector-length", "20"), ("detector-length-leftTurnLane", "20"),
      ("total-cycle-length", SUMOText.number(pattern?.cycle.seconds ?? 120)),
      ("ring1", ring(0)), ("ring2", ring(diagram.rings.count - 1)),
      ("barrierPhases", barrier(after: otherSide)), ("barrier2Phases", barrier(after: coordinatedSide)),
      ("coordinate-mode", pattern == nil ? "false" : "true"),
      ("minRecall", numbers(minimum)), ("maxRecall", numbers(maximum)),
      ("fixForceOff", isFixedForce ? "true" : "false"),
      ("latchingDetectors", numbers(all.filter { controller.phases[$0].actuation.locksCalls })),
      ("controllerType", pattern?.reference == .firstYellow ? "Type 170" : "TS2"),
    ]
  }

  private func recall(_ phase: Int) -> Recall {
    if case .coordinated(let coordination)? = pattern?.operation {
      switch coordination.splitModes[phase] ?? .none {
      case .none: break
      case .minimumRecall: return .minimum
      case .maximumRecall, .maximumAndPedestrianRecall: return .maximum
      case .pedestrianRecall: return .pedestrian
      case .omitted: return .none
      }
    }
    return controller.phases[phase].recall
  }

  private func numbers(_ phases: [Int]) -> String {
    phases.map { "\(number($0))" }.joined(separator: ",")
  }

  /// The phases of a ring in order; a side without phases repeats those of the other ring.
  private func ring(_ ring: Int) -> String {
    (0..<diagram.sideCount).map { side in
      let own = served(ring: ring, side: side)
      return numbers(own.isEmpty ? served(ring: diagram.rings.count - 1 - ring, side: side) : own)
    }.joined(separator: ",")
  }

  private func barrier(after side: Int) -> String {
    [0, diagram.rings.count - 1].compactMap { ring in
      served(ring: ring, side: side).last ?? served(ring: diagram.rings.count - 1 - ring, side: side).last
    }.map { "\(number($0))" }.joined(separator: ",")
  }

  private func character(_ movement: Movement, _ phase: Int) -> UInt8 {
    var groups = Set(controller.phases[phase].groups)
    for overlap in controller.overlaps where overlap.includedPhases.contains(phase) {
      groups.insert(overlap.group)
    }
    if movement.protectedGroups.contains(where: groups.contains) { return UInt8(ascii: "G") }
    if movement.permittedGroups.contains(where: groups.contains) { return UInt8(ascii: "g") }
    return movement.turnsOnRed ? UInt8(ascii: "s") : UInt8(ascii: "r")
  }
}
