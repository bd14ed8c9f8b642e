import Foundation

/// A folder that holds one folder for each map, with its .net.xml and .rou.xml.
public struct MapFolder {
  public var path: String

  public init(_ path: String) { self.path = path }

  /// Names of the maps, in order.
  public func maps() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted().filter {
      FileManager.default.fileExists(atPath: net(of: $0))
    }
  }

  public func net(of map: String) -> String { "\(path)/\(map)/\(map).net.xml" }

  /// The first file of routes.
  public func routes(of map: String) throws -> String {
    let place = "\(path)/\(map)"
    let names = try FileManager.default.contentsOfDirectory(atPath: place).sorted()
    guard let first = names.first(where: { $0.hasSuffix(".rou.xml") }) else {
      throw MapFailure("\(place) holds no .rou.xml")
    }
    return "\(place)/\(first)"
  }

  /// Options for SUMO's seconds in which a RESCO map has its demand; none for other maps.
  public static func window(of map: String) -> [String] {
    let seconds: (begin: Int, end: Int)
    if map.hasPrefix("cologne") {
      seconds = (25_200, 28_800)
    } else if map.hasPrefix("ingolstadt") {
      seconds = (57_600, 61_200)
    } else if map.hasPrefix("grid") || map.hasPrefix("arterial") {
      seconds = (0, 3600)
    } else {
      return []
    }
    return ["--begin", "\(seconds.begin)", "--end", "\(seconds.end)"]
  }
}

/// Why a benchmark on maps ended.
public struct MapFailure: Error, CustomStringConvertible {
  public var description: String

  public init(_ description: String) { self.description = description }
}

/// Runs the tool and reads its answer.
public func answer<Report: Decodable>(of tool: String, _ words: [String], as: Report.Type) throws -> Report {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: tool)
  process.arguments = words
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  if process.terminationStatus != 0 {
    throw MapFailure("\(words.joined(separator: " ")) ended with \(process.terminationStatus)")
  }
  return try JSONDecoder().decode(Report.self, from: data)
}
