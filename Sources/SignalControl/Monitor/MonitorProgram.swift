import TrafficModel

/// The program card of a conflict monitor: its own copy of what may be lit together, and its times.
///
/// The standard times are those of NEMA TS 2 monitors: a fault must last between 0.2 and 0.5 s to be a conflict, red
/// may be missing for 0.7 to 1 s, and no yellow or clearance is shorter than 2.7 s. Times are looked at on ticks.
public struct MonitorProgram: Hashable, Sendable {
  struct Channel: Hashable, Sendable {
    var isPedestrian: Bool
    /// Flashing yellow is its right of way (a flashing yellow arrow).
    var goesOnFlashingYellow: Bool
    /// Red with yellow is a colour of its own and no dual indication.
    var showsRedYellow: Bool
    /// Least yellow after green; `nil` where the channel has no yellow.
    var minimumYellow: TimeSpan?
    /// Half-open range of its entries in `rivals`.
    var rivals: Range<Int>
  }

  struct Rival: Hashable, Sendable {
    var channel: Int
    /// From the end of the rival's green to the start of this channel's.
    var minimumClearance: TimeSpan
  }

  /// How long channels that exclude each other must be lit together to be a conflict.
  public var conflictRecognition = TimeSpan(tenths: 4)
  /// How long one channel must show two colours.
  public var dualRecognition = TimeSpan(tenths: 4)
  /// How long a channel must be dark.
  public var redFailRecognition = TimeSpan(tenths: 8)
  /// How long the unit's watchdog output may stand still.
  public var watchdogRecognition = TimeSpan(tenths: 10)

  /// No yellow, and no yellow with red clearance, may be shorter (NEMA TS 2); where less is programmed, that.
  public static let shortestClearance = TimeSpan(tenths: 27)

  let channels: ContiguousArray<Channel>
  let rivals: ContiguousArray<Rival>

  /// Copies what the monitor needs; it never asks again.
  public init(_ data: SignalController) {
    var channels: ContiguousArray<Channel> = []
    var rivals: ContiguousArray<Rival> = []
    for (index, group) in data.groups.enumerated() {
      let first = rivals.count
      for other in data.groups.indices where other != index && data.conflicts[index, other] == .excluded {
        rivals.append(
          Rival(
            channel: other,
            minimumClearance: min(Self.shortestClearance, data.intergreens[other, index])))
      }
      let yellow = group.losing.filter { $0.indication == .yellow }.reduce(TimeSpan.zero) {
        $0 + $1.duration
      }
      channels.append(
        Channel(
          isPedestrian: group.kind == .pedestrian,
          goesOnFlashingYellow: group.proceed == .flashingYellow,
          showsRedYellow: group.gaining.contains { $0.indication == .redYellow && $0.duration > .zero },
          minimumYellow: yellow > .zero ? min(Self.shortestClearance, yellow) : nil,
          rivals: first..<rivals.count))
    }
    self.channels = channels
    self.rivals = rivals
  }

  /// How many channels it watches.
  public var channelCount: Int { channels.count }
}

/// What a conflict monitor trips on.
public enum MonitorFault: String, Sendable, CaseIterable {
  /// Channels that exclude each other were lit together.
  case conflict
  /// One channel showed two colours.
  case dualIndication
  /// A channel showed nothing.
  case redFail
  /// Green went to red without yellow.
  case missingYellow
  case shortYellow
  /// A channel turned green too soon after the green of an excluded one.
  case shortClearance
  /// The unit's watchdog output stood still.
  case watchdog
}

/// Why and when a conflict monitor has tripped.
public struct MonitorTrip: Hashable, Sendable, CustomStringConvertible {
  public var fault: MonitorFault
  public var time: SimTime
  /// Index of the channel; `nil` for the watchdog.
  public var channel: Int?
  /// The other channel of a conflict or a clearance.
  public var other: Int?
  /// How long the yellow, the clearance or the condition lasted.
  public var measured: TimeSpan

  public var description: String {
    let place = channel.map { ", channel index \($0)" } ?? ""
    let rival = other.map { " against \($0)" } ?? ""
    return "monitor trip at \(time.seconds) s: \(fault.rawValue)\(place)\(rival), \(measured.text)"
  }
}
