import ControlLoop
import SignalControl
import TrafficModel

/// What the lamps of cabinets do if nobody commands them: each cabinet's first cycles, and the cycle that it repeats.
///
/// A brain that leaves every cabinet to its own pretimed pattern, as most runs of a timing study do, gets the changes
/// that the cabinets themselves have made while the scenario was compiled, their monitors watching: the same bytes at
/// an eighth of the cost, because a cabinet is several kilobytes and its cycle a few dozen words.
struct LampTapes: Sendable {
  struct Entry: Sendable {
    var milliseconds: Int32
    var group: UInt16
    var indication: Indication
  }

  private struct Tape: Sendable {
    /// Entries of the pool: `first..<loop` once, `loop..<end` again and again, `period` ms later each time.
    var loop: Int32
    var end: Int32
    /// 0 where nothing is repeated.
    var period: Int32
    /// Where the tape stands, and how much later than written.
    var position: Int32
    var delay: Int32 = 0
  }

  private var pool: ContiguousArray<Entry> = []
  private var tapes: ContiguousArray<Tape> = []

  /// - Returns: `nil` if a cabinet trips its monitor or does not settle; then the cabinets have to run.
  init?(of cabinets: ContiguousArray<EmulatedCabinet>, until end: SimTime) {
    for cabinet in cabinets {
      guard append(cabinet, until: end) else { return nil }
    }
  }

  /// A cabinet that has not settled after this many cycles runs itself.
  private static let mostCycles = 6

  private mutating func append(_ fresh: EmulatedCabinet, until end: SimTime) -> Bool {
    let first = pool.count
    var cabinet = fresh
    var changes: ContiguousArray<IndicationChange> = []
    cabinet.start(at: .zero, into: &changes)
    write(changes, at: .zero)
    if cabinet.violation != nil || cabinet.unit.pretimedCycle == nil { return false }
    var settled: EmulatedCabinet?
    var settledAt = SimTime.zero
    var settledCount = 0
    var cycles = 0
    while cabinet.nextDeadline < end {
      let time = cabinet.nextDeadline
      changes.removeAll(keepingCapacity: true)
      cabinet.advance(to: time, into: &changes)
      if cabinet.violation != nil { return false }
      write(changes, at: time)
      guard let cycle = cabinet.unit.pretimedCycle else { return false }
      if let before = settled {
        if time < settledAt + cycle { continue }
        if time == settledAt + cycle && cabinet.unit.repeats(before.unit) {
          tapes.append(
            Tape(
              loop: Int32(settledCount), end: Int32(pool.count), period: Int32(cycle.milliseconds),
              position: Int32(first)))
          return true
        }
      }
      if time - .zero < cycle { continue }
      cycles += 1
      if cycles > Self.mostCycles { return false }
      settled = cabinet
      settledAt = time
      settledCount = pool.count
    }
    tapes.append(Tape(loop: Int32(pool.count), end: Int32(pool.count), period: 0, position: Int32(first)))
    return true
  }

  private mutating func write(_ changes: ContiguousArray<IndicationChange>, at time: SimTime) {
    for change in changes {
      pool.append(
        Entry(
          milliseconds: Int32(time.milliseconds), group: UInt16(change.group), indication: change.indication))
    }
  }

  /// When the lamps of a controller change next; `nil`: never.
  func nextChange(_ controller: Int) -> Int32? {
    let tape = tapes[controller]
    return tape.position < tape.end ? pool[Int(tape.position)].milliseconds + tape.delay : nil
  }

  /// Appends the changes that are due and winds on.
  mutating func play(_ controller: Int, at now: Int32, into changes: inout ContiguousArray<IndicationChange>)
  {
    var position = tapes[controller].position
    let delay = tapes[controller].delay
    let end = tapes[controller].end
    while position < end {
      let entry = pool[Int(position)]
      if entry.milliseconds + delay > now { break }
      changes.append(
        IndicationChange(
          controller: ControllerID(controller), group: Int(entry.group), indication: entry.indication))
      position += 1
    }
    if position == end && tapes[controller].period > 0 {
      position = tapes[controller].loop
      tapes[controller].delay += tapes[controller].period
    }
    tapes[controller].position = position
  }
}
