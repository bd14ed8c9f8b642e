import BenchmarkSupport
import Foundation
import ProcessFigures
import TrafficModel

/// Works through a range of cases in this process.
struct FuzzWorker {
  private let seeds: [FuzzSeed]
  private let probe = ReaderProbe()
  private let seed: UInt64
  /// Of the valid scenarios every so-manyth is simulated.
  private static let simulatedEach = 2

  init(_ request: FuzzRequest) throws {
    seeds = try FuzzSeed.all(scenariosIn: request.scenarios)
    seed = request.seed
  }

  private func mutant(_ number: Int) -> (kind: FuzzKind, bytes: [UInt8]) {
    var mutator = Mutator(seed: seed, number: UInt64(number))
    let base = mutator.chooseSeed(of: seeds)
    let other = mutator.chooseSeed(of: seeds)
    return (base.kind, mutator.mutant(of: base.bytes, other: other.bytes))
  }

  func show(_ number: Int) throws {
    try FileHandle.standardOutput.write(contentsOf: Data(mutant(number).bytes))
  }

  /// Prints the tally of the cases as one line of JSON.
  func work(_ cases: Range<Int>) throws {
    Self.limitProcess(cases: cases.count)
    var tally = FuzzTally()
    let total = ProcessorTime()
    for number in cases {
      let time = ProcessorTime()
      let (kind, bytes) = mutant(number)
      let verdict = probe.probe(bytes, as: kind, runs: number % Self.simulatedEach == 0)
      let seconds = time.elapsedSeconds
      tally.cases += 1
      tally.casesByKind[kind.rawValue, default: 0] += 1
      if verdict.isDecoded {
        tally.decoded += 1
        tally.decodedByKind[kind.rawValue, default: 0] += 1
      }
      if verdict.isValid { tally.valid += 1 }
      if verdict.hasRun { tally.simulated += 1 }
      if let text = verdict.complaint {
        tally.complaintCount += 1
        if tally.complaints.count < FuzzTally.remarkLimit {
          tally.complaints.append(FuzzTally.Remark(number: number, text: text))
        }
      }
      if seconds > tally.slowestSeconds {
        tally.slowestSeconds = seconds
        tally.slowestCase = number
      }
      if seconds > 1 {
        let text = String(format: "%.1f s, \(kind.rawValue), \(bytes.count) bytes", seconds)
        tally.slow.append(FuzzTally.Remark(number: number, text: text))
      }
    }
    tally.peakMegabytes = ProcessFigures.peakMegabytes
    tally.cpuSeconds = total.elapsedSeconds
    print(String(decoding: try JSONEncoder().encode(tally), as: UTF8.self))
  }

  /// The system ends this process when it takes much more time or memory than it may: a hang is a crash then.
  private static func limitProcess(cases: Int) {
    let seconds = rlim_t(20 + cases / 100)
    var time = rlimit(rlim_cur: seconds, rlim_max: seconds)
    var memory = rlimit(rlim_cur: 2_000_000_000, rlim_max: 2_000_000_000)
    #if os(macOS)
      unsafe setrlimit(RLIMIT_CPU, &time)
      unsafe setrlimit(RLIMIT_AS, &memory)
    #else
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &time)
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &memory)
    #endif
  }
}
