import ControlLoop
import TrafficModel

extension RoadSimulation {
  mutating func startPedestrians(_ list: [PedestrianFlow]) {
    for flow in list where flow.pedestriansPerHour > 0 {
      crossings.flows.append(
        PedestrianCrossings.Flow(
          crosswalk: flow.crosswalk.index, meanHeadwaySeconds: 3600 / flow.pedestriansPerHour,
          stream: RandomStream(
            seed: seed, purpose: .pedestrianArrivals, place: UInt64(flow.crosswalk.index))))
      schedulePedestrian(ofFlow: crossings.flows.count - 1)
    }
  }

  private mutating func schedulePedestrian(ofFlow index: Int) {
    let wait = crossings.flows[index].stream.exponential(mean: crossings.flows[index].meanHeadwaySeconds)
    crossings.flows[index].nextSeconds += wait
    let time = (crossings.flows[index].nextSeconds * 1000).rounded()
    if !(time < Double(measuredUntil)) { return }
    events.insert(EventKey(milliseconds: Int32(time), kind: .pedestrian, entity: Int32(index)))
  }

  mutating func handlePedestrian(ofFlow index: Int) {
    let crosswalk = crossings.flows[index].crosswalk
    let counts = now >= measuredFrom
    log.append(now, .pedestrianArrived, UInt32(crosswalk))
    if counts { book.measures.crosswalks[crosswalk].pedestrians += 1 }
    if crossings.arrive(at: crosswalk, now: now, counts: counts, seed: seed) {
      let controller = crossings.controllerOfCrosswalk[crosswalk]
      pendingInputs.append(
        TimedInput(
          time: SimTime(milliseconds: Int64(now)), controller: ControllerID(Int(controller)),
          input: .pushButton(CrosswalkID(crosswalk))))
    }
    schedulePedestrian(ofFlow: index)
  }
}
