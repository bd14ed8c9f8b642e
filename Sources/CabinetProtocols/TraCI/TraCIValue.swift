/// A value with its type byte, as variables and parameters travel.
public indirect enum TraCIValue: Hashable, Sendable {
  case unsignedByte(UInt8)
  case byte(Int8)
  case integer(Int32)
  case double(Double)
  case string(String)
  case strings([String])
  case doubles([Double])
  case colour(red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8)
  case position(x: Double, y: Double)
  case position3D(x: Double, y: Double, z: Double)
  /// A number of values one behind the other; SUMO's count of them in front.
  case compound([TraCIValue])

  /// Nesting deeper than this is no message of SUMO.
  static let depthLimit = 16

  func write(to writer: inout TraCIWriter) {
    switch self {
    case .unsignedByte(let value):
      writer.write(byte: 0x07)
      writer.write(byte: value)
    case .byte(let value):
      writer.write(byte: 0x08)
      writer.write(byte: UInt8(bitPattern: value))
    case .integer(let value):
      writer.write(byte: 0x09)
      writer.write(int32: value)
    case .double(let value):
      writer.write(byte: 0x0B)
      writer.write(double: value)
    case .string(let text):
      writer.write(byte: 0x0C)
      writer.write(string: text)
    case .strings(let list):
      writer.write(byte: 0x0E)
      writer.write(int32: Int32(list.count))
      for text in list { writer.write(string: text) }
    case .doubles(let list):
      writer.write(byte: 0x10)
      writer.write(int32: Int32(list.count))
      for value in list { writer.write(double: value) }
    case .colour(let red, let green, let blue, let alpha):
      writer.write(bytes: [0x11, red, green, blue, alpha])
    case .position(let x, let y):
      writer.write(byte: 0x01)
      writer.write(double: x)
      writer.write(double: y)
    case .position3D(let x, let y, let z):
      writer.write(byte: 0x03)
      for value in [x, y, z] { writer.write(double: value) }
    case .compound(let values):
      writer.write(byte: 0x0F)
      writer.write(int32: Int32(values.count))
      for value in values { value.write(to: &writer) }
    }
  }

  static func read(
    from cursor: inout TraCICursor, depth: Int = 0
  ) throws(TraCIFormatError) -> TraCIValue {
    let type = try cursor.byte()
    switch type {
    case 0x01: return .position(x: try cursor.double(), y: try cursor.double())
    case 0x03: return .position3D(x: try cursor.double(), y: try cursor.double(), z: try cursor.double())
    case 0x07: return .unsignedByte(try cursor.byte())
    case 0x08: return .byte(Int8(bitPattern: try cursor.byte()))
    case 0x09: return .integer(try cursor.int32())
    case 0x0B: return .double(try cursor.double())
    case 0x0C: return .string(try cursor.string())
    case 0x0E:
      var list: [String] = []
      for _ in 0..<(try cursor.count(entrySize: 4)) { list.append(try cursor.string()) }
      return .strings(list)
    case 0x0F:
      if depth >= depthLimit { throw TraCIFormatError("compounds nested more than \(depthLimit) deep") }
      var values: [TraCIValue] = []
      for _ in 0..<(try cursor.count(entrySize: 2)) {
        values.append(try read(from: &cursor, depth: depth + 1))
      }
      return .compound(values)
    case 0x10:
      var list: [Double] = []
      for _ in 0..<(try cursor.count(entrySize: 8)) { list.append(try cursor.double()) }
      return .doubles(list)
    case 0x11:
      return .colour(
        red: try cursor.byte(), green: try cursor.byte(), blue: try cursor.byte(), alpha: try cursor.byte())
    default: throw TraCIFormatError("a value of the unknown type 0x\(String(type, radix: 16))")
    }
  }
}

extension TraCIValue {
  /// The number in it; `nil` for texts and lists.
  public var number: Double? {
    switch self {
    case .unsignedByte(let value): Double(value)
    case .byte(let value): Double(value)
    case .integer(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  public var text: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  public var texts: [String]? {
    if case .strings(let list) = self { return list }
    return nil
  }
}
