import Foundation
import Interchange
import SUMOMaps
import TrafficModel

/// Whether our road and SUMO agree on which of two plans is better.
///
///     swift build -c release --product citybrain
///     swift run -c release SUMORanking FOLDER --maps cologne1,ingolstadt1 --variants 10 --seeds 3 --keep runs
///
/// FOLDER holds one folder for each map with its .net.xml and .rou.xml. Variants of each map's own plan are drawn by
/// `--draw SEED` before anything runs: greens scaled, offsets shifted, cycles changed, in turn. Each plan runs on both
/// roads with the same seeds and frozen routes (`citybrain fidelity`); a difference of `delay_all` against the map's own
/// plan counts if SUMO's exceeds two standard errors of its paired differences. What is kept in `--keep` is taken
/// again, so that another version of our road can be judged by the same runs.
@main
struct SUMORanking {
  private var folder = ""
  private var maps: [String] = []
  private var variants = 10
  private var seeds = 3
  private var draw: UInt64 = 1
  private var tool = ".build/release/citybrain"
  private var kept = NSTemporaryDirectory() + "sumo-ranking"

  static func main() {
    do {
      var ranking = SUMORanking()
      try ranking.read(Array(CommandLine.arguments.dropFirst()))
      try ranking.run()
    } catch {
      FileHandle.standardError.write(Data("SUMORanking: \(error)\n".utf8))
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
      switch word {
      case "--maps": maps = value.split(separator: ",").map(String.init)
      case "--variants": variants = Int(value) ?? variants
      case "--seeds": seeds = max(2, Int(value) ?? seeds)
      case "--draw": draw = UInt64(value) ?? draw
      case "--citybrain": tool = value
      case "--keep": kept = value
      default: throw MapFailure("unknown option \(word)")
      }
    }
    if folder.isEmpty {
      throw MapFailure(
        "usage: SUMORanking FOLDER [--maps A,B] [--variants 10] [--seeds 3] [--draw 1] "
          + "[--keep DIR] [--citybrain PATH]")
    }
    if maps.isEmpty { maps = try MapFolder(folder).maps() }
  }

  private func run() throws {
    var tally = RankingTally()
    print("map            variant              SUMO s ± se      here s ± se   verdict")
    for (place, map) in maps.enumerated() { try judge(map, place, &tally) }
    print(tally.text())
  }

  private func judge(_ map: String, _ place: Int, _ tally: inout RankingTally) throws {
    let places = MapFolder(folder)
    let net = places.net(of: map)
    let routes = try places.routes(of: map)
    let own = "\(kept)/\(map)"
    try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
    let street = try fidelity(net, routes: routes, map, keep: "\(own)/street")
    // Trips were sent through SUMO once; every variant serves the ways that they took there.
    let frozen = "\(own)/street/types.rou.xml,\(own)/street/routes.rou.xml"
    let isFrozen = FileManager.default.fileExists(atPath: "\(own)/street/routes.rou.xml")
    let scenario = try scenario(net)
    for number in 1...max(1, variants) {
      var variant = PlanVariant(number: number, map: place, seed: draw)
      let plan = "\(own)/variant\(number).json"
      let text = PlanWriter.text(variant.plan(for: scenario), of: scenario)
      try Data(text.utf8).write(to: URL(fileURLWithPath: plan))
      let runs = try fidelity(
        net, routes: isFrozen ? frozen : routes, map, plan: plan, keep: "\(own)/variant\(number)"
      )
      let theirs = PairedSample(zip(street.sumo, runs.sumo).map { $1 - $0 })
      let ours = PairedSample(zip(street.ours, runs.ours).map { $1 - $0 })
      let verdict = tally.add("\(map) \(number) (\(variant.kind.name))", theirs, ours)
      let name = "\(number) \(variant.kind.name)"
      print(
        "\(padded(map, 15))\(padded(name, 21))\(padded(theirs.text, 17))\(padded(ours.text, 14))\(verdict)")
    }
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private func scenario(_ net: String) throws -> Scenario {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: net)))
    return try SUMOReader.read(net: SUMOFile(name: net, bytes: bytes)).scenario
  }

  // MARK: - The tool

  private struct Runs {
    var ours: [Double]
    var sumo: [Double]
  }

  /// What is wanted of a comparison's answer.
  private struct Report: Decodable {
    struct Comparison: Decodable {
      var delayAllSeconds: Pair
    }
    struct Pair: Decodable {
      var ourRuns: [Double]
      var sumoRuns: [Double]
    }
    var result: [Comparison]
  }

  private func fidelity(
    _ net: String, routes: String, _ map: String, plan: String? = nil, keep: String
  ) throws -> Runs {
    var words = [
      "fidelity", net, "--routes", routes, "--strategies", "fixed", "--seeds", "\(seeds)", "--keep", keep,
      "--json", "--quiet",
    ]
    if let plan { words += ["--plan", plan] }
    let report = try answer(of: tool, words + MapFolder.window(of: map), as: Report.self)
    guard let delay = report.result.first?.delayAllSeconds else {
      throw MapFailure("no comparison in the answer")
    }
    return Runs(ours: delay.ourRuns, sumo: delay.sumoRuns)
  }
}
