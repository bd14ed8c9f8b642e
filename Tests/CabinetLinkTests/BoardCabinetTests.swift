import CabinetProtocols
import Foundation
import SignalControl
import TestSupport
import Testing
import TrafficModel

@testable import CabinetLink

/// A change that makes a map unfit, and where it must be told.
struct BadMap: Sendable, CustomTestStringConvertible {
  var place: String
  var change: @Sendable (inout BoardMap) -> Void

  init(_ place: String, _ change: @escaping @Sendable (inout BoardMap) -> Void) {
    self.place = place
    self.change = change
  }

  var testDescription: String { place }
}

@Suite("Our controller behind an I/O board")
struct BoardCabinetTests {
  @Test("a board that falls back by itself is driven, and shows what the unit wants")
  func sound() throws {
    var street = try BoardStreet()
    street.run(to: 130)
    #expect(street.states == [.running])
    let changes = street.sights.map { $0.lamps.joined(separator: " ") }
    #expect(changes == [" ", "R R", " ", "G R", "Y R", "R R", "R G", "R Y", "R R", "G R"])
    // Proof: a second of time-out, twice; then 56 s green, 3 s yellow, 1 s red.
    let times = street.sights.map(\.time.milliseconds)
    #expect((2000..<2050).contains(times[3]))
    // The line's own time makes an interval longer by some milliseconds, never shorter.
    // The plan's clock runs since the proof began.
    for (place, planned) in [(3, 53_900), (4, 3000), (5, 1000)] as [(Int, Int64)] {
      #expect((planned..<planned + 100).contains(times[place + 1] - times[place]), "interval \(place)")
    }
  }

  @Test("a board that stays lit in silence is refused, and so is one without a watchdog")
  func doesNotFallBack() throws {
    var lit = try BoardStreet { $0.ignoresSilence = true }
    lit.run(to: 10)
    #expect(lit.states == [.refused(.doesNotFallBack(coilsOn: [0, 3]))])
    var map = BoardStreet.map()
    map.watchdog = nil
    let network = SignalFixture.network(for: BoardStreet.controller)
    let wiring = try BoardWiring(map, for: BoardStreet.controller, in: network)
    var machine = BoardCabinet(lit.machine.cabinet, wiring: wiring, over: .serial)
    machine.start(at: .zero)
    #expect(machine.state == .refused(.noWatchdog))
  }

  @Test("a dead board is noticed, falls dark by itself, and comes back through flash and all red")
  func deadBoard() throws {
    var street = try BoardStreet()
    street.run(to: 20)
    street.board.isDead = true
    street.run(to: 30)
    #expect(street.states == [.running, .faulted(.boardSilent)])
    #expect(street.board.memory.coils.allSatisfy { !$0 })
    street.board.isDead = false
    street.run(to: 300)
    #expect(street.states == [.running, .faulted(.boardSilent), .running])
    let after = street.sights.drop { $0.time < SimTime(seconds: 30) }.map { $0.lamps.joined(separator: " ") }
    let firstGreen = try #require(after.firstIndex { $0.contains("G") })
    #expect(after[..<firstGreen].contains("R R"), "flash is left through all red")
  }

  @Test("a coil that is welded to on puts the junction into flash")
  func weldedCoil() throws {
    var street = try BoardStreet()
    street.run(to: 20)
    // Green of the second group, while the first is green.
    street.board.stuckCoil = 5
    street.run(to: 22)
    #expect(street.states == [.running, .faulted(.readBackDiffers(coil: 5))])
  }

  @Test("the hardware monitor's contact outranks everything, and flash ends five seconds after it closes")
  func hardwareMonitor() throws {
    var street = try BoardStreet()
    street.run(to: 20)
    street.board.memory.inputs[0] = false
    street.run(to: 40)
    #expect(street.states == [.running, .faulted(.hardwareMonitor)])
    street.board.memory.inputs[0] = true
    street.run(to: 50)
    #expect(street.states == [.running, .faulted(.hardwareMonitor), .running])
  }

  @Test(
    "no bad line shortens a yellow, or shows two greens", arguments: 1...8 as ClosedRange<UInt64>,
    [0.01, 0.1])
  func badLine(seed: UInt64, share: Double) throws {
    var faults = ChannelFaults()
    faults.loss = share
    faults.duplication = share
    faults.bitFlip = share
    faults.delay = TimeSpan(milliseconds: 10)
    faults.jitter = TimeSpan(milliseconds: 60)
    var street = try BoardStreet(faults, seed: seed)
    street.run(to: 600)
    let second = TimeSpan(milliseconds: 1000)
    var yellows = 0
    for (sight, next) in zip(street.sights, street.sights.dropFirst()) {
      #expect(!(sight.lamps[0].contains("G") && sight.lamps[1].contains("G")), "at \(sight.time)")
      // Flash ends a yellow: the moments around faults are not measured.
      if street.faultTimes.contains(where: { $0 > sight.time - second && $0 < next.time + second }) {
        continue
      }
      guard let group = sight.lamps.firstIndex(of: "Y"), next.lamps[group] == "R" else { continue }
      yellows += 1
      #expect((next.time - sight.time).milliseconds >= 3000, "yellow at \(sight.time)")
    }
    // Two a cycle, less where a fault takes one; on the worst line the unit flashes most of the time.
    if share == 0.01 { #expect(yellows >= 4) }
  }

  @Test(
    "a map that does not fit is refused with its place",
    arguments: [
      BadMap("lamps[0].group") { map in map.lamps[0].group = "nobody" },
      BadMap("lamps[1].coil") { map in map.lamps[1].coil = 0 },
      BadMap("lamps") { map in map.lamps.removeFirst() },
      BadMap("unit") { map in map.unit = 0 },
      BadMap("watchdog.timeoutMilliseconds") { map in map.watchdog?.timeoutMilliseconds = 100 },
      BadMap("watchdog.safeCoils") { map in map.watchdog?.safeCoils = [99] },
      BadMap("refreshMilliseconds") { map in map.refreshMilliseconds = 1 },
    ] as [BadMap])
  func badMaps(bad: BadMap) {
    var map = BoardStreet.map()
    bad.change(&map)
    let failure = #expect(throws: BoardMapFailure.self) {
      try BoardWiring(
        map, for: BoardStreet.controller, in: SignalFixture.network(for: BoardStreet.controller))
    }
    #expect(failure?.place == bad.place)
  }
}
