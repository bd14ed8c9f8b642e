import Foundation
import ControlLoop
import SignalControl
import TestSupport
import TrafficModel

/// One random cabinet in a hostile world, for a few hours.
struct SoakRun {
  let seed: UInt64
  let index: Int
  let duration: TimeSpan

  private var preempts: [Preempt] = []
  /// The unit as it was after its last step; inputs come in between. One in a list, which copies it least often.
  private var before: ContiguousArray<ControllerUnit> = []

  init(seed: UInt64, index: Int, duration: TimeSpan) {
    self.seed = seed
    self.index = index
    self.duration = duration
  }

  /// Whether rows of the transition tables that few of the random controllers can take are made likely.
  private var favoursRareRows: Bool { index % 4 < 2 }

  /// Some of them have hours in which nobody comes, and rest in red.
  private var restsInRed: Bool { index % 16 < 2 }

  /// How to see this run again.
  private var recipe: String { "--seed \(seed) --first \(index) --controllers 1" }

  mutating func run() -> SoakTally {
    var tally = SoakTally()
    var maker = RandomController(seed: seed, place: index, isBrisk: true)
    let data = busy(&maker)
    preempts = data.preempts
    let network = SoakRoads.network(for: data)
    guard var cabinet = try? EmulatedCabinet(data, id: ControllerID(0), network: network) else {
      tally.violations += 1
      tally.reports.append("a controller without errors cannot be run: \(recipe)")
      return tally
    }
    var world = HostileWorld(
      data, crosswalkCount: network.crosswalks.count, seed: seed, place: index, isQuiet: restsInRed)
    cabinet.recordsEvents = true
    drive(&cabinet, &world, &tally)
    tally.controllers = 1
    tally.controllerSeconds = duration.seconds
    return tally
  }

  /// A controller whose phases or stages take turns, which in many random ones they do not; now and then any. Maximum
  /// greens are cut, so that more greens end in an hour.
  private func busy(_ maker: inout RandomController) -> SignalController {
    var data = maker.nextValid()
    if index % 20 == 0 { return data }
    while !Self.isBusy(data) { data = maker.nextValid() }
    for phase in data.phases.indices {
      let least = min(data.phases[phase].minimumGreen, TimeSpan(seconds: 4))
      data.phases[phase].minimumGreen = least
      data.phases[phase].maximumGreen = min(data.phases[phase].maximumGreen, least + TimeSpan(seconds: 2))
    }
    if favoursRareRows { favourRareRows(&data) }
    return data
  }

  /// All of it stays legal.
  private func favourRareRows(_ data: inout SignalController) {
    var changed = data
    for place in changed.preempts.indices {
      if place != 1 { changed.preempts[place].delay = TimeSpan(seconds: 1.5) }
      if place != 0 { changed.preempts[place].isLocking = false }
      changed.preempts[place].maximumPresence = TimeSpan(seconds: 8)
      changed.preempts[place].minimumDuration = .zero
      if let track = changed.preempts[place].trackPhases.first, let side = data.diagram.place(of: track)?.side
      {
        let phases = data.diagram.rings.compactMap { $0[(side + 1) % data.diagram.sideCount].first }
        if !phases.isEmpty { changed.preempts[place].dwellPhases = phases }
      }
    }
    for place in changed.overlaps.indices {
      // Longer than its phases' greens, or than the clearance between two of them.
      if changed.overlaps[place].trailingGreen == .zero {
        changed.groups[changed.overlaps[place].group].minimumGreen = TimeSpan(seconds: 9)
      } else {
        changed.overlaps[place].trailingGreen = TimeSpan(seconds: 14)
      }
    }
    if restsInRed {
      changed.options.restsInRed = true
      for phase in changed.phases.indices { changed.phases[phase].recall = .none }
    } else {
      // Long greens at the end of a ring's side leave another ring the time to serve its first phase again.
      for phase in changed.phases.indices {
        changed.phases[phase].maximumGreen += TimeSpan(seconds: phase % 3 == 0 ? 12 : 0)
        changed.phases[phase].actuation.isServedConditionally = true
        changed.phases[phase].actuation.conditionalServiceMinimum = TimeSpan(seconds: 1)
      }
    }
    if Self.isLegal(changed) { data = changed }
  }

  private static func isLegal(_ data: SignalController) -> Bool {
    !data.findings(in: SignalFixture.network(for: data)).contains { $0.severity == .error }
  }

  /// Whether there are many stages, or many phases of which two of one ring wait for each other.
  private static func isBusy(_ data: SignalController) -> Bool {
    let phases = data.diagram.rings.map { $0.reduce(0) { $0 + $1.count } }
    return data.stages.count >= 5 || ((phases.max() ?? 0) >= 2 && phases.reduce(0, +) >= 7)
  }

  private mutating func drive(
    _ cabinet: inout EmulatedCabinet, _ world: inout HostileWorld, _ tally: inout SoakTally
  ) {
    var changes: ContiguousArray<IndicationChange> = []
    let end = SimTime.zero + duration
    cabinet.start(at: .zero, into: &changes)
    before = [cabinet.unit]
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
  private mutating func advance(
    _ cabinet: inout EmulatedCabinet, before time: SimTime, _ tally: inout SoakTally,
    _ changes: inout ContiguousArray<IndicationChange>
  ) {
    while cabinet.nextDeadline < time {
      changes.removeAll(keepingCapacity: true)
      cabinet.advance(to: cabinet.nextDeadline, into: &changes)
      tally.count(cabinet.unit.rows(since: before[0]))
      before[0] = cabinet.unit
      tally.steps += 1
      let events = cabinet.takeEvents()
      tally.count(events)
      for event in events where event.code == .preemptEntryStarted {
        tally.countEntry(of: preempts.first { $0.number == Int(event.parameter) })
      }
      if cabinet.violation != nil { return }
    }
  }

  /// - Returns: `false` if the run must stop here.
  private func note(_ cabinet: inout EmulatedCabinet, _ tally: inout SoakTally) -> Bool {
    guard let violation = cabinet.violation else { return true }
    tally.violations += max(1, cabinet.violations.count)
    if cabinet.monitor.trip != nil { tally.monitorTrips += 1 }
    let report = "\(violation): \(recipe)"
    tally.reports.append(report)
    // At once: a fault can go on to break what ends the process.
    FileHandle.standardError.write(Data((report + "\n").utf8))
    return false
  }
}
