import TrafficModel

/// How badly a channel treats what passes through it; shares are probabilities from 0 to 1 per message.
public struct ChannelFaults: Hashable, Sendable {
  public var loss = 0.0
  public var duplication = 0.0
  /// A message is held back for another delay, so that later ones overtake it.
  public var reordering = 0.0
  /// Chance that one bit of a message is turned.
  public var bitFlip = 0.0
  /// Every message takes at least this long.
  public var delay = TimeSpan.zero
  /// And up to this much longer, drawn evenly.
  public var jitter = TimeSpan.zero
  /// Chance per message that the channel stands still for ``stall``.
  public var stalling = 0.0
  public var stall = TimeSpan(milliseconds: 5_000)

  public init() {}

  public static let none = ChannelFaults()
}

/// One direction of a bad line: takes messages, gives back what arrives and when; a pure machine, drawn from one seed.
public struct FaultyChannel: Sendable {
  /// A message on its way.
  public struct Arrival: Hashable, Sendable {
    public var time: SimTime
    public var bytes: [UInt8]
  }

  private let faults: ChannelFaults
  private var random: RandomStream
  /// In order of arrival; equal times keep the order of sending.
  private var underway: [Arrival] = []
  private var standsUntil = SimTime.zero
  /// Messages that were lost, doubled, held back or damaged.
  public private(set) var lostCount = 0
  public private(set) var duplicateCount = 0
  public private(set) var heldCount = 0
  public private(set) var damagedCount = 0

  public init(_ faults: ChannelFaults, random: RandomStream) {
    self.faults = faults
    self.random = random
  }

  /// When the next message arrives.
  public var nextDeadline: SimTime { underway.first?.time ?? .distantFuture }

  public mutating func send(_ bytes: [UInt8], at now: SimTime) {
    if chance(faults.stalling) { standsUntil = max(standsUntil, now + faults.stall) }
    if chance(faults.loss) {
      lostCount += 1
      return
    }
    enqueue(bytes, at: now)
    if chance(faults.duplication) {
      duplicateCount += 1
      enqueue(bytes, at: now)
    }
  }

  /// Takes everything that has arrived by `now`, in order of arrival.
  public mutating func receive(at now: SimTime) -> [Arrival] {
    let count = underway.firstIndex { $0.time > now } ?? underway.count
    defer { underway.removeFirst(count) }
    return Array(underway[..<count])
  }

  private mutating func enqueue(_ bytes: [UInt8], at now: SimTime) {
    var time = max(now, standsUntil) + faults.delay + drawnJitter()
    if chance(faults.reordering) {
      heldCount += 1
      time = time + faults.delay + drawnJitter() + .tick
    }
    var bytes = bytes
    if !bytes.isEmpty, chance(faults.bitFlip) {
      damagedCount += 1
      bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    }
    let place = underway.firstIndex { $0.time > time } ?? underway.count
    underway.insert(Arrival(time: time, bytes: bytes), at: place)
  }

  private mutating func chance(_ share: Double) -> Bool { share > 0 && random.uniform() < share }

  private mutating func drawnJitter() -> TimeSpan {
    let span = faults.jitter.milliseconds
    return span > 0 ? TimeSpan(milliseconds: Int64.random(in: 0...span, using: &random)) : .zero
  }
}
