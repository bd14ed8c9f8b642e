import TestSupport
import TrafficModel

/// The controllers whose states are searched, with the shortest times that still tell every rule apart; one tick is one
/// unit.
struct SearchedController {
  enum PreemptKind: String, CaseIterable {
    case none, rail, emergency, flash
    /// An emergency preempt whose call may last for 0.6 s.
    case presence
  }

  enum Variant: String, CaseIterable {
    case plain
    /// Red-amber before every vehicle green.
    case redAmber
    /// A right turn that runs with phases 1 and 6, and trails for three ticks; both rings rest in red.
    case overlap
    /// The same right turn without trailing green, but with a minimum green longer than its phases' maxima.
    case heldOverlap
    /// No all red after flash.
    case atOnce
  }

  /// Eight phases in two rings, or four phases in two rings without left turns.
  var phaseCount = 8
  /// Phases (by number) that have a detector; the others are there by dual entry and commands only.
  var detected: Set<Int> = Set(1...8)
  /// Phases (by number) with pedestrians.
  var walking: Set<Int> = [2, 4, 6, 8]
  var preempt = PreemptKind.emergency
  /// Conditional service, leading pedestrian intervals, red rest, trailing overlap: rows that the plain controller has not.
  var hasExtras = false
  var variant = Variant.plain
  /// Every interval is one tick long, and there is no red clearance: the fewest states that still tell the intervals apart.
  var isCoarse = false

  var data: SignalController {
    func sketch(_ number: Int) -> SignalFixture.PhaseSketch {
      SignalFixture.PhaseSketch(number).with {
        $0.minimum = isCoarse ? 0.1 : 0.2
        $0.maximum = isCoarse ? 0.1 : 0.3
        $0.passage = isCoarse ? 0 : 0.1
        $0.yellow = 0.1
        $0.red = isCoarse ? 0 : 0.1
        $0.dualEntry = number % 2 == 0
        if walking.contains(number) { $0.walk = (0.1, 0.1) }
      }
    }
    var data =
      phaseCount == 8
      ? SignalFixture.ringBarrier((1...8).map(sketch), diagram: [[[0, 1], [2, 3]], [[4, 5], [6, 7]]])
      : SignalFixture.ringBarrier([2, 1, 4, 6].map(sketch), diagram: [[[1, 0], [2]], [[3], []]])
    data.detectors = data.detectors.filter { detected.contains(data.phases[$0.detector.index].number) }
    data.patterns = [shortPattern(data)]
    addArrow(to: &data)
    addPreempt(to: &data)
    data.options.redRevert = TimeSpan(tenths: isCoarse ? 1 : 2)
    data.options.startUpAllRed = TimeSpan(tenths: 1)
    if hasExtras { addExtras(to: &data) }
    switch variant {
    case .plain: break
    case .redAmber: addRedAmber(to: &data)
    case .overlap: addRightTurn(to: &data, minimum: 2, trailing: 3)
    case .heldOverlap: addRightTurn(to: &data, minimum: 6, trailing: 0)
    case .atOnce: data.options.startUpAllRed = .zero
    }
    return data
  }

  /// A pretimed pattern with the shortest splits, 0.4 s each; the rest of a ring's side goes to its last phase.
  private func shortPattern(_ data: SignalController) -> Pattern {
    let least = TimeSpan(tenths: 4)
    var splits = [TimeSpan](repeating: least, count: data.phases.count)
    var cycle = TimeSpan.zero
    for side in 0..<data.diagram.sideCount {
      let rings = data.diagram.rings.indices.map { data.diagram.phases(ring: $0, side: side) }
      let longest = rings.map(\.count).max() ?? 0
      for ring in rings {
        if let last = ring.last { splits[last] = least * (longest - ring.count + 1) }
      }
      cycle += least * longest
    }
    return Pattern(
      number: 1, cycle: cycle, offset: .zero,
      timing: .ringBarrier(diagram: data.diagram, splits: splits, referencePhases: [0]))
  }

  private func index(of number: Int, _ data: SignalController) -> Int? {
    data.phases.firstIndex { $0.number == number }
  }

  /// The flashing yellow arrow of phase 1's head against the oncoming phase 2.
  private func addArrow(to data: inout SignalController) {
    guard let left = index(of: 1, data), let oncoming = index(of: 2, data) else { return }
    let old = data
    data.groups.append(
      SignalGroup(
        name: "A", losing: [TimedIndication(.yellow, TimeSpan(tenths: 1))],
        minimumGreen: TimeSpan(tenths: isCoarse ? 1 : 2),
        proceed: .flashingYellow))
    let arrow = data.groups.count - 1
    data.conflicts = ConflictMatrix(count: data.groups.count)
    data.intergreens = IntergreenMatrix(count: data.groups.count)
    for first in old.groups.indices {
      for second in old.groups.indices {
        data.conflicts[first, second] = old.conflicts[first, second]
        data.intergreens[first, second] = old.intergreens[first, second]
      }
    }
    func exclude(_ group: Int) {
      data.conflicts[arrow, group] = .excluded
      data.conflicts[group, arrow] = .excluded
      data.intergreens[arrow, group] = TimeSpan(tenths: 2)
      data.intergreens[group, arrow] = TimeSpan(tenths: 2)
    }
    exclude(left)
    for (place, phase) in data.phases.enumerated() {
      guard data.diagram.place(of: place)?.side != data.diagram.place(of: oncoming)?.side else { continue }
      exclude(phase.groups[0])
      if let walk = phase.pedestrianGroup { exclude(walk) }
    }
    data.overlaps = [
      Overlap(
        number: 1, group: arrow, kind: .flashingYellowArrow, includedPhases: [oncoming],
        modifierPhases: [left])
    ]
  }

  private func addPreempt(to data: inout SignalController) {
    let through = [2, 6].compactMap { index(of: $0, data) }
    let cross = [4].compactMap { index(of: $0, data) }
    switch preempt {
    case .none: return
    case .emergency, .presence:
      data.preempts = [
        Preempt(
          number: 1, kind: .emergency, minimumGreen: TimeSpan(tenths: 1), dwellPhases: through,
          minimumDwell: TimeSpan(tenths: 1),
          maximumPresence: preempt == .presence ? TimeSpan(tenths: 6) : nil,
          exitPhases: cross)
      ]
    case .rail, .flash:
      data.preempts = [
        Preempt(
          number: 1, kind: .rail, delay: TimeSpan(tenths: 1), minimumGreen: TimeSpan(tenths: 1),
          trackPhases: cross, trackGreen: TimeSpan(tenths: 1), dwellPhases: preempt == .flash ? [] : through,
          minimumDwell: TimeSpan(tenths: 1), flashesInDwell: preempt == .flash,
          maximumPresence: TimeSpan(tenths: 12), exitPhases: through)
      ]
    }
  }

  private func addExtras(to data: inout SignalController) {
    data.options.restsInRed = true
    for place in data.phases.indices {
      if data.phases[place].number % 2 == 1 { data.phases[place].actuation.isServedConditionally = true }
      if data.phases[place].pedestrianGroup != nil {
        data.phases[place].pedestrians.leadingInterval = TimeSpan(tenths: 1)
      }
    }
    for place in data.phases.indices where [2, 6].contains(data.phases[place].number) {
      data.phases[place].maximumGreen = TimeSpan(tenths: 10)
    }
    data.overlaps[0].trailingGreen = TimeSpan(tenths: 1)
  }

  private func addRedAmber(to data: inout SignalController) {
    for group in data.groups.indices
    where data.groups[group].kind == .vehicle && data.groups[group].proceed == .green {
      data.groups[group].gaining = [TimedIndication(.redYellow, TimeSpan(tenths: 1))]
      for other in data.groups.indices where data.conflicts[other, group] == .excluded {
        data.intergreens[other, group] += TimeSpan(tenths: 1)
      }
    }
    // Splits that hold the longer intergreens.
    for index in data.patterns.indices {
      guard case .ringBarrier(let diagram, let splits, let references) = data.patterns[index].timing else {
        continue
      }
      data.patterns[index].cycle = data.patterns[index].cycle * 2
      data.patterns[index].timing = .ringBarrier(
        diagram: diagram, splits: splits.map { $0 * 2 }, referencePhases: references)
    }
  }

  /// - Parameters:
  ///   - minimum: Its minimum green in ticks.
  ///   - trailing: Its trailing green in ticks.
  private func addRightTurn(to data: inout SignalController, minimum: Int, trailing: Int) {
    let parents = [1, 6].compactMap { index(of: $0, data) }
    let old = data
    let turn = data.groups.count
    data.groups.append(
      SignalGroup(
        name: "R", losing: [TimedIndication(.yellow, TimeSpan(tenths: 1))],
        minimumGreen: TimeSpan(tenths: minimum)))
    data.conflicts = ConflictMatrix(count: data.groups.count)
    data.intergreens = IntergreenMatrix(count: data.groups.count)
    for first in old.groups.indices {
      for second in old.groups.indices {
        data.conflicts[first, second] = old.conflicts[first, second]
        data.intergreens[first, second] = old.intergreens[first, second]
      }
    }
    for phase in old.phases where !parents.contains(where: { isBesides(phase, old.phases[$0], old) }) {
      for group in phase.groups + (phase.pedestrianGroup.map { [$0] } ?? []) {
        data.conflicts[turn, group] = .excluded
        data.conflicts[group, turn] = .excluded
        data.intergreens[turn, group] = TimeSpan(tenths: 2)
        data.intergreens[group, turn] = TimeSpan(tenths: 2)
      }
    }
    data.overlaps.append(
      Overlap(
        number: data.overlaps.count + 1, group: turn, includedPhases: parents,
        trailingGreen: TimeSpan(tenths: trailing)))
    data.options.restsInRed = true
  }

  /// Whether two phases are one, or may be green together.
  private func isBesides(_ phase: Phase, _ other: Phase, _ data: SignalController) -> Bool {
    if phase.number == other.number { return true }
    guard let first = index(of: phase.number, data), let second = index(of: other.number, data) else {
      return false
    }
    return data.diagram.areConcurrent(first, second)
  }
}
