import ControlLoop
import TrafficModel

/// Lamps change: all movements are marked first, then the waiting vehicles look.
extension RoadSimulation {
  /// Shows new lamps at the present time.
  mutating func apply(_ changes: ContiguousArray<IndicationChange>) {
    lookAhead(changes)
    for change in changes {
      log.append(
        now, .indication, change.controller.rawValue,
        Int32(change.group) << 4 | Int32(change.indication.rawValue))
      book.noteIndication(change, at: now)
      if !crossings.isEmpty, let count = crossings.show(change, at: now, seed: seed, log: &log) {
        book.notePedestrians(count)
      }
      for position in lamps.set(change) { updateMovement(lamps.movement(position)) }
    }
  }

  private mutating func updateMovement(_ movement: Int) {
    let before = lamps.update(movement, at: now)
    if lamps.movements[movement].state == before { return }
    closeAccounts(of: movement, before)
    if !lamps.movements[movement].goes { return }
    for lane in layout.lanes(ofMovement: movement) {
      let segment = Int(layout.movementLanes[lane].segment)
      if segments[segment].head >= 0 && segments[segment].hindrance != .none {
        // Also those that waited for a gap: protection may have ended the need.
        schedule(segment, at: max(now, segments[segment].ready))
      }
      if layout.movementLanes[lane].hasWaitingPlace {
        wakeWaitingPlace(Int(layout.movementLanes[lane].connector))
      }
    }
  }

  /// The lamps of a movement have changed from what they were before: closes what ends with that.
  @inline(__always)
  mutating func closeAccounts(of movement: Int, _ before: LampState) {
    let state = lamps.movements[movement].state
    // Nothing ends with a green that begins or changes its rights.
    if state == .protected || state == .permitted { return }
    let hasEnded = before == .protected || before == .permitted
    let lane = lamps.movements[movement].firstCycleLane
    if lane >= 0 {
      if hasEnded { endGreen(from: lamps.movements[movement].greenStart, ofLanesFrom: lane) }
      if state == .stopped { endCycle(ofLanesFrom: lane) }
    }
    if hasEnded { lamps.movements[movement].noteGreen(from: measuredFrom, to: now) }
    if state == .stopped && lamps.movements[movement].lastCrossing > now {
      if now >= measuredFrom { book.crossingsOnRed += 1 }
      log.append(now, .crossedOnRed, UInt32(movement))
    }
  }

  private mutating func wakeWaitingPlace(_ connector: Int) {
    let place = Int(layout.connectors.waitingPlace(of: Int32(connector)))
    if place >= 0 && segments[place].head >= 0 && segments[place].hindrance == .gap {
      schedule(place, at: max(now, segments[place].ready))
    }
  }
}
