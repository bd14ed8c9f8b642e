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
  var foeCount: UInt16 = 0
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

/// All connectors of a network.
///
/// There are half a dozen per link, but few ways to drive them: those stand in a table of their own that stays in the
/// cache, and connectors that do not differ at all are one. So a connector costs half a cache line.
struct ConnectorTable: Sendable {
  /// A connector with the number of its drive.
  private struct Entry: Sendable {
    var movement: Int32
    var targetLink: Int32
    var naturalLane: Int32
    var waitingPlace: Int32
    var firstFoe: Int32
    var junctionRule: Int32
    var drive: Int32
    var foeCount: UInt16
    var rule: YieldingRule
    var flags: Flags
  }

  private struct Flags: OptionSet, Sendable {
    var rawValue: UInt8
    static let stopsFirst = Flags(rawValue: 1)
    static let turnsOnRed = Flags(rawValue: 2)
    static let crossesPeople = Flags(rawValue: 4)
    static let endsInMidblock = Flags(rawValue: 8)
    static let crossesOthers = Flags(rawValue: 16)
  }

  private var entries: ContiguousArray<Entry> = []
  private var drives: ContiguousArray<Connector.Drive> = []
  // While the network is compiled.
  private var numbersOfDrives: [Connector.Drive: Int32] = [:]
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

  subscript(_ number: Int) -> Connector {
    let entry = entries[number]
    return Connector(
      movement: entry.movement, targetLink: entry.targetLink, naturalLane: entry.naturalLane,
      waitingPlace: entry.waitingPlace, firstFoe: entry.firstFoe, junctionRule: entry.junctionRule,
      foeCount: entry.foeCount, rule: entry.rule, stopsFirst: entry.flags.contains(.stopsFirst),
      turnsOnRed: entry.flags.contains(.turnsOnRed), crossesPeople: entry.flags.contains(.crossesPeople),
      crossesOthers: entry.flags.contains(.crossesOthers),
      endsInMidblock: entry.flags.contains(.endsInMidblock),
      drive: drives[Int(entry.drive)])
  }

  func movement(of number: Int32) -> Int32 { entries[Int(number)].movement }
  func targetLink(of number: Int32) -> Int32 { entries[Int(number)].targetLink }
  func waitingPlace(of number: Int32) -> Int32 { entries[Int(number)].waitingPlace }
  func crossingSpeed(of number: Int32) -> Float { drives[Int(entries[Int(number)].drive)].crossingSpeed }
  func crossesOthers(_ number: Int) -> Bool { entries[number].flags.contains(.crossesOthers) }
  func endsInMidblock(_ number: Int32) -> Bool { entries[Int(number)].flags.contains(.endsInMidblock) }

  /// - Returns: The connector's number.
  mutating func append(_ connector: Connector) -> Int32 {
    var flags: Flags = []
    if connector.stopsFirst { flags.insert(.stopsFirst) }
    if connector.turnsOnRed { flags.insert(.turnsOnRed) }
    if connector.crossesPeople { flags.insert(.crossesPeople) }
    if connector.crossesOthers { flags.insert(.crossesOthers) }
    if connector.endsInMidblock { flags.insert(.endsInMidblock) }
    entries.append(
      Entry(
        movement: connector.movement, targetLink: connector.targetLink, naturalLane: connector.naturalLane,
        waitingPlace: connector.waitingPlace, firstFoe: connector.firstFoe,
        junctionRule: connector.junctionRule, drive: number(of: connector.drive),
        foeCount: connector.foeCount, rule: connector.rule, flags: flags))
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

  private mutating func number(of drive: Connector.Drive) -> Int32 {
    if let number = numbersOfDrives[drive] { return number }
    let number = Int32(drives.count)
    drives.append(drive)
    numbersOfDrives[drive] = number
    return number
  }

  /// Drops what only compiling needs.
  mutating func close() {
    numbersOfDrives = [:]
    numbersOfShared = [:]
  }
}
