import Interchange
import TrafficModel

/// What vehicles did on one approach of a signal in one run: from entering the link until entering the next.
struct ApproachSample: Hashable, Sendable {
  var vehicles = 0.0
  /// Summed over the vehicles.
  var travelSeconds = 0.0
  var delaySeconds = 0.0

  var meanTravelSeconds: Double? { vehicles > 0 ? travelSeconds / vehicles : nil }
  var meanDelaySeconds: Double? { vehicles > 0 ? delaySeconds / vehicles : nil }
}

/// The approaches of a network's signals, and what either road says about them.
struct SUMOApproaches: Sendable {
  let links: [LinkID]
  let names: [String]
  /// By link: its place among the approaches.
  private let placeOfLink: [Int?]
  /// By movement.
  private let fromLinks: [LinkID]
  /// Of inner edges: the approach that they are the inside of.
  private let placeOfInnerEdge: [String: Int]

  init(_ scenario: Scenario, _ mapping: SUMOMapping) {
    let network = scenario.network
    let hasLamps = Set(
      network.movements.filter { !($0.protectedGroups + $0.permittedGroups).isEmpty }.map(\.from))
    links = network.links.indices.map { LinkID($0) }.filter { hasLamps.contains($0) }
    names = links.map { network[$0].name }
    var places = [Int?](repeating: nil, count: network.links.count)
    for (place, link) in links.enumerated() { places[link.index] = place }
    placeOfLink = places
    fromLinks = network.movements.map(\.from)
    var inner: [String: Int] = [:]
    for (lane, data) in mapping.innerLanes {
      guard let cut = lane.lastIndex(of: "_"), let place = places[network[data.movement].from.index] else {
        continue
      }
      inner[String(lane[..<cut])] = place
    }
    placeOfInnerEdge = inner
  }

  /// From our road's measures.
  func samples(_ measures: RunMeasures) -> [ApproachSample] {
    var result = [ApproachSample](repeating: ApproachSample(), count: links.count)
    for (movement, data) in measures.movements.enumerated() {
      guard let place = placeOfLink[fromLinks[movement].index] else { continue }
      result[place].vehicles += Double(data.passed)
      result[place].travelSeconds += data.travelSeconds
      result[place].delaySeconds += data.delaySeconds - data.outsideDelaySeconds
    }
    return result
  }

  /// From SUMO's counts of edges.
  func samples(_ edges: [String: SUMOEdgeData]) -> [ApproachSample] {
    var result = [ApproachSample](repeating: ApproachSample(), count: links.count)
    for (place, name) in names.enumerated() {
      guard let data = edges[name] else { continue }
      result[place].vehicles = data.left
      result[place].travelSeconds = data.sampledSeconds
      result[place].delaySeconds = data.timeLossSeconds
    }
    for (edge, place) in placeOfInnerEdge.sorted(by: { $0.key < $1.key }) {
      guard let data = edges[edge] else { continue }
      result[place].travelSeconds += data.sampledSeconds
      result[place].delaySeconds += data.timeLossSeconds
    }
    return result
  }
}
