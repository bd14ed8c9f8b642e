import Foundation
import Testing

/// The core is pure: no clock, file, socket or platform library, and no module above its own.
@Suite("Direction of the modules")
struct ModuleDirectionTests {
  /// What each module may import; everything else must be said here first.
  static let allowed: [(module: String, imports: Set<String>)] = [
    ("TrafficModel", []),
    ("SignalControl", ["TrafficModel"]),
    ("ControlLoop", ["TrafficModel", "SignalControl"]),
    // The C library for one thing: it is asked for large pages of memory.
    ("RoadSimulation", ["TrafficModel", "SignalControl", "ControlLoop", "Glibc"]),
    ("TimingOptimization", ["TrafficModel", "SignalControl", "ControlLoop", "RoadSimulation"]),
    // SUMO's files are XML, which the toolchain's parser reads.
    ("Interchange", ["TrafficModel", "Foundation", "FoundationXML"]),
    ("Reporting", ["TrafficModel", "Interchange"]),
    ("CabinetProtocols", ["TrafficModel"]),
  ]

  @Test("every source of the core imports only what stands below it", arguments: allowed.map(\.module))
  func imports(module: String) throws {
    let allowed = try #require(Self.allowed.first { $0.module == module }).imports
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = root.appendingPathComponent("Sources/\(module)")
    let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    var read = 0
    for case let file as URL in files where file.pathExtension == "swift" {
      read += 1
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let position = words.firstIndex(of: "import"), position <= 1, words.count == position + 2,
          position == 0 || ["public", "internal", "package", "@testable"].contains(words[0])
        else { continue }
        #expect(allowed.contains(String(words[position + 1])), "\(file.lastPathComponent): \(line)")
      }
    }
    #expect(read > 0)
  }
}
