/// A JSON value whose objects keep the order of their keys, so that the same value is always the same text.
public enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  /// Numbers that are not finite are written as `null`, since JSON knows none.
  case number(Double)
  case string(String)
  case array([JSONValue])
  /// Keys are meant to be unique; lookups find the first.
  case object([(String, JSONValue)])
}

extension JSONValue: Equatable {
  /// Equal kind and content; objects are equal only in equal order.
  public static func == (a: JSONValue, b: JSONValue) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.bool(let x), .bool(let y)): x == y
    case (.integer(let x), .integer(let y)): x == y
    case (.number(let x), .number(let y)): x == y
    case (.string(let x), .string(let y)): x == y
    case (.array(let x), .array(let y)): x == y
    case (.object(let x), .object(let y)):
      x.count == y.count && zip(x, y).allSatisfy { $0.0 == $1.0 && $0.1 == $1.1 }
    case (.null, _), (.bool, _), (.integer, _), (.number, _), (.string, _), (.array, _), (.object, _): false
    }
  }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(nilLiteral: ()) { self = .null }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(elements) }
}

extension JSONValue {
  /// The value of a key; `nil` if this is no object or has no such key.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.0 == key }?.1
  }

  /// An element; `nil` if this is no array or is shorter.
  public subscript(index: Int) -> JSONValue? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  public var isNull: Bool { self == .null }

  public var bool: Bool? {
    guard case .bool(let flag) = self else { return nil }
    return flag
  }

  /// An integer, or a number that is whole.
  public var int: Int? {
    switch self {
    case .integer(let integer): integer
    case .number(let number): Int(exactly: number)
    case .null, .bool, .string, .array, .object: nil
    }
  }

  /// A number, whole or not.
  public var double: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    case .null, .bool, .string, .array, .object: nil
    }
  }

  public var string: String? {
    guard case .string(let string) = self else { return nil }
    return string
  }

  public var array: [JSONValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  public var object: [(String, JSONValue)]? {
    guard case .object(let members) = self else { return nil }
    return members
  }
}

extension JSONValue {
  /// Reads JSON or JSON5 (comments, trailing commas, bare keys, single quotes, hexadecimal numbers, leading `+`
  /// and `.`).
  ///
  /// Stricter than either: duplicate keys, numbers that are not finite, text that is not UTF-8 and nesting deeper
  /// than ``JSONParser/nestingLimit`` are errors.
  /// - Complexity: O(bytes) in time and space.
  public static func parse(_ bytes: [UInt8], file: String) throws(DocumentError) -> JSONNode {
    var parser = JSONParser(bytes, file: file)
    let root = try parser.parseDocument()
    if let duplicate = parser.duplicates.first { throw duplicate }
    return root
  }
}
