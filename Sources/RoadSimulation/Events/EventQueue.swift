/// Pending events: those of the next few milliseconds in a binary heap, all others unsorted by slots of time.
///
/// An event that lies far ahead costs one entry in a list, and is sorted only when its slot comes, among the few of
/// that slot. One heap of all events costs a city of 2,500 junctions several times as much.
struct EventQueue {
  /// An event in the list of its slot.
  private struct Link {
    var word: UInt64
    /// The next of the same slot, or of those that are free; −1 for none.
    var next: Int32
  }

  /// 16 ms are a slot; 2¹⁴ of them, or 4 minutes, come round again and again.
  private static var slotShift: Int32 { 4 }
  private static var slotCount: Int { 1 << 14 }

  /// All events before the slot `nearEnd`, as a heap.
  private var near = ContiguousArray<UInt64>()
  private var nearEnd: Int32 = 0
  private var links = ContiguousArray<Link>()
  private var free: Int32 = -1
  private var farCount = 0
  /// A slot has been opened since this was last set to `false`.
  var hasOpenedSlot = false
  /// By slot: its first event, −1 for none; and a bit for each that has one.
  private var slots = ContiguousArray<Int32>(repeating: -1, count: slotCount)
  private var occupied = ContiguousArray<UInt64>(repeating: 0, count: slotCount / 64)

  /// How many events are near, and each of them, in no order.
  var nearCount: Int { near.count }
  func nearEvent(_ position: Int) -> EventKey { EventKey(word: near[position]) }

  var isEmpty: Bool { near.isEmpty && farCount == 0 }

  /// The earliest key, or the largest word there is.
  mutating func first() -> EventKey {
    if near.isEmpty {
      if farCount == 0 { return EventKey(word: .max) }
      fetch()
    }
    return EventKey(word: near[0])
  }

  /// - Complexity: O(1), or O(log of the number of events in a slot)
  mutating func insert(_ key: EventKey) {
    let slot = key.milliseconds >> Self.slotShift
    if slot < nearEnd { return push(key.word) }
    let position = Int(slot) & (Self.slotCount - 1)
    let link = Link(word: key.word, next: slots[position])
    if free >= 0 {
      slots[position] = free
      let next = links[Int(free)].next
      links[Int(free)] = link
      free = next
    } else {
      slots[position] = Int32(links.count)
      links.append(link)
    }
    occupied[position >> 6] |= 1 << UInt64(position & 63)
    farCount += 1
  }

  /// Removes the earliest key; the queue must not be empty. - Complexity: O(log of the number of events in a slot)
  mutating func removeFirst() -> EventKey {
    let first = first()
    pop()
    return first
  }

  /// Makes the events of the next slot that has some near ones.
  private mutating func fetch() {
    hasOpenedSlot = true
    while near.isEmpty {
      let position = nextOccupied(from: Int(nearEnd) & (Self.slotCount - 1))
      let ahead = (position - Int(nearEnd)) & (Self.slotCount - 1)
      let slot = nearEnd + Int32(ahead)
      nearEnd = slot + 1
      var link = slots[position]
      var kept: Int32 = -1
      while link >= 0 {
        let next = links[Int(link)].next
        let word = links[Int(link)].word
        if EventKey(word: word).milliseconds >> Self.slotShift == slot {
          push(word)
          links[Int(link)].next = free
          free = link
          farCount -= 1
        } else {
          // Of a later round.
          links[Int(link)].next = kept
          kept = link
        }
        link = next
      }
      slots[position] = kept
      if kept < 0 { occupied[position >> 6] &= ~(1 << UInt64(position & 63)) }
    }
  }

  /// The first slot with events, counted round from `start`; there must be one.
  private func nextOccupied(from start: Int) -> Int {
    var group = start >> 6
    var bits = occupied[group] & (UInt64.max << UInt64(start & 63))
    while bits == 0 {
      group = (group + 1) & (Self.slotCount / 64 - 1)
      bits = occupied[group]
    }
    return (group << 6) + bits.trailingZeroBitCount
  }

  // MARK: The heap

  private mutating func push(_ word: UInt64) {
    var hole = near.count
    near.append(word)
    while hole > 0 {
      let parent = (hole &- 1) >> 1
      let above = near[parent]
      if above <= word { break }
      near[hole] = above
      hole = parent
    }
    near[hole] = word
  }

  private mutating func pop() {
    let last = near.removeLast()
    let count = near.count
    if count == 0 { return }
    var hole = 0
    var child = 1
    while child &+ 1 < count {
      child &+= near[child &+ 1] < near[child] ? 1 : 0
      let word = near[child]
      if word >= last { break }
      near[hole] = word
      hole = child
      child = 2 &* hole &+ 1
    }
    if child &+ 1 == count, near[child] < last {
      near[hole] = near[child]
      hole = child
    }
    near[hole] = last
  }
}
