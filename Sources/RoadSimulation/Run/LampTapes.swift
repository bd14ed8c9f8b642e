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

  struct Tape: Sendable {
    /// Entries of the pool: `first..<loop` once, `loop..<end` again and again, `period` ms later each time.
    var first: Int32
    var loop: Int32
    var end: Int32
    /// 0 where nothing is repeated.
    var period: Int32
  }

  private(set) var pool: ContiguousArray<Entry> = []
  private(set) var tapes: ContiguousArray<Tape> = []

  /// A cabinet that has not settled after this many cycles runs itself.
  private static let mostCycles = 6

  /// Adds the tape of the next cabinet, which has not been started.
  /// - Returns: `false` if it trips its monitor or does not settle; then the cabinets have to run.
  mutating func append(_ fresh: EmulatedCabinet, until end: SimTime) -> Bool {
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
              first: Int32(first), loop: Int32(settledCount), end: Int32(pool.count),
              period: Int32(cycle.milliseconds)))
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
    tapes.append(Tape(first: Int32(first), loop: Int32(pool.count), end: Int32(pool.count), period: 0))
    return true
  }

  private mutating func write(_ changes: ContiguousArray<IndicationChange>, at time: SimTime) {
    for change in changes {
      pool.append(
        Entry(
          milliseconds: Int32(time.milliseconds), group: UInt16(change.group), indication: change.indication))
    }
  }
}

/// Tapes that are being played, each from its beginning.
struct LampPlayer: Sendable {
  /// Where a tape stands, and how much later than written.
  private struct Head: Sendable {
    var position: Int32
    var delay: Int32 = 0
  }

  private let tapes: LampTapes
  private var heads: ContiguousArray<Head>

  init(_ tapes: LampTapes) {
    self.tapes = tapes
    heads = ContiguousArray(tapes.tapes.map { Head(position: $0.first) })
  }

  /// When the lamps of a controller change next; `nil`: never.
  func nextChange(_ controller: Int) -> Int32? {
    let head = heads[controller]
    return head.position < tapes.tapes[controller].end
      ? tapes.pool[Int(head.position)].milliseconds + head.delay : nil
  }

  /// Appends the changes that are due and winds on.
  mutating func play(_ controller: Int, at now: Int32, into changes: inout ContiguousArray<IndicationChange>)
  {
    let tape = tapes.tapes[controller]
    var head = heads[controller]
    while head.position < tape.end {
      let entry = tapes.pool[Int(head.position)]
      if entry.milliseconds + head.delay > now { break }
      changes.append(
        IndicationChange(
          controller: ControllerID(controller), group: Int(entry.group), indication: entry.indication))
      head.position += 1
    }
    if head.position == tape.end && tape.period > 0 {
      head.position = tape.loop
      head.delay += tape.period
    }
    heads[controller] = head
  }
}
