import Foundation
import TrafficModel

@testable import Interchange

/// Files of the repository that tests read.
enum ScenarioFiles {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static let shipped = [
    "isolated-junction", "arterial", "grid", "pocket-spillback", "four-stage", "t-junction", "all-way-stop",
    "school-crossing", "morning-peak", "incident", "rail-crossing",
  ]

  static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: root.appending(path: path)))
  }

  static func read(_ name: String) throws -> (scenario: Scenario, warnings: [Finding]) {
    let path = "Scenarios/\(name)/scenario.json"
    return try ScenarioReader.read(bytes(path), file: path)
  }
}
