import Interchange
import TrafficModel

/// The measures of one controller's log.
struct DeviceAnalysis {
  typealias Record = HighResolutionLog.Record

  let device: Int
  let rows: [DetectorTable.Row]
  let binLength: TimeSpan
  /// In order of time, each line once.
  let records: [Record]
  /// Where the last bin of the whole log ends.
  let cutoff: LocalTimestamp

  init(_ log: HighResolutionLog, device: Int, rows: [DetectorTable.Row], binLength: TimeSpan) {
    self.device = device
    self.rows = rows
    self.binLength = binLength
    var unique: [Record] = []
    var sameTime: Set<Record> = []
    for record in log.records where record.device == device {
      if let last = unique.last, last.time != record.time { sameTime.removeAll(keepingCapacity: true) }
      if sameTime.insert(record).inserted { unique.append(record) }
    }
    records = unique
    let last = log.records.last?.time ?? LocalTimestamp(milliseconds: 0)
    cutoff = LocalTimestamp(
      milliseconds: Self.bin(of: last, binLength).milliseconds + binLength.milliseconds)
  }

  static func bin(of time: LocalTimestamp, _ length: TimeSpan) -> LocalTimestamp {
    let rest = TimeSpan(milliseconds: time.milliseconds).modulo(length)
    return LocalTimestamp(milliseconds: time.milliseconds - rest.milliseconds)
  }

  func place(_ time: LocalTimestamp, _ number: Int) -> SignalPerformance.Place {
    SignalPerformance.Place(bin: Self.bin(of: time, binLength), device: device, number: number)
  }

  /// Rows by place, in order of place.
  private func collected<Row>(
    _ entries: some Sequence<(SignalPerformance.Place, (inout Row) -> Void)>,
    new: (SignalPerformance.Place) -> Row
  ) -> [Row] {
    var byPlace: [SignalPerformance.Place: Row] = [:]
    for (place, change) in entries { change(&byPlace[place, default: new(place)]) }
    return byPlace.keys.sorted().compactMap { byPlace[$0] }
  }

  // MARK: - Counts

  func terminations() -> [SignalPerformance.Terminations] {
    typealias Row = SignalPerformance.Terminations
    let entries = records.compactMap { record -> (SignalPerformance.Place, (inout Row) -> Void)? in
      let place = place(record.time, Int(record.parameter))
      switch ControllerEventCode(rawValue: record.code) {
      case .gapOut: return (place, { $0.gapOuts += 1 })
      case .maxOut: return (place, { $0.maxOuts += 1 })
      case .forceOff: return (place, { $0.forceOffs += 1 })
      default: return nil
      }
    }
    return collected(entries) { Row(place: $0) }
  }

  func actuations() -> [SignalPerformance.Actuations] {
    typealias Row = SignalPerformance.Actuations
    let entries = records.filter { $0.code == ControllerEventCode.detectorOn.rawValue }
      .map { record -> (SignalPerformance.Place, (inout Row) -> Void) in
        (place(record.time, Int(record.parameter)), { $0.total += 1 })
      }
    return collected(entries) { Row(place: $0) }
  }

  func splits(_ intervals: [PhaseInterval]) -> [SignalPerformance.Splits] {
    typealias Row = SignalPerformance.Splits
    return PhaseInterval.Kind.allCases.flatMap { kind -> [Row] in
      let entries = intervals.filter { $0.kind == kind }
        .map { interval -> (SignalPerformance.Place, (inout Row) -> Void) in
          (
            place(interval.start, interval.phase),
            { row in
              row.count += 1
              row.meanSeconds += (interval.duration.seconds - row.meanSeconds) / Double(row.count)
            }
          )
        }
      return collected(entries) { Row(place: $0, kind: kind) }
    }
  }

  func pedestrianDelays() -> [SignalPerformance.PedestrianDelays] {
    typealias Row = SignalPerformance.PedestrianDelays
    var called: [Int16: LocalTimestamp] = [:]
    var entries: [(SignalPerformance.Place, (inout Row) -> Void)] = []
    for record in records {
      switch ControllerEventCode(rawValue: record.code) {
      case .pedestrianCallRegistered:
        if called[record.parameter] == nil { called[record.parameter] = record.time }
      case .beginWalk:
        guard let since = called.removeValue(forKey: record.parameter) else { break }
        let wait = Double(record.time.milliseconds - since.milliseconds) / 1000
        entries.append(
          (
            place(record.time, Int(record.parameter)),
            { row in
              row.services += 1
              row.meanSeconds += (wait - row.meanSeconds) / Double(row.services)
              row.longestSeconds = max(row.longestSeconds, wait)
            }
          ))
      default: break
      }
    }
    return collected(entries) { Row(place: $0) }
  }

  // MARK: - Arrivals

  /// A vehicle arrives on green if the phase's last change before or at its actuation was to green.
  func arrivals() -> [SignalPerformance.Arrivals] {
    typealias Row = SignalPerformance.Arrivals
    var entries: [(SignalPerformance.Place, (inout Row) -> Void)] = []
    for phase in phases(.advance) {
      let channels = channels(phase, .advance)
      var isGreen = false
      for record in ordered(phase, channels: channels) {
        switch ControllerEventCode(rawValue: record.code) {
        case .beginGreen: isGreen = true
        case .beginYellow, .beginRedClearance: isGreen = false
        case .detectorOn:
          let green = isGreen ? 1 : 0
          entries.append(
            (
              place(record.time, phase),
              { row in
                row.total += 1
                row.onGreen += green
              }
            ))
        default: break
        }
      }
    }
    return collected(entries) { Row(place: $0) }
  }

  func phases(_ function: DetectorTable.Function) -> [Int] {
    Set(rows.filter { $0.function == function }.map(\.phase)).sorted()
  }

  func channels(_ phase: Int, _ function: DetectorTable.Function) -> Set<Int16> {
    Set(rows.filter { $0.function == function && $0.phase == phase }.map { Int16(clamping: $0.channel) })
  }

  /// Changes of a phase (1, 8, 10) and its channels' detections; at equal times the changes come first.
  func ordered(_ phase: Int, channels: Set<Int16>) -> [Record] {
    let relevant = records.filter { record in
      switch ControllerEventCode(rawValue: record.code) {
      case .beginGreen, .beginYellow, .beginRedClearance: Int(record.parameter) == phase
      case .detectorOn, .detectorOff: channels.contains(record.parameter)
      default: false
      }
    }
    return relevant.indices.sorted {
      let (a, b) = (relevant[$0], relevant[$1])
      return (a.time, min(a.code, 81), $0) < (b.time, min(b.code, 81), $1)
    }.map { relevant[$0] }
  }
}
