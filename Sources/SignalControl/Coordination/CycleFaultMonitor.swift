import TrafficModel

/// Watches that every call is served in time (NTCIP 1202 `unitAlarmStatus1`, cycle fault and cycle failure).
///
/// Coordinated, a call may wait through a number of whole local cycles, however long a transition makes them; free, it
/// may wait for the time in which every phase could have had its maximum as often.
struct CycleFaultMonitor: Hashable, Sendable {
  private struct Wait: Hashable, Sendable {
    var since = SimTime.distantFuture
    var cycle = 0
  }

  /// Whole cycles that a call may wait.
  let cycles: Int
  /// Longest wait when running free.
  let longestFreeWait: TimeSpan
  private var waits: ContiguousArray<Wait>

  init(_ data: SignalController, phaseCount: Int) {
    cycles = max(data.options.cycleFaultCycles, 1)
    let cycle = max(data.patterns.first?.cycle ?? .zero, data.longestFreeCycle)
    longestFreeWait = TimeSpan(
      milliseconds: min(cycle.milliseconds, TimeSpan.longestTiming.milliseconds) * Int64(min(cycles, 1000)))
    waits = ContiguousArray(repeating: Wait(), count: phaseCount)
  }

  /// - Parameters:
  ///   - calls: Phases that wait and could be served.
  ///   - cycle: Number of the local cycle; any constant when running free.
  mutating func observe(_ calls: PhaseSet, cycle: Int, at tick: SimTime) {
    for phase in waits.indices {
      if !calls.contains(phase: phase) {
        waits[phase].since = .distantFuture
      } else if waits[phase].since == .distantFuture {
        waits[phase] = Wait(since: tick, cycle: cycle)
      }
    }
  }

  /// Starts all waits anew: another program has come into force.
  mutating func restart() {
    for phase in waits.indices where waits[phase] != Wait() { waits[phase] = Wait() }
  }

  func feedState(into digest: inout StateDigest) {
    for wait in waits { digest.combine(Int(wait.since.milliseconds), wait.cycle) }
  }

  /// Whether somebody has waited through too many local cycles, of which number `cycle` runs.
  func isFault(inCycle cycle: Int) -> Bool {
    for wait in waits where wait.since < .distantFuture && cycle - wait.cycle > cycles { return true }
    return false
  }

  func isFailure(at tick: SimTime) -> Bool {
    for wait in waits where wait.since < .distantFuture && tick - wait.since > longestFreeWait { return true }
    return false
  }

  /// When a wait may become too long while running free.
  var nextDeadline: SimTime {
    var first = SimTime.distantFuture
    for wait in waits { first = min(first, wait.since) }
    return first < .distantFuture ? (first + longestFreeWait + .tick).firstTick() : first
  }

  mutating func rebase(by shift: TimeSpan) {
    for phase in waits.indices where waits[phase].since < .distantFuture {
      waits[phase].since = waits[phase].since - shift
    }
  }
}

extension SignalController {
  /// A free cycle in which every phase has its longest maximum, one side of the barriers after the other.
  fileprivate var longestFreeCycle: TimeSpan {
    var cycle = TimeSpan.zero
    for side in 0..<diagram.sideCount {
      var longest = TimeSpan.zero
      for ring in diagram.rings.indices {
        var sum = TimeSpan.zero
        for index in diagram.phases(ring: ring, side: side) where phases.indices.contains(index) {
          let phase = phases[index]
          let walk = phase.pedestrianGroup.flatMap { groups.indices.contains($0) ? groups[$0] : nil }
          let pedestrians =
            walk.map { $0.minimumGreen + $0.losingDuration + phase.pedestrians.buffer } ?? .zero
          let maximum = max(phase.maximumGreen, phase.actuation.maximumGreen2 ?? .zero)
          sum += max(maximum, max(phase.minimumGreen, pedestrians)) + phase.clearance
        }
        longest = max(longest, sum)
      }
      cycle += longest
    }
    for stage in stages { cycle += stage.maximumDuration }
    return cycle
  }
}
