import Interchange
import Reporting
import TrafficModel

/// What to change of an input before it is used: its demand, and junctions to leave out.
struct InputChoice: Hashable, Sendable {
  /// Turning counts that replace the demand, as the user named the file.
  var counts: String?
  /// Time of day of the counts that are used, as the user wrote it; `nil` is the whole day.
  var window: String?
  /// Names of junctions to take out of the network.
  var without: [String] = []
  /// A timing plan to put on the street, as the user named the file.
  var plan: String?
  /// How a UTDF file is read.
  var utdf = UTDFOptions()
  /// What is read beside a SUMO network.
  var sumo = SUMOChoice()

  static let options: [OptionSpecification] =
    [
      .value("counts", "FILE", "take the demand from turning counts (15-minute sheet or list)"),
      .value("window", "HH:MM-HH:MM", "use only the counts of this time of day"),
      .value("without", "NODE,...", "leave junctions out; their neighbours' counts feed the network instead"),
      .value("plan", "FILE", "put a timing plan on the street (from citybrain optimize)"),
      .flag("no-right-on-red", "UTDF: nobody turns right on red, whatever the file allows"),
      .flag("no-peak-hour-factor", "UTDF: volumes as counted, not divided by the peak-hour factor"),
    ] + SUMOChoice.options

  init() {}

  init(_ arguments: ParsedArguments) throws(CommandFailure) {
    counts = arguments["counts"]
    window = arguments["window"]
    without = try arguments.list("without", default: [])
    plan = arguments["plan"]
    utdf.allowsRightOnRed = !arguments.has("no-right-on-red")
    utdf.appliesPeakHourFactor = !arguments.has("no-peak-hour-factor")
    sumo = try SUMOChoice(arguments)
    guard let window else { return }
    if counts == nil { throw arguments.failure("--window needs --counts FILE") }
    if Self.seconds(window) == nil {
      throw arguments.failure("--window is \(window); it must be a time of day such as 07:00-08:00")
    }
  }

  /// The words that make the same choice again.
  var canonicalArguments: [String] {
    var words: [String] = []
    if let counts { words += ["--counts", counts] }
    if let window { words += ["--window", window] }
    if !without.isEmpty { words += ["--without", without.joined(separator: ",")] }
    if let plan { words += ["--plan", plan] }
    if !utdf.allowsRightOnRed { words.append("--no-right-on-red") }
    if !utdf.appliesPeakHourFactor { words.append("--no-peak-hour-factor") }
    return words + sumo.canonicalArguments
  }

  /// Seconds since midnight; `nil` unless the text is two times of day, the second later.
  static func seconds(_ window: String) -> Range<Int>? {
    let times = window.split(separator: "-", omittingEmptySubsequences: false).map { clock($0) }
    guard times.count == 2, let start = times[0], let end = times[1], start < end else { return nil }
    return start..<end
  }

  private static func clock(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let isDigits = parts.allSatisfy { part in
      part.utf8.count == 2 && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
    guard parts.count == 2, isDigits, let hours = Int(parts[0]), let minutes = Int(parts[1]), minutes < 60,
      hours < 24 || (hours == 24 && minutes == 0)
    else { return nil }
    return hours * 3600 + minutes * 60
  }
}

extension InputChoice {
  /// The input as it was chosen: first the counts, then without the junctions that are left out, then the plan.
  /// - Parameter base: the folder that relative paths start from; empty for the current one.
  func apply(to input: ScenarioInput, from base: String) throws(CommandFailure) -> ScenarioInput {
    var result = input
    if let counts { try apply(counts: counts, to: &result, from: base) }
    if !without.isEmpty { try leaveOut(of: &result) }
    if let plan { try apply(plan: plan, to: &result, from: base) }
    return result
  }

  private func apply(
    plan path: String, to input: inout ScenarioInput, from base: String
  ) throws(CommandFailure) {
    let bytes = try Files.read(Files.located(path, from: base))
    do {
      input.scenario = try PlanReader.read(bytes, file: path, for: input.scenario).applied(to: input.scenario)
    } catch {
      throw CommandFailure(.invalidInput, error.description)
    }
    input.files.append(InputFile(path: path, sha256: SHA256.hexadecimal(bytes)))
    try check(&input, because: path)
  }

  private func apply(
    counts path: String, to input: inout ScenarioInput, from base: String
  ) throws(CommandFailure) {
    let bytes = try Files.read(Files.located(path, from: base))
    let counted: CountedScenario?
    do {
      counted = try TurningCountReader.read(bytes, file: path).applied(
        to: input.scenario, window: window.flatMap(Self.seconds) ?? 0..<86_400)
    } catch {
      throw CommandFailure(.invalidInput, error.description)
    }
    guard let counted else {
      let place = window.map { " between \($0)" } ?? ""
      throw CommandFailure(.invalidInput, "\(path): holds no count\(place); choose another window or file")
    }
    input.files.append(InputFile(path: path, sha256: SHA256.hexadecimal(bytes)))
    input.scenario = counted.scenario
    input.warnings += counted.warnings
    try check(&input, because: path)
  }

  private func leaveOut(of input: inout ScenarioInput) throws(CommandFailure) {
    let network = input.scenario.network
    var removed: Set<NodeID> = []
    for name in without {
      guard let index = network.nodes.firstIndex(where: { $0.name == name && $0.control != .external }) else {
        let known = network.nodes.filter { $0.control != .external }.map(\.name)
        throw CommandFailure(
          .usage,
          "--without names \(name), which is no junction of the input\(Suggestion.phrase(for: name, among: known))"
        )
      }
      removed.insert(NodeID(index))
    }
    input.scenario = input.scenario.removing(junctions: removed)
    input.suspects.removeAll { removed.contains($0.node) }
    try check(&input, because: "without \(without.joined(separator: ", "))")
  }

  /// A changed scenario passes the same checks as one from a file.
  private func check(_ input: inout ScenarioInput, because place: String) throws(CommandFailure) {
    let findings = input.scenario.findings()
    let errors = findings.filter { $0.severity == .error }
    if !errors.isEmpty {
      throw CommandFailure(.invalidInput, errors.map { "\(place): \($0.sentence)" }.joined(separator: "\n"))
    }
    for finding in findings where !input.warnings.contains(finding) { input.warnings.append(finding) }
  }
}
