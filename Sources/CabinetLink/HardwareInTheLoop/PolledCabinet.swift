import CabinetProtocols
import ControlLoop
import Foundation
import SignalControl
import TrafficModel

/// A controller behind a field protocol in the cabinet's seat of a simulation: simulated vehicles, real lamps.
///
/// Theory of operation. The simulation goes at the device's pace (``Pace``). Lamps are what the last poll says, so every
/// change comes up to a poll and a round trip late, a green's begin as much as its end. What detectors and push buttons
/// sense becomes calls: a phase is called from an actuation until it is seen green with all its detectors free. These
/// protocols carry no actuations, so a controller here cannot extend a green by them: it ends at its minimum as soon as
/// somebody else is called, and strategies that leave extensions to the controller do worse than with their own
/// detectors. Without arming nothing is written, not even calls.
///
/// Lamps are not judged here: polls are too coarse for clearances, and the device has its own monitor.
public struct PolledCabinet: CabinetSeat {
  public let controller: ControllerID
  public let record: PolledCabinetRecord
  private let name: String
  private let data: SignalController
  private let pedestrianGroups: [CrosswalkID: Int]
  private let pace: Pace
  private let journal: SeatJournal?
  private var session: any CabinetSession
  private var line: FieldLine
  private var command = CabinetCommand()
  private var calls = PhaseSet()
  private var pedestrianCalls = PhaseSet()
  private var detectors: [DetectorStatus]
  private var shown: [Indication]
  public private(set) var nextDeadline = SimTime.zero
  public var violation: SafetyViolation? { nil }

  /// Opens the line, and waits until the controller is identified.
  ///
  /// - Parameters:
  ///   - arms: Commands the controller and places calls; needs a journal.
  ///   - patience: Real seconds until it must be identified, and armed where it is to be.
  /// - Throws: Where it does not answer, or may not be armed.
  public init(
    _ session: any CabinetSession, at way: FieldWay, _ data: SignalController, id: ControllerID,
    network: Network, pace: Pace, arms: Bool, journal: SeatJournal?, patience: Double = 10
  ) throws(SeatFailure) {
    controller = id
    name = data.name
    self.data = data
    self.pace = pace
    self.journal = journal
    self.session = session
    record = PolledCabinetRecord()
    do { line = try FieldLine(way) } catch { throw SeatFailure(error.message) }
    detectors = data.detectors.map { _ in DetectorStatus() }
    shown = data.groups.map { _ in .red }
    var groups: [CrosswalkID: Int] = [:]
    for (index, crosswalk) in network.crosswalks.enumerated() {
      if let group = crosswalk.group { groups[CrosswalkID(index)] = group }
    }
    pedestrianGroups = groups
    self.session.start(at: pace.deviceTime)
    try connect(arms: arms, patience: patience)
  }

  private mutating func connect(arms: Bool, patience: Double) throws(SeatFailure) {
    let end = MonotonicClock.seconds + patience
    var refusals: [String] = []
    while session.status == nil || arms && session.state != .armed {
      try exchange()
      while let notice = session.nextNotice() {
        if case .armingRefused(let reasons) = notice { refusals = reasons }
        try note(notice)
      }
      if arms && session.state == .shadow && session.status != nil && refusals.isEmpty {
        session.arm(at: pace.deviceTime)
      }
      guard refusals.isEmpty else {
        throw SeatFailure("\(name) is not armed: \(refusals.joined(separator: "; "))")
      }
      guard MonotonicClock.seconds < end else { throw SeatFailure("\(name) does not answer") }
      if let descriptor = line.descriptor { _ = Readiness.wait(for: [descriptor], milliseconds: 10) }
    }
  }

  // MARK: - Seat

  public mutating func start(at now: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    pace.begin()
    advance(to: now.firstTick(), into: &changes)
  }

  public mutating func handle(_ input: CabinetInput, at now: SimTime) {
    switch input {
    case .detector(let detector, let isOn): sense(detector, isOn: isOn)
    case .pushButton(let crosswalk), .extendedPushButton(let crosswalk):
      guard let group = pedestrianGroups[crosswalk] else { return }
      for (index, phase) in data.phases.enumerated() where phase.pedestrianGroup == group {
        pedestrianCalls.insert(PhaseSet(phase: index))
      }
    default: record.change { $0.lost.insert("\(input)".prefix { $0 != "(" }.description) }
    }
  }

  private mutating func sense(_ detector: DetectorID, isOn: Bool) {
    for (place, assignment) in data.detectors.enumerated() where assignment.detector == detector {
      if isOn && !detectors[place].isOn { detectors[place].count += 1 }
      detectors[place].isOn = isOn
      if isOn { for phase in assignment.calls { calls.insert(PhaseSet(phase: phase)) } }
    }
  }

  public mutating func apply(_ command: CabinetCommand, at now: SimTime) { self.command = command }

  public mutating func advance(to tick: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    nextDeadline = tick + .tick
    do throws(SeatFailure) {
      try wait(until: tick)
      while let notice = session.nextNotice() {
        try note(notice)
        if case .status = notice { show(&changes) }
      }
      try send()
      try exchange()
    } catch { record.change { $0.failure = $0.failure ?? error.message } }
    let session = session
    record.change {
      $0.state = session.state
      $0.roundTrips = session.roundTrips
      $0.renewals = session.renewals
      $0.leaseMargin = session.leaseMargin
    }
  }

  public func status(at now: SimTime) -> CabinetStatus {
    var status = session.status ?? CabinetStatus(mode: .startUp, indications: shown)
    status.phaseSince = status.phaseSince.map { $0 - pace.offset }
    status.detectors = detectors
    // A controller shows the calls of its own inputs, and not those that it is told.
    status.vehicleCalls.formUnion(calls)
    status.pedestrianCalls.formUnion(pedestrianCalls)
    return status
  }

  /// Takes the hand off the controller, and waits a moment for its answer.
  public mutating func release() {
    session.release(at: pace.deviceTime)
    let end = MonotonicClock.seconds + 0.5
    while MonotonicClock.seconds < end {
      do throws(SeatFailure) {
        while let notice = session.nextNotice() { try note(notice) }
        try exchange()
      } catch { return }
      if let descriptor = line.descriptor { _ = Readiness.wait(for: [descriptor], milliseconds: 50) }
    }
  }

  // MARK: - Line

  private mutating func wait(until tick: SimTime) throws(SeatFailure) {
    let late = -pace.milliseconds(until: tick)
    if late > 0 {
      let delay = TimeSpan(milliseconds: Int64(Double(late) * pace.speed))
      record.change { $0.longestDelay = max($0.longestDelay, delay) }
    }
    while true {
      try exchange()
      let left = pace.milliseconds(until: tick)
      if left <= 0 { return }
      guard let descriptor = line.descriptor else { throw SeatFailure("\(name): the line is gone") }
      _ = Readiness.wait(for: [descriptor], milliseconds: left)
    }
  }

  private mutating func exchange() throws(SeatFailure) {
    do throws(LinkFailure) {
      for message in try line.receive() { session.handle(message, at: pace.deviceTime) }
      session.advance(to: pace.deviceTime)
      while let message = session.nextMessage() { try line.send(message) }
    } catch { throw SeatFailure("\(name): \(error.message)") }
  }

  /// What is wanted and called, as one state; on the disk before it leaves.
  private mutating func send() throws(SeatFailure) {
    guard session.state == .armed else { return }
    var wanted = command
    wanted.vehicleCalls.formUnion(calls)
    wanted.pedestrianCalls.formUnion(pedestrianCalls)
    guard let control = session.command(wanted, at: pace.deviceTime) else { return }
    record.change {
      $0.commandsSent += 1
      $0.lost.formUnion(control.lost)
    }
    try write(.command, ["control": control.words, "lost": control.lost.joined(separator: ", ")])
  }

  private func note(_ notice: SessionNotice) throws(SeatFailure) {
    switch notice {
    case .armed: try write(.armed, [:])
    case .disarmed(let why):
      try write(.disarmed, ["why": why])
      if why != "released" { throw SeatFailure("\(name) is not commanded any more: \(why)") }
    case .commandRefused(let why):
      record.change { $0.commandsRefused += 1 }
      try write(.alarm, ["what": "refused by the controller: \(why)"])
    case .lost: throw SeatFailure("\(name): two polls without an answer")
    case .identified, .status, .armingRefused, .commandConfirmed, .fellBack, .recovered: break
    }
  }

  private func write(_ kind: JournalKind, _ details: [String: String]) throws(SeatFailure) {
    do { try journal?.record(JournalEntry(kind, cabinet: name, details)) } catch {
      throw SeatFailure(error.message)
    }
  }

  // MARK: - Lamps

  private mutating func show(_ changes: inout ContiguousArray<IndicationChange>) {
    guard let status = session.status else { return }
    for (group, indication) in status.indications.enumerated().prefix(shown.count)
    where indication != shown[group] {
      shown[group] = indication
      changes.append(IndicationChange(controller: controller, group: group, indication: indication))
    }
    // Where there are stages alone, they are what detectors call.
    let called = data.phases.isEmpty ? data.stages.indices : data.phases.indices
    for index in called where status.greenPhases.contains(phase: index) {
      let isOccupied = data.detectors.indices.contains {
        detectors[$0].isOn && data.detectors[$0].calls.contains(index)
      }
      if !isOccupied { calls.remove(PhaseSet(phase: index)) }
      if data.phases.indices.contains(index), let group = data.phases[index].pedestrianGroup,
        shown[group] == .green
      {
        pedestrianCalls.remove(PhaseSet(phase: index))
      }
    }
  }
}
