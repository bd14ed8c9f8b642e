import Interchange
import Reporting
import TrafficModel

/// A scenario that a command was given, with where it came from.
struct ScenarioInput: Sendable {
  /// As the user named them: the scenario (a folder stands for the scenario.json in it), and counts if there are.
  var files: [InputFile]
  var scenario: Scenario
  /// What reading and checking had to say, in their order.
  var warnings: [Finding]
  /// Junctions whose counts cannot be right.
  var suspects: [SuspectJunction]
  /// What a scenario read from SUMO maps to.
  var sumo: SUMOSource?
}

/// Why an input cannot be used: everything that was found wrong with it.
struct UnreadableInput: Error, Hashable, Sendable {
  var file: InputFile
  var errors: [DocumentError]

  var failure: CommandFailure {
    CommandFailure(.invalidInput, errors.map(\.description).joined(separator: "\n"))
  }
}

extension ScenarioInput {
  /// The file behind an operand: a folder means the scenario.json in it.
  static func resolve(_ operand: String) throws(CommandFailure) -> String {
    guard Files.isDirectory(operand) else { return operand }
    let path = Files.join(operand, "scenario.json")
    if !Files.exists(path) {
      throw CommandFailure(
        .inputOutput, "\(operand): the folder holds no scenario.json; name a scenario folder or a file")
    }
    return path
  }

  /// Reads a scenario folder, a scenario file, a combined UTDF file or a SUMO network, and changes it as chosen.
  /// - Parameter base: the folder that relative paths start from; empty for the current one.
  static func load(
    _ operand: String, choice: InputChoice = InputChoice(), from base: String = ""
  ) throws(CommandFailure) -> ScenarioInput {
    if isSUMO(operand) { return try choice.apply(to: loadSUMO(operand, choice.sumo, from: base), from: base) }
    let path = try resolve(Files.located(operand, from: base))
    // Results name the input as it was given, wherever it was found.
    let isMoved = path != operand && !base.isEmpty && !operand.hasPrefix("/")
    let name = isMoved ? String(path.dropFirst(Files.join(base, "").count)) : path
    switch read(try Files.read(path), path: name, utdf: choice.utdf) {
    case .success(let input): return try choice.apply(to: input, from: base)
    case .failure(let unreadable): throw unreadable.failure
    }
  }

  /// What the bytes of a file say; the name's ending tells UTDF from a scenario file.
  static func read(
    _ bytes: [UInt8], path: String, utdf: UTDFOptions = UTDFOptions()
  ) -> Result<ScenarioInput, UnreadableInput> {
    let file = InputFile(path: path, sha256: SHA256.hexadecimal(bytes))
    if path.lowercased().hasSuffix(".csv") {
      do {
        return imported(try UTDFReader.read(bytes, file: path, options: utdf), file)
      } catch {
        return .failure(UnreadableInput(file: file, errors: [error]))
      }
    }
    do {
      let (scenario, warnings) = try ScenarioReader.read(bytes, file: path)
      return .success(ScenarioInput(files: [file], scenario: scenario, warnings: warnings, suspects: []))
    } catch {
      return .failure(UnreadableInput(file: file, errors: error.errors))
    }
  }

  /// An import passes the same checks as a scenario file.
  private static func imported(_ result: UTDFImport, _ file: InputFile) -> Result<
    ScenarioInput, UnreadableInput
  > {
    let findings = result.scenario.findings()
    let errors = findings.filter { $0.severity == .error }
    if !errors.isEmpty {
      return .failure(
        UnreadableInput(
          file: file,
          errors: errors.map { error in
            let (found, expected) = error.foundAndExpected
            return DocumentError(
              file: file.path, line: 0, column: 0, path: error.place.isEmpty ? "the file" : error.place,
              found: found, expected: expected, mend: error.mend)
          }))
    }
    return .success(
      ScenarioInput(
        files: [file], scenario: result.scenario, warnings: result.warnings + findings,
        suspects: result.suspectJunctions.map { node in
          let counts = result.suspectCounts.filter { $0.node == node }
          return SuspectJunction(node: node, reason: counts.map(\.reason).joined(separator: ", "))
        }))
  }
}

extension ScenarioInput {
  /// The network without its suspect junctions; `nil` if none is suspect, or no other junction is left.
  func withoutSuspects() throws(CommandFailure) -> Scenario? {
    let network = scenario.network
    let suspect = Set(suspects.map(\.node))
    let remaining = network.movements.contains { movement in
      let control = network[movement.node].control
      return (control == .signal || control == .priority) && !suspect.contains(movement.node)
    }
    if suspect.isEmpty || !remaining { return nil }
    let reduced = scenario.removing(junctions: suspect)
    let errors = reduced.findings().filter { $0.severity == .error }
    if errors.isEmpty { return reduced }
    let names = suspects.map { network[$0.node].name }.joined(separator: ",")
    throw CommandFailure(
      .invalidInput,
      errors.map { "without the suspect junctions \(names): \($0.sentence)" }.joined(separator: "\n"))
  }
}

extension LaneGroupLoad {
  /// "39 NBT v/c 9.0"
  fileprivate var reason: String {
    "\(label) v/c \(saturationDegree.isFinite ? NumberText.fixed(saturationDegree, decimals: 1) : "without limit")"
  }
}
