/// What happens at the end of a segment: who governs it, how it is driven, where it leads.
struct Connector: Hashable, Sendable {
  /// −1 inside a link and at the edge of the modelled area.
  var movement: Int32 = -1
  /// −1 for vehicles that leave the network here.
  var targetLink: Int32 = -1
  /// The lane of the target link, by its number in the network, that one comes out on without changing lanes.
  var naturalLane: Int32 = -1
  /// Segment of the waiting place, −1 for none.
  var waitingPlace: Int32 = -1
  /// Yielded-to movements in the table `foes`.
  var firstFoe: Int32 = 0
  /// What few connectors need, in the table `junctionRules`; −1 for those that need none of it.
  var junctionRule: Int32 = -1
  /// A movement yields to 255 others at most; a network with more at one junction is not a street.
  var foeCount: UInt8 = 0
  /// How many lanes beyond ``naturalLane`` one may come out on as well.
  var naturalSpan: UInt8 = 0
  var rule: YieldingRule = .gaps
  /// Every vehicle stops at the stop line; or at red only, and may go then.
  var stopsFirst = false
  var turnsOnRed = false
  var crossesPeople = false
  /// Its path crosses that of others.
  var crossesOthers = false
  /// It is that of vehicles that leave the network in mid-block.
  var endsInMidblock = false
  var drive: Drive

  /// How it is driven.
  struct Drive: Hashable, Sendable {
    var innerCentimeters: Int32 = 0
    /// Highest speed at the stop line and inside the junction; infinite where nothing limits it.
    var crossingSpeed: Float = .infinity
    /// Reaction times of the discharge recursion.
    var carReaction: Float
    var heavyReaction: Float
    /// Speeds above it do not shorten headways.
    var referenceSpeed: Float
    /// From the end of a hindrance to the crossing of a vehicle that stood.
    var startDelayMilliseconds: Int32
    var criticalGapMilliseconds: Int32 = 0
    /// Headway of vehicles that use one gap.
    var followUp: Int32 = 0
  }
}

extension Connector {
  var innerCentimeters: Int32 { drive.innerCentimeters }
  var crossingSpeed: Float { drive.crossingSpeed }
  var carReaction: Float { drive.carReaction }
  var heavyReaction: Float { drive.heavyReaction }
  var referenceSpeed: Float { drive.referenceSpeed }
  var startDelayMilliseconds: Int32 { drive.startDelayMilliseconds }
  var criticalGapMilliseconds: Int32 { drive.criticalGapMilliseconds }
  var followUp: Int32 { drive.followUp }
}

/// All connectors of a network, each of 64 bytes; those that do not differ at all are one.
struct ConnectorTable: Sendable {
  private var entries = Table<Connector>()
  // While the network is compiled.
  private var numbersOfShared: [SharedKey: Int32] = [:]

  private struct SharedKey: Hashable, Sendable {
    var connector: Connector
    var use: Use
  }

  /// Connectors for different uses are never one.
  enum Use: Hashable, Sendable {
    case throughLink
    case exit
    case midblockExit
    case entry
  }

  var count: Int { entries.count }

  subscript(_ number: Int) -> Connector { entries[number] }

  func drive(of number: Int) -> Connector.Drive { entries[number].drive }
  func movement(of number: Int32) -> Int32 { entries[Int(number)].movement }
  func targetLink(of number: Int32) -> Int32 { entries[Int(number)].targetLink }
  func waitingPlace(of number: Int32) -> Int32 { entries[Int(number)].waitingPlace }
  func naturalLane(of number: Int32) -> Int32 { entries[Int(number)].naturalLane }
  func naturalSpan(of number: Int32) -> UInt8 { entries[Int(number)].naturalSpan }
  func crossingSpeed(of number: Int32) -> Float { entries[Int(number)].crossingSpeed }
  func crossesOthers(_ number: Int) -> Bool { entries[number].crossesOthers }
  func endsInMidblock(_ number: Int32) -> Bool { entries[Int(number)].endsInMidblock }

  /// - Returns: The connector's number.
  mutating func append(_ connector: Connector) -> Int32 {
    entries.append(connector)
    return Int32(entries.count - 1)
  }

  /// The number of an equal connector for the same use, if there is one.
  mutating func share(_ connector: Connector, for use: Use) -> Int32 {
    let key = SharedKey(connector: connector, use: use)
    if let number = numbersOfShared[key] { return number }
    let number = append(connector)
    numbersOfShared[key] = number
    return number
  }

  /// Drops what only compiling needs.
  mutating func close() { numbersOfShared = [:] }
}
