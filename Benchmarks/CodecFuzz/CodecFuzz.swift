import Foundation
import ProcessFigures
import TrafficModel

/// Gives mutants of valid frames to the decoders of the field protocols: nothing may crash, hang or eat memory, and what
/// still decodes must round-trip.
///
///     CodecFuzz --count 10000000 --seed 1 --decoder all [--json]
///     CodecFuzz --decoder snmp --seed 1 --show 4711
///
/// Decoders: modbus-serial, modbus-stream, pmpp, snmp, ntcip-agent, gbt-escaped, gbt-datagram, gbt-controller, line.
@main
struct CodecFuzz {
  static func main() {
    do {
      let request = try FuzzRequest(Array(CommandLine.arguments.dropFirst()))
      if let number = request.show {
        for target in request.targets {
          let bytes = FuzzCase(seed: request.seed, target: target).mutant(number)
          print(
            "\(target.rawValue) \(number):", bytes.map { String(format: "%02x", $0) }.joined(separator: " "))
        }
        return
      }
      var isClean = true
      for target in request.targets {
        let tally = FuzzRun(target, seed: request.seed).run(request.count)
        tally.report(isJSON: request.isJSON)
        isClean = isClean && tally.isClean
      }
      exit(isClean ? 0 : 1)
    } catch {
      print("error: \(error)")
      exit(2)
    }
  }
}

/// What the command line asks for.
struct FuzzRequest {
  struct Usage: Error, CustomStringConvertible {
    let description =
      "usage: CodecFuzz [--count N] [--seed S] [--decoder NAME|all] [--json] [--show CASE]"
  }

  var count = 1_000_000
  var seed: UInt64 = 1
  var targets = FuzzTarget.allCases
  var isJSON = false
  var show: Int?

  init(_ words: [String]) throws {
    var rest = words[...]
    func number(_ word: String?) throws -> Int {
      guard let value = word.flatMap({ Int($0) }), value >= 0 else { throw Usage() }
      return value
    }
    while let word = rest.popFirst() {
      switch word {
      case "--count": count = try number(rest.popFirst())
      case "--seed": seed = UInt64(try number(rest.popFirst()))
      case "--show": show = try number(rest.popFirst())
      case "--json": isJSON = true
      case "--decoder":
        guard let name = rest.popFirst() else { throw Usage() }
        if name == "all" { continue }
        guard let target = FuzzTarget(rawValue: name) else { throw Usage() }
        targets = [target]
      default: throw Usage()
      }
    }
  }
}

/// What came of the cases of one decoder.
struct FuzzTally: Codable {
  var decoder: String
  var seed: UInt64
  var cases = 0
  var decodedCases = 0
  var frames = 0
  var mutatedBytes = 0
  /// Cases whose decoded frame did not round-trip.
  var broken: [Int] = []
  var slowestSeconds = 0.0
  var slowestCase = -1
  var peakMegabytes = 0.0
  var startMegabytes = 0.0
  var cpuSeconds = 0.0

  /// Share of the cases that still decode, at least.
  static let leastShare = 0.05
  /// Memory that a run may add, whatever comes.
  static let growthLimitMegabytes = 64.0

  var share: Double { Double(decodedCases) / Double(max(1, cases)) }
  var isClean: Bool {
    broken.isEmpty && share >= Self.leastShare && peakMegabytes - startMegabytes <= Self.growthLimitMegabytes
  }

  func report(isJSON: Bool) {
    if isJSON {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      if let data = try? encoder.encode(self) { print(String(decoding: data, as: UTF8.self)) }
      return
    }
    print(
      String(
        format:
          "%@: %d mutants, %.1f %% decode, %d frames, %d do not round-trip, peak %.0f MB (+%.0f), CPU %.1f s, "
          + "slowest %.1f ms (case %d)", decoder, cases, share * 100, frames, broken.count, peakMegabytes,
        peakMegabytes - startMegabytes, cpuSeconds, slowestSeconds * 1000, slowestCase))
  }
}
