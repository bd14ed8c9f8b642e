/// What an object of an agent holds (RFC 1155, RFC 2578).
public enum SNMPValue: Hashable, Sendable {
  /// −2³¹ to 2³² − 1: NTCIP 1201 declares an INTEGER of 32 bits without a sign.
  case integer(Int64)
  case octets([UInt8])
  case null
  case objectIdentifier(ObjectIdentifier)
  /// Four bytes.
  case ipAddress([UInt8])
  case counter32(UInt32)
  case gauge32(UInt32)
  case timeTicks(UInt32)
  case opaque([UInt8])
  case counter64(UInt64)
  /// The three exceptions of version 2c (RFC 3416, section 3).
  case noSuchObject
  case noSuchInstance
  case endOfMibView

  /// The number, if it is one.
  public var number: Int64? {
    switch self {
    case .integer(let value): value
    case .counter32(let value), .gauge32(let value), .timeTicks(let value): Int64(value)
    case .counter64(let value): Int64(exactly: value)
    case .octets, .null, .objectIdentifier, .ipAddress, .opaque, .noSuchObject, .noSuchInstance,
      .endOfMibView:
      nil
    }
  }
}

/// The name of an object and its value.
public struct SNMPBinding: Hashable, Sendable {
  public var name: ObjectIdentifier
  public var value: SNMPValue

  public init(_ name: ObjectIdentifier, _ value: SNMPValue = .null) {
    self.name = name
    self.value = value
  }
}

/// Why an agent refuses a request (RFC 1157, section 4.1.1; from 6 on RFC 3416, section 3).
public enum SNMPError: Int32, Sendable, CaseIterable {
  case noError = 0
  case tooBig = 1
  case noSuchName = 2
  case badValue = 3
  case readOnly = 4
  case genErr = 5
  case noAccess = 6
  case wrongType = 7
  case wrongLength = 8
  case wrongEncoding = 9
  case wrongValue = 10
  case noCreation = 11
  case inconsistentValue = 12
  case resourceUnavailable = 13
  case commitFailed = 14
  case undoFailed = 15
  case authorizationError = 16
  case notWritable = 17
  case inconsistentName = 18
}

/// An SNMP message of version 1 or 2c: one UDP datagram, or the payload of one PMPP frame.
public struct SNMPMessage: Hashable, Sendable {
  public enum Version: Int64, Sendable, CaseIterable {
    case v1 = 0
    case v2c = 1
  }

  /// Kinds of protocol data units by tag (RFC 1157, section 4.1; RFC 3416, section 3). The trap of version 1 has
  /// another shape and is not spoken.
  public enum Kind: UInt8, Sendable, CaseIterable {
    case get = 0xA0
    case getNext = 0xA1
    case response = 0xA2
    case set = 0xA3
    case getBulk = 0xA5
    case inform = 0xA6
    case trap = 0xA7
    case report = 0xA8
  }

  public var version: Version
  public var community: [UInt8]
  public var kind: Kind
  public var requestID: Int32
  /// An ``SNMPError``; for ``Kind/getBulk`` the number of bindings that are asked once.
  public var errorStatus: Int32
  /// The binding at fault, from 1; for ``Kind/getBulk`` how often the others are asked.
  public var errorIndex: Int32
  public var bindings: [SNMPBinding]

  public init(
    _ kind: Kind, version: Version = .v1, community: String = "public", requestID: Int32,
    errorStatus: Int32 = 0, errorIndex: Int32 = 0, bindings: [SNMPBinding]
  ) {
    self.version = version
    self.community = Array(community.utf8)
    self.kind = kind
    self.requestID = requestID
    self.errorStatus = errorStatus
    self.errorIndex = errorIndex
    self.bindings = bindings
  }

  /// Bytes and bindings of a message that is read; more is refused.
  public static let byteLimit = 65_507
  public static let bindingLimit = 2048
}
