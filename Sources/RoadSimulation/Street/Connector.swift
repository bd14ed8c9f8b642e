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
  private var marks: Marks = []
  var drive: Drive

  init(drive: Drive) { self.drive = drive }

  fileprivate struct Marks: OptionSet, Hashable {
    let rawValue: UInt8
    static let stopsFirst = Marks(rawValue: 1)
    static let turnsOnRed = Marks(rawValue: 2)
    static let crossesPeople = Marks(rawValue: 4)
    static let crossesOthers = Marks(rawValue: 8)
    static let endsInMidblock = Marks(rawValue: 16)

    subscript(_ mark: Marks) -> Bool {
      @inline(__always) get { contains(mark) }
      set { if newValue { formUnion(mark) } else { subtract(mark) } }
    }
  }

  /// Every vehicle stops at the stop line; or at red only, and may go then.
  var stopsFirst: Bool {
    get { marks[.stopsFirst] }
    set { marks[.stopsFirst] = newValue }
  }
  var turnsOnRed: Bool {
    get { marks[.turnsOnRed] }
    set { marks[.turnsOnRed] = newValue }
  }
  var crossesPeople: Bool {
    get { marks[.crossesPeople] }
    set { marks[.crossesPeople] = newValue }
  }
  /// Its path crosses that of others.
  var crossesOthers: Bool {
    get { marks[.crossesOthers] }
    set { marks[.crossesOthers] = newValue }
  }
  /// It is that of vehicles that leave the network in mid-block.
  var endsInMidblock: Bool {
    get { marks[.endsInMidblock] }
    set { marks[.endsInMidblock] = newValue }
  }

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

/// All connectors of a network; those that do not differ at all are one.
///
/// How connectors are driven differs little in a city: what each has of its own is half a cache line, and that of the
/// lanes of one movement often a whole one.
struct ConnectorTable: Sendable {
  fileprivate struct Entry {
    var movement: Int32
    var targetLink: Int32
    var naturalLane: Int32
    var waitingPlace: Int32
    var firstFoe: Int32
    var junctionRule: Int32
    var foeCount: UInt8
    var naturalSpan: UInt8
    var rule: YieldingRule
    var marks: Connector.Marks
    /// In the table of drives.
    var drive: Int32
  }

  private var entries = Table<Entry>()
  private var drives = Table<Connector.Drive>()
  // While the network is compiled.
  private var numbersOfShared: [SharedKey: Int32] = [:]
  private var numbersOfDrives: [Connector.Drive: Int32] = [:]

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
    return Connector(entry, drives[Int(entry.drive)])
  }

  func drive(of number: Int) -> Connector.Drive { drives[Int(entries[number].drive)] }
  func movement(of number: Int32) -> Int32 { entries[Int(number)].movement }
  func targetLink(of number: Int32) -> Int32 { entries[Int(number)].targetLink }
  func waitingPlace(of number: Int32) -> Int32 { entries[Int(number)].waitingPlace }
  func naturalLane(of number: Int32) -> Int32 { entries[Int(number)].naturalLane }
  func naturalSpan(of number: Int32) -> UInt8 { entries[Int(number)].naturalSpan }
  func crossingSpeed(of number: Int32) -> Float { drive(of: Int(number)).crossingSpeed }
  func crossesOthers(_ number: Int) -> Bool { entries[number].marks[.crossesOthers] }
  func endsInMidblock(_ number: Int32) -> Bool { entries[Int(number)].marks[.endsInMidblock] }

  /// - Returns: The connector's number.
  mutating func append(_ connector: Connector) -> Int32 {
    let drive = numbersOfDrives[connector.drive] ?? Int32(drives.count)
    if drive == drives.count {
      drives.append(connector.drive)
      numbersOfDrives[connector.drive] = drive
    }
    entries.append(connector.entry(drive: drive))
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
  mutating func close() {
    numbersOfShared = [:]
    numbersOfDrives = [:]
  }
}

extension Connector {
  @inline(__always)
  fileprivate init(_ entry: ConnectorTable.Entry, _ drive: Drive) {
    movement = entry.movement
    targetLink = entry.targetLink
    naturalLane = entry.naturalLane
    waitingPlace = entry.waitingPlace
    firstFoe = entry.firstFoe
    junctionRule = entry.junctionRule
    foeCount = entry.foeCount
    naturalSpan = entry.naturalSpan
    rule = entry.rule
    marks = entry.marks
    self.drive = drive
  }

  fileprivate func entry(drive: Int32) -> ConnectorTable.Entry {
    ConnectorTable.Entry(
      movement: movement, targetLink: targetLink, naturalLane: naturalLane, waitingPlace: waitingPlace,
      firstFoe: firstFoe, junctionRule: junctionRule, foeCount: foeCount, naturalSpan: naturalSpan,
      rule: rule,
      marks: marks, drive: drive)
  }
}
