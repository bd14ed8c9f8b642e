import TrafficModel

/// Stops that a sign or a red lamp asks for, before a vehicle may look for its gap.
extension RoadSimulation {
  /// The first vehicle of a stop line with a stop sign stands before it goes, whoever else is there.
  ///
  /// The stop costs a free vehicle its braking and a short dwell. For one that moves up in a queue it is part of the
  /// follow-up time, which was measured from departure to departure.
  mutating func stopAtLine(_ segment: Int, _ connector: Connector) {
    segments[segment].ready = endOfStop(segment, connector)
    segments[segment].readySpeed = min(segments[segment].readySpeed, driver.standingStartSpeed)
    segments[segment].wasHindered = true
  }

  /// When the first vehicle has stood long enough, stopping from the speed at which it would cross.
  private mutating func endOfStop(_ segment: Int, _ connector: Connector) -> Int32 {
    let speed = segments[segment].readySpeed
    let brake = driver.kind(vehicles[Int(segments[segment].head)]).deceleration
    let braking = Int32(speed / (2 * brake) * 1000 + 0.5)
    if !segments[segment].isFree && (driver.hasSaturationHeadway || connector.rule == .firstCome) {
      let arrival = vehicles[Int(segments[segment].head)].arrival
      return max(segments[segment].ready, arrival + braking + driver.stopDwell)
    }
    return segments[segment].ready + braking + driver.stopDwell
  }

  /// The same before a red lamp that drivers may pass after a stop. Who followed the vehicle ahead at the pace of a
  /// green has its whole follow-up time to wait.
  mutating func endOfStopAtRed(_ segment: Int, _ connector: Connector) -> Int32 {
    let stop = endOfStop(segment, connector)
    if segments[segment].isFree || !driver.hasSaturationHeadway { return stop }
    return max(stop, segments[segment].lastDeparture + stopFollowUp(connector))
  }

  mutating func stopFollowUp(_ connector: Connector) -> Int32 {
    connector.junctionRule < 0
      ? connector.followUp : layout.junctionRules[Int(connector.junctionRule)].stopFollowUp
  }

  /// Whether vehicles stop at this stop line before they go, as things are: always, or because the lamp is red.
  mutating func stopsToYield(_ segment: Int, _ connector: Connector) -> Bool {
    if connector.stopsFirst || lamps.movements[Int(connector.movement)].stopsFirst { return true }
    return connector.turnsOnRed && lamps.movements[Int(connector.movement)].state == .stopped
  }

  /// The same for the first vehicle: on yellow, too, once it has decided to stop.
  @inline(__always)
  mutating func isStopLineWithStop(_ segment: Int, _ connector: Connector) -> Bool {
    if segments[segment].kind != .stopLine || connector.movement < 0 { return false }
    if connector.stopsFirst || lamps.movements[Int(connector.movement)].stopsFirst { return true }
    if !connector.turnsOnRed { return false }
    switch lamps.movements[Int(connector.movement)].state {
    case .stopped: return true
    case .yellow: return segments[segment].wasHindered
    case .permitted, .protected: return false
    }
  }
}
