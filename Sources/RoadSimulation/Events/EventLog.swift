import TrafficModel

/// The event log of a run, empty unless it was asked for.
struct EventLog: Sendable {
  let isOn: Bool
  var records: ContiguousArray<EventRecord> = []

  init(isOn: Bool) { self.isOn = isOn }

  mutating func append(_ milliseconds: Int32, _ kind: RecordKind, _ entity: UInt32, _ value: Int32 = 0) {
    if isOn {
      records.append(
        EventRecord(milliseconds: UInt32(milliseconds), kind: kind, entity: entity, value: value))
    }
  }
}
