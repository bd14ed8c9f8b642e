import TrafficModel

/// Which detector channel of which controller measures what, as it stands beside an event log.
public struct DetectorTable: Hashable, Sendable {
  public enum Function: String, Sendable, CaseIterable {
    /// At the stop line: occupancy.
    case presence = "Presence"
    /// Upstream: arrivals.
    case advance = "Advance"
    /// At the stop line: who crosses it after the end of green.
    case yellowRed = "Yellow_Red"
  }

  public struct Row: Hashable, Sendable {
    public var device: String
    /// Number of the phase; of the stage, from 1, for a controller without phases.
    public var phase: Int
    /// Number of the channel in the log.
    public var channel: Int
    public var function: Function

    public init(device: String, phase: Int, channel: Int, function: Function) {
      self.device = device
      self.phase = phase
      self.channel = channel
      self.function = function
    }
  }

  public var rows: [Row]

  public init(rows: [Row]) { self.rows = rows }

  /// Zones that end closer to the stop line than this see queues; the others see arrivals.
  static let stopLineReachMeters = 10.0

  /// The detectors of a scenario's controllers.
  ///
  /// A channel that serves several phases stands under the first that it calls, because analysers count a channel
  /// once.
  public init(_ scenario: Scenario) {
    rows = []
    for controller in scenario.controllers {
      for (index, assignment) in controller.detectors.enumerated() {
        guard let phase = (assignment.calls + assignment.extends).first else { continue }
        let number =
          controller.phases.indices.contains(phase) ? controller.phases[phase].number : phase + 1
        let detector = scenario.network.detectors[assignment.detector.index]
        let isAtStopLine = detector.distanceMeters < Self.stopLineReachMeters
        for function in isAtStopLine ? [Function.presence, .yellowRed] : [.advance] {
          rows.append(
            Row(
              device: controller.name, phase: number, channel: controller.channel(ofDetector: index),
              function: function))
        }
      }
    }
  }

  /// `DeviceId,Phase,Parameter,Function`, one line per row.
  public func csv() -> [UInt8] {
    var text = "DeviceId,Phase,Parameter,Function\n"
    for row in rows {
      text += "\(CSVText.quoted(row.device)),\(row.phase),\(row.channel),\(row.function.rawValue)\n"
    }
    return Array(text.utf8)
  }
}

extension SignalController {
  /// The number in event logs of the detector at a place of the controller's list.
  public func channel(ofDetector index: Int) -> Int {
    detectors[index].channel > 0 ? detectors[index].channel : index + 1
  }
}
