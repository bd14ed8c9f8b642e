import CabinetLink
import ControlLoop
import Foundation
import Interchange
import Testing
import TrafficModel

/// The SUMO that opt-in tests drive: `CITYBRAIN_SUMO=/path/to/sumo swift test`.
enum SUMOUnderTest {
  static let named = ProcessInfo.processInfo.environment["CITYBRAIN_SUMO"]
  static let hint: Comment = "needs SUMO 1.28: set CITYBRAIN_SUMO to its program or Python environment"

  static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func fixture(_ name: String) -> String {
    repository.appending(path: "Tests/InterchangeTests/Fixtures/sumo/\(name)").path
  }

  static func program() throws -> String { try SUMOBinary.find(named, environment: [:]) }

  static func file(_ path: String) throws -> SUMOFile {
    SUMOFile(name: path, bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
  }

  /// The junction with 40 vehicles, for 300 s.
  static func junction(_ options: SUMOOptions = SUMOOptions(beginSeconds: 0, endSeconds: 300)) throws
    -> SUMOImport
  {
    try SUMOReader.read(
      net: file(fixture("junction.net.xml")), routes: [file(fixture("junction.rou.xml"))], options: options)
  }

  static func run(tripinfo: String? = nil, more: [String] = []) -> SUMORun {
    SUMORun(
      net: fixture("junction.net.xml"), routes: [fixture("junction.rou.xml")], beginSeconds: 0,
      endSeconds: 300,
      tripinfo: tripinfo, more: more)
  }

  static func cabinets(_ scenario: Scenario) throws -> [EmulatedCabinet] {
    try scenario.controllers.enumerated().map { index, data in
      try EmulatedCabinet(data, id: ControllerID(index), network: scenario.network)
    }
  }

  /// A folder of its own that is gone after `body`.
  static func withFolder<Value>(_ body: (URL) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "sumo-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }
}

/// Leaves the cabinets to their plans, or lets them run free.
struct PlainStrategy: Strategy {
  let name = "plain"
  let sensors = SensorPreset.none
  var program = ProgramRequest.local

  mutating func decide(
    at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]
  ) -> SimTime? {
    for index in view.statuses.indices {
      commands.append(
        AddressedCommand(controller: ControllerID(index), command: CabinetCommand(program: program)))
    }
    return nil
  }
}
