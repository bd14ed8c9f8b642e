import TrafficModel

/// How a scenario's numbers and SUMO's ids belong together.
public struct SUMOMapping: Hashable, Sendable {
  /// By ``LaneID``: the id of the lane in SUMO.
  public var lanes: [String] = []
  /// Lanes of SUMO that have no counterpart, because no car may use them or they lead nowhere: the lane beside them.
  public var otherLanes: [String: LaneID] = [:]
  /// Metres from the begin of a lane of SUMO to our stop line, where that is not the length of our link.
  public var begins: [String: Double] = [:]
  /// Lanes inside junctions: where vehicles on them are bound for.
  public var innerLanes: [String: InnerLane] = [:]
  /// By ``ControllerID``.
  public var signals: [Signal] = []

  public init() {}

  /// A lane inside a junction.
  public struct InnerLane: Hashable, Sendable {
    public var movement: MovementID
    /// The lane behind the junction.
    public var to: LaneID
    /// From the lane's begin to the end of the inside: its own length, and that of the second half if there is one.
    public var remainingMeters: Double
  }

  /// A signal of SUMO and the links that its state has characters for.
  public struct Signal: Hashable, Sendable {
    /// As in `tlLogic` and TraCI.
    public var id: String
    public var links: [SignalLink]
    /// Pairs of links (i < j) whose paths meet and that the program never lets go together.
    public var excludedPairs: [LinkPair]

    /// What the signal's state says under these lamps: one character for each link.
    /// - Parameter indications: by group of the controller.
    public func state(_ indications: some RandomAccessCollection<Indication>) -> [UInt8] {
      links.map { link in link.character(indications) }
    }

    /// The first pair of links that would be let go at once and must not be; `nil` if there is none.
    public func excludedPair(in state: [UInt8]) -> LinkPair? {
      func goes(_ index: Int) -> Bool {
        state[index] == UInt8(ascii: "G") || state[index] == UInt8(ascii: "g")
      }
      return excludedPairs.first { goes($0.first) && goes($0.second) }
    }
  }

  public struct LinkPair: Hashable, Sendable {
    public var first: Int
    public var second: Int
  }

  /// One link of a signal.
  public struct SignalLink: Hashable, Sendable {
    public var protectedGroup: Int?
    public var permittedGroup: Int?
    /// Further groups that let the link go: a turn that its own phase and an overlap serve.
    public var moreProtectedGroups: [Int] = []
    public var morePermittedGroups: [Int] = []
    /// Shown while none of the groups is on: `r`, or `s` where drivers may go after a stop.
    public var restCharacter: UInt8
    /// Of a link that the program never changes.
    public var constantCharacter: UInt8?

    func character(_ indications: some RandomAccessCollection<Indication>) -> UInt8 {
      if let constantCharacter { return constantCharacter }
      func shown(_ group: Int?) -> Indication? {
        group.map { indications[indications.index(indications.startIndex, offsetBy: $0)] }
      }
      var own = [shown(protectedGroup), shown(permittedGroup)]
      if own[0] == .green { return UInt8(ascii: "G") }
      if !moreProtectedGroups.isEmpty || !morePermittedGroups.isEmpty {
        let more = (moreProtectedGroups.map { shown($0) }, morePermittedGroups.map { shown($0) })
        if more.0.contains(.green) { return UInt8(ascii: "G") }
        own += more.0 + more.1
        if more.1.contains(.green) { own[1] = .green }
      }
      if own[1] == .green || own.contains(.flashingYellow) || own.contains(.flashingGreen) {
        return UInt8(ascii: "g")
      }
      if own.contains(.yellow) { return UInt8(ascii: "y") }
      if own.contains(.redYellow) { return UInt8(ascii: "u") }
      // A flashing red lamp is a stop sign.
      if own.contains(.flashingRed) { return UInt8(ascii: "s") }
      if own.contains(.dark) { return UInt8(ascii: "O") }
      return restCharacter
    }
  }
}
