import SignalControl
import TestSupport
import Testing
import TrafficModel

@Suite("Flash and start-up")
struct FlashTests {
  static func controller(flash: Double = 0, allRed: Double = 0) -> SignalController {
    var data = SignalFixture.twoPhase {
      $0[0].recall = .minimum
      $0[1].walk = (7, 10)
    }
    data.options.startUpFlash = TimeSpan(seconds: flash)
    data.options.startUpAllRed = TimeSpan(seconds: allRed)
    data.options.flashingYellowGroups = [0]
    return data
  }

  static func statusEvents(_ bench: Bench) -> [String] {
    bench.unit.recorder.events.filter { $0.code == .unitFlashStatus }
      .map { "\($0.time.seconds) \($0.parameter)" }
  }

  @Test("power on: flash, all red, first phases")
  func startUp() throws {
    var bench = try Bench(Self.controller(flash: 8, allRed: 6))
    bench.unit.recorder.isRecording = true
    bench.run(to: 5)
    #expect(bench.unit.status.indications == [.flashingYellow, .flashingRed, .dark])
    #expect(bench.unit.status.mode == .flash)
    bench.run(to: 10)
    #expect(bench.unit.status.indications == [.red, .red, .red])
    #expect(bench.unit.status.mode == .startUp)
    bench.run(to: 30)
    // Group 0 flashed yellow until 8 s; its red revert and the clearance of the others are over before 14 s.
    #expect(bench.greens(0) == [[14]])
    #expect(Self.statusEvents(bench) == ["0.0 7", "8.0 2"])
  }

  @Test("power on without flash: all red for its time")
  func allRedOnly() throws {
    var bench = try Bench(Self.controller(allRed: 3))
    bench.run(to: 10)
    #expect(bench.greens(0) == [[3]])
  }

  @Test("a clearance longer than the all red holds the first greens back after flash")
  func clearanceAfterFlash() throws {
    var bench = try Bench(Self.controller(allRed: 1))
    bench.input(.flashSwitch(true), at: 20)
    bench.input(.flashSwitch(false), at: 50)
    bench.run(to: 80)
    #expect(bench.times(0, .flashingYellow) == [20])
    #expect(bench.times(0, .red).last == 50)
    // Yellow 3 s and red clearance 1 s of phase 4, which flashed red.
    #expect(bench.greens(0).last == [54])
  }

  @Test("flash by command, in mid-green, and back when the lease ends")
  func command() throws {
    var bench = try Bench(Self.controller(allRed: 6))
    bench.unit.recorder.isRecording = true
    bench.command(CabinetCommand(program: .flash, lease: TimeSpan(seconds: 30)), at: 20.3)
    bench.run(to: 21)
    #expect(bench.unit.status.indications == [.flashingYellow, .flashingRed, .dark])
    #expect(bench.unit.status.refusals.isEmpty)
    bench.run(to: 50)
    #expect(bench.unit.status.mode == .flash)
    bench.run(to: 55)
    #expect(bench.unit.status.mode == .startUp)
    bench.run(to: 90)
    #expect(bench.times(1, .flashingRed) == [20.3])
    #expect(bench.times(1, .red).first == 50.3)
    #expect(Self.statusEvents(bench) == ["20.3 3", "50.3 2"])
    #expect(bench.unit.status.mode == .pattern(1))
  }

  @Test("flash lasts as long as one of its causes does, and reports the highest")
  func precedence() throws {
    var bench = try Bench(Self.controller(allRed: 2))
    bench.unit.recorder.isRecording = true
    bench.command(CabinetCommand(program: .flash), at: 10)
    bench.input(.flashSwitch(true), at: 20)
    bench.input(.monitorFlash(true), at: 30)
    bench.command(CabinetCommand(program: .free), at: 40)
    bench.input(.monitorFlash(false), at: 50)
    bench.input(.flashSwitch(false), at: 60)
    bench.run(to: 70)
    #expect(Self.statusEvents(bench) == ["10.0 3", "20.0 4", "30.0 6", "50.0 4", "60.0 2"])
    #expect(bench.times(0, .red).last == 60)
    #expect(bench.greens(0).last?.first == 64)
  }

  @Test("calls that come in flash are served after it")
  func callsInFlash() throws {
    var bench = try Bench(Self.controller(allRed: 4))
    bench.input(.flashSwitch(true), at: 10)
    bench.passage(1, at: 15)
    bench.input(.flashSwitch(false), at: 20)
    bench.run(to: 60)
    #expect(bench.greens(1).count == 1)
  }

  @Test("a cause that appears in the all red flashes again")
  func againInAllRed() throws {
    var bench = try Bench(Self.controller(allRed: 6))
    bench.input(.flashSwitch(true), at: 10)
    bench.input(.flashSwitch(false), at: 20)
    bench.input(.flashSwitch(true), at: 23)
    bench.input(.flashSwitch(false), at: 30)
    bench.run(to: 60)
    #expect(bench.times(0, .flashingYellow) == [10, 23])
    #expect(bench.greens(0).last?.first == 36)
  }
}
