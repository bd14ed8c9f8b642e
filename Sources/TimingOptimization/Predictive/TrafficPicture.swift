import TrafficModel

/// What the brain makes of its sensors: vehicles by lane, vehicles on their way between two sensors, and what it has
/// learnt of every lane.
///
/// A vehicle that vanishes at a stop line has departed: it is then expected on the links that its lane leads to, each
/// with the learnt share, until it is seen again or forgotten. Where it is seen again tells the shares and the travel
/// time. (A street would count instead of recognising; the numbers are the same.)
struct TrafficPicture: Sendable {
  struct Seen: Sendable {
    var serial: UInt32 = 0
    var distance: Float = 0
    var speed: Float = 0
    /// What it will do, where it says so; −1 otherwise.
    var movement: Int32 = -1
    var weight: Float = 1
    /// Seconds that it has stood on this link.
    var stood: Float = 0
    var lane: Int32 = 0
  }

  /// What is remembered of a vehicle; a place in a table of fixed size, so that a collision only forgets.
  struct Track: Sendable {
    var serial: UInt32 = .max
    var lane: Int32 = -1
    var lastSeen: Int32 = -1
    var departed: Int32 = -1
    var stood: Float = 0
    /// Places among the movements of its lane that its behaviour has ruled out, as bits.
    var ruledOut: UInt8 = 0
    /// The movement that it took last, −1 for none that was seen.
    var passed: Int32 = -1
    /// The lane from which it took it.
    var origin: Int32 = -1
  }

  struct InTransit: Sendable {
    var serial: UInt32
    /// When it would reach the stop line of the link, in ms.
    var arrival: Int32
    var weight: Float
  }

  struct LaneMemory: Sendable {
    /// Departures per second, smoothed.
    var rate: Float = 0
    var departures: Float = 0
    var lastDeparture: Int32 = -100_000
    var dischargeStart: Int32 = -100_000
    /// Of saturated discharge: seconds and vehicles, prior included.
    var saturatedSeconds: Float = 0
    var saturatedCount: Float = 0
    var standing: Int32 = 0
    var lastSeen: Int32 = 0
    var link: Int32 = 0
    var isWatched = false
    var trust = Trust.whole
    /// Vehicles that came to the lane unseen since the last whole one, at its rate.
    var fraction: Float = 0
    /// What speaks against the sensor.
    var evidence: Float = 0
    /// It is not believed because it shows a vehicle that never moves.
    var isStuck = false
    /// Whether some movement of the lane may go, since when, in ms, and whether it must not yield.
    var openSince: Int32 = -1
    var isProtected = false
    /// Since when the cabinet is called with nobody in sight.
    var calledEmptySince: Int32 = 0
    /// Whether somebody may leave it, be it after a stop on red.
    var canLeave = false
  }

  /// How far a lane's sensor is believed.
  enum Trust: UInt8, Sendable {
    case whole
    /// The cabinet's own detector calls again and again where nobody is seen.
    case silent
    /// A vehicle that is there for ever, or vehicles that vanish before a red lamp.
    case lying
  }

  var now: Int32 = 0
  /// Seen vehicles in order of lane, then of distance.
  var vehicles: ContiguousArray<Seen> = []
  var before: ContiguousArray<Seen> = []
  /// By lane, and one more.
  var first: ContiguousArray<Int32>
  var lanes: ContiguousArray<LaneMemory>
  var tracks: ContiguousArray<Track>
  let trackMask: Int
  /// By link.
  var inTransit: ContiguousArray<ContiguousArray<InTransit>>
  /// By lane: vehicles that are there or will be, but that no sensor shows now.
  var hidden: ContiguousArray<ContiguousArray<InTransit>>
  /// Whether vehicles are seen all the way to the stop line, or only at points of it.
  let seesAreas: Bool
  /// Whether sensors are judged; for that the lamps must be told.
  let judges: Bool
  /// Whether arrivals are only known by their rate, unless a neighbour announces them.
  let invents: Bool
  var nextInvented: UInt32 = 0xE000_0000
  /// Range of `passages` by lane: movements that the lane serves.
  var firstChoice: ContiguousArray<Int32>
  var choices: ContiguousArray<Int32>
  /// Passages by choice, prior included.
  var passages: ContiguousArray<Float>
  /// By movement: its link of destination, inner path in s, and the free time over that link in s.
  let destination: ContiguousArray<Int32>
  let innerSeconds: ContiguousArray<Float>
  let linkSeconds: ContiguousArray<Float>
  let firstLane: [Int]
  let lengths: ContiguousArray<Float>
  var cursor: ContiguousArray<Int32>
  var started: Int32 = -1

  /// Seconds over which departures are averaged.
  static let rateMemory: Float = 300
  /// A vehicle that is not seen again is forgotten after so many seconds beyond its arrival.
  static let transitPatience: Int32 = 90_000
  static let seededSaturation: Float = 40
  /// A vehicle that vanishes farther from the stop line than this has not departed.
  static let vanishingMeters: Float = 40
  /// Protected green that a standing vehicle lets pass before its sensor is thought stuck.
  static let stuckGreenSeconds: Float = 45
  /// Vehicles that vanish before a red lamp before the sensor is thought to flicker.
  static let flickerLimit: Float = 6
  /// A call of the cabinet's detector with nobody in sight for so long means a silent sensor.
  static let silenceMilliseconds: Int32 = 60_000
  /// Vehicles per second that a lane without a believable sensor is given at least.
  static let leastRate: Float = 0.02
  static let hiddenLimit = 20

  init(
    _ scenario: Scenario, _ numbering: LaneNumbering, sensors: SensorPreset = .connected, judges: Bool = false
  ) {
    let network = scenario.network
    let laneCount = numbering.count
    seesAreas = sensors != .stopbar && sensors != .advance
    invents = sensors == .stopbar
    self.judges = judges
    hidden = ContiguousArray(repeating: [], count: laneCount)
    first = ContiguousArray(repeating: 0, count: laneCount + 1)
    cursor = first
    lanes = ContiguousArray(repeating: LaneMemory(), count: laneCount)
    inTransit = ContiguousArray(repeating: [], count: network.links.count)
    var bits = 12
    while (1 << bits) < laneCount * 8 { bits += 1 }
    tracks = ContiguousArray(repeating: Track(), count: 1 << bits)
    trackMask = (1 << bits) - 1
    var byLane = [[Int32]](repeating: [], count: laneCount)
    for (index, movement) in network.movements.enumerated() {
      for lane in movement.lanes {
        byLane[numbering.laneID(movement.from, lane: lane).index].append(Int32(index))
      }
    }
    firstChoice = [0]
    choices = []
    passages = []
    for list in byLane {
      for movement in list {
        choices.append(movement)
        // Straight on is what most people do; three vehicles' worth of belief.
        passages.append(network.movements[Int(movement)].turn == .through ? 2 : 0.5)
      }
      firstChoice.append(Int32(choices.count))
    }
    destination = ContiguousArray(network.movements.map { Int32($0.to.index) })
    innerSeconds = ContiguousArray(
      network.movements.map { movement in
        let limit = network[movement.from].speedLimitMetersPerSecond
        return Float(movement.innerLengthMeters / max(1, movement.turningSpeedMetersPerSecond ?? limit))
      })
    linkSeconds = ContiguousArray(
      network.links.map { Float($0.lengthMeters / max(1, $0.speedLimitMetersPerSecond)) })
    firstLane = numbering.firstLane
    lengths = ContiguousArray(network.links.map { Float($0.lengthMeters) })
    let controllerOfNode = scenario.controllerOfNode
    for (index, link) in network.links.enumerated() {
      for lane in numbering.lanes(of: LinkID(index)) {
        lanes[lane].link = Int32(index)
        lanes[lane].isWatched = controllerOfNode[link.to.index] != nil
        let headway = Float(
          link.lanes[lane - numbering.firstLane[index]].saturationHeadwaySeconds ?? 3600.0 / 1900)
        lanes[lane].saturatedSeconds = Self.seededSaturation
        lanes[lane].saturatedCount = Self.seededSaturation / headway
      }
    }
  }

  // MARK: - Seeing

  /// Takes in what the sensors show now.
  mutating func update(_ observations: [VehicleObservation], at time: Int32) {
    let elapsed = started < 0 ? 0 : time - now
    if started < 0 { started = time }
    now = time
    restoreTrust(observations)
    swap(&vehicles, &before)
    sort(observations)
    for index in vehicles.indices { follow(index, elapsed) }
    for index in before.indices { notice(vanished: before[index]) }
    settleRates(elapsed)
    forgetOldTransits()
    settleHidden(elapsed)
  }

  /// Counting sort by lane, then by distance within a lane.
  mutating func sort(_ observations: [VehicleObservation]) {
    for lane in first.indices { first[lane] = 0 }
    for seen in observations where isBelieved(seen) { first[seen.lane.index + 1] += 1 }
    for lane in 1..<first.count { first[lane] += first[lane - 1] }
    for lane in first.indices { cursor[lane] = first[lane] }
    vehicles.removeAll(keepingCapacity: true)
    for _ in 0..<Int(first[first.count - 1]) { vehicles.append(Seen()) }
    for seen in observations where isBelieved(seen) {
      let lane = seen.lane.index
      var place = Int(cursor[lane])
      cursor[lane] += 1
      let distance = Float(seen.distanceMeters)
      while place > Int(first[lane]), vehicles[place - 1].distance > distance {
        vehicles[place] = vehicles[place - 1]
        place -= 1
      }
      vehicles[place] = Seen(
        serial: seen.vehicle, distance: distance, speed: Float(seen.speedMetersPerSecond),
        movement: seen.movement.map { Int32($0.index) } ?? -1, weight: seen.weight, lane: Int32(lane))
    }
  }

  func isBelieved(_ seen: VehicleObservation) -> Bool {
    seen.lane.index < lanes.count && lanes[seen.lane.index].trust != .lying
  }

  // MARK: - Learning

  mutating func settleRates(_ elapsed: Int32) {
    guard elapsed > 0 else { return }
    let seconds = Float(elapsed) / 1000
    let known = max(seconds, Float(now - started) / 1000)
    let memory = min(Self.rateMemory, known)
    for lane in lanes.indices where lanes[lane].isWatched {
      var standing: Int32 = 0
      for index in range(lane) where vehicles[index].speed < 0.5 { standing += 1 }
      let departed = lanes[lane].departures
      // A queue that goes on, three seconds after it started, is what saturation is.
      if lanes[lane].standing >= 3, standing >= 2, now - lanes[lane].dischargeStart >= 5_000,
        now - lanes[lane].lastDeparture <= 3_000
      {
        lanes[lane].saturatedSeconds += seconds
        lanes[lane].saturatedCount += departed
        if lanes[lane].saturatedSeconds > 600 {
          lanes[lane].saturatedSeconds /= 2
          lanes[lane].saturatedCount /= 2
        }
      }
      lanes[lane].standing = standing
      let observed: Float = departed / seconds
      let step: Float = min(1, seconds / memory)
      if lanes[lane].trust == .whole { lanes[lane].rate += (observed - lanes[lane].rate) * step }
      lanes[lane].departures = 0
    }
  }

  // MARK: - Reading

  func range(_ lane: Int) -> Range<Int> { Int(first[lane])..<Int(first[lane + 1]) }

  /// Seen vehicles of all lanes of a link.
  func range(ofLink link: Int) -> Range<Int> { Int(first[firstLane[link]])..<Int(first[firstLane[link + 1]]) }

  func lanes(ofLink link: Int) -> Range<Int> { firstLane[link]..<firstLane[link + 1] }

  func choiceRange(_ lane: Int) -> Range<Int> { Int(firstChoice[lane])..<Int(firstChoice[lane + 1]) }

  /// Seconds per vehicle of a queue that discharges, as learnt.
  func headway(_ lane: Int) -> Float {
    let measured: Float = lanes[lane].saturatedSeconds / max(lanes[lane].saturatedCount, 1)
    return min(max(measured, 1.5), 4)
  }

  /// Vehicles on a link, those on their way to it that are not seen yet among them.
  func count(onLink link: Int) -> Float {
    var result: Float = 0
    for entry in inTransit[link] { result += min(1, entry.weight) }
    return result + Float(first[firstLane[link + 1]] - first[firstLane[link]])
  }

  func linkLength(_ link: Int) -> Float { lengths[link] }
}
