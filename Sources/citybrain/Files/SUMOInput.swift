import Interchange
import Reporting
import TrafficModel

/// What to read beside a SUMO network, and how.
struct SUMOChoice: Hashable, Sendable {
  /// Demand files, as the user named them.
  var routes: [String] = []
  /// Files with detectors.
  var additional: [String] = []
  var begin: Double?
  var end: Double?
  var yellow: TimeSpan?
  var minimumGreen: TimeSpan?

  static let options: [OptionSpecification] = [
    .value("routes", "FILE,...", "SUMO: demand files (.rou.xml, trips, flows)"),
    .value("additional", "FILE,...", "SUMO: files with detectors"),
    .value("begin", "SECONDS", "SUMO: start of the window, in SUMO's seconds"),
    .value("end", "SECONDS", "SUMO: end of the window"),
    .value("yellow", "SECONDS", "SUMO: yellow of all signals (default: the programs' own)"),
    .value("min-green", "SECONDS", "SUMO: shortest green of strategies that decide themselves (default 5)"),
  ]

  init() {}

  init(_ arguments: ParsedArguments) throws(CommandFailure) {
    routes = try arguments.list("routes", default: [])
    additional = try arguments.list("additional", default: [])
    begin = try arguments.seconds("begin", in: 0...10_000_000)
    end = try arguments.seconds("end", in: 0...10_000_000)
    yellow = try arguments.seconds("yellow", in: 1...10).map(TimeSpan.init(seconds:))
    minimumGreen = try arguments.seconds("min-green", in: 1...60).map(TimeSpan.init(seconds:))
    if let begin, let end, end <= begin {
      throw arguments.failure("--end is \(end); it must be behind --begin, which is \(begin)")
    }
  }

  /// The words that make the same choice again.
  var canonicalArguments: [String] {
    var words: [String] = []
    if !routes.isEmpty { words += ["--routes", routes.joined(separator: ",")] }
    if !additional.isEmpty { words += ["--additional", additional.joined(separator: ",")] }
    if let begin { words += ["--begin", "\(begin)"] }
    if let end { words += ["--end", "\(end)"] }
    if let yellow { words += ["--yellow", "\(yellow.seconds)"] }
    if let minimumGreen { words += ["--min-green", "\(minimumGreen.seconds)"] }
    return words
  }
}

extension ParsedArguments {
  /// The value of an option as a number within bounds; `nil` where it is not given.
  func seconds(_ option: String, in bounds: ClosedRange<Double>) throws(CommandFailure) -> Double? {
    guard let text = self[option] else { return nil }
    guard let value = Double(text), bounds.contains(value) else {
      throw failure(
        "--\(option) is \(text); it must be a number from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    return value
  }
}

/// Where a scenario that was read from SUMO comes from.
struct SUMOSource: Sendable {
  var netPath: String
  var routePaths: [String]
  var additionalPaths: [String]
  var imported: SUMOImport
}

extension ScenarioInput {
  /// Whether a file is one of SUMO's, by its name.
  static func isSUMO(_ path: String) -> Bool {
    let name = path.lowercased()
    return [".net.xml", ".sumocfg", ".net.xml.gz"].contains { name.hasSuffix($0) }
  }

  /// Reads a SUMO network or configuration with its demand.
  /// - Parameter base: the folder that relative paths start from; empty for the current one.
  static func loadSUMO(
    _ operand: String, _ choice: SUMOChoice, from base: String
  ) throws(CommandFailure) -> ScenarioInput {
    var choice = choice
    var netPath = operand
    var files: [InputFile] = []
    var remarks: [Finding] = []
    if operand.lowercased().hasSuffix(".sumocfg") {
      let configuration = try configuration(operand, &files, from: base)
      let folder = operand.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
        separator: "/")
      netPath = Files.located(configuration.net, from: folder)
      if choice.routes.isEmpty {
        choice.routes = configuration.routes.map { Files.located($0, from: folder) }
      }
      if choice.additional.isEmpty {
        choice.additional = configuration.additional.map { Files.located($0, from: folder) }
      }
      choice.begin = choice.begin ?? configuration.beginSeconds
      choice.end = choice.end ?? configuration.endSeconds
      for other in configuration.others {
        remarks.append(
          Finding(
            .warning, rule: "sumo-option", place: operand, message: "the option \(other) is not used here",
            mend: "none is needed unless it changes the roads"))
      }
    }
    func read(_ path: String) throws(CommandFailure) -> SUMOFile {
      let bytes = try Files.read(Files.located(path, from: base))
      files.append(InputFile(path: path, sha256: SHA256.hexadecimal(bytes)))
      return SUMOFile(name: path, bytes: bytes)
    }
    let net = try read(netPath)
    let routes = try choice.routes.map { (path) throws(CommandFailure) in try read(path) }
    let additional = try choice.additional.map { (path) throws(CommandFailure) in try read(path) }
    let options = SUMOOptions(
      beginSeconds: choice.begin, endSeconds: choice.end, yellow: choice.yellow,
      minimumGreen: choice.minimumGreen ?? SUMOOptions().minimumGreen)
    let imported: SUMOImport
    do {
      imported = try SUMOReader.read(net: net, routes: routes, additional: additional, options: options)
    } catch {
      throw CommandFailure(.invalidInput, error.description)
    }
    let source = SUMOSource(
      netPath: netPath, routePaths: choice.routes, additionalPaths: choice.additional, imported: imported)
    return try checked(source, files, remarks)
  }

  private static func configuration(
    _ operand: String, _ files: inout [InputFile], from base: String
  ) throws(CommandFailure) -> SUMOConfiguration {
    let bytes = try Files.read(Files.located(operand, from: base))
    files.append(InputFile(path: operand, sha256: SHA256.hexadecimal(bytes)))
    do {
      return try SUMOConfiguration.read(SUMOFile(name: operand, bytes: bytes))
    } catch {
      throw CommandFailure(.invalidInput, error.description)
    }
  }

  /// An import passes the same checks as a scenario file; remarks about many places are told once.
  private static func checked(
    _ source: SUMOSource, _ files: [InputFile], _ remarks: [Finding]
  ) throws(CommandFailure) -> ScenarioInput {
    // What the angles of legs say about who crosses whom is no match for SUMO's own matrices.
    let byMatrix = ["protected-crossing", "permitted-yields", "crossing-unregulated", "movement-ungoverned"]
    let findings = source.imported.scenario.findings().map { finding in
      var finding = finding
      if byMatrix.contains(finding.rule) { finding.severity = .warning }
      return finding
    }
    let errors = findings.filter { $0.severity == .error }
    if !errors.isEmpty {
      throw CommandFailure(
        .invalidInput, errors.map { "\(source.netPath): \($0.sentence)" }.joined(separator: "\n"))
    }
    var warnings = remarks + source.imported.warnings
    var rules: [String] = []
    for finding in findings where !rules.contains(finding.rule) { rules.append(finding.rule) }
    for rule in rules {
      let alike = findings.filter { $0.rule == rule }
      warnings.append(alike[0])
      if alike.count > 1 {
        warnings[warnings.count - 1].message += " (and \(alike.count - 1) more of this kind)"
      }
    }
    return ScenarioInput(
      files: files, scenario: source.imported.scenario, warnings: warnings, suspects: [], sumo: source)
  }
}
