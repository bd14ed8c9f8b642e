import Interchange
import TrafficModel

/// Split failures by approach: green and red occupancy ratios (GOR and ROR5).
///
/// A cycle runs from green to green. It is judged if exactly one yellow and one full first part of red lie in it, and if
/// it is known from its beginning whether the approach is occupied. The approach is occupied while any of its
/// presence detectors is on.
extension DeviceAnalysis {
  /// How much of red is looked at.
  static let redSpan = TimeSpan(tenths: 50)
  /// A failure needs at least this share of both, in tenths.
  private static let occupiedTenths: Int64 = 8

  private struct Cycle {
    var yellows = 0
    var redEnds = 0
    var isKnown = false
    var green = TimeSpan.zero
    var greenOccupied = TimeSpan.zero
    var redOccupied = TimeSpan.zero
    var end = LocalTimestamp(milliseconds: 0)

    var isValid: Bool { yellows == 1 && redEnds == 1 && isKnown }

    var isFailure: Bool {
      10 * greenOccupied.milliseconds >= occupiedTenths * green.milliseconds
        && 10 * redOccupied.milliseconds >= occupiedTenths * redSpan.milliseconds
    }

    mutating func add(_ time: LocalTimestamp, since last: LocalTimestamp, _ part: Part, _ occupied: Bool?) {
      let span = TimeSpan(milliseconds: time.milliseconds - last.milliseconds)
      switch part {
      case .green:
        green += span
        if occupied == true { greenOccupied += span }
      case .red: if occupied == true { redOccupied += span }
      case .before, .yellow, .rest: break
      }
    }
  }

  private enum Part {
    case before
    case green
    case yellow
    case red
    case rest
  }

  func splitFailures() -> [SignalPerformance.SplitFailures] {
    var result: [SignalPerformance.SplitFailures] = []
    for phase in phases(.presence) {
      var byBin: [LocalTimestamp: SignalPerformance.SplitFailures] = [:]
      for cycle in cycles(phase) where cycle.isValid {
        let place = place(cycle.end, phase)
        var row = byBin[place.bin] ?? SignalPerformance.SplitFailures(place: place)
        row.cycles += 1
        row.failures += cycle.isFailure ? 1 : 0
        let count = Double(row.cycles)
        let green = cycle.green.seconds
        row.greenSeconds += (green - row.greenSeconds) / count
        row.greenOccupancy += (cycle.greenOccupied.seconds / green - row.greenOccupancy) / count
        row.redOccupancy += (cycle.redOccupied.seconds / Self.redSpan.seconds - row.redOccupancy) / count
        byBin[place.bin] = row
      }
      result += byBin.keys.sorted().compactMap { byBin[$0] }
    }
    return result
  }

  /// What happens to a phase and its approach at one moment.
  private struct Moment {
    var time: LocalTimestamp
    /// As the codes are numbered: changes of the phase, the end of the first part of red, occupancy.
    var rank: Int
    var isOccupied = false
  }

  private func cycles(_ phase: Int) -> [Cycle] {
    var cycles: [Cycle] = []
    var part = Part.before
    var occupied: Bool?
    var cycle: Cycle?
    var last: LocalTimestamp?
    for moment in moments(phase) {
      if let last { cycle?.add(moment.time, since: last, part, occupied) }
      last = moment.time
      switch moment.rank {
      case 1:
        if let cycle { cycles.append(cycle) }
        cycle = Cycle()
        cycle?.isKnown = occupied != nil
        part = .green
      case 8:
        cycle?.yellows += 1
        if part == .green { part = .yellow }
      case 10:
        if part == .green || part == .yellow { part = .red }
      case 11:
        cycle?.redEnds += 1
        cycle?.end = moment.time
        part = .rest
      default: occupied = moment.isOccupied
      }
    }
    if let cycle { cycles.append(cycle) }
    return cycles
  }

  private func moments(_ phase: Int) -> [Moment] {
    let records = ordered(phase, channels: channels(phase, .presence))
    var moments: [Moment] = []
    var on: Set<Int16> = []
    for (index, record) in records.enumerated() {
      switch ControllerEventCode(rawValue: record.code) {
      case .detectorOn: on.insert(record.parameter)
      case .detectorOff: on.remove(record.parameter)
      default: moments.append(Moment(time: record.time, rank: Int(record.code)))
      }
      let isDetection = record.code >= ControllerEventCode.detectorOff.rawValue
      let isLast = index + 1 == records.count || records[index + 1].time != record.time
      if isDetection && isLast {
        moments.append(Moment(time: record.time, rank: 82, isOccupied: !on.isEmpty))
      }
      if record.code == ControllerEventCode.beginRedClearance.rawValue {
        let end = LocalTimestamp(milliseconds: record.time.milliseconds + Self.redSpan.milliseconds)
        if end < cutoff { moments.append(Moment(time: end, rank: 11)) }
      }
    }
    return moments.indices.sorted {
      (moments[$0].time, moments[$0].rank, $0) < (moments[$1].time, moments[$1].rank, $1)
    }.map { moments[$0] }
  }
}
