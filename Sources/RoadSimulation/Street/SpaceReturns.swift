/// Space that departed vehicles have left and that is still on its way to the upstream end of its segment.
///
/// Each segment has a ring of entries in one pool, as many as vehicles have room on it, so that nothing is allocated
/// while the simulation runs. Within a segment the times never decrease: a short vehicle behind a long one would
/// otherwise overtake it.
struct SpaceReturns {
  /// The entries of one segment.
  struct Ring {
    fileprivate var base: Int32 = 0
    fileprivate var capacity: UInt16 = 0
    fileprivate var start: UInt16 = 0
    fileprivate var count: UInt16 = 0

    /// What has arrived should be collected: eight entries are a cache line, and a ring that is empty begins anew.
    var isLong: Bool { count & 7 == 7 }
    var isEmpty: Bool { count == 0 }
  }

  private struct Entry {
    var milliseconds: Int32
    var centimeters: Int32
  }

  private var entries: Table<Entry>

  /// Makes a ring for every segment: the vehicles on a segment and the space on its way back come to no more than its
  /// length and one vehicle.
  init(
    _ segments: inout Table<LaneSegment>, _ shapes: ShapeTable, shortestVehicle: Int32, longestVehicle: Int32
  ) {
    var next: Int32 = 0
    for index in segments.indices where segments[index].kind != .outside {
      let length = shapes[segments[index].shape].lengthCentimeters
      let count = (length + longestVehicle) / max(1, shortestVehicle) + 3
      segments[index].returns.base = next
      segments[index].returns.capacity = UInt16(clamping: (count + 7) / 8 * 8)
      next += Int32(segments[index].returns.capacity)
    }
    entries = Table(repeating: Entry(milliseconds: 0, centimeters: 0), count: Int(next))
  }

  mutating func makeUnique() { entries.makeUnique() }

  private func position(_ ring: Ring, _ number: UInt16) -> Int {
    let place = Int(ring.start) + Int(number)
    return Int(ring.base) + (place >= Int(ring.capacity) ? place - Int(ring.capacity) : place)
  }

  /// Looks at the entry that is written next.
  func look(at ring: Ring) -> Int32 {
    ring.count == ring.capacity ? 0 : entries[position(ring, ring.count)].milliseconds
  }

  mutating func append(to ring: inout Ring, milliseconds: Int32, centimeters: Int32) {
    var time = milliseconds
    if ring.count > 0 {
      let last = position(ring, ring.count - 1)
      time = max(time, entries[last].milliseconds)
      if ring.count == ring.capacity {
        // Only a road without finite storage gets here.
        entries[last] = Entry(milliseconds: time, centimeters: entries[last].centimeters + centimeters)
        return
      }
    }
    entries[position(ring, ring.count)] = Entry(milliseconds: time, centimeters: centimeters)
    ring.count += 1
  }

  /// Forgets everything if all of it has arrived by `now`; there must be something. - Returns: whether it has.
  mutating func clear(_ ring: inout Ring, ifArrivedBy now: Int32) -> Bool {
    if entries[position(ring, ring.count - 1)].milliseconds > now { return false }
    ring.start = 0
    ring.count = 0
    return true
  }

  /// Takes out and adds up what has arrived by `now`, in centimetres.
  mutating func collect(from ring: inout Ring, by now: Int32) -> Int32 {
    var sum: Int32 = 0
    while ring.count > 0 {
      let entry = entries[position(ring, 0)]
      if entry.milliseconds > now { break }
      sum += entry.centimeters
      if ring.count == 1 {
        ring.start = 0
        ring.count = 0
        break
      }
      ring.start = ring.start + 1 == ring.capacity ? 0 : ring.start + 1
      ring.count -= 1
    }
    return sum
  }

  /// When at least `centimeters` more will have arrived, or `nil` if that much is not on its way.
  func arrival(_ ring: Ring, ofAtLeast centimeters: Int32) -> Int32? {
    var missing = centimeters
    for number in 0..<ring.count {
      let entry = entries[position(ring, number)]
      missing -= entry.centimeters
      if missing <= 0 { return entry.milliseconds }
    }
    return nil
  }

  /// What arrives after `milliseconds`, in centimetres.
  func sum(_ ring: Ring, arrivingAfter milliseconds: Int32) -> Int32 {
    var sum: Int32 = 0
    for number in 0..<ring.count {
      let entry = entries[position(ring, number)]
      if entry.milliseconds > milliseconds { sum += entry.centimeters }
    }
    return sum
  }
}
