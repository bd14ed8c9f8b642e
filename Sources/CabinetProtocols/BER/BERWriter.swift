/// Writes values by the basic encoding rules, in their shortest form.
struct BERWriter {
  private(set) var bytes: [UInt8] = []

  /// A value whose content is written by `body`; its length is put in front afterwards.
  mutating func nested(_ tag: UInt8, _ body: (inout BERWriter) -> Void) {
    bytes.append(tag)
    let start = bytes.count
    body(&self)
    bytes.insert(contentsOf: Self.length(bytes.count - start), at: start)
  }

  mutating func value(_ tag: UInt8, _ content: some Collection<UInt8>) {
    bytes.append(tag)
    bytes += Self.length(content.count)
    bytes += content
  }

  mutating func integer(_ value: Int64, tag: UInt8 = BERTag.integer) {
    var content = (0..<8).reversed().map { UInt8(truncatingIfNeeded: value >> Int64(8 * $0)) }
    // X.690, 8.3.2: the first nine bits are not all alike.
    while content.count > 1
      && (content[0] == 0 && content[1] < 0x80 || content[0] == 0xFF && content[1] >= 0x80)
    {
      content.removeFirst()
    }
    self.value(tag, content)
  }

  mutating func unsigned(_ value: UInt64, tag: UInt8) {
    var content = (0..<8).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    while content.count > 1 && content[0] == 0 { content.removeFirst() }
    if content[0] >= 0x80 { content.insert(0, at: 0) }
    self.value(tag, content)
  }

  mutating func objectIdentifier(_ identifier: ObjectIdentifier) {
    var content: [UInt8] = []
    let arcs = identifier.arcs
    if arcs.count >= 2 {
      Self.append(arc: 40 * UInt64(arcs[0]) + UInt64(arcs[1]), to: &content)
      for arc in arcs[2...] { Self.append(arc: UInt64(arc), to: &content) }
    } else {
      Self.append(arc: 40 * UInt64(arcs.first ?? 0), to: &content)
    }
    value(BERTag.objectIdentifier, content)
  }

  private static func append(arc: UInt64, to content: inout [UInt8]) {
    var shift: UInt64 = 35
    while shift > 0 {
      if arc >> shift != 0 { content.append(UInt8(truncatingIfNeeded: arc >> shift) | 0x80) }
      shift -= 7
    }
    content.append(UInt8(arc & 0x7F))
  }

  /// X.690, 8.1.3: one byte up to 127, else the number of length bytes and those.
  private static func length(_ length: Int) -> [UInt8] {
    switch length {
    case ..<0x80: [UInt8(length)]
    case ..<0x100: [0x81, UInt8(length)]
    case ..<0x1_0000: [0x82, UInt8(length >> 8), UInt8(length & 0xFF)]
    default:
      [0x84] + (0..<4).reversed().map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    }
  }
}
