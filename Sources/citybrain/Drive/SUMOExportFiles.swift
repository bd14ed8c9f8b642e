import Interchange
import Reporting
import TrafficModel

/// Scenarios and plans as files of SUMO.
enum SUMOExportFiles {
  /// Writes a scenario's sources into a folder, and tells how to make the network.
  static func writeSources(
    _ input: ScenarioInput, to folder: String, seed: UInt64, replication: Int, programs: SUMOProgramKind,
    _ console: Console
  ) throws(CommandFailure) {
    let name = SUMOFileName.plain(input.scenario.name)
    let sources: SUMOSources
    do {
      sources = try SUMOSources.make(
        input.scenario, name: name, seed: seed, replication: replication, programs: programs)
    } catch {
      throw CommandFailure(.infeasible, error.description)
    }
    try Files.makeDirectory(folder)
    for file in sources.files { try Files.write(file.text, to: Files.join(folder, file.name)) }
    for warning in sources.warnings { console.warning(warning.sentence) }
    console.remark("wrote \(sources.files.count) files into \(folder); make the network there with:")
    console.remark(sources.netconvertArguments.joined(separator: " "))
  }

  /// Writes the plan of every controller as SUMO's programs, for the network that the scenario was read from.
  static func writePrograms(
    _ input: ScenarioInput, to path: String, _ console: Console
  ) throws(CommandFailure) {
    guard let source = input.sumo else {
      throw CommandFailure(
        .usage, "programs alone fit the network that they were read from; read a .net.xml, or write --to sumo"
      )
    }
    let text: String
    do {
      text = try SUMOProgramWriter.additional(
        input.scenario, source.imported.mapping, beginSeconds: source.imported.beginSeconds)
    } catch {
      throw CommandFailure(.infeasible, error.description)
    }
    try Files.write(text, to: path)
    console.remark("wrote \(path); load it with sumo -a \(path)")
  }
}

/// Names of files from names of scenarios.
enum SUMOFileName {
  static func plain(_ name: String) -> String {
    let characters = name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    let text = String(characters).split(separator: "-").joined(separator: "-")
    return text.isEmpty ? "scenario" : text
  }
}
