import ControlLoop
import SignalControl
import TestSupport
import TrafficModel

/// One random cabinet in a hostile world, for a few hours.
struct SoakRun {
  let seed: UInt64
  let index: Int
  let duration: TimeSpan

  /// How to see this run again.
  private var recipe: String { "--seed \(seed) --first \(index) --controllers 1" }

  func run() -> SoakTally {
    var tally = SoakTally()
    var maker = RandomController(seed: seed, place: index)
    let data = maker.nextValid()
    let network = SignalFixture.network(for: data)
    guard var cabinet = try? EmulatedCabinet(data, id: ControllerID(0), network: network) else {
      tally.violations += 1
      tally.reports.append("a controller without errors cannot be run: \(recipe)")
      return tally
    }
    var world = HostileWorld(
      data, crosswalkCount: network.crosswalks.count, seed: seed, place: index)
    cabinet.recordsEvents = true
    drive(&cabinet, &world, &tally)
    tally.controllers = 1
    tally.controllerSeconds = duration.seconds
    return tally
  }

  private func drive(_ cabinet: inout EmulatedCabinet, _ world: inout HostileWorld, _ tally: inout SoakTally)
  {
    var changes: ContiguousArray<IndicationChange> = []
    let end = SimTime.zero + duration
    cabinet.start(at: .zero, into: &changes)
    while true {
      let next = world.nextTime
      advance(&cabinet, before: min(next, end), &tally, &changes)
      if next >= end || !note(&cabinet, &tally) { return }
      tally.inputs += 1
      switch world.act() {
      case .input(let input): cabinet.handle(input, at: next)
      case .command(let command):
        tally.count(command)
        cabinet.apply(command, at: next)
        // What is refused is known at once; reading the status costs more than the rest.
        for refusal in cabinet.unit.refusals { tally.count(refusal) }
      }
    }
  }

  /// Everything that comes due before `time`; inputs at a tick are taken before its advance.
  private func advance(
    _ cabinet: inout EmulatedCabinet, before time: SimTime, _ tally: inout SoakTally,
    _ changes: inout ContiguousArray<IndicationChange>
  ) {
    while cabinet.nextDeadline < time {
      changes.removeAll(keepingCapacity: true)
      cabinet.advance(to: cabinet.nextDeadline, into: &changes)
      tally.steps += 1
      tally.count(cabinet.takeEvents())
      if cabinet.violation != nil { return }
    }
  }

  /// - Returns: `false` if the run must stop here.
  private func note(_ cabinet: inout EmulatedCabinet, _ tally: inout SoakTally) -> Bool {
    guard let violation = cabinet.violation else { return true }
    tally.violations += max(1, cabinet.violations.count)
    if cabinet.monitor.trip != nil { tally.monitorTrips += 1 }
    tally.reports.append("\(violation): \(recipe)")
    return false
  }
}
