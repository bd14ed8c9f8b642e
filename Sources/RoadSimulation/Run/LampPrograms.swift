import TrafficModel

/// What each movement's lamps do if nobody commands the cabinets: the tapes, cut up by movement.
///
/// A vehicle that looks at its lamps can work out from its movement's program what they show and when they change; then
/// no lamp costs an event. In a city with few vehicles most changes are seen by nobody.
struct LampPrograms: Sendable {
  struct Change: Hashable, Sendable {
    var milliseconds: Int32
    var state: LampState

    var goes: Bool { state == .protected || state == .permitted }
  }

  /// Changes of the table: `first..<loop` once, `loop..<end` again and again, `period` ms later each time.
  private struct Program: Sendable {
    var first: Int32
    var loop: Int32
    var end: Int32
    /// 0 where nothing is repeated.
    var period: Int32
  }

  /// Which change of a program comes next, and how much later than written.
  struct Place: Sendable {
    fileprivate var position: Int32
    fileprivate var delay: Int32 = 0
  }

  /// Those of equal programs stand there once: what one movement has looked at is at hand for the next.
  private var changes: ContiguousArray<Change> = []
  /// By movement.
  private var programs: ContiguousArray<Program> = []

  /// - Returns: `nil` where a lamp flashes red, or a cycle does not end with the lamps that it began with.
  init?(_ tapes: LampTapes, _ wiring: LampWiring, _ layout: StreetLayout) {
    var lamps = MovementLamps(wiring, layout)
    let count = lamps.movements.count
    var lists = [[Change]](repeating: [], count: count)
    var loops = [Int?](repeating: nil, count: count)
    var periods = [Int32](repeating: 0, count: count)
    var known: [[Change]: Int32] = [:]
    for (controller, tape) in tapes.tapes.enumerated() {
      let movements = lamps.movements(ofController: controller)
      for position in tape.first..<tape.end {
        if position == tape.loop {
          for movement in movements {
            loops[movement] = lists[movement].count
            periods[movement] = tape.period
            lists[movement].append(
              Change(milliseconds: .min, state: lamps.movements[movement].state))
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
          if state != before {
            lists[movement].append(Change(milliseconds: entry.milliseconds, state: state))
          }
        }
      }
    }
    for movement in 0..<count {
      guard append(&lists[movement], loop: loops[movement], period: periods[movement], &known) else {
        return nil
      }
    }
  }

  /// Adds the program of the next movement. Where its cycle begins the list has a mark with the state there.
  private mutating func append(
    _ list: inout [Change], loop: Int?, period: Int32, _ known: inout [[Change]: Int32]
  ) -> Bool {
    var begin = Int32(list.count)
    if let loop {
      if list.last?.state != list[loop].state { return false }
      list.remove(at: loop)
      begin = Int32(loop)
    }
    let first = known[list] ?? Int32(changes.count)
    if first == changes.count { changes.append(contentsOf: list) }
    known[list] = first
    let end = first + Int32(list.count)
    programs.append(
      Program(first: first, loop: first + begin, end: end, period: first + begin == end ? 0 : period))
    return true
  }

  var beginnings: ContiguousArray<Place> { ContiguousArray(programs.map { Place(position: $0.first) }) }

  /// When the next change comes; `Int32.max`: never.
  func time(_ movement: Int, _ place: Place) -> Int32 {
    place.position < programs[movement].end ? changes[Int(place.position)].milliseconds + place.delay : .max
  }

  /// The next change, which there must be; afterwards `place` is behind it.
  func next(_ movement: Int, _ place: inout Place) -> LampState {
    let state = changes[Int(place.position)].state
    place.position += 1
    wind(movement, &place)
    return state
  }

  private func wind(_ movement: Int, _ place: inout Place) {
    if place.position == programs[movement].end && programs[movement].period > 0 {
      place.position = programs[movement].loop
      place.delay += programs[movement].period
    }
  }

  /// When a change comes after which vehicles may go, `place` or later; `Int32.max`: never.
  func nextGreen(_ movement: Int, from place: Place) -> Int32 {
    var place = place
    // Once round at most.
    var left =
      programs[movement].end - programs[movement].loop + max(0, programs[movement].loop - place.position)
    while left > 0 && place.position < programs[movement].end {
      if changes[Int(place.position)].goes { return time(movement, place) }
      place.position += 1
      wind(movement, &place)
      left -= 1
    }
    return .max
  }
}
