import CabinetLink
import Foundation
import Testing

@testable import citybrain

/// Simulated vehicles before the lamps of a controller that is reached by a field protocol.
@Suite("A controller behind a field protocol in a simulation")
struct PolledCabinetTests {
  private struct Report: Decodable {
    struct Result: Decodable {
      struct Cabinet: Decodable {
        var state: String
        var commandsSent: Int
        var commandsRefused: Int
        var roundTrips: Int
        var longestRenewalSeconds: Double
        var leaseMarginSeconds: Double?
      }
      struct Measures: Decodable {
        var finished: Int
        var crossingsOnRed: Int
      }
      var polledCabinets: [Cabinet]
      var measures: Measures
    }
    var result: Result
  }

  private static let speed = 50
  private static let crossing = Workbench.crossing
    .replacingOccurrences(
      of: #""warmUp_s": 60, "duration_s": 300"#, with: #""warmUp_s": 20, "duration_s": 100"#)

  /// A cabinet of our own that runs fast, until the bench is interrupted.
  private func serve(_ bench: Workbench) throws -> Int {
    let port = try UDPSocket(listeningAt: "127.0.0.1", port: 0).port
    Thread.detachNewThread {
      _ = bench.run(
        "cabinet @crossing.json --ntcip udp:127.0.0.1:\(port) --speed \(Self.speed) --for 60")
    }
    return port
  }

  @Test("armed, what detectors sense is called there, and vehicles go by its lamps")
  func armed() throws {
    let (street, bench) = (try Workbench(), try Workbench())
    for place in [street, bench] { try place.write(Self.crossing, to: "crossing.json") }
    let port = try serve(street)
    defer { street.interruption.request(.interrupted) }
    let ending = bench.run(
      "drive @crossing.json --road simulated --strategy actuated --seed 3 --json --speed \(Self.speed) --poll 1 "
        + "--cabinet C=ntcip:udp:127.0.0.1:\(port) --arm --operator me --journal @journal")
    #expect(ending.code == .success, "\(ending.words)")
    let result = try JSONDecoder().decode(Report.self, from: Data(ending.output.utf8)).result
    let cabinet = try #require(result.polledCabinets.first)
    #expect(cabinet.state == "armed")
    #expect(cabinet.commandsRefused == 0)
    // Free operation is one command; every call that comes and goes is another.
    #expect(cabinet.commandsSent > 3)
    #expect(cabinet.roundTrips > 100)
    // Of 30 s of backup time.
    #expect(cabinet.longestRenewalSeconds > 0 && (cabinet.leaseMarginSeconds ?? 31) <= 30)
    #expect(result.measures.finished > 5)
    #expect(result.measures.crossingsOnRed == 0)
    #expect(bench.run("journal verify @journal").code == .success)
    let journal = try bench.read("journal")
    #expect(journal.contains(#""kind":"command""#) && journal.contains("released"))
  }

  @Test("unarmed, its lamps are shown and nothing is written")
  func shadow() throws {
    let (street, bench) = (try Workbench(), try Workbench())
    for place in [street, bench] { try place.write(Self.crossing, to: "crossing.json") }
    let port = try serve(street)
    defer { street.interruption.request(.interrupted) }
    let ending = bench.run(
      "drive @crossing.json --road simulated --json --speed \(Self.speed) --poll 1 "
        + "--cabinet C=ntcip:udp:127.0.0.1:\(port)")
    #expect(ending.code == .success, "\(ending.words)")
    let result = try JSONDecoder().decode(Report.self, from: Data(ending.output.utf8)).result
    #expect(result.polledCabinets.map(\.state) == ["shadow"])
    #expect(result.polledCabinets.map(\.commandsSent) == [0])
    #expect(result.measures.finished > 5)
  }

  @Test(
    "a controller that nobody has started, a wrong protocol and an unsigned arming are refused with reasons")
  func refusals() throws {
    let bench = try Workbench()
    try bench.write(Self.crossing, to: "crossing.json")
    let port = try UDPSocket(listeningAt: "127.0.0.1", port: 0).port
    let drive = "drive @crossing.json --road simulated --cabinet C="
    let silent = bench.run("\(drive)ntcip:udp:127.0.0.1:\(port)")
    #expect(
      silent.code == .foreignProgram && silent.words.contains("C: "), "\(silent.words)")
    let stages = bench.run("\(drive)gbt20999:udp:127.0.0.1:\(port)")
    #expect(stages.code == .infeasible && stages.words.contains("commands stages"), "\(stages.words)")
    let unsigned = bench.run("\(drive)ntcip:udp:127.0.0.1:\(port) --arm --journal @journal")
    #expect(unsigned.code == .usage && unsigned.words.contains("--operator"), "\(unsigned.words)")
    let strange = bench.run("\(drive)snmp:udp:127.0.0.1:\(port)")
    #expect(strange.code == .usage && strange.words.contains("=external:COMMAND"), "\(strange.words)")
    let slow = bench.run("\(drive)ntcip:udp:127.0.0.1:\(port) --poll never")
    #expect(slow.code == .usage && slow.words.contains("--poll"), "\(slow.words)")
    let proof = bench.run(
      "drive @crossing.json --cabinet C=ntcip:udp:127.0.0.1:\(port) --prove-fallback 20 --operator me "
        + "--journal @journal")
    #expect(proof.code == .usage && proof.words.contains("backup time"), "\(proof.words)")
  }
}
