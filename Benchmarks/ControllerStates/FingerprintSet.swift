/// A set of 64-bit fingerprints with open addressing: eight bytes an entry, filled to three quarters at most.
struct FingerprintSet {
  private var slots: [UInt64]
  private(set) var count = 0

  init() { slots = [UInt64](repeating: 0, count: 1 << 20) }

  /// - Returns: Whether it was not there yet.
  mutating func insert(_ fingerprint: UInt64) -> Bool {
    // Zero marks an empty slot.
    let value = fingerprint == 0 ? 1 : fingerprint
    let mask = slots.count - 1
    var place = Int(truncatingIfNeeded: value) & mask
    while slots[place] != 0 {
      if slots[place] == value { return false }
      place = (place + 1) & mask
    }
    slots[place] = value
    count += 1
    if count * 4 > slots.count * 3 { grow() }
    return true
  }

  private mutating func grow() {
    var larger = [UInt64](repeating: 0, count: slots.count * 2)
    let mask = larger.count - 1
    for value in slots where value != 0 {
      var place = Int(truncatingIfNeeded: value) & mask
      while larger[place] != 0 { place = (place + 1) & mask }
      larger[place] = value
    }
    slots = larger
  }
}

/// Which vectors of calls have been seen, one bit each: of vehicles in the lower half of a vector, of pedestrians in the
/// upper, of eight phases each.
struct CallVectors {
  private var words = [UInt64](repeating: 0, count: 1 << 10)

  mutating func insert(_ vector: UInt32) {
    let place = Int((vector & 0xFF) | (vector >> 8 & 0xFF00))
    words[place >> 6] |= 1 << UInt64(place & 63)
  }

  mutating func formUnion(_ other: CallVectors) {
    for place in words.indices { words[place] |= other.words[place] }
  }

  var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
}
