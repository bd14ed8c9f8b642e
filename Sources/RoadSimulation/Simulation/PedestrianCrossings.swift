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
    controllerOfCrosswalk = ContiguousArray(controllerNumbers)
    groupOfCrosswalk = ContiguousArray(groups)
    crosswalksOfController = byController
  }

  /// A pedestrian arrives; returns whether he must push the button.
  mutating func arrive(at crosswalk: Int, now: Int32, counts: Bool) -> Bool {
    if isWalk[crosswalk] { return false }
    waiting[crosswalk] += 1
    if counts {
      countedWaiting[crosswalk] += 1
      countedArrivals[crosswalk] += Int64(now)
    }
    return true
  }

  /// Lamps change; whoever waits goes on "walk". Returns the waits that ended, by crosswalk.
  mutating func show(
    _ change: IndicationChange, at now: Int32, measuredFrom: Int32, log: inout EventLog
  ) -> [PedestrianWaits]? {
    var ended: [PedestrianWaits]?
    for crosswalk in crosswalksOfController[change.controller.index]
    where groupOfCrosswalk[crosswalk] == Int32(change.group) {
      isWalk[crosswalk] = change.indication == .green
      if !isWalk[crosswalk] || waiting[crosswalk] == 0 { continue }
      log.append(now, .pedestrianStarted, UInt32(crosswalk), waiting[crosswalk])
      ended = (ended ?? []) + [takeWaits(crosswalk, until: now)]
      waiting[crosswalk] = 0
    }
    return ended
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
