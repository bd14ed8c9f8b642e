import CabinetLink
import CabinetProtocols
import Foundation
import Interchange
import Reporting
import TrafficModel

/// `citybrain download`: a pattern of a scenario into a spare pattern of a controller on the street.
enum DownloadCommand: Command {
  static let specification = CommandSpecification(
    name: "download",
    summary: "write a pattern into a spare pattern of a controller, verified and reversible",
    examples: [
      .init(
        "citybrain download Scenarios/arterial#1 --to udp:10.0.0.7:161 --pattern 1 --spare 20",
        "what would change; nothing is written"),
      .init(
        "citybrain download Scenarios/arterial#1 --to serial:/dev/ttyUSB0@38400 --spare 20 --write ...",
        "write it (with --operator, --journal and --rollback): a transaction, verified and read back"),
    ],
    operands: "SCENARIO[#JUNCTION]", operandCount: 1...1,
    options: [
      .value("to", "ENDPOINT", "the controller: udp:HOST:PORT, or serial:DEVICE@38400 (PMPP)"),
      .value("pmpp-address", "N", "its address on a serial line (default 1)"),
      .value("pattern", "N", "the scenario's pattern (default: its first)"),
      .value("spare", "N", "the controller's pattern and split that take it, 2 to 253"),
      .flag("write", "write; without it only the difference is shown"),
      .value("operator", "NAME", "who answers for it; needed to write"),
      .value("journal", "FILE", "the hash-chained record; needed to write"),
      .value("rollback", "FILE", "where the values that stand there now are kept; needed to write"),
      .value("community", "NAME", "SNMP community (default administrator)"),
    ] + InputChoice.options,
    notes: [
      """
      Only cycle, offset, splits, split modes and sequence of the spare pattern are written, inside one transaction that
      the controller verifies. Clearances, minimum greens, pedestrian times, phases, channels, overlaps and preempts are
      never written. What is refused or read back differently leaves everything as it was; the exit code is 7 then.
      """
    ])

  static func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) {
    let choice = try CabinetChoice(arguments.operands[0], arguments)
    guard let place = arguments["to"] else { throw arguments.failure("--to ENDPOINT is missing") }
    guard arguments["spare"] != nil else { throw arguments.failure("--spare N is missing") }
    let spare = try arguments.integer("spare", in: 2...253, default: 2)
    let first = choice.data.patterns.first?.number ?? 1
    let number = try arguments.integer("pattern", in: 1...253, default: first)
    guard choice.data.patterns.contains(where: { $0.number == number }) else {
      throw arguments.failure("--pattern \(number): \(choice.data.name) has no such pattern")
    }
    if spare == first {
      throw arguments.failure("--spare \(spare) is the pattern on the street; name another")
    }
    if arguments.has("write") {
      for needed in ["operator", "journal", "rollback"] where arguments[needed] == nil {
        throw arguments.failure("--write needs --\(needed)")
      }
    }
    var client = SNMPClient.Configuration()
    client.readCommunity = arguments["community"] ?? "administrator"
    client.writeCommunity = client.readCommunity
    let download = NTCIPDownload(
      NTCIPDownload.values(ofPattern: number, of: choice.data, to: spare), client)
    let address = UInt16(try arguments.integer("pmpp-address", in: 1...8191, default: 1))
    var driver: DownloadDriver
    do {
      driver = try DownloadDriver(download, at: arguments.endpoint(place, "to"), address: address)
      try driver.readRollback()
    } catch let failure as LinkFailure { throw CommandFailure(failure) } catch let failure as CommandFailure {
      throw failure
    } catch { throw CommandFailure(.inputOutput, "\(error)") }
    if let outcome = driver.download.outcome { throw failure(outcome, place) }
    let differences = driver.download.differences.map { "\($0.instance)  \($0.before) -> \($0.after)" }
    for line in differences { try context.console.output(line + "\n") }
    context.console.remark(
      "\(differences.count) objects of pattern \(spare) differ from pattern \(number) of the scenario")
    guard arguments.has("write"), !differences.isEmpty else { return }
    try write(&driver, choice, place, arguments, context)
  }

  private static func write(
    _ driver: inout DownloadDriver, _ choice: CabinetChoice, _ place: String, _ arguments: ParsedArguments,
    _ context: CommandContext
  ) throws(CommandFailure) {
    let rollback = driver.download.differences.map { "\($0.instance) = \($0.before)" }
    let path = arguments["rollback"] ?? ""
    try Files.write(
      JSONValue.object([
        ("schema", "citybrain.rollback/1"), ("controller", .string(choice.data.name)),
        ("place", .string(place)),
        ("values", .array(rollback.map { .string($0) })),
      ]).text(pretty: true), to: path)
    let outcome: NTCIPDownload.Outcome
    do {
      let journal = try Journal(appendingTo: arguments["journal"] ?? "", at: Date())
      let details = [
        "operator": arguments["operator"] ?? "", "place": place, "rollback": path,
        "objects": driver.download.differences.map { "\($0.instance) \($0.before) -> \($0.after)" }
          .joined(separator: "; "),
      ]
      try journal.append(JournalEntry(.download, cabinet: choice.data.name, details), at: Date())
      try journal.synchronize()
      outcome = try driver.write()
      let kind: JournalKind = outcome == .done ? .answer : .rollback
      try journal.append(JournalEntry(kind, cabinet: choice.data.name, ["outcome": "\(outcome)"]), at: Date())
      try journal.synchronize()
    } catch let failure as JournalFailure { throw CommandFailure(failure) } catch let failure as LinkFailure {
      throw CommandFailure(failure)
    } catch { throw CommandFailure(.inputOutput, "\(error)") }
    guard outcome == .done else { throw failure(outcome, place) }
    context.console.remark("written, verified by the controller and read back equal")
  }

  private static func failure(_ outcome: NTCIPDownload.Outcome, _ place: String) -> CommandFailure {
    func list(_ instances: [NTCIPInstance]) -> String { instances.map { "\($0)" }.joined(separator: ", ") }
    switch outcome {
    case .done: return CommandFailure(.disagreement, "\(place): done")
    case .forbidden(let instances):
      return CommandFailure(.usage, "these may never be written: \(list(instances))")
    case .refused(let error, let instance):
      return CommandFailure(
        .disagreement,
        "\(place): refused with \(error)\(instance.map { " at \($0)" } ?? ""); nothing was changed")
    case .notVerified(let text):
      return CommandFailure(
        .disagreement, "\(place): the controller's own check failed: \(text); nothing was changed")
    case .rolledBack(let instances):
      return CommandFailure(
        .disagreement,
        "\(place): read back differently: \(list(instances)); the former values were written again")
    case .rollbackFailed(let instances):
      return CommandFailure(
        .disagreement,
        "\(place): read back differently and the rollback failed: \(list(instances)); "
          + "write the rollback file by hand")
    case .silence:
      return CommandFailure(.inputOutput, "\(place): no answer; check address, community and cable")
    }
  }
}
