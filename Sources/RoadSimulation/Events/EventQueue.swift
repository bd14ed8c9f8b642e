/// Pending events in a binary heap of words.
///
/// Below 10⁵ pending events this beats wider heaps and timing wheels, because the child is chosen without a branch.
struct EventQueue {
  private var words: ContiguousArray<UInt64> = []

  var isEmpty: Bool { words.isEmpty }

  /// The earliest key, or the largest word there is.
  var first: EventKey { EventKey(word: words.isEmpty ? .max : words[0]) }

  /// - Complexity: O(log of the number of pending events)
  mutating func insert(_ key: EventKey) {
    var hole = words.count
    words.append(key.word)
    while hole > 0 {
      let parent = (hole &- 1) >> 1
      let word = words[parent]
      if word <= key.word { break }
      words[hole] = word
      hole = parent
    }
    words[hole] = key.word
  }

  /// Removes the earliest key; the queue must not be empty. - Complexity: O(log of the number of pending events)
  mutating func removeFirst() -> EventKey {
    let first = words[0]
    let last = words.removeLast()
    let count = words.count
    if count > 0 {
      var hole = 0
      var child = 1
      while child &+ 1 < count {
        child &+= words[child &+ 1] < words[child] ? 1 : 0
        let word = words[child]
        if word >= last { break }
        words[hole] = word
        hole = child
        child = 2 &* hole &+ 1
      }
      if child &+ 1 == count, words[child] < last {
        words[hole] = words[child]
        hole = child
      }
      words[hole] = last
    }
    return EventKey(word: first)
  }
}
