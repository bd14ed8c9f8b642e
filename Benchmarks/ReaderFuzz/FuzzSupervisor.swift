import BenchmarkSupport
import Foundation

/// Lets children work through the cases, and finds those that kill one.
struct FuzzSupervisor {
  private let request: FuzzRequest
  /// So many crashes say enough.
  private static let crashLimit = 20

  init(_ request: FuzzRequest) { self.request = request }

  func run(_ cases: Range<Int>) -> FuzzTally {
    var tally = FuzzTally()
    var first = cases.lowerBound
    while first < cases.upperBound && tally.crashes.count < Self.crashLimit {
      let end = min(first + request.chunk, cases.upperBound)
      tally.add(runOrHalve(first..<end))
      first = end
      let line = "\(first) cases, \(tally.decoded) decoded, \(tally.crashes.count) crashes\n"
      FileHandle.standardError.write(Data(line.utf8))
    }
    return tally
  }

  private func runOrHalve(_ cases: Range<Int>) -> FuzzTally {
    let (tally, end) = child(cases)
    if let tally { return tally }
    if cases.count == 1 {
      var lost = FuzzTally()
      lost.cases = 1
      lost.crashes = [FuzzTally.Remark(number: cases.lowerBound, text: end)]
      return lost
    }
    let middle = cases.lowerBound + cases.count / 2
    var both = runOrHalve(cases.lowerBound..<middle)
    both.add(runOrHalve(middle..<cases.upperBound))
    return both
  }

  /// Runs the cases in a child; its tally, or how it ended.
  private func child(_ cases: Range<Int>) -> (tally: FuzzTally?, end: String) {
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments = [
      "--seed", "\(request.seed)", "--scenarios", request.scenarios, "--work", "\(cases.lowerBound)",
      "\(cases.count)",
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return (nil, "\(error)") }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let end =
      process.terminationReason == .uncaughtSignal
      ? "signal \(process.terminationStatus)" : "exit \(process.terminationStatus)"
    if process.terminationReason != .exit || process.terminationStatus != 0 { return (nil, end) }
    return (try? JSONDecoder().decode(FuzzTally.self, from: data), end)
  }
}
