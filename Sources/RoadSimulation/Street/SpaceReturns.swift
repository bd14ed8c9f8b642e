/// Space that departed vehicles have left and that is still on its way to the upstream end of its segment.
///
/// All segments share one pool of chained entries, so that nothing is allocated while the simulation runs. Within a
/// segment the times never decrease: a short vehicle behind a long one would otherwise overtake it.
struct SpaceReturns {
  private struct Entry {
    var milliseconds: Int32
    var centimeters: Int32
    var next: Int32
  }

  private var entries: ContiguousArray<Entry> = []
  private var free: Int32 = -1
  private var first: ContiguousArray<Int32>
  private var last: ContiguousArray<Int32>

  init(segmentCount: Int) {
    first = ContiguousArray(repeating: -1, count: segmentCount)
    last = ContiguousArray(repeating: -1, count: segmentCount)
  }

  mutating func append(segment: Int, milliseconds: Int32, centimeters: Int32) {
    var entry = Entry(milliseconds: milliseconds, centimeters: centimeters, next: -1)
    let tail = last[segment]
    if tail >= 0 { entry.milliseconds = max(milliseconds, entries[Int(tail)].milliseconds) }
    let index: Int32
    if free >= 0 {
      index = free
      free = entries[Int(index)].next
      entries[Int(index)] = entry
    } else {
      index = Int32(entries.count)
      entries.append(entry)
    }
    if tail >= 0 { entries[Int(tail)].next = index } else { first[segment] = index }
    last[segment] = index
  }

  /// Takes out and adds up what has arrived by `now`, in centimetres.
  mutating func collect(segment: Int, by now: Int32) -> Int32 {
    var sum: Int32 = 0
    var index = first[segment]
    while index >= 0, entries[Int(index)].milliseconds <= now {
      let entry = entries[Int(index)]
      sum += entry.centimeters
      entries[Int(index)].next = free
      free = index
      index = entry.next
    }
    first[segment] = index
    if index < 0 { last[segment] = -1 }
    return sum
  }

  /// When at least `centimeters` more will have arrived, or `nil` if that much is not on its way.
  func arrival(segment: Int, ofAtLeast centimeters: Int32) -> Int32? {
    var missing = centimeters
    var index = first[segment]
    while index >= 0 {
      let entry = entries[Int(index)]
      missing -= entry.centimeters
      if missing <= 0 { return entry.milliseconds }
      index = entry.next
    }
    return nil
  }

  /// Space freed so recently that a vehicle `distance` cm from the segment's end cannot know of it at `now`.
  func unknown(
    segment: Int, at now: Int32, distance: Int32, length: Int32, waveMilliseconds: Int32
  ) -> Int32 {
    if length == 0 { return 0 }
    // An entry reaches the upstream end at its time, and a place at `distance` that much earlier.
    let lead = Int32(Int64(length - min(distance, length)) * Int64(waveMilliseconds) / Int64(length))
    var sum: Int32 = 0
    var index = first[segment]
    while index >= 0 {
      let entry = entries[Int(index)]
      if entry.milliseconds - lead > now { sum += entry.centimeters }
      index = entry.next
    }
    return sum
  }
}
