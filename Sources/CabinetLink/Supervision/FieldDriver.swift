import CabinetProtocols
import Foundation
import TrafficModel

/// Joins a ``FieldSupervisor`` to sockets, serial lines, the real clock and the journal.
public struct FieldDriver {
  public private(set) var supervisor: FieldSupervisor
  private var lines: [Line]
  private let journal: Journal?
  private let origin: Double

  /// The way to one cabinet.
  struct Line {
    let endpoint: Endpoint
    var link: (any Link)?
    /// Frames of a serial line or a stream; datagrams need none.
    var decoder: PMPPDecoder?
    let address: UInt16
    var nextOpening = 0.0
  }

  /// - Parameters:
  ///   - ways: By place in the supervisor: where the cabinet is reached, and its PMPP address on lines that need one.
  ///   - journal: Without one nothing can be recorded; a supervisor that arms must have one.
  public init(
    _ supervisor: FieldSupervisor, ways: [(endpoint: Endpoint, address: UInt16)], journal: Journal?
  ) throws(LinkFailure) {
    self.supervisor = supervisor
    self.journal = journal
    origin = MonotonicClock.seconds
    lines = []
    for way in ways {
      let link = try Links.open(way.endpoint)
      lines.append(
        Line(
          endpoint: way.endpoint, link: link, decoder: link.keepsBorders ? nil : PMPPDecoder(),
          address: way.address))
    }
    self.supervisor.start(at: now)
  }

  public var now: SimTime { SimTime(milliseconds: Int64((MonotonicClock.seconds - origin) * 1000)) }

  /// Waits for a message or the next deadline, and acts once.
  ///
  /// - Returns: What a person should read.
  /// - Throws: When the journal cannot be written; nothing has been sent then.
  public mutating func step(patience: Int = 100) throws(JournalFailure) -> [String] {
    let due = (supervisor.nextDeadline - now).milliseconds
    let descriptors = lines.compactMap { $0.link?.descriptor }
    _ = Readiness.wait(for: descriptors, milliseconds: Int(max(0, min(Int64(patience), due))))
    for index in lines.indices { receive(index) }
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
    var bytes: [UInt8] = []
    while true {
      do {
        guard try lines[index].link?.receive(into: &bytes) == true else { break }
      } catch {
        lines[index].link = nil
        break
      }
      guard lines[index].decoder == nil else { continue }
      supervisor.handle(bytes, from: index, at: now)
      bytes.removeAll(keepingCapacity: true)
    }
    guard !bytes.isEmpty else { return }
    lines[index].decoder?.append(bytes)
    while let frame = lines[index].decoder?.next() {
      guard frame.identifier == PMPPFrame.snmpIdentifier, frame.address == lines[index].address else {
        continue
      }
      supervisor.handle(frame.payload, from: index, at: now)
    }
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
    let isFramed = lines[index].decoder != nil
    let sent = isFramed ? PMPPFrame(address: lines[index].address, payload: bytes).bytes() : bytes
    // What is lost here is a lost datagram; the session asks again.
    do { try lines[index].link?.send(sent) } catch { lines[index].link = nil }
  }

  private mutating func reopen(_ index: Int) {
    guard lines[index].link == nil, MonotonicClock.seconds >= lines[index].nextOpening else { return }
    lines[index].nextOpening = MonotonicClock.seconds + 1
    lines[index].link = try? Links.open(lines[index].endpoint)
  }
}
