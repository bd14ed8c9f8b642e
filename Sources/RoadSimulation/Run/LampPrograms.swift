import TrafficModel

/// What each movement's lamps do if nobody commands the cabinets: the tapes, cut up by movement.
///
/// A vehicle that looks at its lamps can work out from its movement's program what they show and when they change; then
/// no lamp costs an event. In a city with few vehicles most changes are seen by nobody.
struct LampPrograms: Sendable {
  /// A movement's lamps change.
  struct Change: Sendable {
    var state: LampState
    /// The change that follows, −1 for none, and how much later it comes; `Int32.max`: never.
    var following: Int32 = -1
    var gap = Int32.max
    /// From here to the first change, this one or later, after which vehicles may go; `Int32.max`: there is none.
    var untilGreen = Int32.max

    fileprivate var goes: Bool { state == .protected || state == .permitted }
  }

  /// Which change comes first, −1 for none, and when.
  struct Beginning: Sendable {
    var place: Int32 = -1
    var milliseconds = Int32.max
  }

  /// A program as it is found: changes up to `loop` once, those behind it again and again, `period` ms later each time;
  /// without a period nothing is repeated.
  private struct Found: Hashable {
    var times: [Int32] = []
    var states: [LampState] = []
    var loop: Int?
    var period: Int32 = 0

    mutating func append(_ state: LampState, at milliseconds: Int32) {
      times.append(milliseconds)
      states.append(state)
    }
  }

  /// Those of equal programs stand here once: what one movement has looked at is at hand for the next.
  private var changes = Table<Change>()
  /// By movement.
  private(set) var beginnings: ContiguousArray<Beginning> = []

  /// No programs.
  init() {}

  /// - Returns: `nil` where a lamp flashes red, or a cycle does not end with the lamps that it began with.
  init?(_ tapes: LampTapes, _ wiring: LampWiring, _ layout: StreetLayout) {
    var lamps = MovementLamps(wiring, layout)
    defer { withExtendedLifetime(lamps) {} }
    var found = [Found](repeating: Found(), count: lamps.movements.count)
    var firstStates = lamps.movements.indices.map { lamps.movements[$0].state }
    for (controller, tape) in tapes.tapes.enumerated() {
      let movements = lamps.movements(ofController: controller)
      for position in tape.first..<tape.end {
        if position == tape.loop {
          for movement in movements {
            found[movement].loop = found[movement].times.count
            found[movement].period = tape.period
            firstStates[movement] = lamps.movements[movement].state
          }
        }
        let entry = tapes.pool[Int(position)]
        let change = IndicationChange(
          controller: ControllerID(controller), group: Int(entry.group), indication: entry.indication)
        for place in lamps.set(change) {
          let movement = lamps.movement(place)
          let before = lamps.update(movement, at: entry.milliseconds)
          let state = lamps.movements[movement].state
          if lamps.movements[movement].stopsFirst { return nil }
          if state != before { found[movement].append(state, at: entry.milliseconds) }
        }
      }
    }
    var known: [Found: Int32] = [:]
    for (movement, program) in found.enumerated() {
      if program.loop != nil && lamps.movements[movement].state != firstStates[movement] { return nil }
      let first = known[program] ?? append(program)
      known[program] = first
      beginnings.append(
        first < 0 ? Beginning() : Beginning(place: first, milliseconds: program.times[0]))
    }
  }

  /// - Returns: the position of the first change, −1 for none.
  private mutating func append(_ found: Found) -> Int32 {
    let first = changes.count
    let count = found.times.count
    if count == 0 { return -1 }
    for index in 0..<count {
      var change = Change(state: found.states[index])
      if index + 1 < count {
        change.following = Int32(first + index + 1)
        change.gap = found.times[index + 1] - found.times[index]
      } else if let loop = found.loop, loop < count, found.period > 0 {
        change.following = Int32(first + loop)
        change.gap = found.times[loop] + found.period - found.times[index]
      }
      changes.append(change)
    }
    for position in first..<changes.count { changes[position].untilGreen = untilGreen(from: position, count) }
    return Int32(first)
  }

  private func untilGreen(from start: Int, _ count: Int) -> Int32 {
    var position = start
    var wait: Int32 = 0
    // Once round at most.
    for _ in 0..<2 * count {
      let change = changes[position]
      if change.goes { return wait }
      if change.following < 0 { return .max }
      wait += change.gap
      position = Int(change.following)
    }
    return .max
  }

  subscript(_ place: Int32) -> Change {
    @inline(__always) get { changes[Int(place)] }
  }
}
