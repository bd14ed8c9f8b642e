import Interchange
import Foundation

/// What `journal verify` finds in a journal.
public struct JournalCheck: Hashable, Sendable {
  /// Where and why the chain is broken.
  public struct Break: Hashable, Sendable {
    /// From 1.
    public var line: Int
    public var found: String
    public var expected: String
  }

  /// Whole lines that hold together, from the first on.
  public private(set) var lineCount = 0
  /// The hash of the last of them: what a second copy elsewhere is compared by.
  public private(set) var head = Self.root
  public private(set) var firstTime: String?
  public private(set) var lastTime: String?
  /// Bytes after the last whole line: a write that was cut off.
  public private(set) var tornByteCount = 0
  /// Bytes of the lines that hold together.
  public private(set) var soundByteCount = 0
  public private(set) var broken: Break?

  /// What stands before the first line.
  public static let root = String(repeating: "0", count: 64)
  private static let seam = Array(",\"hash\":\"".utf8)

  /// Reads a whole journal; stops at the first line that does not fit.
  ///
  /// - Parameter visit: Is shown every line that holds.
  public init(_ bytes: [UInt8], visit: (JournalLine) -> Void = { _ in }) {
    var start = 0
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      guard let line = check(bytes[start..<end]) else { return }
      visit(line)
      start = end + 1
      soundByteCount = start
    }
    tornByteCount = bytes.count - start
  }

  private mutating func check(_ bytes: ArraySlice<UInt8>) -> JournalLine? {
    guard let line = try? JSONDecoder().decode(JournalLine.self, from: Data(bytes)),
      let cut = Self.seamStart(in: bytes)
    else {
      return stop("no line of a journal", "one JSON object with sequence, time, previous, entry and hash")
    }
    if line.sequence != lineCount + 1 {
      return stop("sequence \(line.sequence)", "sequence \(lineCount + 1); lines were removed or inserted")
    }
    if line.previous != head { return stop("previous \(line.previous)", "previous \(head)") }
    let hash = SHA256.hexadecimal(bytes[bytes.startIndex..<cut])
    if line.hash != hash { return stop("hash \(line.hash)", "hash \(hash); the line was changed") }
    lineCount += 1
    head = hash
    if firstTime == nil { firstTime = line.time }
    lastTime = line.time
    return line
  }

  private mutating func stop(_ found: String, _ expected: String) -> JournalLine? {
    broken = Break(line: lineCount + 1, found: found, expected: expected)
    return nil
  }

  /// Where the last `,"hash":"` begins.
  private static func seamStart(in bytes: ArraySlice<UInt8>) -> Int? {
    // 64 digits, a quotation mark and a brace follow it.
    let start = bytes.endIndex - seam.count - 66
    guard start >= bytes.startIndex, bytes[start..<(start + seam.count)].elementsEqual(seam) else {
      return nil
    }
    return start
  }
}
