import BenchmarkSupport
import Foundation
import TrafficModel

/// libFuzzer's own loop, as its documentation "Using libFuzzer as a library" gives it.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ argumentCount: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ testOneInput: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// The readers under libFuzzer, which looks for inputs that take new ways through the code.
///
/// The first byte of an input chooses the reader, the rest is the text.
///
///     CITYBRAIN_LIBFUZZER=1 swift build -c release --product LibFuzzer --scratch-path .build/fuzzer
///     .build/fuzzer/release/LibFuzzer --corpus CORPUS
///     .build/fuzzer/release/LibFuzzer -max_total_time=600 -max_len=20000 CORPUS
///
/// `--corpus FOLDER` writes the valid texts to start from into that folder. The target is part of the package only
/// with that variable set, because packages that others depend on may not use the option that it needs.
@main
struct LibFuzzer {
  private static let probe = ReaderProbe()

  static func main() throws {
    if CommandLine.arguments.count == 3 && CommandLine.arguments[1] == "--corpus" {
      return try writeCorpus(to: CommandLine.arguments[2])
    }
    var count = CommandLine.argc
    var arguments = unsafe CommandLine.unsafeArgv
    exit(unsafe runDriver(&count, &arguments, testOneInput))
  }

  private static let testOneInput: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { start, count in
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let kind = FuzzKind.allCases[Int(first) % FuzzKind.allCases.count]
    let verdict = probe.probe(Array(bytes.dropFirst()), as: kind, runs: true)
    precondition(verdict.complaint == nil, verdict.complaint ?? "")
    return 0
  }

  private static func writeCorpus(to folder: String) throws {
    let root = URL(fileURLWithPath: folder)
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    for seed in try FuzzSeed.all(scenariosIn: "Scenarios") {
      let kind = UInt8(FuzzKind.allCases.firstIndex(of: seed.kind) ?? 0)
      try Data([kind] + seed.bytes).write(to: root.appendingPathComponent(seed.name))
    }
  }
}
