import CabinetProtocols
import TrafficModel

/// What indices on a line mean: places in the lists of `configure`, which are those of one controller, while the road
/// numbers detectors and crosswalks of the whole network.
public struct LinePlaces: Sendable {
  /// By controller, then by place.
  private let detectors: [[DetectorID]]
  private let crosswalks: [[CrosswalkID]]
  private let groupCounts: [Int]
  /// What a peer is told.
  public let controllers: [LineController]

  /// - Parameter controllers: In the order in which the peer shall count them.
  public init(_ controllers: [SignalController], in network: Network) {
    detectors = controllers.map { $0.detectors.map(\.detector) }
    let places = controllers.map { controller in
      network.crosswalks.indices.filter {
        network.crosswalks[$0].group != nil && controller.nodes.contains(network.crosswalks[$0].node)
      }
    }
    crosswalks = places.map { $0.map { CrosswalkID($0) } }
    groupCounts = controllers.map(\.groups.count)
    self.controllers = zip(controllers, places).map { controller, places in
      LineController(controller, crosswalks: places.map { network.crosswalks[$0].name })
    }
  }

  /// What a lane is to a strategy, by ``LaneID``.
  public static func lanes(of scenario: Scenario) -> [LineLane] {
    let network = scenario.network
    var owners: [NodeID: ControllerID] = [:]
    for (index, controller) in scenario.controllers.enumerated() {
      for node in controller.nodes { owners[node] = ControllerID(index) }
    }
    var movements = [[Movement]](repeating: [], count: network.links.count)
    for movement in network.movements { movements[movement.from.index].append(movement) }
    return network.links.enumerated().flatMap { index, link in
      link.lanes.enumerated().map { place, lane in
        let groups = movements[index].filter { $0.lanes.contains(place) }
          .flatMap { $0.protectedGroups + $0.permittedGroups }
        let owner = groups.isEmpty ? nil : owners[link.to]
        return LineLane(
          name: "\(link.name)/\(place)", lengthMeters: lane.pocketMeters ?? link.lengthMeters,
          controller: owner, groups: owner == nil ? [] : Set(groups).sorted())
      }
    }
  }

  /// An input from the line as the cabinets here take it; `nil` where a place does not exist.
  public func incoming(_ input: LineInput) -> LineInput? {
    guard detectors.indices.contains(input.controller.index) else { return nil }
    let detectors = detectors[input.controller.index]
    let crosswalks = crosswalks[input.controller.index]
    var result = input
    switch input.input {
    case .detector(let place, let isOn):
      guard detectors.indices.contains(place.index) else { return nil }
      result.input = .detector(detectors[place.index], isOn: isOn)
    case .detectorFault(let place, let isFaulty):
      guard detectors.indices.contains(place.index) else { return nil }
      result.input = .detectorFault(detectors[place.index], isFaulty: isFaulty)
    case .pushButton(let place):
      guard crosswalks.indices.contains(place.index) else { return nil }
      result.input = .pushButton(crosswalks[place.index])
    case .extendedPushButton(let place):
      guard crosswalks.indices.contains(place.index) else { return nil }
      result.input = .extendedPushButton(crosswalks[place.index])
    default: break
    }
    return result
  }

  /// An input of the road as the peer knows it; `nil` for what its controller has no place for.
  public func outgoing(_ input: LineInput) -> LineInput? {
    guard detectors.indices.contains(input.controller.index) else { return nil }
    func place(of detector: DetectorID) -> DetectorID? {
      detectors[input.controller.index].firstIndex(of: detector).map { DetectorID($0) }
    }
    func place(of crosswalk: CrosswalkID) -> CrosswalkID? {
      crosswalks[input.controller.index].firstIndex(of: crosswalk).map { CrosswalkID($0) }
    }
    var result = input
    switch input.input {
    case .detector(let detector, let isOn):
      guard let place = place(of: detector) else { return nil }
      result.input = .detector(place, isOn: isOn)
    case .detectorFault(let detector, let isFaulty):
      guard let place = place(of: detector) else { return nil }
      result.input = .detectorFault(place, isFaulty: isFaulty)
    case .pushButton(let crosswalk):
      guard let place = place(of: crosswalk) else { return nil }
      result.input = .pushButton(place)
    case .extendedPushButton(let crosswalk):
      guard let place = place(of: crosswalk) else { return nil }
      result.input = .extendedPushButton(place)
    default: break
    }
    return result
  }

  /// Whether there is such a lamp.
  public func hasGroup(_ change: IndicationChange) -> Bool {
    groupCounts.indices.contains(change.controller.index)
      && (0..<groupCounts[change.controller.index]).contains(change.group)
  }
}
