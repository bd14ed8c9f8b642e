import CabinetProtocols
import Foundation
import TrafficModel

/// Joins a ``FieldSupervisor`` to sockets, serial lines, the real clock and the journal.
public struct FieldDriver {
  public private(set) var supervisor: FieldSupervisor
  private var ways: [Way]
  private let journal: Journal?
  private let origin: Double

  /// The way to one cabinet; without a line while that is gone.
  struct Way {
    let place: FieldWay
    var line: FieldLine?
    var nextOpening = 0.0
  }

  /// - Parameters:
  ///   - ways: By place in the supervisor.
  ///   - journal: Without one nothing can be recorded; a supervisor that arms must have one.
  public init(
    _ supervisor: FieldSupervisor, ways: [FieldWay], journal: Journal?
  ) throws(LinkFailure) {
    self.supervisor = supervisor
    self.journal = journal
    origin = MonotonicClock.seconds
    self.ways = []
    for way in ways { self.ways.append(Way(place: way, line: try FieldLine(way))) }
    self.supervisor.start(at: now)
  }

  public var now: SimTime { SimTime(milliseconds: Int64((MonotonicClock.seconds - origin) * 1000)) }

  /// Waits for a message or the next deadline, and acts once.
  ///
  /// - Returns: What a person should read.
  /// - Throws: When the journal cannot be written; nothing has been sent then.
  public mutating func step(patience: Int = 100) throws(JournalFailure) -> [String] {
    let due = (supervisor.nextDeadline - now).milliseconds
    let descriptors = ways.compactMap { $0.line?.descriptor }
    _ = Readiness.wait(for: descriptors, milliseconds: Int(max(0, min(Int64(patience), due))))
    for index in ways.indices { receive(index) }
    supervisor.advance(to: now)
    return try carryOut()
  }

  /// Takes the hand off all cabinets and waits a moment for their answers.
  public mutating func release() throws(JournalFailure) -> [String] {
    supervisor.release(at: now)
    var words = try carryOut()
    let end = MonotonicClock.seconds + 1
    while MonotonicClock.seconds < end { words += try step(patience: 50) }
    return words
  }

  private mutating func receive(_ index: Int) {
    reopen(index)
    do {
      for message in try ways[index].line?.receive() ?? [] {
        supervisor.handle(message, from: index, at: now)
      }
    } catch { ways[index].line = nil }
  }

  /// Records first and together, then sends: no command leaves without its line on the disk.
  private mutating func carryOut() throws(JournalFailure) -> [String] {
    var words: [String] = []
    var datagrams: [(place: Int, bytes: [UInt8])] = []
    let time = Date()
    while let output = supervisor.nextOutput() {
      switch output {
      case .record(let entry): try journal?.append(entry, at: time)
      case .send(let place, let bytes): datagrams.append((place, bytes))
      case .tell(let text): words.append(text)
      }
    }
    try journal?.synchronize()
    for entry in datagrams { send(entry.bytes, to: entry.place) }
    return words
  }

  private mutating func send(_ bytes: [UInt8], to index: Int) {
    // What is lost here is a lost datagram; the session asks again.
    do { try ways[index].line?.send(bytes) } catch { ways[index].line = nil }
  }

  private mutating func reopen(_ index: Int) {
    guard ways[index].line == nil, MonotonicClock.seconds >= ways[index].nextOpening else { return }
    ways[index].nextOpening = MonotonicClock.seconds + 1
    ways[index].line = try? FieldLine(ways[index].place)
  }
}
