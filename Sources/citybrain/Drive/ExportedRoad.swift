import CabinetLink
import Foundation
import Interchange
import TrafficModel

/// A scenario of ours as a network of SUMO, made in a folder that its user removes.
struct ExportedRoad: Sendable {
  private let scenario: Scenario
  private let folder: String
  private let seed: UInt64
  private let imported: SUMOImport

  private static let name = "road"

  /// - Parameter binary: SUMO's program; `netconvert` lies beside it.
  init(_ scenario: Scenario, in folder: String, seed: UInt64, binary: String?) throws(CommandFailure) {
    self.scenario = scenario
    self.folder = folder
    self.seed = seed
    let sources = try Self.sources(scenario, seed: seed, replication: 1)
    for file in sources.files { try Files.write(file.text, to: Files.join(folder, file.name)) }
    do throws(LinkError) {
      let sumo = try SUMOBinary.find(binary, environment: ProcessInfo.processInfo.environment)
      let program = URL(fileURLWithPath: sumo).deletingLastPathComponent().appendingPathComponent(
        "netconvert")
      // Names of files in it lie in the folder.
      let files = sources.netconvertArguments.dropFirst().map { word in
        word.hasSuffix(".xml") ? Files.join(folder, word) : word
      }
      try SUMOProcess.runToEnd(program: program.path, arguments: files)
    } catch {
      throw CommandFailure(error)
    }
    let net = Files.join(folder, "\(Self.name).net.xml")
    let file = SUMOFile(name: net, bytes: try Files.read(net))
    do {
      let options = SUMOOptions(beginSeconds: 0, endSeconds: scenario.run.end.seconds)
      var imported = try SUMOReader.read(net: file, options: options)
      // SUMO's roads, with our controllers at their signals.
      imported.scenario = scenario
      imported.mapping = try SUMOSources.mapping(of: scenario, to: file)
      self.imported = imported
    } catch {
      throw CommandFailure(.inputOutput, error.description)
    }
  }

  private static func sources(
    _ scenario: Scenario, seed: UInt64, replication: Int
  ) throws(CommandFailure) -> SUMOSources {
    do {
      return try SUMOSources.make(scenario, name: name, seed: seed, replication: replication)
    } catch {
      throw CommandFailure(.infeasible, error.description)
    }
  }

  /// The road with the vehicles of one replication.
  func source(replication: Int) throws(CommandFailure) -> SUMOSource {
    let routes = Files.join(folder, "replication\(replication).rou.xml")
    if !Files.exists(routes) {
      let sources = try Self.sources(scenario, seed: seed, replication: replication)
      for file in sources.files where file.name.hasSuffix(".rou.xml") {
        try Files.write(file.text, to: routes)
      }
    }
    return SUMOSource(
      netPath: Files.join(folder, "\(Self.name).net.xml"), routePaths: [routes], additionalPaths: [],
      imported: imported)
  }
}
