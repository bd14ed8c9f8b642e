import TrafficModel

extension UTDFImporter {
  /// Orders a plan's phases in rings and between barriers and takes their splits from Start and End.
  ///
  /// Barriers and rings are the first two digits of BRP, the order within them is that of the start times (and of
  /// BRP's last digit where the times do not settle it). Split = End − Start, folded into the cycle. Rings that
  /// have a phase between two barriers must be equally long there, and the sides must fill the cycle; a ring
  /// without a phase there dwells. Repairs, each one told: a short ring's last phase is lengthened to the longest
  /// ring; if the sides are shorter than the cycle, the last phases of the reference side get the rest; if they
  /// are longer, the cycle becomes their sum. Without Start and End a split is MaxGreen + yellow + all-red.
  mutating func layOutPlan(_ plan: inout UTDFPlan) throws(DocumentError) {
    let barriers = Set(plan.phases.map(\.barrier)).sorted()
    let rings = Set(plan.phases.map(\.ring)).sorted()
    plan.splits = try plan.phases.map { phase throws(DocumentError) in try split(of: phase, in: plan) }
    plan.diagram.rings = rings.map { ring in
      barriers.map { barrier in
        let members = plan.phases.indices.filter {
          plan.phases[$0].ring == ring && plan.phases[$0].barrier == barrier
        }
        return ordered(members, in: plan)
      }
    }
    orderSides(&plan)
    equaliseRings(&plan)
    fillCycle(&plan)
    for (index, phase) in plan.phases.enumerated()
    where plan.splits[index] > .zero && plan.splits[index] <= phase.clearance {
      throw phaseError(
        plan, phase, key: "end", found: "a split of \(plan.splits[index].text)",
        expected: "more than yellow and all-red, \(phase.clearance.text)",
        mend: "move End, or shorten yellow or all-red")
    }
  }

  /// Barrier numbers only tell sides apart; their order in time is that of the start times.
  private func orderSides(_ plan: inout UTDFPlan) {
    let sides = Array(0..<plan.diagram.sideCount)
    let starts = sides.map { side in
      plan.diagram.rings.compactMap { $0[side].first }.compactMap { plan.phases[$0].start }.first
    }
    guard let first = starts.first, let first, starts.allSatisfy({ $0 != nil }) else { return }
    let order = sides.sorted { a, b in
      let cycle = plan.cycle
      return ((starts[a] ?? first) - first).modulo(cycle) < ((starts[b] ?? first) - first).modulo(cycle)
    }
    if order == sides { return }
    for ring in plan.diagram.rings.indices {
      plan.diagram.rings[ring] = order.map { plan.diagram.rings[ring][$0] }
    }
  }

  private func phaseError(
    _ plan: UTDFPlan, _ phase: UTDFPhase, key: String, found: String, expected: String, mend: String
  ) -> DocumentError {
    let record = document["phases"]?.record(key, plan.number)
    return DocumentError(
      file: document.text.file, line: Int(record?.row.line ?? 0), column: 1,
      path: "[Phases] \(key), \(plan.number), D\(phase.number)", found: found, expected: expected, mend: mend)
  }

  private func split(of phase: UTDFPhase, in plan: UTDFPlan) throws(DocumentError) -> TimeSpan {
    guard let start = phase.start, let end = phase.end else {
      guard let green = phase.maximumGreen else {
        throw phaseError(
          plan, phase, key: "start", found: "neither Start and End nor MaxGreen",
          expected: "the phase's times",
          mend: "export the timing with Start and End rows")
      }
      return green + phase.clearance
    }
    let span = (end - start).modulo(plan.cycle)
    // A ring of one phase runs from its start round to it.
    let isAlone = plan.phases.count { $0.ring == phase.ring } == 1
    return span == .zero && isAlone ? plan.cycle : span
  }

  /// Phases of one ring and side so that each begins where the one before ends; by BRP position if no such order
  /// exists.
  private mutating func ordered(_ members: [Int], in plan: UTDFPlan) -> [Int] {
    let byPosition = members.sorted { (plan.phases[$0].position, $0) < (plan.phases[$1].position, $1) }
    guard members.count > 1, members.allSatisfy({ plan.phases[$0].start != nil }) else { return byPosition }
    func follows(_ a: Int, _ b: Int) -> Bool {
      guard let end = plan.phases[a].end, let start = plan.phases[b].start else { return false }
      return (end - start).modulo(plan.cycle) == .zero
    }
    if zip(byPosition, byPosition.dropFirst()).allSatisfy({ follows($0, $1) }) { return byPosition }
    for first in byPosition {
      var chain = [first]
      while let next = byPosition.first(where: { !chain.contains($0) && follows(chain[chain.count - 1], $0) })
      {
        chain.append(next)
      }
      if chain.count == members.count {
        notes.note(
          "phase-order", at: plan.place,
          "Phases \(numbers(byPosition, plan)) run in the order \(numbers(chain, plan)) by their start times, "
            + "against BRP; the times are followed.", mend: "correct the last digit of BRP")
        return chain
      }
    }
    notes.note(
      "phase-gap", at: plan.place,
      "Phases \(numbers(byPosition, plan)) do not follow each other without gap by Start and End; they are put in "
        + "the order of BRP.", mend: "correct their Start and End")
    return byPosition
  }

  private func numbers(_ phases: [Int], _ plan: UTDFPlan) -> String {
    phases.map { String(plan.phases[$0].number) }.joined(separator: ", ")
  }

  private func length(_ ring: Int, _ side: Int, of plan: UTDFPlan) -> TimeSpan {
    plan.diagram.phases(ring: ring, side: side).reduce(.zero) { $0 + plan.splits[$1] }
  }

  private mutating func equaliseRings(_ plan: inout UTDFPlan) {
    for side in 0..<plan.diagram.sideCount {
      let longest = plan.diagram.rings.indices.map { length($0, side, of: plan) }.max() ?? .zero
      for ring in plan.diagram.rings.indices {
        let own = length(ring, side, of: plan)
        guard own > .zero, own < longest,
          let last = plan.diagram.phases(ring: ring, side: side).last(where: { plan.splits[$0] > .zero })
        else { continue }
        notes.note(
          "ring-sum", at: "\(plan.place), ring \(ring + 1), side \(side + 1)",
          "The ring lasts \(own.text), another one \(longest.text): phase \(plan.phases[last].number) is lengthened "
            + "by \((longest - own).text).", mend: "make the rings equally long between barriers")
        plan.splits[last] += longest - own
      }
    }
  }

  private mutating func fillCycle(_ plan: inout UTDFPlan) {
    let sides = 0..<plan.diagram.sideCount
    let sum = sides.reduce(TimeSpan.zero) { total, side in
      total + (plan.diagram.rings.indices.map { length($0, side, of: plan) }.max() ?? .zero)
    }
    if sum == plan.cycle { return }
    if sum > plan.cycle {
      notes.note(
        "cycle-sum", at: plan.place,
        "The sides sum to \(sum.text), Cycle Length is \(plan.cycle.text): the cycle is \(sum.text).",
        mend: "make Start, End and Cycle Length agree")
      plan.cycle = sum
      return
    }
    let reference = plan.phases.indices.first { plan.referencePhases.contains(plan.phases[$0].number) }
    let side = reference.flatMap { plan.diagram.place(of: $0)?.side } ?? 0
    let rest = plan.cycle - sum
    var lengthened: [Int] = []
    for ring in plan.diagram.rings.indices {
      guard let last = plan.diagram.phases(ring: ring, side: side).last(where: { plan.splits[$0] > .zero })
      else { continue }
      plan.splits[last] += rest
      lengthened.append(last)
    }
    notes.note(
      "cycle-sum", at: plan.place,
      "The sides sum to \(sum.text), Cycle Length is \(plan.cycle.text): phases \(numbers(lengthened, plan)) of the "
        + "reference side get \(rest.text) more.", mend: "make Start, End and Cycle Length agree")
  }

  /// The one pattern of the file, "the plan on the street", with the offset that makes it run at the file's times.
  ///
  /// Start overrides Offset: the pattern is laid out once and moved until the first reference phase starts at its
  /// Start. A difference to Offset and any phase that then does not start at its Start is told.
  mutating func pattern(of plan: UTDFPlan, for controller: SignalController) -> Pattern {
    var references = plan.referencePhases.compactMap { plan.phaseIndex($0) }
    if references.isEmpty {
      references = Array(plan.diagram.rings.compactMap { $0.first?.first }.prefix(2))
      notes.note(
        "reference-phase", at: plan.place,
        "Reference Phase names no phase of the plan; the offset is referred to \(numbers(references, plan)).",
        mend: "correct Reference Phase")
    }
    var pattern = Pattern(
      number: 1, name: "UTDF", cycle: plan.cycle, offset: (plan.offset ?? .zero).modulo(plan.cycle),
      reference: plan.reference,
      timing: .ringBarrier(diagram: plan.diagram, splits: plan.splits, referencePhases: references),
      operation: operation(of: plan))
    guard let timeline = try? controller.timeline(of: pattern) else { return pattern }
    guard let anchor = references.first, let start = plan.phases[anchor].start,
      let laidOut = timeline.intervals.first(where: { $0.index == anchor })
    else { return pattern }
    let shift = (start - laidOut.start).modulo(plan.cycle)
    let offset = (pattern.offset + shift).modulo(plan.cycle)
    if plan.offset != nil && shift != .zero {
      notes.note(
        "offset-overridden", at: plan.place,
        "Offset is \(pattern.offset.text); the Start times mean \(offset.text) and are followed.",
        mend: "make Offset, Referenced To, Reference Phase and Start agree")
    }
    pattern.offset = offset
    for interval in timeline.intervals {
      guard let expected = plan.phases[interval.index].start else { continue }
      let moved = (interval.start + shift - expected).modulo(plan.cycle)
      if moved != .zero {
        notes.note(
          "phase-moved", at: "\(plan.place), phase \(plan.phases[interval.index].number)",
          "It starts \(min(moved, plan.cycle - moved).text) off its Start of \(expected.text), because barriers "
            + "are crossed together.", mend: "correct Start and End of its side")
      }
    }
    return pattern
  }
}
