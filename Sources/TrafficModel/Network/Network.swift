/// Nodes, links, movements, crosswalks and detectors; every identifier is an index into its array.
public struct Network: Hashable, Sendable {
  public var nodes: [Node]
  public var links: [Link]
  public var movements: [Movement]
  public var crosswalks: [Crosswalk]
  public var detectors: [Detector]

  public init(
    nodes: [Node] = [], links: [Link] = [], movements: [Movement] = [], crosswalks: [Crosswalk] = [],
    detectors: [Detector] = []
  ) {
    self.nodes = nodes
    self.links = links
    self.movements = movements
    self.crosswalks = crosswalks
    self.detectors = detectors
  }

  public subscript(node: NodeID) -> Node {
    get { nodes[node.index] }
    set { nodes[node.index] = newValue }
  }

  public subscript(link: LinkID) -> Link {
    get { links[link.index] }
    set { links[link.index] = newValue }
  }

  public subscript(movement: MovementID) -> Movement {
    get { movements[movement.index] }
    set { movements[movement.index] = newValue }
  }

  public subscript(crosswalk: CrosswalkID) -> Crosswalk {
    get { crosswalks[crosswalk.index] }
    set { crosswalks[crosswalk.index] = newValue }
  }

  public subscript(detector: DetectorID) -> Detector {
    get { detectors[detector.index] }
    set { detectors[detector.index] = newValue }
  }
}

/// The numbering of all lanes of a network: link by link, and from the kerb within a link.
public struct LaneNumbering: Sendable {
  /// The first lane of each link, and one more entry that is the number of lanes.
  public let firstLane: [Int]

  public init(_ network: Network) {
    var next = 0
    var first: [Int] = []
    first.reserveCapacity(network.links.count + 1)
    for link in network.links {
      first.append(next)
      next += link.lanes.count
    }
    first.append(next)
    firstLane = first
  }

  public var count: Int { firstLane[firstLane.count - 1] }

  public func laneID(_ link: LinkID, lane: Int) -> LaneID { LaneID(firstLane[link.index] + lane) }

  public func lanes(of link: LinkID) -> Range<Int> {
    firstLane[link.index]..<firstLane[link.index + 1]
  }

  /// The link of a lane and the lane's index in it. - Complexity: O(log of the number of links)
  public func place(of lane: LaneID) -> (link: LinkID, lane: Int) {
    var low = 0
    var high = firstLane.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstLane[middle] <= lane.index { low = middle } else { high = middle }
    }
    return (LinkID(low), lane.index - firstLane[low])
  }
}
