import TrafficModel

/// A high-resolution event log of one or more controllers, as analysers of signal performance read it.
///
/// Codes are those of the Indiana enumerations (August 2020), see ``ControllerEventCode``; codes that it does not know
/// are kept as numbers.
public struct HighResolutionLog: Hashable, Sendable {
  public struct Record: Hashable, Sendable {
    public var time: LocalTimestamp
    /// Index into ``HighResolutionLog/devices``.
    public var device: Int
    public var code: Int16
    public var parameter: Int16

    public init(time: LocalTimestamp, device: Int, code: Int16, parameter: Int16) {
      self.time = time
      self.device = device
      self.code = code
      self.parameter = parameter
    }
  }

  /// Names of the controllers.
  public var devices: [String]
  /// In order of time, then device; within a device's tenth of a second in the order in which they happened.
  public private(set) var records: [Record]

  /// Sorts records that may stand in any order between devices.
  public init(devices: [String], records: [Record]) {
    self.devices = devices
    let order = records.indices.sorted {
      (records[$0].time, records[$0].device, $0) < (records[$1].time, records[$1].device, $1)
    }
    self.records = order.map { records[$0] }
  }

  /// The logs of a run's controllers.
  /// - Parameters:
  ///   - events: By controller, each in order of time.
  ///   - epoch: What the clock showed at the start of the run.
  public init(
    controllers: [SignalController], events: [ContiguousArray<ControllerEvent>], epoch: LocalTimestamp
  ) {
    var records: [Record] = []
    records.reserveCapacity(events.reduce(0) { $0 + $1.count })
    for (device, log) in events.enumerated() {
      for event in log {
        records.append(
          Record(
            time: LocalTimestamp(milliseconds: epoch.milliseconds + event.time.milliseconds), device: device,
            code: event.code.rawValue, parameter: event.parameter))
      }
    }
    self.init(devices: controllers.map(\.name), records: records)
  }

  /// The records of one device.
  public func records(of device: Int) -> [Record] { records.filter { $0.device == device } }

  /// `TimeStamp,DeviceId,EventId,Parameter`, one line per record.
  public func csv() -> [UInt8] {
    var bytes = Array("TimeStamp,DeviceId,EventId,Parameter\n".utf8)
    bytes.reserveCapacity(records.count * 36)
    let names = devices.map { Array(CSVText.quoted($0).utf8) }
    for record in records {
      bytes += record.time.bytes
      bytes.append(.comma)
      bytes += names[record.device]
      bytes.append(.comma)
      bytes += String(record.code).utf8
      bytes.append(.comma)
      bytes += String(record.parameter).utf8
      bytes.append(.lineFeed)
    }
    return bytes
  }
}

extension CSVText {
  /// A field in quotes if it holds what CSV would take for structure (RFC 4180).
  static func quoted(_ field: String) -> String {
    let needsQuotes =
      field.utf8.contains { [.quote, .comma, .lineFeed, .carriageReturn].contains($0) }
      || field.utf8.first?.isBlank == true || field.utf8.last?.isBlank == true
    if !needsQuotes { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}
