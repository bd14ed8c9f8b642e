/// An object of NTCIP 1202 or 1201: where it stands in the tree, what it holds and who may write it.
public struct NTCIPObject: Hashable, Sendable {
  /// What a row of a table is numbered by; every index counts from 1.
  public enum Index: String, Sendable, CaseIterable {
    case phase
    /// Eight phases: bit 0 of group `g` is phase 8g − 7.
    case phaseGroup
    case vehicleDetector
    case detectorGroup
    case pedestrianDetector
    case alarmGroup
    case specialFunction
    case pattern
    case split
    case action
    case preempt
    case sequence
    case ring
    case ringGroup
    case channel
    case channelGroup
    case overlap
    case overlapGroup
    case module
    case schedule
    case dayPlan
    case dayPlanEvent
  }

  public enum Kind: String, Sendable, CaseIterable {
    case integer = "int"
    case octets
    case objectIdentifier = "oid"
    case counter
  }

  /// Who may write it, and when it acts (NTCIP 1201 section 2.3.1, NTCIP 1202 annex A).
  public enum AccessClass: String, Sendable, CaseIterable {
    case status
    /// Acts at once, never through a transaction, and is zeroed by the backup timer.
    case control
    /// Set directly or in a transaction.
    case parameter
    /// Set in a transaction only.
    case structure
  }

  public enum Unit: String, Sendable, CaseIterable {
    case none = "-"
    case seconds
    case tenths
    case minutes

    /// Milliseconds of one step; 1 for a bare number.
    public var milliseconds: Int64 {
      switch self {
      case .none: 1
      case .tenths: 100
      case .seconds: 1000
      case .minutes: 60_000
      }
    }
  }

  public var name: NTCIPObjectName
  /// Without the instance.
  public var prefix: ObjectIdentifier
  /// Empty for a scalar, whose instance is 0.
  public var indices: [Index]
  public var kind: Kind
  /// Of octets: their number.
  public var range: ClosedRange<Int64>
  public var access: AccessClass
  public var unit: Unit

  public var isWritable: Bool { access != .status }

  /// `nema.devices.asc`: signal controllers.
  public static let ascRoot = ObjectIdentifier([1, 3, 6, 1, 4, 1, 1206, 4, 2, 1])
  /// `nema.devices.global`: what all devices have.
  public static let globalRoot = ObjectIdentifier([1, 3, 6, 1, 4, 1, 1206, 4, 2, 6])

  /// All objects in the order in which a walk meets them.
  public static let all: [NTCIPObject] = tableText.split(separator: "\n").compactMap { NTCIPObject(line: $0) }
    .sorted { $0.prefix < $1.prefix }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
  private static let byPrefix = Dictionary(uniqueKeysWithValues: all.map { ($0.prefix.arcs, $0) })

  public static func named(_ name: NTCIPObjectName) -> NTCIPObject {
    guard let object = byName[name] else {
      preconditionFailure("the table of objects has a line for every name; \(name) is missing")
    }
    return object
  }

  private init?(line: Substring) {
    let words = line.split(separator: " ")
    guard words.count == 8, let name = NTCIPObjectName(rawValue: String(words[0])),
      let kind = Kind(rawValue: String(words[3])), let least = Int64(words[4]), let largest = Int64(words[5]),
      least <= largest, let access = AccessClass(rawValue: String(words[6])),
      let unit = Unit(rawValue: String(words[7]))
    else { return nil }
    let path = words[1].split(separator: ".")
    let root = path[0] == "asc" ? Self.ascRoot : Self.globalRoot
    self.name = name
    prefix = root + path.dropFirst().compactMap { UInt32($0) }
    indices = words[2] == "-" ? [] : words[2].split(separator: "+").compactMap { Index(rawValue: String($0)) }
    self.kind = kind
    range = least...largest
    self.access = access
    self.unit = unit
  }

  /// The object that a name belongs to, and the arcs after it; `nil` where no object of the table stands.
  public static func find(_ name: ObjectIdentifier) -> (object: NTCIPObject, rest: ArraySlice<UInt32>)? {
    let shortest = ascRoot.arcs.count + 2
    if name.arcs.count < shortest { return nil }
    for length in shortest...min(name.arcs.count, shortest + 4) {
      if let object = byPrefix[Array(name.arcs[..<length])] { return (object, name.arcs[length...]) }
    }
    return nil
  }

  /// Whether a value has the type and range of the object.
  public func admits(_ value: SNMPValue) -> SNMPError? {
    switch (kind, value) {
    case (.integer, .integer(let number)): return range.contains(number) ? nil : .wrongValue
    case (.octets, .octets(let octets)): return range.contains(Int64(octets.count)) ? nil : .wrongLength
    case (.objectIdentifier, .objectIdentifier): return nil
    // Some tools cannot send a counter.
    case (.counter, .counter32), (.counter, .gauge32), (.counter, .timeTicks): return nil
    case (.counter, .integer(let number)): return range.contains(number) ? nil : .wrongValue
    default: return .wrongType
    }
  }
}

/// One object in one row: `phaseMinimumGreen` of phase 4.
public struct NTCIPInstance: Hashable, Sendable, CustomStringConvertible {
  public var object: NTCIPObjectName
  /// The first index; 0 for a scalar.
  public var first: Int
  /// The second index of a table that has two, else 0.
  public var second: Int

  public init(_ object: NTCIPObjectName, _ first: Int = 0, _ second: Int = 0) {
    self.object = object
    self.first = first
    self.second = second
  }

  /// The instance that a name says; `nil` if there is no such object or the number of indices is wrong.
  public init?(_ name: ObjectIdentifier) {
    guard let (object, rest) = NTCIPObject.find(name), rest.allSatisfy({ $0 <= UInt32(UInt16.max) }) else {
      return nil
    }
    let indices = rest.map { Int($0) }
    if object.indices.isEmpty {
      guard indices == [0] else { return nil }
      self.init(object.name)
    } else {
      guard indices.count == object.indices.count else { return nil }
      self.init(object.name, indices[0], indices.count > 1 ? indices[1] : 0)
    }
  }

  public var name: ObjectIdentifier {
    let object = NTCIPObject.named(object)
    switch object.indices.count {
    case 0: return object.prefix + [0]
    case 1: return object.prefix + [UInt32(first)]
    default: return object.prefix + [UInt32(first), UInt32(second)]
    }
  }

  public var description: String {
    switch NTCIPObject.named(object).indices.count {
    case 0: "\(object).0"
    case 1: "\(object).\(first)"
    default: "\(object).\(first).\(second)"
    }
  }
}
