import TrafficModel

/// A source of vehicles as it runs.
struct SourceState: Sendable {
  var stream: RandomStream
  var flow: [FlowStep]
  var step = 0
  var process: ArrivalProcess
  var heavyShare: Double
  /// Vehicles so far; numbers the draws of each vehicle's class and driver.
  var count: UInt64 = 0
  /// Exact time of the next vehicle, before rounding to milliseconds.
  var nextSeconds: Double = 0
}

/// Vehicles want to enter; those that cannot wait outside, and their wait counts.
extension RoadSimulation {
  mutating func startSources(_ list: [VehicleSource]) {
    for (index, source) in list.enumerated() {
      var state = SourceState(
        stream: RandomStream(seed: seed, purpose: .arrivalTimes, place: UInt64(index)), flow: source.flow,
        process: source.process, heavyShare: source.heavyVehicleShare)
      if source.process == .uniform, let rate = source.flow.first?.vehiclesPerHour, rate > 0 {
        // The first comes half a headway after the start, so that a whole hour holds the whole flow.
        state.nextSeconds = -1800 / rate
      }
      sources.append(state)
      scheduleDemand(ofSource: index)
    }
  }

  /// Draws the next arrival, step by step where the flow changes.
  private mutating func scheduleDemand(ofSource index: Int) {
    var seconds = sources[index].nextSeconds
    while true {
      let flow = sources[index].flow
      let step = sources[index].step
      let end = step + 1 < flow.count ? flow[step + 1].startSeconds : .infinity
      let rate = flow[step].vehiclesPerHour
      if rate > 0 {
        let headway = 3600 / rate
        let wait =
          sources[index].process == .uniform
          ? headway : sources[index].stream.exponential(mean: headway)
        if seconds + wait < end || end == .infinity {
          seconds += wait
          break
        }
      } else if end == .infinity {
        return
      }
      // The exponential law has no memory: the wait begins anew at the change.
      seconds = end
      sources[index].step += 1
    }
    sources[index].nextSeconds = seconds
    // Compared before it is converted: flows next to nothing give times that no integer holds.
    let time = (seconds * 1000).rounded()
    guard time < Double(measuredUntil) else { return }
    events.insert(EventKey(milliseconds: Int32(time), kind: .vehicleDemand, entity: Int32(index)))
  }

  mutating func handleDemand(ofSource index: Int) {
    let serial = nextSerial
    nextSerial += 1
    var draws = RandomStream(seed: seed, purpose: .driver, place: UInt64(index) << 40 | sources[index].count)
    sources[index].count += 1
    var vehicle = Vehicle()
    vehicle.serial = serial
    vehicle.demanded = now
    vehicle.isHeavy = draws.uniform() < sources[index].heavyShare
    let constants = layout.constants
    if constants.speedFactorDeviation > 0 {
      let factor = 1 + constants.speedFactorDeviation * draws.standardNormal()
      let range = constants.speedFactorRange
      vehicle.speedFactor = Float(min(max(factor, range.lowerBound), range.upperBound))
    }
    let queues = Int(layout.firstOutside[index])..<Int(layout.firstOutside[index + 1])
    let link = Int(segments[Int(layout.outsideSegments[queues.lowerBound])].link)
    let way = nextConnector(vehicle, on: link, hop: 0, comingFrom: -1)
    vehicle.connector = way.connector
    vehicle.lane = way.lane
    book.noteDemand(now, measuredFrom: measuredFrom)
    log.append(now, .vehicleDemanded, serial, Int32(link))
    for position in queues {
      let outside = Int(layout.outsideSegments[position])
      if layout.nextSegments[Int(segments[outside].firstNext) + Int(way.lane)] < 0 { continue }
      enterOutside(outside, store(vehicle))
      break
    }
    scheduleDemand(ofSource: index)
  }

  private mutating func store(_ vehicle: Vehicle) -> Int {
    if freeVehicle >= 0 {
      let index = Int(freeVehicle)
      freeVehicle = vehicles[index].next
      vehicles[index] = vehicle
      return index
    }
    vehicles.append(vehicle)
    return vehicles.count - 1
  }

  private mutating func enterOutside(_ outside: Int, _ index: Int) {
    vehicles[index].entered = now
    vehicles[index].arrival = now
    vehicles[index].next = -1
    vehicles[index].entrySpeed = driver.freeSpeed(vehicles[index], limit: segments[outside].speedLimit)
    segments[outside].presentCentimeters += driver.spacing(vehicles[index])
    let tail = segments[outside].tail
    segments[outside].tail = Int32(index)
    if tail >= 0 {
      vehicles[Int(tail)].next = Int32(index)
    } else {
      segments[outside].head = Int32(index)
      beginHead(outside)
    }
  }
}
