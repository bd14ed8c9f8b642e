import TrafficModel

/// Pedestrians at the crosswalks: they come, push the button, wait for "walk" and go.
struct PedestrianCrossings: Sendable {
  struct Flow: Sendable {
    var crosswalk: Int
    var meanHeadwaySeconds: Double
    var stream: RandomStream
    var nextSeconds = 0.0
  }

  var flows: [Flow] = []
  /// By crosswalk: pedestrians who wait, the sum of their arrival times (ms), and those of them that count.
  private var waiting: ContiguousArray<Int32>
  private var countedWaiting: ContiguousArray<Int32>
  private var countedArrivals: ContiguousArray<Int64>
  private var isWalk: ContiguousArray<Bool>
  /// By crosswalk: how many have started to walk, which numbers their draws.
  private var walked: ContiguousArray<UInt32>
  private let paths: ContiguousArray<WalkingPath>
  private let speeds: WalkingSpeeds
  /// Two by crosswalk: the lanes away from the node, and those towards it.
  private var zones: ContiguousArray<WalkedZone>
  let controllerOfCrosswalk: ContiguousArray<Int32>
  private let groupOfCrosswalk: ContiguousArray<Int32>
  /// By controller: its crosswalks.
  private let crosswalksOfController: [[Int]]

  init(_ scenario: Scenario) {
    let count = scenario.network.crosswalks.count
    let controllers = scenario.controllerOfNode
    waiting = ContiguousArray(repeating: 0, count: count)
    countedWaiting = ContiguousArray(repeating: 0, count: count)
    countedArrivals = ContiguousArray(repeating: 0, count: count)
    var governed: [Bool] = []
    var controllerNumbers: [Int32] = []
    var groups: [Int32] = []
    var byController = [[Int]](repeating: [], count: scenario.controllers.count)
    for (index, crosswalk) in scenario.network.crosswalks.enumerated() {
      let controller = controllers[crosswalk.node.index]
      let isGoverned = controller != nil && crosswalk.group != nil
      governed.append(isGoverned)
      controllerNumbers.append(isGoverned ? Int32(controller?.index ?? -1) : -1)
      groups.append(Int32(crosswalk.group ?? -1))
      if isGoverned, let controller { byController[controller.index].append(index) }
    }
    isWalk = ContiguousArray(governed.map { !$0 })
    walked = ContiguousArray(repeating: 0, count: count)
    paths = WalkingPath.paths(of: scenario.network)
    speeds = scenario.walking
    zones = ContiguousArray(repeating: WalkedZone(), count: 2 * count)
    controllerOfCrosswalk = ContiguousArray(controllerNumbers)
    groupOfCrosswalk = ContiguousArray(groups)
    crosswalksOfController = byController
  }

  /// A pedestrian arrives; returns whether he must push the button.
  mutating func arrive(at crosswalk: Int, now: Int32, counts: Bool, seed: UInt64) -> Bool {
    if isWalk[crosswalk] {
      walk(1, over: crosswalk, from: now, seed: seed)
      return false
    }
    waiting[crosswalk] += 1
    if counts {
      countedWaiting[crosswalk] += 1
      countedArrivals[crosswalk] += Int64(now)
    }
    return true
  }

  /// Lamps change; whoever waits goes on "walk". Returns the waits that ended, by crosswalk.
  mutating func show(
    _ change: IndicationChange, at now: Int32, seed: UInt64, log: inout EventLog
  ) -> [PedestrianWaits]? {
    var ended: [PedestrianWaits]?
    for crosswalk in crosswalksOfController[change.controller.index]
    where groupOfCrosswalk[crosswalk] == Int32(change.group) {
      isWalk[crosswalk] = change.indication == .green
      if !isWalk[crosswalk] || waiting[crosswalk] == 0 { continue }
      log.append(now, .pedestrianStarted, UInt32(crosswalk), waiting[crosswalk])
      walk(waiting[crosswalk], over: crosswalk, from: now, seed: seed)
      ended = (ended ?? []) + [takeWaits(crosswalk, until: now)]
      waiting[crosswalk] = 0
    }
    return ended
  }

  /// People start to walk; where each will be and when follows at once and costs no further event.
  ///
  /// Sides and speeds belong to the crosswalk and the number of the pedestrian: all strategies get the same people.
  private mutating func walk(_ count: Int32, over crosswalk: Int, from now: Int32, seed: UInt64) {
    let path = paths[crosswalk]
    if !path.isInTheWay { return }
    for _ in 0..<count {
      walked[crosswalk] += 1
      var draws = RandomStream(
        seed: seed, purpose: .walking, place: UInt64(crosswalk) << 32 | UInt64(walked[crosswalk]))
      let startsBesideExit = draws.uniform() < 0.5
      let speed = speeds.draw(from: &draws)
      let border = Int32(((startsBesideExit ? path.exit : path.entry) / speed * 1000).rounded())
      let end = Int32(((path.exit + path.entry) / speed * 1000).rounded())
      let first = 2 * crosswalk + (startsBesideExit ? 0 : 1)
      zones[first].add(from: now, to: now + border, at: now)
      zones[first ^ 1].add(from: now + border, to: now + end, at: now)
    }
  }

  /// The earliest time from `now` at which a vehicle can set out and find its part of a crosswalk empty.
  func freeTime(_ crossed: CrossedZone, at now: Int32) -> Int32 {
    zones[Int(crossed.zone)].freeTime(from: now, lead: crossed.lead, clearance: crossed.clearance)
  }

  /// The waits of those who count, up to `now`; they are forgotten then.
  mutating func takeWaits(_ crosswalk: Int, until now: Int32) -> PedestrianWaits {
    let count = countedWaiting[crosswalk]
    let sum = Int64(count) * Int64(now) - countedArrivals[crosswalk]
    countedWaiting[crosswalk] = 0
    countedArrivals[crosswalk] = 0
    return PedestrianWaits(crosswalk: crosswalk, seconds: Double(sum) / 1000)
  }
}

/// Waiting time of the pedestrians of one crosswalk.
struct PedestrianWaits: Sendable {
  var crosswalk: Int
  var seconds: Double
}

/// How a crosswalk lies across its leg, in metres: the lanes away from the node, then those towards it.
struct WalkingPath: Sendable {
  var exit = 0.0
  var entry = 0.0

  /// Vehicles yield to people on it.
  var isInTheWay: Bool { exit + entry > 0 }

  static func paths(of network: Network) -> ContiguousArray<WalkingPath> {
    var linksOfNode = [[Link]](repeating: [], count: network.crosswalks.isEmpty ? 0 : network.nodes.count)
    if !linksOfNode.isEmpty {
      for link in network.links {
        linksOfNode[link.from.index].append(link)
        linksOfNode[link.to.index].append(link)
      }
    }
    return ContiguousArray(
      network.crosswalks.map { crosswalk in
        guard let leg = crosswalk.leg, crosswalk.group != nil || crosswalk.hasPriority else {
          return WalkingPath()
        }
        let neighbour = network[leg].to == crosswalk.node ? network[leg].from : network[leg].to
        var away = 0
        var towards = 0
        for link in linksOfNode[crosswalk.node.index] {
          if link.to == neighbour { away += link.lanes.count }
          if link.from == neighbour { towards += link.lanes.count }
        }
        let exit = crosswalk.lengthMeters * Double(away) / Double(max(away + towards, 1))
        return WalkingPath(exit: exit, entry: crosswalk.lengthMeters - exit)
      })
  }
}

/// When somebody walks on one part of a crosswalk: times that neither overlap nor touch, in order.
struct WalkedZone: Sendable {
  private var times: ContiguousArray<Range<Int32>> = []

  /// - Complexity: O(number of people who are on the crosswalk)
  mutating func add(from start: Int32, to end: Int32, at now: Int32) {
    if start >= end { return }
    while let first = times.first, first.upperBound <= now { times.removeFirst() }
    var index = times.count
    while index > 0 && times[index - 1].upperBound >= start { index -= 1 }
    var last = index
    var merged = start..<end
    while last < times.count && times[last].lowerBound <= end {
      merged =
        min(merged.lowerBound, times[last].lowerBound)..<max(merged.upperBound, times[last].upperBound)
      last += 1
    }
    times.replaceSubrange(index..<last, with: CollectionOfOne(merged))
  }

  func freeTime(from now: Int32, lead: Int32, clearance: Int32) -> Int32 {
    var time = now
    for walk in times {
      if walk.upperBound <= time + lead { continue }
      if walk.lowerBound >= time + lead + clearance { break }
      time = walk.upperBound - lead
    }
    return time
  }
}
