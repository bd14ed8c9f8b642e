import BenchmarkSupport
import Foundation

/// What came of a number of cases.
struct FuzzTally: Codable {
  struct Remark: Codable {
    var number: Int
    var text: String
  }

  var cases = 0
  var decoded = 0
  var valid = 0
  var simulated = 0
  /// By kind of text: cases and decoded.
  var casesByKind: [String: Int] = [:]
  var decodedByKind: [String: Int] = [:]
  var slowestSeconds = 0.0
  var slowestCase = -1
  /// Cases that took more than a second of CPU time.
  var slow: [Remark] = []
  /// Broken promises.
  var complaints: [Remark] = []
  var complaintCount = 0
  /// Cases that ended their process.
  var crashes: [Remark] = []
  var peakMegabytes = 0.0
  var cpuSeconds = 0.0

  /// Remarks kept of each sort.
  static let remarkLimit = 20

  var isClean: Bool { complaintCount == 0 && crashes.isEmpty }

  mutating func add(_ other: FuzzTally) {
    cases += other.cases
    decoded += other.decoded
    valid += other.valid
    simulated += other.simulated
    casesByKind.merge(other.casesByKind, uniquingKeysWith: +)
    decodedByKind.merge(other.decodedByKind, uniquingKeysWith: +)
    if other.slowestSeconds > slowestSeconds {
      slowestSeconds = other.slowestSeconds
      slowestCase = other.slowestCase
    }
    slow = Array((slow + other.slow).prefix(Self.remarkLimit))
    complaints = Array((complaints + other.complaints).prefix(Self.remarkLimit))
    complaintCount += other.complaintCount
    crashes += other.crashes
    peakMegabytes = max(peakMegabytes, other.peakMegabytes)
    cpuSeconds += other.cpuSeconds
  }

  func report(count: Int, request: FuzzRequest) {
    if request.isJSON {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
      if let data = try? encoder.encode(self) { print(String(decoding: data, as: UTF8.self)) }
      return
    }
    let share = Double(decoded) / Double(max(1, cases)) * 100
    print("seed \(request.seed): \(cases) of \(count) mutants, \(crashes.count) crashes or hangs")
    print(String(format: "decoded %d (%.1f %%), valid %d, simulated %d", decoded, share, valid, simulated))
    for kind in casesByKind.keys.sorted() {
      print("  \(kind): \(decodedByKind[kind] ?? 0) of \(casesByKind[kind] ?? 0) decoded")
    }
    print(
      String(
        format: "slowest %.3f s (case %d), peak %.0f MB, CPU %.0f s", slowestSeconds, slowestCase,
        peakMegabytes, cpuSeconds))
    for remark in crashes { print("crash, case \(remark.number): \(remark.text)") }
    for remark in slow { print("slow, case \(remark.number): \(remark.text)") }
    print("valid but not runnable: \(complaintCount)")
    for remark in complaints { print("  case \(remark.number): \(remark.text)") }
  }
}
