/// Why bytes are not the message that they should be; failures are equal if their codes are.
public struct DecodingFailure: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Sendable, CaseIterable {
    /// The message ends before its last part.
    case truncated
    /// Bytes are left after the message.
    case leftover
    /// A length that contradicts what it counts.
    case badLength
    /// A tag, function, type or key that has no place here.
    case unexpected
    /// A value outside of its range.
    case outOfRange
    /// A protocol version that is not spoken here.
    case unknownVersion
    /// The text is no JSON.
    case badSyntax
    /// A member that must be there is not.
    case missing
  }

  public var code: Code
  /// Offset in bytes from the start of the message.
  public var place: Int
  /// The value found there, where it is a number that says something.
  public var found: Int?
  public var expected: String

  public init(_ code: Code, at place: Int, found: Int? = nil, expected: String) {
    self.code = code
    self.place = place
    self.found = found
    self.expected = expected
  }

  public var description: String {
    "byte \(place): \(code.rawValue)\(found.map { ", found \($0)" } ?? ""), expected \(expected)"
  }

  public static func == (a: DecodingFailure, b: DecodingFailure) -> Bool { a.code == b.code }

  public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
