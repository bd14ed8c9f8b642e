import CabinetProtocols
import Foundation
import TrafficModel

/// Runs one ``GBTFallbackTest`` over a line, and records it.
public struct FallbackTestDriver {
  public private(set) var test: GBTFallbackTest
  private var line: FieldLine
  private let journal: Journal
  private let cabinet: String
  private let way: String
  private let origin = MonotonicClock.seconds

  /// - Parameters:
  ///   - cabinet: The controller's name.
  ///   - way: As the command line names the way to it; the proof holds for this way only.
  public init(
    _ test: GBTFallbackTest, of cabinet: String, at endpoint: Endpoint, way: String, journal: Journal
  ) throws(FallbackTestFailure) {
    self.test = test
    self.cabinet = cabinet
    self.way = way
    self.journal = journal
    do { line = try FieldLine(FieldWay(endpoint, speaks: .gbt20999)) } catch { throw .link(error) }
  }

  private var now: SimTime { SimTime(milliseconds: Int64((MonotonicClock.seconds - origin) * 1000)) }

  /// Goes on to the end, which is recorded; `isInterrupted` is asked ten times a second.
  ///
  public mutating func run(
    isInterrupted: () -> Bool
  ) throws(FallbackTestFailure) -> GBTFallbackTest.Outcome {
    try record(JournalEntry(.armed, cabinet: cabinet, ["way": way, "why": "fallback test"]))
    try record(JournalEntry(.command, cabinet: cabinet, ["control": "plan \(test.plan)", "lost": ""]))
    test.start(at: now)
    while test.outcome == nil {
      if isInterrupted() { test.cancel(at: now) }
      try step()
    }
    // What is left are zeros, and their answer.
    let end = MonotonicClock.seconds + 1
    while MonotonicClock.seconds < end { try step() }
    let outcome = test.outcome ?? .notShown("")
    switch outcome {
    case .shown(let manufacturer):
      try record(
        JournalEntry(
          .fallbackShown, cabinet: cabinet,
          [
            "way": way, "manufacturer": manufacturer, "plan": "\(test.plan)",
            "silenceSeconds": "\(test.silence.seconds)",
          ]))
    case .notShown(let why):
      try record(JournalEntry(.alarm, cabinet: cabinet, ["what": "fallback not shown: \(why)"]))
    }
    return outcome
  }

  private func record(_ entry: JournalEntry) throws(FallbackTestFailure) {
    do throws(JournalFailure) {
      try journal.append(entry, at: Date())
      try journal.synchronize()
    } catch { throw .journal(error) }
  }

  private mutating func step() throws(FallbackTestFailure) {
    do throws(LinkFailure) {
      while let frame = test.nextFrame() { try line.send(frame.datagram) }
      let wait = max(0, min(100, (test.nextDeadline - now).milliseconds))
      if let descriptor = line.descriptor {
        _ = Readiness.wait(for: [descriptor], milliseconds: Int(wait))
      }
      for message in try line.receive() {
        if let frame = try? GBTFrame(datagram: message) { test.handle(frame, at: now) }
      }
      test.advance(to: now)
    } catch { throw .link(error) }
  }
}

/// Why a fallback test could not go on.
public enum FallbackTestFailure: Error, Hashable, Sendable {
  case journal(JournalFailure)
  case link(LinkFailure)

  public var message: String {
    switch self {
    case .journal(let failure): failure.message
    case .link(let failure): failure.message
    }
  }
}
