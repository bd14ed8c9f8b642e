import TrafficModel

/// One interval of a phase as a log tells it.
public struct PhaseInterval: Hashable, Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    /// From 1 to 7 (or 8).
    case green
    /// From 8 to 9 (or 10).
    case yellow
    /// From 10 to 11 (or 12).
    case redClearance
    /// From 21 to 22 (or 23).
    case walk
    /// From 22 to 23.
    case pedestrianClearance
    /// From 0 to 12: the split that the phase had, clearance included.
    case split

    var start: ControllerEventCode {
      switch self {
      case .green: .beginGreen
      case .yellow: .beginYellow
      case .redClearance: .beginRedClearance
      case .walk: .beginWalk
      case .pedestrianClearance: .beginPedestrianClearance
      case .split: .phaseOn
      }
    }

    var ends: [ControllerEventCode] {
      switch self {
      case .green: [.greenTermination, .beginYellow]
      case .yellow: [.endYellow, .beginRedClearance]
      case .redClearance: [.endRedClearance, .phaseInactive]
      case .walk: [.beginPedestrianClearance, .beginDontWalk]
      case .pedestrianClearance: [.beginDontWalk]
      case .split: [.phaseInactive]
      }
    }
  }

  /// Number of the phase.
  public var phase: Int
  public var kind: Kind
  public var start: LocalTimestamp
  public var duration: TimeSpan

  public init(phase: Int, kind: Kind, start: LocalTimestamp, duration: TimeSpan) {
    self.phase = phase
    self.kind = kind
    self.start = start
    self.duration = duration
  }

  var end: LocalTimestamp { LocalTimestamp(milliseconds: start.milliseconds + duration.milliseconds) }
}

extension HighResolutionLog {
  /// The finished intervals of a device, in order of phase, kind and start.
  ///
  /// A start without an end before the next start is left out, and so is what was under way when the log ended.
  public func intervals(of device: Int) -> [PhaseInterval] {
    var byPhase: [Int16: [Record]] = [:]
    for record in records where record.device == device {
      let code = ControllerEventCode(rawValue: record.code)
      if let code, Self.intervalCodes.contains(code) { byPhase[record.parameter, default: []].append(record) }
    }
    var result: [PhaseInterval] = []
    for phase in byPhase.keys.sorted() {
      for kind in PhaseInterval.Kind.allCases {
        result += Self.intervals(kind, phase, byPhase[phase] ?? [])
      }
    }
    return result
  }

  private static let intervalCodes = Set(PhaseInterval.Kind.allCases.flatMap { [$0.start] + $0.ends })

  private static func intervals(
    _ kind: PhaseInterval.Kind, _ phase: Int16, _ records: [Record]
  ) -> [PhaseInterval] {
    let ends = kind.ends.map(\.rawValue)
    var result: [PhaseInterval] = []
    var start: LocalTimestamp?
    for record in records {
      if record.code == kind.start.rawValue {
        start = record.time
      } else if let begun = start, ends.contains(record.code) {
        let duration = TimeSpan(milliseconds: record.time.milliseconds - begun.milliseconds)
        result.append(PhaseInterval(phase: Int(phase), kind: kind, start: begun, duration: duration))
        start = nil
      }
    }
    return result
  }
}
