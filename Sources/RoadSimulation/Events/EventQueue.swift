/// Pending events: those of the next few milliseconds in order, all others unsorted by slots of time.
///
/// An event that lies far ahead is written behind others of its slot, eight to a cache line, and is sorted only when its
/// slot comes, among the few of that slot. One heap of all events costs a city of 2,500 junctions several times as much.
struct EventQueue {
  /// 64 ms are a slot; 2¹¹ of them, or 2 minutes, come round again and again.
  private static var slotShift: Int32 { 6 }
  private static var slotCount: Int { 1 << 11 }
  /// A cache line of events.
  private static var chunkSize: Int { 8 }

  /// All events before the slot `nearEnd`: those that were there when their slot came, the earliest last, and as a heap
  /// those that came later.
  private var near = Table<UInt64>()
  private var late = Table<UInt64>()
  private var nearEnd: Int32 = 0
  /// The events of later slots, in chunks of eight.
  private var far = Table<UInt64>()
  /// By chunk: the next one of its slot, full; −1 for none.
  private var followers = Table<Int32>()
  private var freeChunks = Table<Int32>()
  /// Those met in a slot that belong to a later round.
  private var later = Table<UInt64>()
  private var farCount = 0
  /// A slot has been opened since this was last set to `false`.
  var hasOpenedSlot = false
  /// By slot: sixteen times its newest chunk, and how many events are in that; −1 for none. And a bit for each slot that
  /// has events.
  private var slots = Table<Int32>(repeating: -1, count: slotCount)
  private var occupied = Table<UInt64>(repeating: 0, count: slotCount / 64)

  /// How many events were there when the slot was opened, and each of them, the latest first.
  var nearCount: Int { near.count }
  func nearEvent(_ position: Int) -> EventKey { EventKey(word: near[position]) }

  mutating func makeUnique() {
    near.makeUnique()
    late.makeUnique()
    far.makeUnique()
    followers.makeUnique()
    freeChunks.makeUnique()
    later.makeUnique()
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
    put(key.word, inSlotAt: Int(slot) & (Self.slotCount - 1))
    farCount += 1
  }

  @inline(__always)
  private mutating func put(_ word: UInt64, inSlotAt position: Int) {
    var top = slots[position]
    if top < 0 || top & 15 == Self.chunkSize {
      if top < 0 { occupied[position >> 6] |= 1 << UInt64(position & 63) }
      top = newChunk(before: top < 0 ? -1 : top >> 4) << 4
    }
    far[Int(top >> 4) * Self.chunkSize + Int(top & 15)] = word
    slots[position] = top + 1
  }

  private mutating func newChunk(before next: Int32) -> Int32 {
    if !freeChunks.isEmpty {
      let chunk = freeChunks.removeLast()
      followers[Int(chunk)] = next
      return chunk
    }
    followers.append(next)
    for _ in 0..<Self.chunkSize { far.append(.max) }
    return Int32(followers.count - 1)
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
      take(slot, at: position)
    }
    sortNear()
  }

  /// Makes the events of `slot` near ones, in any order, and leaves those of later rounds where they are.
  private mutating func take(_ slot: Int32, at position: Int) {
    let top = slots[position]
    var chunk = Int(top >> 4)
    var count = Int(top & 15)
    slots[position] = -1
    occupied[position >> 6] &= ~(1 << UInt64(position & 63))
    while chunk >= 0 {
      for place in chunk * Self.chunkSize..<chunk * Self.chunkSize + count {
        let word = far[place]
        if EventKey(word: word).milliseconds >> Self.slotShift == slot {
          near.append(word)
        } else {
          later.append(word)
        }
      }
      freeChunks.append(Int32(chunk))
      chunk = Int(followers[chunk])
      count = Self.chunkSize
    }
    farCount -= near.count
    while !later.isEmpty { put(later.removeLast(), inSlotAt: position) }
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
