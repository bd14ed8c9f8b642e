import TrafficModel

/// Changes a text in ways that users, editors and broken disks do, and in ways that nobody would.
public struct Mutator: Sendable {
  private var random: RandomStream

  /// The same seed and number give the same mutant.
  public init(seed: UInt64, number: UInt64) {
    random = RandomStream(seed: seed, purpose: .testing, place: number)
  }

  /// Values that stand at the edge of what a number can be.
  private static let extremes = [
    "0", "-0", "-1", "1", "0.5", "-0.001", "1e-308", "4.9e-324", "1e308", "-1e308", "1e309", "NaN",
    "Infinity",
    "-Infinity", "", "null", "true", "[]", "{}", "\"\"", "1000000", "99999999999999999999",
    "9223372036854775807", "-9223372036854775808", "4294967296", "2147483648", "0x7FFFFFFF", "1e9", "0.1",
    "3.3333333", "255", "65536", "00", "1.", "+5",
  ].map { Array($0.utf8) }

  public mutating func chooseSeed(of seeds: [FuzzSeed]) -> FuzzSeed {
    var rest = below(seeds.reduce(0) { $0 + $1.weight })
    for seed in seeds {
      rest -= seed.weight
      if rest < 0 { return seed }
    }
    return seeds[0]
  }

  /// One to eight changes, half of the mutants with one.
  public mutating func mutant(of bytes: [UInt8], other: [UInt8]) -> [UInt8] {
    var text = bytes
    var changes = 1
    while changes < 8 && random.next() & 1 == 0 { changes += 1 }
    let limit = 4 * bytes.count + 4096
    for _ in 0..<changes {
      change(&text, other: other)
      if text.count > limit { text.removeLast(text.count - limit) }
    }
    return text
  }

  private mutating func change(_ text: inout [UInt8], other: [UInt8]) {
    if text.isEmpty { text = Array("{}".utf8) }
    switch below(16) {
    case 0: text[below(text.count)] ^= 1 << UInt8(below(8))
    case 1: text[below(text.count)] = UInt8(truncatingIfNeeded: random.next())
    case 2: text.removeSubrange(chunk(of: text.count))
    case 3: duplicateChunk(&text)
    case 4: splice(&text, other)
    case 5, 6: replaceNumber(&text)
    case 7, 8: changeDigit(&text)
    case 9: swapWords(&text)
    case 10: swapLines(&text)
    case 11: removeLine(&text)
    case 12: copyWord(&text)
    case 13: text.insert(UInt8(truncatingIfNeeded: 32 + below(95)), at: below(text.count + 1))
    case 14 where below(8) == 0: text.removeLast(below(text.count))
    case 15 where below(8) == 0: nest(&text)
    default: changeDigit(&text)
    }
  }

  private mutating func below(_ bound: Int) -> Int {
    bound <= 1 ? 0 : Int(random.next() % UInt64(bound))
  }

  /// A stretch of up to 64 bytes, sometimes up to the whole text.
  private mutating func chunk(of count: Int) -> Range<Int> {
    let start = below(count)
    let longest = below(16) == 0 ? count : 64
    return start..<min(count, start + 1 + below(longest))
  }

  private mutating func duplicateChunk(_ text: inout [UInt8]) {
    let part = Array(text[chunk(of: text.count)])
    text.insert(contentsOf: part, at: below(text.count + 1))
  }

  private mutating func splice(_ text: inout [UInt8], _ other: [UInt8]) {
    if other.isEmpty { return }
    let part = Array(other[chunk(of: other.count)])
    let start = below(text.count + 1)
    let end = below(2) == 0 ? start : min(text.count, start + part.count)
    text.replaceSubrange(start..<end, with: part)
  }

  /// Brackets until a recursive reader would run out of stack.
  private mutating func nest(_ text: inout [UInt8]) {
    let bracket: UInt8 = below(2) == 0 ? UInt8(ascii: "[") : UInt8(ascii: "{")
    text.insert(contentsOf: Array(repeating: bracket, count: 1 + below(4000)), at: below(text.count + 1))
  }

  // MARK: Words

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  /// The first stretch whose bytes all are `isPart`, from a random place on.
  private mutating func word(in text: [UInt8], where isPart: (UInt8) -> Bool) -> Range<Int>? {
    let from = below(text.count)
    guard var start = text[from...].firstIndex(where: isPart) ?? text.firstIndex(where: isPart) else {
      return nil
    }
    while start > 0 && isPart(text[start - 1]) { start -= 1 }
    let end = text[start...].firstIndex { !isPart($0) } ?? text.count
    return start..<end
  }

  private mutating func replaceNumber(_ text: inout [UInt8]) {
    guard let number = word(in: text, where: { Self.isDigit($0) || $0 == UInt8(ascii: ".") }) else { return }
    let start = number.lowerBound > 0 && text[number.lowerBound - 1] == UInt8(ascii: "-") ? 1 : 0
    text.replaceSubrange(
      (number.lowerBound - start)..<number.upperBound, with: Self.extremes[below(Self.extremes.count)])
  }

  private mutating func changeDigit(_ text: inout [UInt8]) {
    guard let number = word(in: text, where: Self.isDigit) else { return }
    text[number.lowerBound + below(number.count)] = UInt8(48 + below(10))
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    // Letters, digits, point, minus, underscore and everything beyond ASCII.
    isDigit(byte) || (byte | 32 >= 97 && byte | 32 <= 122) || byte == 46 || byte == 45 || byte == 95
      || byte >= 128
  }

  private mutating func swapWords(_ text: inout [UInt8]) {
    guard let one = word(in: text, where: Self.isOfWord), let two = word(in: text, where: Self.isOfWord),
      !one.overlaps(two)
    else { return }
    let (first, second) = one.lowerBound < two.lowerBound ? (one, two) : (two, one)
    let front = Array(text[first])
    let back = Array(text[second])
    text.replaceSubrange(second, with: front)
    text.replaceSubrange(first, with: back)
  }

  private mutating func copyWord(_ text: inout [UInt8]) {
    guard let one = word(in: text, where: Self.isOfWord), let two = word(in: text, where: Self.isOfWord)
    else {
      return
    }
    text.replaceSubrange(two, with: Array(text[one]))
  }

  // MARK: Lines

  private mutating func line(of text: [UInt8]) -> Range<Int>? {
    word(in: text) { $0 != UInt8(ascii: "\n") }
  }

  private mutating func swapLines(_ text: inout [UInt8]) {
    guard let one = line(of: text), let two = line(of: text), !one.overlaps(two) else { return }
    let (first, second) = one.lowerBound < two.lowerBound ? (one, two) : (two, one)
    let front = Array(text[first])
    let back = Array(text[second])
    text.replaceSubrange(second, with: front)
    text.replaceSubrange(first, with: back)
  }

  private mutating func removeLine(_ text: inout [UInt8]) {
    if let range = line(of: text) { text.removeSubrange(range) }
  }
}
