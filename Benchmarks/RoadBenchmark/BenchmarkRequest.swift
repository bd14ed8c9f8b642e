/// What to measure.
enum BenchmarkInput {
  case file(String)
  case generatedUTDF(rows: Int, columns: Int)
  case named(String)
}

struct BenchmarkRequest {
  struct Usage: Error, CustomStringConvertible {
    let description =
      "usage: RoadBenchmark (FILE.json|FILE.csv|--generated-utdf ROWSxCOLUMNS|--case NAME)... [--replications N] "
      + "[--json|--fingerprint], or RoadBenchmark --scaling; cases: "
      + BenchmarkCase.names.joined(separator: ", ") + ", or the name of a folder in Scenarios"
  }

  private(set) var inputs: [BenchmarkInput] = []
  private(set) var replications = 5
  private var hasReplications = false
  private(set) var isJSON = false
  private(set) var isScaling = false
  private(set) var isFingerprint = false

  init(_ words: [String]) throws {
    var rest = words[...]
    while let word = rest.popFirst() {
      switch word {
      case "--generated-utdf":
        let sizes = (rest.popFirst() ?? "").split(separator: "x").compactMap { Int($0) }
        if sizes.count != 2 { throw Usage() }
        inputs.append(.generatedUTDF(rows: sizes[0], columns: sizes[1]))
      case "--case":
        guard let name = rest.popFirst() else { throw Usage() }
        inputs.append(.named(name))
      case "--replications":
        guard let count = rest.popFirst().flatMap({ Int($0) }), count > 0 else { throw Usage() }
        replications = count
        hasReplications = true
      case "--json": isJSON = true
      case "--scaling": isScaling = true
      case "--fingerprint": isFingerprint = true
      case let option where option.hasPrefix("-"): throw Usage()
      default: inputs.append(.file(word))
      }
    }
    if inputs.isEmpty && !isScaling { throw Usage() }
  }

  /// A million vehicles are driven once, unless asked for.
  func replications(of input: BenchmarkInput) -> Int {
    if case .named("million") = input, !hasReplications { return 1 }
    return replications
  }
}
