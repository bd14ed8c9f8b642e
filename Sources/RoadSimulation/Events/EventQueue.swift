/// Pending events: those of the next few milliseconds in order, all others unsorted by slots of time.
///
/// An event that lies far ahead costs one entry in a list, and is sorted only when its slot comes, among the few of
/// that slot. One heap of all events costs a city of 2,500 junctions several times as much.
struct EventQueue {
  /// An event in the list of its slot.
  private struct Link {
    var word: UInt64
    /// The next of the same slot, or of those that are free; −1 for none.
    var next: Int32

    /// Makes a free link one of a slot; returns the next free one.
    mutating func replace(_ word: UInt64, before next: Int32) -> Int32 {
      let free = self.next
      self.word = word
      self.next = next
      return free
    }
  }

  /// 64 ms are a slot; 2¹¹ of them, or 2 minutes, come round again and again.
  private static var slotShift: Int32 { 6 }
  private static var slotCount: Int { 1 << 11 }

  /// All events before the slot `nearEnd`: those that were there when their slot came, the earliest last, and as a heap
  /// those that came later.
  private var near = Table<UInt64>()
  private var late = Table<UInt64>()
  private var nearEnd: Int32 = 0
  private var links = Table<Link>()
  private var free: Int32 = -1
  private var farCount = 0
  /// A slot has been opened since this was last set to `false`.
  var hasOpenedSlot = false
  /// By slot: its first event, −1 for none; and a bit for each that has one.
  private var slots = Table<Int32>(repeating: -1, count: slotCount)
  private var occupied = Table<UInt64>(repeating: 0, count: slotCount / 64)

  /// How many events were there when the slot was opened, and each of them, the latest first.
  var nearCount: Int { near.count }
  func nearEvent(_ position: Int) -> EventKey { EventKey(word: near[position]) }

  mutating func makeUnique() {
    near.makeUnique()
    late.makeUnique()
    links.makeUnique()
    slots.makeUnique()
    occupied.makeUnique()
  }

  var isEmpty: Bool { near.isEmpty && late.isEmpty && farCount == 0 }

  /// The earliest key, or `none`.
  @inline(__always)
  mutating func first() -> EventKey {
    if near.isEmpty && late.isEmpty {
      if farCount == 0 { return .none }
      fetch()
    }
    return EventKey(word: min(near.last ?? .max, late.first ?? .max))
  }

  /// Removes the earliest key, which is known to be `key`.
  @inline(__always)
  mutating func remove(first key: EventKey) {
    if near.last == key.word { return near.dropLast() }
    pop()
  }

  /// - Complexity: O(1), or O(log of the number of late events)
  mutating func insert(_ key: EventKey) {
    let slot = key.milliseconds >> Self.slotShift
    if slot < nearEnd { return push(key.word) }
    let position = Int(slot) & (Self.slotCount - 1)
    let first = slots[position]
    if first < 0 { occupied[position >> 6] |= 1 << UInt64(position & 63) }
    farCount += 1
    if free >= 0 {
      slots[position] = free
      free = links[Int(free)].replace(key.word, before: first)
    } else {
      slots[position] = Int32(links.count)
      links.append(Link(word: key.word, next: first))
    }
  }

  /// Removes the earliest key; the queue must not be empty. - Complexity: O(1), or O(log of the number of late events)
  mutating func removeFirst() -> EventKey {
    let key = first()
    remove(first: key)
    return key
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
          near.append(word)
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
    sortNear()
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

  // MARK: Order

  /// Few are sorted by insertion.
  private mutating func sortNear() {
    if near.count > 24 { return near.sort(by: >) }
    var sorted = 1
    while sorted < near.count {
      let word = near[sorted]
      var hole = sorted
      while hole > 0 && near[hole - 1] < word {
        near[hole] = near[hole - 1]
        hole -= 1
      }
      near[hole] = word
      sorted += 1
    }
  }

  private mutating func push(_ word: UInt64) {
    var hole = late.count
    late.append(word)
    while hole > 0 {
      let parent = (hole &- 1) >> 1
      let above = late[parent]
      if above <= word { break }
      late[hole] = above
      hole = parent
    }
    late[hole] = word
  }

  private mutating func pop() {
    let last = late.removeLast()
    let count = late.count
    if count == 0 { return }
    var hole = 0
    var child = 1
    while child &+ 1 < count {
      child &+= late[child &+ 1] < late[child] ? 1 : 0
      let word = late[child]
      if word >= last { break }
      late[hole] = word
      hole = child
      child = 2 &* hole &+ 1
    }
    if child &+ 1 == count, late[child] < last {
      late[hole] = late[child]
      hole = child
    }
    late[hole] = last
  }
}
