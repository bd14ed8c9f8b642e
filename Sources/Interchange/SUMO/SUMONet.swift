import TrafficModel

/// A SUMO network as its file says it, before anything is decided: `.net.xml` of version 1.x.
struct SUMONet: Sendable {
  var file: String
  /// Ordinary edges, in the order of the file.
  var edges: [Edge] = []
  /// Lanes inside junctions, by their id.
  var innerLanes: [String: InnerLane] = [:]
  var junctions: [Junction] = []
  /// Connections between ordinary edges, in the order of the file.
  var connections: [Connection] = []
  /// From an inner lane with a second half, to that half.
  var continuations: [String: String] = [:]
  var programs: [Program] = []
  var roundabouts: [[String]] = []
  /// Crossings of pedestrians that lamps govern: signal and link index.
  var crossings: [Crossing] = []
  var isLeftHand = false
  /// Elements and uses that the reader does not know, with how often they came.
  var unknown: [String: Int] = [:]

  struct Edge: Sendable {
    var id: String
    var name: String
    var from: String
    var to: String
    /// All lanes, those without cars included.
    var lanes: [Lane] = []
    var shape: [Point] = []
  }

  struct Lane: Sendable {
    var id: String
    var lengthMeters: Double
    var speed: Double
    var widthMeters: Double?
    var allowsCars: Bool
    var shape: [Point]
  }

  struct InnerLane: Sendable {
    var lengthMeters: Double
    var speed: Double
  }

  struct Junction: Sendable {
    var id: String
    var type: String
    var x: Double
    var y: Double
    /// Right of way by request index; read from the right: character 0 is the last.
    var requests: [Int: Request] = [:]
  }

  struct Request: Sendable {
    var response: [Bool]
    var foes: [Bool]
    var continues: Bool
  }

  struct Connection: Sendable {
    var from: String
    var to: String
    var fromLane: Int
    var toLane: Int
    var via: String?
    var signal: String?
    var linkIndex: Int?
    var direction: String
    var line: Int
  }

  struct Crossing: Sendable {
    var signal: String
    var linkIndex: Int
    var edge: String
  }

  struct Program: Sendable {
    var id: String
    var programID: String
    var type: String
    var offsetSeconds: Double
    var phases: [Phase] = []
    var parameters: [String: String] = [:]
    var line: Int
  }

  struct Phase: Sendable {
    var seconds: Double
    var state: [UInt8]
    var minimumSeconds: Double?
    var maximumSeconds: Double?
    var name: String?
    var next: String?
  }
}

extension SUMONet.Junction {
  /// The request index of a connection: N + l of its inner lane `:J_N_l`.
  static func requestIndex(ofVia via: String) -> Int? {
    let parts = via.split(separator: "_")
    guard parts.count >= 3, let lane = Int(parts[parts.count - 1]), let edge = Int(parts[parts.count - 2])
    else { return nil }
    return edge + lane
  }

  /// The junction of an inner lane `:J_N_l`; ids of junctions may hold underlines themselves.
  static func junction(ofVia via: String) -> String? {
    guard via.hasPrefix(":") else { return nil }
    let parts = via.dropFirst().split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count >= 3 else { return nil }
    return parts.dropLast(2).joined(separator: "_")
  }
}
