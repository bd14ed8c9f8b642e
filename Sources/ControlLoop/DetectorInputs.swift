import TrafficModel

/// The detector inputs of a cabinet, which the unit samples at its ticks.
///
/// | A detector …                              | The unit is told                                          |
/// |-------------------------------------------|-----------------------------------------------------------|
/// | goes on                                   | on, at the next tick                                      |
/// | goes off                                  | off, at the next tick                                     |
/// | goes off and on again between two ticks   | nothing: it is on at both                                 |
/// | goes on and off between two ticks         | on at the next tick and off at the one after it: a card   |
/// |                                           | holds its output for a tick, so that no vehicle is lost   |
///
/// So a channel never goes on and off at the same tenth of a second, and an event log can be read in any order of the
/// lines of one tick. An "on" is passed at once; what is held here are the "offs".
struct DetectorInputs: Sendable {
  private struct Card: Sendable {
    var isOn = false
    var onTick = SimTime.zero
  }

  struct Off: Sendable {
    var detector: DetectorID
    var tick: SimTime
  }

  /// In ascending order.
  private let detectors: ContiguousArray<DetectorID>
  private var cards: ContiguousArray<Card>
  /// In order of ticks, the earliest last.
  private var held: ContiguousArray<Off> = []
  /// When the first "off" is due. An "off" that is taken back does not move it, so that whoever has been told looks
  /// at the same ticks as whoever asks later.
  private(set) var nextDeadline = SimTime.distantFuture

  init(_ data: SignalController) {
    var indices = data.detectors.map(\.detector.index).sorted()
    for place in indices.indices.dropFirst().reversed() where indices[place] == indices[place - 1] {
      indices.remove(at: place)
    }
    detectors = ContiguousArray(indices.map { DetectorID($0) })
    cards = ContiguousArray(repeating: Card(), count: indices.count)
  }

  private func place(of detector: DetectorID) -> Int? {
    var low = 0
    var high = detectors.count
    while low < high {
      let middle = (low + high) / 2
      if detectors[middle].index < detector.index { low = middle + 1 } else { high = middle }
    }
    return low < detectors.count && detectors[low] == detector ? low : nil
  }

  /// Takes a change that acts at `tick`.
  /// - Returns: Whether the unit is told now.
  mutating func change(_ detector: DetectorID, isOn: Bool, at tick: SimTime) -> Bool {
    guard let place = place(of: detector), cards[place].isOn != isOn else { return false }
    cards[place].isOn = isOn
    guard isOn else {
      hold(Off(detector: detector, tick: max(tick, cards[place].onTick + .tick)))
      return false
    }
    if let index = held.firstIndex(where: { $0.detector == detector }) {
      held.remove(at: index)
      return false
    }
    cards[place].onTick = tick
    return true
  }

  private mutating func hold(_ off: Off) {
    // Behind those of the same tick, which came first and go first.
    held.insert(off, at: held.firstIndex { $0.tick <= off.tick } ?? held.count)
    nextDeadline = min(nextDeadline, off.tick)
  }

  /// The next "off" that is due at or before `tick`; afterwards it is no longer held.
  mutating func takeOff(through tick: SimTime) -> Off? {
    if nextDeadline > tick { return nil }
    if let last = held.last, last.tick <= tick { return held.removeLast() }
    nextDeadline = held.last?.tick ?? .distantFuture
    return nil
  }
}
