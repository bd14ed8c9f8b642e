import Foundation
import SUMOMaps

/// Maps × strategies × seeds on SUMO's road, beside the figures of others.
///
///     swift build -c release --product citybrain
///     swift run -c release SUMOScore FOLDER --strategies fixed,actuated --seeds 5
///
/// FOLDER holds one folder for each map with its .net.xml and .rou.xml. Every run is one `citybrain drive`; `delay_all`
/// counts the time loss and the wait outside of all vehicles that are due, so keeping vehicles out cannot help.
@main
struct SUMOScoreBenchmark {
  private var folder = ""
  private var strategies = ["fixed"]
  private var seeds = 5
  private var maps: [String] = []
  private var tool = ".build/release/citybrain"
  private var more: [String] = []

  static func main() {
    do {
      var benchmark = SUMOScoreBenchmark()
      try benchmark.read(Array(CommandLine.arguments.dropFirst()))
      try benchmark.run()
    } catch {
      FileHandle.standardError.write(Data("SUMOScore: \(error)\n".utf8))
      exit(1)
    }
  }

  private mutating func read(_ words: [String]) throws {
    var rest = words[...]
    while let word = rest.popFirst() {
      if !word.hasPrefix("--") {
        folder = word
        continue
      }
      guard let value = rest.popFirst() else { throw MapFailure("\(word) needs a value") }
      let list = value.split(separator: ",").map(String.init)
      switch word {
      case "--strategies": strategies = list
      case "--maps": maps = list
      case "--citybrain": tool = value
      case "--seeds": seeds = Int(value) ?? seeds
      default: more += [word, value]
      }
    }
    if folder.isEmpty {
      throw MapFailure(
        "usage: SUMOScore FOLDER [--strategies A,B] [--seeds N] [--maps A,B] [--citybrain PATH] "
          + "[options of citybrain drive]")
    }
    if maps.isEmpty { maps = try MapFolder(folder).maps() }
  }

  private func run() throws {
    print("delay_all in s, mean of \(seeds) seeds (worst seed); longest wait of one vehicle in s")
    print(
      row(
        "map",
        ["strategy", "mean", "worst", "longest", "trip", "peer fixed", "MaxPressure", "MaxWave", "greedy"]))
    for map in maps {
      for strategy in strategies {
        let runs = try (1...seeds).map { try score(map, strategy, seed: $0) }
        let delays = runs.map(\.delay)
        let mean = delays.reduce(0, +) / Double(delays.count)
        let worst = delays.max() ?? 0
        let peer = PeerFigures.byMap[map]
        let jammed = worst > 1.3 * mean ? " JAM" : ""
        let trip = runs.map(\.trip).reduce(0, +) / Double(runs.count)
        print(
          row(
            map,
            [
              strategy, text(mean), text(worst) + jammed, text(runs.map(\.longest).max()), text(trip),
              text(peer?.fixed), text(peer?.maxPressure), text(peer?.maxWave), text(peer?.greedy),
            ]))
      }
    }
  }

  private func row(_ name: String, _ cells: [String]) -> String {
    ([name] + cells).map { $0.count < 13 ? $0 + String(repeating: " ", count: 13 - $0.count) : $0 + " " }
      .joined()
  }

  private func text(_ value: Double?) -> String {
    value.map { NumberFormat.oneDecimal($0) } ?? "-"
  }

  private func score(
    _ map: String, _ strategy: String, seed: Int
  ) throws -> (delay: Double, longest: Double, trip: Double) {
    let places = MapFolder(folder)
    let words = [
      "drive", places.net(of: map), "--routes", try places.routes(of: map), "--strategy", strategy, "--seed",
      "\(seed)", "--json", "--quiet",
    ]
    let score = try answer(of: tool, words + MapFolder.window(of: map) + more, as: Report.self).result.score
    return (score.delayAllSeconds, score.longestWaitSeconds, score.durationSeconds)
  }

  /// What is wanted of a drive's answer.
  private struct Report: Decodable {
    struct Result: Decodable {
      var score: Score
    }
    struct Score: Decodable {
      var delayAllSeconds: Double
      var longestWaitSeconds: Double
      var durationSeconds: Double
    }
    var result: Result
  }
}

enum NumberFormat {
  static func oneDecimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(abs(tenths) % 10)"
  }
}
