import CabinetLink
import CabinetProtocols
import ControlLoop
import Foundation
import Interchange
import Synchronization
import Testing
import TrafficModel

@testable import citybrain

/// Foreign programs in the seats of the line protocol, as the command line starts them.
@Suite("Foreign programs")
struct ForeignSeatTests {
  /// A program for `/bin/sh`, as a command without spaces. The file is read, not executed: another test that starts
  /// something at the same moment may still hold it open for writing.
  private func program(_ text: String, _ name: String, in bench: Workbench) throws -> String {
    try bench.write(text, to: name)
    return "sh${IFS}\(bench.path(name))"
  }

  private static let hello =
    #"{"type":"hello","protocol":"citybrain-line","version":1,"seat":"SEAT","name":"shell"}"#

  /// Answers every `observe` with `decision`, whose T and N become its time and a second later.
  private static func strategy(_ decision: String) -> String {
    """
    echo '\(hello.replacingOccurrences(of: "SEAT", with: "strategy"))'
    while read -r line; do
      case "$line" in
        *'"observe"'*)
          t=${line#*'"t_ms":'}; t=${t%%,*}
          echo '\(decision)' | sed "s/T/$t/; s/N/$((t + 1000))/" ;;
        *'"bye"'*) exit 0 ;;
      esac
    done
    """
  }

  private static let free =
    #"{"type":"decide","t_ms":T,"commands":[{"controller":0,"program":"free"}],"next_ms":N}"#

  private func delay(_ ending: Workbench.Ending) throws -> Double {
    let result = try JSONValue.parse(Array(ending.output.utf8), file: "drive").value["result"]
    return try #require(result?["measures"]?["delaySeconds"]?.double)
  }

  @Test("a foreign strategy that says free gives the same run as our own actuated one, again and again")
  func foreignStrategy() throws {
    let bench = try Workbench()
    try bench.write(Workbench.crossing, to: "crossing.json")
    let policy = try program(Self.strategy(Self.free), "policy", in: bench)
    let line = "drive @crossing.json --road simulated --json --strategy"
    let own = try delay(bench.run("\(line) actuated"))
    let foreign = bench.run("\(line) external:\(policy)")
    #expect(foreign.code == .success, "\(foreign.words)")
    #expect(try delay(foreign) == own)
    let simulate = "simulate @crossing.json --replications 2 --json --strategy external:\(policy)"
    let first = bench.run(simulate)
    #expect(first.code == .success, "\(first.words)")
    #expect(bench.run(simulate + " --jobs 1").output == first.output)
    let fixed = try delay(bench.run("\(line) fixed"))
    #expect(fixed != own)
  }

  @Test("compare takes a foreign strategy beside our own, and its record is not run again by rerun")
  func comparison() throws {
    let bench = try Workbench()
    try bench.write(Workbench.crossing, to: "crossing.json")
    let policy = try program(Self.strategy(Self.free), "policy", in: bench)
    let study = bench.run(
      "compare @crossing.json --strategies actuated,external:\(policy) --replications 2 --json --manifest "
        + bench.path("manifest.json"))
    #expect(study.code == .success, "\(study.words)")
    let again = bench.run("rerun @manifest.json")
    #expect(again.code == .usage)
    #expect(again.words.contains("programs are started by what a person types"))
  }

  static let faults: [(String, String)] = [
    ("exit 3", "the program has ended (exit code 3)"),
    ("echo hello", "line 1 is no message of the line protocol"),
    ("echo '\(hello.replacingOccurrences(of: "SEAT", with: "road"))'; read -r line", "a strategy is wanted"),
    ("echo '{\"type\":\"bye\"}'", "it said bye before the end"),
    (strategy(#"{"type":"decide","t_ms":17,"commands":[]}"#), "expected a decide with t_ms 0"),
    (
      strategy(#"{"type":"decide","t_ms":T,"commands":[{"controller":9}]}"#), "there is no controller 9"
    ),
    (strategy(#"{"type":"decide","t_ms":T,"commands":[{"controller":0,"pattern":1}]}"#), "no member pattern"),
    (strategy(#"{"type":"error","code":"failed","message":"no model"}"#), "it says failed: no model"),
    ("sleep 60", "no answer in time"),
  ]

  @Test("a program that breaks off ends the run with exit code 8 and says why", arguments: faults)
  func brokenOff(text: String, words: String) throws {
    let bench = try Workbench()
    try bench.write(Workbench.crossing, to: "crossing.json")
    let policy = try program(text, "policy", in: bench)
    let ending = bench.run(
      "simulate @crossing.json --patience 2 --strategy external:\(policy)")
    #expect(ending.code == .foreignProgram)
    #expect(ending.words.contains(words), "\(ending.words)")
  }

  @Test("a program that ends in the middle of a run ends it, and nothing that it started is left behind")
  func orphans() throws {
    let bench = try Workbench()
    try bench.write(Workbench.crossing, to: "crossing.json")
    let mark = bench.path("pid")
    let policy = try program(
      "sleep 300 & echo $! > \(mark)\n"
        + Self.strategy(Self.free).replacingOccurrences(
          of: "case", with: "n=$((n + 1)); [ $n -gt 20 ] && exit 1\ncase"), "policy", in: bench)
    let ending = bench.run("drive @crossing.json --road simulated --strategy external:\(policy)")
    #expect(ending.code == .foreignProgram)
    #expect(ending.words.contains("exit code 1"), "\(ending.words)")
    let child = try #require(Int32(try bench.read("pid").trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(isGone(child))
  }

  /// Whether a process is over, within five seconds; who has been killed stays in the table until its parent looks.
  private func isGone(_ process: Int32) -> Bool {
    let end = MonotonicClock.seconds + 5
    while MonotonicClock.seconds < end {
      let state = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8))?
        .split(separator: " ")
      if kill(process, 0) != 0 || state.map({ $0.count > 2 && $0[2] == "Z" }) ?? false { return true }
      Thread.sleep(forTimeInterval: 0.05)
    }
    return false
  }

  @Test("a program that does not listen to the end is ended")
  func deaf() throws {
    let bench = try Workbench()
    try bench.write(Workbench.crossing, to: "crossing.json")
    let policy = try program(
      "echo $$ > \(bench.path("pid"))\ntrap '' TERM\n"
        + Self.strategy(Self.free).replacingOccurrences(of: "exit 0", with: "sleep 300"), "policy", in: bench)
    let ending = bench.run("simulate @crossing.json --strategy external:\(policy)")
    #expect(ending.code == .success, "\(ending.words)")
    let child = try #require(Int32(try bench.read("pid").trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(isGone(child))
  }

  // MARK: - Road

  /// A road that turns the first detector of the first controller on and off every so often.
  private static let road = """
    echo '\(hello.replacingOccurrences(of: "SEAT", with: "road"))'
    now=0; on=true
    while read -r line; do
      case "$line" in
        *'"advance"'*)
          t=${line#*'"t_ms":'}; t=${t%%\\}*}
          next=$((now + 4700))
          if [ $next -lt $t ]; then
            now=$next
            echo '{"type":"inputs","t_ms":'$now',"inputs":[{"controller":0,"input":"detector","detector":2,"on":'$on'}]}'
            if [ $on = true ]; then on=false; else on=true; fi
          else
            now=$t
            echo '{"type":"inputs","t_ms":'$now',"inputs":[]}'
          fi ;;
        *'"bye"'*) exit 0 ;;
      esac
    done
    """

  @Test("our cabinets run on a foreign road, and give the same log every time")
  func foreignRoad() throws {
    let bench = try Workbench()
    try bench.write(Workbench.crossing, to: "crossing.json")
    let road = try program(Self.road, "road", in: bench)
    let line = "drive @crossing.json --road external:\(road) --strategy actuated --event-log"
    let first = bench.run("\(line) @one")
    #expect(first.code == .success, "\(first.words)")
    #expect(bench.run("\(line) @two").code == .success)
    let log = try bench.read("one/events.csv")
    #expect(try bench.read("two/events.csv") == log)
    // Indiana code 1 is the begin of a green.
    let greens = log.split(separator: "\n").filter { $0.split(separator: ",").dropFirst(2).first == "1" }
    #expect(greens.count > 10)
  }

  @Test("a road that runs too far, or tells of a detector that does not exist, ends the run")
  func badRoads() throws {
    let bench = try Workbench()
    try bench.write(Workbench.crossing, to: "crossing.json")
    let strange = try program(
      Self.road.replacingOccurrences(of: #""detector":2"#, with: #""detector":99"#), "strange", in: bench)
    let first = bench.run("drive @crossing.json --road external:\(strange)")
    #expect(first.code == .foreignProgram && first.words.contains("there is no place for"), "\(first.words)")
    let hasty = try program(
      Self.road.replacingOccurrences(of: "now=$t\n", with: "now=$((t + 100))\n"), "hasty", in: bench)
    let second = bench.run("drive @crossing.json --road external:\(hasty)")
    #expect(second.code == .foreignProgram && second.words.contains("not after"), "\(second.words)")
  }

  // MARK: - Cabinet

  /// Our cabinet at the other end of a TCP connection, for one conversation.
  private func serve(
    _ scenario: Scenario, _ index: Int, spoiling: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 }
  ) throws -> Int {
    let listener = try TCPListener(at: "127.0.0.1", port: 0)
    let data = scenario.controllers[index]
    let emulated = try EmulatedCabinet(data, id: ControllerID(0), network: scenario.network)
    Thread.detachNewThread {
      var cabinet = LineCabinet(emulated, data, in: scenario.network)
      var decoder = LineDecoder()
      guard Readiness.wait(for: [listener.descriptor], milliseconds: 20_000) == [0],
        var link = try? listener.accept()
      else { return }
      try? link.send(cabinet.greeting.bytes)
      while !cabinet.isOver {
        if let descriptor = link.descriptor { _ = Readiness.wait(for: [descriptor], milliseconds: 100) }
        var bytes: [UInt8] = []
        guard let hasMore = try? link.receive(into: &bytes) else { return }
        if !hasMore { continue }
        decoder.append(bytes)
        while let frame = decoder.next() {
          for answer in cabinet.handle(frame) { try? link.send(spoiling(answer.bytes)) }
        }
      }
    }
    return listener.port
  }

  private func scenario(_ bench: Workbench, _ name: String) throws -> Scenario {
    try ScenarioInput.load(bench.path(name), choice: InputChoice()).scenario
  }

  @Test(
    "a cabinet behind the line protocol gives the delay of one in the same process",
    arguments: [
      "fixed", "actuated", "predictive",
    ])
  func foreignCabinet(strategy: String) throws {
    let bench = try Workbench()
    try bench.write(Workbench.crossing, to: "crossing.json")
    let line = "drive @crossing.json --road simulated --seed 3 --json --strategy \(strategy)"
    let own = bench.run(line)
    let port = try serve(scenario(bench, "crossing.json"), 0)
    let foreign = bench.run("\(line) --cabinet C=external:tcp:127.0.0.1:\(port)")
    #expect(foreign.code == .success, "\(foreign.words)")
    #expect(try delay(foreign) == delay(own))
  }

  @Test("a foreign cabinet whose lamps conflict ends the run as our own would")
  func unsafeCabinet() throws {
    let bench = try Workbench()
    try bench.write(Workbench.crossing, to: "crossing.json")
    let port = try serve(scenario(bench, "crossing.json"), 0) { bytes in
      // Both groups turn green at once.
      Array(
        String(decoding: bytes, as: UTF8.self).replacingOccurrences(
          of: #"[{"controller":0,"group":0,"lamp":"green"}]"#,
          with: #"[{"controller":0,"group":0,"lamp":"green"},{"controller":0,"group":1,"lamp":"green"}]"#
        ).utf8)
    }
    let ending = bench.run(
      "drive @crossing.json --road simulated --cabinet C=external:tcp:127.0.0.1:\(port)")
    #expect(ending.code == .safetyViolation, "\(ending.words)")
  }

  @Test(
    "ways that cannot carry lines are refused with the ones that can",
    arguments: [
      "external:udp:127.0.0.1:5", "external:stdio", "external:", "external:tcp:nowhere",
    ])
  func endpoints(text: String) throws {
    let bench = try Workbench()
    try bench.write(Workbench.crossing, to: "crossing.json")
    let ending = bench.run("simulate @crossing.json --strategy \(text)")
    #expect(ending.code == .usage)
    #expect(ending.words.contains("expected"), "\(ending.words)")
  }
}
