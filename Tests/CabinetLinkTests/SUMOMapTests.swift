import CabinetLink
import Foundation
import Interchange
import Testing
import TrafficModel

/// Networks of others, read by us and by SUMO's own library: `CITYBRAIN_SUMO_MAPS` names a folder with one folder for each
/// map, and `CITYBRAIN_SUMO` a Python environment with `sumolib`.
@Suite struct SUMOMapTests {
  static let folder = ProcessInfo.processInfo.environment["CITYBRAIN_SUMO_MAPS"]
  static var python: String? {
    SUMOUnderTest.named.map { $0 + "/bin/python" }.flatMap {
      FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil
    }
  }

  static var maps: [String] {
    guard let folder else { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)/\($0).net.xml") }
  }

  private static let script = """
    import sumolib, sys
    n = sumolib.net.readNet(sys.argv[1], withPrograms=True)
    c = [c for e in n.getEdges() for l in e.getOutgoing().values() for c in l]
    print(len(n.getEdges()), sum(e.getLaneNumber() for e in n.getEdges()),
      len([j for j in n.getNodes() if j.getType() != 'internal']), len(c), len(n.getTrafficLights()),
      len([x for x in c if x.getTLSID()]), len(n.getRoundabouts()))
    """

  @Test(
    "counts equal an independent reading", .enabled(if: folder != nil && python != nil, SUMOUnderTest.hint),
    arguments: maps)
  func counts(map: String) throws {
    let path = "\(Self.folder ?? "")/\(map)/\(map).net.xml"
    let imported = try SUMOReader.read(net: SUMOUnderTest.file(path))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.python ?? "")
    process.arguments = ["-c", Self.script, path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let theirs = text.split { $0.isWhitespace }.compactMap { Int($0) }
    let own = imported.counts
    #expect(
      theirs == [
        own.edges, own.lanes, own.junctions, own.connections, own.signals, own.signalLinks, own.roundabouts,
      ])
    // Nothing is left out that the reader does not know.
    #expect(!imported.warnings.contains { $0.rule == "sumo-unknown" })
    #expect(imported.mapping.signals.count == own.signals)
  }
}
