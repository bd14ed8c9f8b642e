/// What changes in a segment when a vehicle comes to its front, leaves it, or joins at its back.
///
/// Each change is one function of the record: where it stands in memory is worked out once for all of its fields.
extension LaneSegment {
  /// Nothing is known of the vehicle that is first now.
  @inline(__always)
  mutating func forgetHead() {
    hindrance = .none
    marks.subtract([.wasHindered, .isDecided])
    due = .max
  }

  /// Works out when a new first vehicle is ready, from the vehicle that went before (the acceleration recursion).
  ///
  /// - Parameters:
  ///   - arrival: when it reaches the end if nobody is ahead, ms.
  ///   - freeSpeed: that it wants on the segment, m/s.
  ///   - speedLimit: of the segment, m/s.
  ///   - carefulSpeed: at which it crosses the end at most because it has others to look for, m/s.
  ///   - reaction: its reaction time over this end, in seconds.
  ///   - fixedHeadway: ms after the vehicle before, where a rule says so; else the recursion does.
  ///   - hasSaturationHeadway: A measured saturation flow holds whatever pace single drivers like: headways come from
  ///     the recursion at the speed limit.
  ///   - headwayFactor: of an incident; 1 without.
  @inline(__always)
  mutating func receiveHead(
    _ vehicle: VehicleKind, arrival: Int32, freeSpeed: Float, speedLimit: Float, _ drive: Connector.Drive,
    carefulSpeed: Float, reaction: Float, fixedHeadway: Int32?, hasSaturationHeadway: Bool,
    headwayFactor: Float
  ) {
    let crossing = min(freeSpeed, drive.crossingSpeed, carefulSpeed)
    let spacing = Float(vehicle.spacing) / 100
    let gain = 2 * vehicle.acceleration * spacing
    let fastest = min(speedLimit, drive.crossingSpeed, vehicle.maximumSpeed)
    let before = lastSpeed
    let reached = (before * before + gain).squareRoot()
    let discharge = min(fastest, reached)
    let following = min(platoonSpeed, crossing, reached)
    var headway: Int32
    if let fixedHeadway {
      headway = fixedHeadway
    } else {
      let speeds =
        min(hasSaturationHeadway ? discharge : following, drive.referenceSpeed)
        + min(before, drive.referenceSpeed)
      headway = Int32((reaction + 2 * spacing / speeds) * 1000 + 0.5)
    }
    if kind == .outside { headway = 0 }
    if hasIncident { headway = Int32(Float(headway) * headwayFactor + 0.5) }
    let earliest = lastDeparture + headway
    let comesFreely = arrival >= earliest
    isFree = comesFreely
    ready = comesFreely ? arrival : earliest
    readySpeed = comesFreely ? crossing : following
    readyDischargeSpeed = comesFreely ? fastest : discharge
  }

  /// The first vehicle leaves; `next` comes to the front, −1 for nobody.
  @inline(__always)
  mutating func removeHead(
    next: Int32, _ release: Release, freeSpeed: Float, hasPlatoons: Bool, hasSaturationHeadway: Bool
  ) {
    head = next
    if marks[.hasFollowers] && next == lastVehicle { marks.subtract(.hasFollowers) }
    platoonSpeed = !hasPlatoons ? .infinity : isFree ? freeSpeed : min(platoonSpeed, freeSpeed)
    lastDeparture = release.time
    lastSpeed =
      hasSaturationHeadway && release.speed >= readySpeed ? readyDischargeSpeed : release.speed
  }

  /// A vehicle joins at the back.
  ///
  /// - Returns: who is before it, −1 for nobody.
  @inline(__always)
  mutating func append(_ vehicle: Int32) -> Int32 {
    let before = tail
    if before < 0 {
      head = vehicle
    } else {
      lastVehicle = vehicle
      marks.formUnion(.hasFollowers)
    }
    return before
  }

  /// The same for one that comes from another segment.
  ///
  /// - Parameter keepsTime: Somebody will ask when it came in: drivers who enter the network, or go round an incident.
  @inline(__always)
  mutating func append(
    _ vehicle: Int32, from segment: Int32, at time: Int32, speed: Float, spacing: Int32,
    _ shape: SegmentShape, carSpacing: Int32, keepsTime: Bool
  ) -> Int32 {
    usedCentimeters += spacing
    present += spacing
    lastEntryFrom = segment
    mergeTime = time + mergeHeadway(spacing: spacing, shape, carSpacing: carSpacing, speed: max(1, speed))
    if keepsTime { lastEntry = time }
    return append(vehicle)
  }

  /// The least time between two vehicles that come into one segment from different sides: nine tenths of a headway.
  @inline(__always)
  private func mergeHeadway(
    spacing: Int32, _ shape: SegmentShape, carSpacing: Int32, speed: Float
  ) -> Int32 {
    if shape.lengthCentimeters == 0 || kind == .waitingPlace { return 0 }
    let reaction = Float(shape.waveMilliseconds) / Float(shape.lengthCentimeters) * Float(carSpacing)
    return Int32(0.9 * (reaction + Float(spacing) * 10 / speed) + 0.5)
  }

  /// The first vehicle has decided what it does behind the junction.
  mutating func decide(_ way: ChosenWay) {
    targetLane = way.lane
    targetConnector = way.connector
    target = way.entry
  }
}
