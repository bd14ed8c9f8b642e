import Foundation
import Synchronization

@testable import citybrain

/// A folder of its own and a tool whose words are kept, for one test.
final class Workbench: Sendable {
  let folder: String
  let interruption = Interruption()
  private let output = Mutex(Data())
  private let words = Mutex("")

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("citybrain-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    folder = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  struct Ending {
    var code: ExitCode
    var output: String
    var words: String
  }

  /// Runs the tool; words that begin with `@` are paths in the folder.
  ///
  /// - Parameter interruptedAt: words of the tool at which somebody presses Ctrl-C.
  func run(_ line: String, isTerminal: Bool = false, interruptedAt signal: String? = nil) -> Ending {
    output.withLock { $0 = Data() }
    words.withLock { $0 = "" }
    let console = Console(
      writeOutput: { [self] data in output.withLock { $0.append(data) } },
      writeError: { [self] text in
        words.withLock { $0 += text }
        if let signal, text.contains(signal) { interruption.request(.interrupted) }
      },
      isErrorTerminal: isTerminal, usesColor: false, isQuiet: false)
    let arguments = line.split(separator: " ").map { word in
      word.hasPrefix("@") ? path(String(word.dropFirst())) : String(word)
    }
    let code = Tool(console: console, interruption: interruption).run(arguments)
    return Ending(
      code: code, output: String(decoding: output.withLock { $0 }, as: UTF8.self),
      words: words.withLock { $0 })
  }

  func path(_ name: String) -> String { Files.join(folder, name) }

  func write(_ text: String, to name: String) throws {
    try Files.makeDirectory(URL(fileURLWithPath: path(name)).deletingLastPathComponent().path)
    try Files.write(text, to: path(name))
  }

  func read(_ name: String) throws -> String { String(decoding: try Files.read(path(name)), as: UTF8.self) }

  /// Files and folders in the folder, in order of name.
  func contents() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }

  /// Two one-way streets that cross at a signal with two phases.
  static let crossing = """
    {
      "schema": "citybrain.scenario/1",
      "name": "crossing",
      "run": { "warmUp_s": 60, "duration_s": 300 },
      "nodes": [
        { "name": "C", "position_m": [0, 0] },
        { "name": "W", "position_m": [-300, 0] },
        { "name": "E", "position_m": [300, 0] },
        { "name": "N", "position_m": [0, 300] },
        { "name": "S", "position_m": [0, -300] }
      ],
      "links": [
        { "name": "W-C", "from": "W", "to": "C", "length_m": 290, "speedLimit_kmh": 50, "lanes": 1 },
        { "name": "C-E", "from": "C", "to": "E", "length_m": 290, "speedLimit_kmh": 50, "lanes": 1 },
        { "name": "S-C", "from": "S", "to": "C", "length_m": 290, "speedLimit_kmh": 50, "lanes": 1 },
        { "name": "C-N", "from": "C", "to": "N", "length_m": 290, "speedLimit_kmh": 50, "lanes": 1 }
      ],
      "movements": [
        { "from": "W-C", "to": "C-E", "turn": "through", "lanes": [0], "protectedBy": 2 },
        { "from": "S-C", "to": "C-N", "turn": "through", "lanes": [0], "protectedBy": 4 }
      ],
      "controllers": [
        {
          "name": "C",
          "phases": [
            {
              "number": 2, "minimumGreen_s": 7, "maximumGreen_s": 30, "passage_s": 3, "yellow_s": 3.5,
              "redClearance_s": 1.5, "recall": "minimum"
            },
            {
              "number": 4, "minimumGreen_s": 7, "maximumGreen_s": 30, "passage_s": 3, "yellow_s": 3.5,
              "redClearance_s": 1.5
            }
          ],
          "patterns": [
            {
              "number": 1, "cycle_s": 60, "offset_s": 0, "referencePhases": [2],
              "splits_s": { "2": 35, "4": 25 }
            }
          ],
          "detection": { "stopLineLength_m": 12, "advanceDistance_m": 45 }
        }
      ],
      "demand": {
        "sources": [
          { "name": "west", "link": "W-C", "flow_vehPerHour": 600 },
          { "name": "south", "link": "S-C", "flow_vehPerHour": 300 }
        ],
        "turning": [ { "volumes_vehPerHour": { "W-C": { "C-E": 600 }, "S-C": { "C-N": 300 } } } ]
      }
    }

    """
}
