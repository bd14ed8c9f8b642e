/// The end of a section inside a link, half of all events: nobody decides there about anything but room.
///
/// A section counts as plain where no incident, bus stop, detector or end of trips in mid-block has a say; most do. What
/// ``handleLaneHead(_:)`` and ``depart(_:_:to:_:mergeDelay:changeLoss:)`` ask of a stop line has one answer there:
/// no lamp, no gap, no way through a junction, one speed limit on both sides. This is what is left of them, with the
/// same results.
extension RoadSimulation {
  /// Marks the sections to which this applies.
  mutating func findPlainSections() {
    if !incidents.isEmpty || details.asksRoomForWholeVehicle { return }
    for segment in segments.indices where segments[segment].kind == .section {
      segments[segment].isPlain =
        !segments[segment].endsInMidblock && !segments[segment].hasBusStop
        && !segments[segment].hasCordons
    }
  }

  /// The first vehicle of a plain section is looked at.
  mutating func handleSectionEnd(_ segment: Int) {
    let here = segments[segment]
    // A lane's cycles see of a section its queue and who stops there; a free vehicle on a free section is neither.
    if !here.isFree || here.wasHindered || here.isDissolving { settleLane(segment) }
    let index = Int(here.head)
    let target = follower(of: segment, lane: vehicles[index].lane)
    let there = segments[target]
    let isOpen = there.usedCentimeters <= shape(target).lengthCentimeters && !there.isAwaited
    if !isOpen, let room = roomMissing(segment, in: target) {
      return hinder(segment, by: .room, until: room)
    }
    var release = Release(time: max(here.ready, now), speed: here.readySpeed)
    if here.hindrance != .none {
      release = releaseFromEnd(segment, layout.connectors[Int(shape(segment).connector)])
    }
    var squeeze: Int32 = 0
    if there.lastEntryFrom != Int32(segment) && details.hasMergeHeadway {
      squeeze = max(0, there.mergeTime - release.time)
      if squeeze > Self.longestMergeDelay {
        return hinder(segment, by: .gap, until: now + squeeze - Self.longestMergeDelay)
      }
    }
    leaveWaitingList(segment)
    goOn(segment, index, to: target, release, mergeDelay: squeeze)
  }

  /// The first vehicle of a plain section goes on within its link.
  @inline(__always)
  private mutating func goOn(
    _ segment: Int, _ index: Int, to target: Int, _ release: Release, mergeDelay: Int32
  ) {
    let vehicle = vehicles[index]
    let kind = driver.kind(vehicle)
    let free = driver.freeSpeed(vehicle, limit: shape(segment).speedLimit)
    let speed = kind.endSpeed(0, from: release.speed, to: free)
    let entry = release.time + mergeDelay
    let length = shape(target).lengthCentimeters
    let travel = kind.travelTime(length, from: speed, to: free)
    let loss = speed >= free ? 0 : travel - kind.travelTime(length, from: free, to: free)
    removeHead(segment, release, kind, freeSpeed: free)
    vehicles[index].linkDelay += release.time - vehicle.arrival + mergeDelay + loss
    beginHead(segment)
    settleLane(beforeEntryOf: target)
    enter(target, index, kind, from: segment, at: entry, speed: speed, freeSpeed: free, travel: travel)
  }

  /// Works out when the new first vehicle of a plain section is ready.
  mutating func beginSectionHead(_ segment: Int, _ head: Int) {
    let shape = shape(segment)
    let drive = layout.connectors.drive(of: Int(shape.connector))
    let vehicle = vehicles[head]
    let kind = driver.kind(vehicle)
    segments[segment].receiveHead(
      kind, arrival: vehicle.arrival, freeSpeed: driver.freeSpeed(vehicle, limit: shape.speedLimit),
      speedLimit: shape.speedLimit, drive, carefulSpeed: .infinity,
      reaction: driver.reaction(vehicle, drive), fixedHeadway: nil,
      hasSaturationHeadway: driver.hasSaturationHeadway, headwayFactor: 1)
    schedule(segment, at: segments[segment].ready)
  }
}
