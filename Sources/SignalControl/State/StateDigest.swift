import TrafficModel

/// Sixty-four bits that stand for whatever was fed, the same in every process; for whoever compares great numbers of
/// states, where `Hasher` would cost more than the states themselves.
///
/// Every pair of words goes through one multiplication to 128 bits, whose halves are folded onto each other. No defence
/// against somebody who looks for collisions on purpose.
public struct StateDigest: Sendable {
  /// Two odd numbers without structure: the fractions of the golden ratio and of the square root of three.
  private static let first: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let second: UInt64 = 0xBB67_AE85_84CA_A73B

  private var state = StateDigest.first

  public init() {}

  /// The digest of what was fed so far.
  public var value: UInt64 {
    let product = state.multipliedFullWidth(by: Self.first)
    return product.high ^ product.low
  }

  /// Feeds one word or two.
  @inline(__always)
  public mutating func combine(_ word: UInt64, _ other: UInt64 = 0) {
    let product = (state ^ word).multipliedFullWidth(by: other &+ Self.second)
    // What came before stays in, even where a factor is zero.
    state = product.high ^ product.low ^ (state &<< 23 | state &>> 41)
  }

  @inline(__always)
  mutating func combine(_ number: Int, _ other: Int = 0) {
    combine(UInt64(bitPattern: Int64(number)), UInt64(bitPattern: Int64(other)))
  }

  @inline(__always)
  mutating func combine(_ time: SimTime, _ other: SimTime = .zero) {
    combine(UInt64(bitPattern: time.milliseconds), UInt64(bitPattern: other.milliseconds))
  }

  @inline(__always)
  mutating func combine(_ span: TimeSpan, _ other: TimeSpan = .zero) {
    combine(UInt64(bitPattern: span.milliseconds), UInt64(bitPattern: other.milliseconds))
  }

  @inline(__always)
  mutating func combine(_ phases: PhaseSet, _ other: PhaseSet) {
    combine(UInt64(phases.rawValue) << 32 | UInt64(other.rawValue))
  }

  @inline(__always)
  mutating func combine(_ holds: Bool) { combine(holds ? 1 : 0) }

  /// Absence is one word, presence two.
  @inline(__always)
  mutating func combine(_ time: SimTime?) {
    combine(time != nil)
    if let time { combine(time) }
  }

  @inline(__always)
  mutating func combine(_ span: TimeSpan?) {
    combine(span != nil)
    if let span { combine(span) }
  }

  @inline(__always)
  mutating func combine(_ index: Int?) { combine(index == nil ? 0 : 1, index ?? 0) }

  /// Anything else, by the hash that this process has for it: digests of other processes then differ.
  mutating func combine(hashOf value: some Hashable) { combine(value.hashValue) }
}
