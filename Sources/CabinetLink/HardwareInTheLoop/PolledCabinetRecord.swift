import CabinetProtocols
import Foundation
import Synchronization
import TrafficModel

/// What a ``PolledCabinet`` leaves behind, to be read while and after it runs.
public final class PolledCabinetRecord: Sendable {
  public struct Figures: Hashable, Sendable {
    public var state = SessionState.connecting
    public var commandsSent = 0
    public var commandsRefused = 0
    /// Parts of commands, and inputs, that the protocol cannot carry.
    public var lost: Set<String> = []
    /// The simulation was late by so much at most, in simulated time: lamps came to its vehicles too early then.
    public var longestDelay = TimeSpan.zero
    public var roundTrips = RoundTripTimes()
    public var renewals = RenewalTimes()
    /// What was left of the controller's backup time at the latest renewal; `nil` where the protocol does not tell it.
    public var leaseMargin: TimeSpan?
    /// Why the cabinet cannot go on in its seat.
    public var failure: String?
  }

  private let value = Mutex(Figures())

  public var figures: Figures { value.withLock { $0 } }

  func change(_ body: (inout Figures) -> Void) { value.withLock { body(&$0) } }
}

/// Why a cabinet cannot sit, or stay, in its seat.
public struct SeatFailure: Error, Hashable, Sendable {
  public var message: String

  init(_ message: String) { self.message = message }
}

/// A journal that several seats write, each line on the disk before anything that it is about leaves.
public final class SeatJournal: Sendable {
  private let journal: Mutex<Journal>

  public init(appendingTo path: String, at time: Date) throws(JournalFailure) {
    let own = try Journal(appendingTo: path, at: time)
    journal = Mutex(own)
  }

  public func record(_ entry: JournalEntry) throws(JournalFailure) {
    try journal.withLock { journal throws(JournalFailure) in
      try journal.append(entry, at: Date())
      try journal.synchronize()
    }
  }
}
