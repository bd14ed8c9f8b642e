/// What an event is about; the raw value is its rank among events of the same millisecond.
///
/// Inputs of cabinets come first, then the brain and the cabinets themselves (they mark all lanes), then the lanes,
/// then new vehicles, then measurements.
enum EventKind: UInt8 {
  /// A vehicle's front reaches a detector's upstream edge.
  case detectorEntry
  /// A vehicle's rear leaves a detector's downstream edge.
  case detectorExit
  case pedestrian
  case brain
  case cabinetTick
  case incident
  case laneHead
  case vehicleDemand
  case sample
}

/// An event as one word: time in ms (32 bits), rank of its kind (6), entity (26).
///
/// The key is the payload: one comparison orders by time, then by meaning, then by entity, and nothing is left to
/// the order of insertion. There is at most one valid event per kind and entity; its time stands with the entity,
/// and a key with another time is stale.
struct EventKey: Comparable {
  let word: UInt64

  init(milliseconds: Int32, kind: EventKind, entity: Int32) {
    word =
      UInt64(UInt32(bitPattern: milliseconds)) << 32
      | UInt64(kind.rawValue) << 26 | UInt64(UInt32(bitPattern: entity))
  }

  init(word: UInt64) { self.word = word }

  /// What an empty queue has for its first key.
  static let none = EventKey(word: .max)
  var isNone: Bool { word == .max }

  var milliseconds: Int32 { Int32(truncatingIfNeeded: word >> 32) }
  var kind: UInt8 { UInt8(truncatingIfNeeded: word >> 26) & 63 }
  var entity: Int { Int(truncatingIfNeeded: word & 0x3FF_FFFF) }

  static func < (a: EventKey, b: EventKey) -> Bool { a.word < b.word }

  /// More entities of one kind than this cannot be told apart.
  static let entityLimit = 1 << 26
}
