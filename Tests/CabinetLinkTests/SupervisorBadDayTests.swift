import CabinetProtocols
import ControlLoop
import TestSupport
import Testing
import TrafficModel

@testable import CabinetLink

@Suite("A supervisor's bad days")
struct SupervisorBadDayTests {
  /// 30 % loss, and what else a radio network does.
  private static var storm: ChannelFaults {
    var faults = ChannelFaults()
    faults.loss = 0.3
    faults.duplication = 0.2
    faults.reordering = 0.2
    faults.delay = TimeSpan(milliseconds: 150)
    faults.jitter = TimeSpan(milliseconds: 300)
    faults.stalling = 0.001
    return faults
  }

  @Test(
    "with lost, doubled and overtaking datagrams no lamp is unsafe, and sound lines recover",
    arguments: 0..<4)
  func storm(seed: Int) throws {
    var street = try FieldStreet(seed: UInt64(seed), faults: Self.storm)
    try street.run(seconds: 600)
    #expect(street.violation == nil)
    #expect(street.supervisor.sentCommands > 0)
    #expect(street.unrecordedCommands == 0)
    street.mend()
    try street.run(seconds: 60)
    for state in street.states { #expect(state == .armed || state == .shadow) }
    // Who is in shadow has been told why.
    for place in street.cabinets.indices where street.states[place] == .shadow {
      let isExplained = street.records.contains {
        $0.cabinet == "J\(place)" && ($0.kind == .disarmed || $0.kind == .alarm)
      }
      #expect(isExplained)
    }
    #expect(street.violation == nil)
  }

  @Test("two seconds of delay each way are bearable with a timeout above them", arguments: 0..<2)
  func delay(seed: Int) throws {
    var faults = ChannelFaults()
    faults.delay = TimeSpan(milliseconds: 2000)
    faults.duplication = 0.2
    var street = try FieldStreet(
      seed: UInt64(seed), faults: faults, timeout: TimeSpan(milliseconds: 5000))
    try street.run(seconds: 400)
    #expect(street.violation == nil)
    #expect(street.supervisor.sentCommands > 20)
    for place in street.cabinets.indices {
      let agent = street.cabinets[place].ntcip
      #expect(agent.counts.sets > 0 && agent.counts.duplicates > 0)
    }
  }

  @Test("two seconds of delay each way with the standard timeout never arm anybody")
  func hopelessDelay() throws {
    var faults = ChannelFaults()
    faults.delay = TimeSpan(milliseconds: 2000)
    var street = try FieldStreet(seed: 1, faults: faults)
    try street.run(seconds: 300)
    #expect(street.states == [.lost, .lost, .lost] || street.states.allSatisfy { $0 != .armed })
    #expect(street.cabinets.allSatisfy { $0.ntcip.counts.sets == 0 })
  }

  @Test(
    "a brain that is killed leaves every cabinet to its own plan within the backup time", arguments: 0..<2)
  func killed(seed: Int) throws {
    var street = try FieldStreet(seed: UInt64(seed), faults: seed % 2 == 0 ? .none : Self.storm)
    try street.run(seconds: 300)
    street.isBrainAlive = false
    // What is still on its way may come late.
    try street.run(seconds: 30 + 6)
    for cabinet in street.cabinets { #expect(cabinet.ntcip.control == NTCIPControl()) }
    try street.run(seconds: 300)
    for cabinet in street.cabinets {
      #expect(cabinet.cabinet.status(at: street.now).mode == .pattern(1))
    }
    #expect(street.violation == nil)
  }

  @Test("a cabinet that restarts in the middle of commanding is let go within two polls")
  func restart() throws {
    var street = try FieldStreet(seed: 5)
    try street.run(seconds: 60)
    #expect(street.states == [.armed, .armed, .armed])
    try street.restart(1)
    try street.run(seconds: 2.5)
    #expect(street.why(1) == ["it has started anew"])
    let sets = street.cabinets[1].ntcip.counts.sets
    try street.run(seconds: 120)
    #expect(street.cabinets[1].ntcip.counts.sets == sets)
    #expect(street.states == [.armed, .shadow, .armed])
    #expect(street.violation == nil)
  }

  @Test("a second master ends commanding within two polls, and only where it is")
  func secondMaster() throws {
    var street = try FieldStreet(seed: 6)
    try street.run(seconds: 60)
    street.set(0, NTCIPInstance(.systemPatternControl), .integer(1))
    try street.run(seconds: 2.5)
    #expect(street.states == [.shadow, .armed, .armed])
    #expect(street.why(0).first?.hasPrefix("somebody else commands it") == true)
    let sets = street.cabinets[0].ntcip.counts.sets
    try street.run(seconds: 60)
    #expect(street.cabinets[0].ntcip.counts.sets == sets)
  }

  @Test("a clock that is stepped by an hour ends commanding")
  func clock() throws {
    var street = try FieldStreet(seed: 7)
    try street.run(seconds: 60)
    let there = UInt32(FieldStreet.unixSeconds + street.now.milliseconds / 1000 + 3600)
    street.set(2, NTCIPInstance(.globalTime), .counter32(there))
    try street.run(seconds: 2.5)
    #expect(street.why(2).first?.hasPrefix("its clock is off by 3600") == true, "\(street.why(2))")
    #expect(street.violation == nil)
  }

  @Test("without a backup time, or with other clearances, nothing is ever written")
  func refusedArming() throws {
    var none = try FieldStreet(seed: 8, count: 1, backupSeconds: 0)
    try none.run(seconds: 120)
    #expect(none.states == [.shadow])
    #expect(none.told.contains { $0.contains("backup time is 0") })
    #expect(none.cabinets[0].ntcip.counts.sets == 0)
    var street = FieldStreet.controller
    street.phases[1].redClearance = TimeSpan(tenths: 30)
    var other = try FieldStreet(seed: 9, count: 1, street: street)
    try other.run(seconds: 120)
    #expect(other.states == [.shadow])
    #expect(other.told.contains { $0.contains("correct the scenario") })
    #expect(other.cabinets[0].ntcip.counts.sets == 0)
  }

  @Test("a late copy of a force-off ends at most one green, after its minimum", arguments: 0..<2)
  func lateDuplicates(seed: Int) throws {
    var faults = ChannelFaults()
    faults.duplication = 0.5
    faults.reordering = 0.5
    // Beyond the window in which a cabinet knows a repetition.
    faults.delay = TimeSpan(milliseconds: 400)
    faults.jitter = TimeSpan(milliseconds: 6000)
    var street = try FieldStreet(
      seed: UInt64(seed), count: 1, faults: faults, timeout: TimeSpan(milliseconds: 15_000))
    try street.run(seconds: 900)
    // Greens shorter than the minimum would be a violation.
    #expect(street.violation == nil)
    #expect(street.cabinets[0].ntcip.counts.duplicates > 0)
    #expect(street.lateCopies > 0)
    #expect(street.greensEndedByCopies <= 2 * street.lateCopies)
  }

  @Test("sets that come again much later end at most one green in each ring each time, and the brain lets go")
  func repeatedSets() throws {
    var (copies, ended, released) = (0, 0, 0)
    for seed in UInt64(0)..<30 {
      var street = try FieldStreet(seed: seed, count: 1)
      street.repetition = TimeSpan(seconds: 20 + Double(seed))
      try street.run(seconds: 150)
      // Greens shorter than the minimum would be a violation.
      #expect(street.violation == nil)
      #expect(street.greensEndedByCopies <= 2 * street.lateCopies)
      copies += street.lateCopies
      ended += street.greensEndedByCopies
      released += street.why(0).count
    }
    print("\(copies) late copies ended \(ended) greens after their minimum; \(released) of 30 brains let go")
    #expect(copies > 0 && ended > 0)
    #expect(released > 20)
  }

  @Test("the same seed gives the same day")
  func deterministic() throws {
    func day() throws -> [String] {
      var street = try FieldStreet(seed: 3, faults: Self.storm)
      try street.run(seconds: 300)
      return street.told + street.records.map { "\($0)" }
    }
    // Details of a record are a dictionary, whose text has no order.
    #expect(try day().map { $0.sorted() } == day().map { $0.sorted() })
  }
}
