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
  /// By crosswalk: who walks on it.
  private var walkers: ContiguousArray<ContiguousArray<Walker>>
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
    walkers = ContiguousArray(repeating: [], count: count)
    controllerOfCrosswalk = ContiguousArray(controllerNumbers)
    groupOfCrosswalk = ContiguousArray(groups)
    crosswalksOfController = byController
  }

  var isEmpty: Bool { groupOfCrosswalk.isEmpty }

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
      // In the dark people cross as where there is no lamp.
      isWalk[crosswalk] = change.indication == .green || change.indication == .dark
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
  /// - Complexity: O(number of people on the crosswalk)
  private mutating func walk(_ count: Int32, over crosswalk: Int, from now: Int32, seed: UInt64) {
    let path = paths[crosswalk]
    if !path.isInTheWay || count == 0 { return }
    walkers[crosswalk].removeAll { $0.start + Int32(path.lengthMeters / $0.speed * 1000) < now }
    for _ in 0..<count {
      walked[crosswalk] += 1
      var draws = RandomStream(
        seed: seed, purpose: .walking, place: UInt64(crosswalk) << 32 | UInt64(walked[crosswalk]))
      let comesFromExit = draws.uniform() < 0.5
      walkers[crosswalk].append(
        Walker(start: now, speed: Float(speeds.draw(from: &draws)), comesFromExit: comesFromExit))
    }
  }

  /// The earliest time from `now` at which a vehicle can set out and find its part of a crosswalk empty.
  func freeTime(_ crossed: CrossedZone, at now: Int32) -> Int32 {
    let crosswalk = Int(crossed.crosswalk)
    if walkers[crosswalk].isEmpty { return now }
    let length = paths[crosswalk].lengthMeters
    var time = now
    var isMoved = true
    while isMoved {
      isMoved = false
      for walker in walkers[crosswalk] {
        let nearest = walker.comesFromExit ? crossed.near : length - crossed.far
        let furthest = walker.comesFromExit ? crossed.far : length - crossed.near
        let enters = walker.start + Int32(max(0, nearest) / walker.speed * 1000)
        let leaves = walker.start + Int32(min(length, furthest) / walker.speed * 1000 + 0.5)
        if leaves > time + crossed.lead && enters < time + crossed.lead + crossed.clearance {
          time = leaves - crossed.lead
          isMoved = true
        }
      }
    }
    return time
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

/// Somebody on a crosswalk, at a constant speed in metres per second.
struct Walker: Sendable {
  var start: Int32
  var speed: Float
  /// From the kerb beside the lanes that lead away from the node.
  var comesFromExit: Bool
}

/// How a crosswalk lies across its leg: first the lanes away from the node, then those towards it.
struct WalkingPath: Sendable {
  /// 0 where no vehicle yields to people on it.
  var lengthMeters: Float = 0
  var lanesAway = 0.0
  var lanesTowards = 0.0

  var isInTheWay: Bool { lengthMeters > 0 }
  var lanes: Double { lanesAway + lanesTowards }
  var laneMeters: Double { Double(lengthMeters) / max(1, lanes) }

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
        var path = WalkingPath(lengthMeters: Float(crosswalk.lengthMeters))
        for link in linksOfNode[crosswalk.node.index] {
          // Pockets are at the other end of a link that leads away.
          if link.to == neighbour { path.lanesAway += Double(link.lanes.count { $0.pocketMeters == nil }) }
          if link.from == neighbour { path.lanesTowards += Double(link.lanes.count) }
        }
        return path
      })
  }
}
