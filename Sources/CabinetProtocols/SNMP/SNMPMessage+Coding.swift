extension SNMPMessage {
  /// Encoded in the shortest form.
  public var bytes: [UInt8] {
    var writer = BERWriter()
    writer.nested(BERTag.sequence) { message in
      message.integer(version.rawValue)
      message.value(BERTag.octets, community)
      message.nested(kind.rawValue) { unit in
        unit.integer(Int64(requestID))
        unit.integer(Int64(errorStatus))
        unit.integer(Int64(errorIndex))
        unit.nested(BERTag.sequence) { list in
          for binding in bindings {
            list.nested(BERTag.sequence) { pair in
              pair.objectIdentifier(binding.name)
              pair.write(binding.value)
            }
          }
        }
      }
    }
    return writer.bytes
  }

  /// Reads one whole message; lengths may be in any form, numbers longer than needed.
  public init(decoding bytes: [UInt8]) throws(DecodingFailure) {
    if bytes.count > Self.byteLimit {
      throw DecodingFailure(
        .badLength, at: 0, found: bytes.count, expected: "at most \(Self.byteLimit) bytes")
    }
    var outer = BERReader(bytes[...])
    var message = try outer.nested(BERTag.sequence, "a message")
    try outer.checkEnd()
    let place = message
    let number = try message.integer("a version")
    guard let version = Version(rawValue: number) else {
      throw place.failure(.unknownVersion, found: Int(number), "0 (v1) or 1 (v2c)")
    }
    self.version = version
    community = Array(try message.content(of: BERTag.octets, "a community"))
    guard let tag = message.nextTag, let kind = Kind(rawValue: tag) else {
      throw message.failure(.unexpected, found: Int(message.nextTag ?? 0), "a protocol data unit")
    }
    self.kind = kind
    var unit = try message.nested(tag, "a protocol data unit")
    try message.checkEnd()
    requestID = try unit.int32("a request id")
    errorStatus = try unit.int32("an error status")
    errorIndex = try unit.int32("an error index")
    var list = try unit.nested(BERTag.sequence, "a list of bindings")
    try unit.checkEnd()
    bindings = []
    while !list.isAtEnd {
      if bindings.count >= Self.bindingLimit {
        throw list.failure(.outOfRange, found: bindings.count, "at most \(Self.bindingLimit) bindings")
      }
      var pair = try list.nested(BERTag.sequence, "a binding")
      let name = try pair.objectIdentifier(pair.content(of: BERTag.objectIdentifier, "a name"))
      bindings.append(SNMPBinding(name, try pair.value()))
      try pair.checkEnd()
    }
  }
}

extension BERWriter {
  mutating func write(_ value: SNMPValue) {
    switch value {
    case .integer(let number): integer(number)
    case .octets(let octets): self.value(BERTag.octets, octets)
    case .null: self.value(BERTag.null, [])
    case .objectIdentifier(let identifier): objectIdentifier(identifier)
    case .ipAddress(let address): self.value(0x40, address)
    case .counter32(let number): unsigned(UInt64(number), tag: 0x41)
    case .gauge32(let number): unsigned(UInt64(number), tag: 0x42)
    case .timeTicks(let number): unsigned(UInt64(number), tag: 0x43)
    case .opaque(let content): self.value(0x44, content)
    case .counter64(let number): unsigned(number, tag: 0x46)
    case .noSuchObject: self.value(0x80, [])
    case .noSuchInstance: self.value(0x81, [])
    case .endOfMibView: self.value(0x82, [])
    }
  }
}

extension BERReader {
  mutating func value() throws(DecodingFailure) -> SNMPValue {
    let start = self
    let (tag, content) = try any()
    switch tag {
    case BERTag.integer:
      let number = try start.signed(content)
      guard number >= Int64(Int32.min) && number <= Int64(UInt32.max) else {
        throw start.failure(.outOfRange, "an integer of 32 bits")
      }
      return .integer(number)
    case BERTag.octets: return .octets(Array(content))
    case BERTag.objectIdentifier: return .objectIdentifier(try start.objectIdentifier(content))
    case 0x40:
      guard content.count == 4 else { throw start.failure(.badLength, found: content.count, "4 bytes") }
      return .ipAddress(Array(content))
    case 0x41: return .counter32(UInt32(try start.unsigned(content, bytes: 4)))
    case 0x42: return .gauge32(UInt32(try start.unsigned(content, bytes: 4)))
    case 0x43: return .timeTicks(UInt32(try start.unsigned(content, bytes: 4)))
    case 0x44: return .opaque(Array(content))
    case 0x46: return .counter64(try start.unsigned(content, bytes: 8))
    case BERTag.null, 0x80, 0x81, 0x82:
      guard content.isEmpty else { throw start.failure(.badLength, found: content.count, "nothing") }
      return tag == BERTag.null
        ? .null : tag == 0x80 ? .noSuchObject : tag == 0x81 ? .noSuchInstance : .endOfMibView
    default: throw start.failure(.unexpected, found: Int(tag), "a value that SNMP knows")
    }
  }
}
