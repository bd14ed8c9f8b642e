import Foundation
import Interchange

/// Where SUMO's routes and outputs go: a folder that the user keeps, or one that is gone afterwards.
///
/// SUMO's runs are most of the work of a comparison. What is kept is taken again, so that another version of our road can
/// be held against the same runs.
struct SUMOFolder: Sendable {
  let path: String
  let isKept: Bool

  private static let note = "runs.txt"

  /// - Parameter named: `nil` for a folder of its own.
  init(keeping named: String?) throws(CommandFailure) {
    isKept = named != nil
    path =
      named
      ?? FileManager.default.temporaryDirectory.appendingPathComponent("fidelity-\(UUID().uuidString)").path
    try Files.makeDirectory(path)
  }

  /// Notes what the runs here are made of, and refuses a folder with runs of something else.
  func check(_ contents: [String]) throws(CommandFailure) {
    if !isKept { return }
    let text = contents.joined(separator: "\n") + "\n"
    let place = Files.join(path, Self.note)
    if !Files.exists(place) { return try Files.write(text, to: place) }
    let known = String(decoding: try Files.read(place), as: UTF8.self)
    if known != text {
      throw CommandFailure(
        .usage,
        """
        \(path) holds SUMO's runs of something else; name another folder or remove it
        there: \(known.split(separator: "\n").joined(separator: ", "))
        asked: \(contents.joined(separator: ", "))
        """)
    }
  }

  func finish() {
    if !isKept { try? FileManager.default.removeItem(atPath: path) }
  }
}
