import Interchange
import Foundation

/// Why a journal cannot be written. Nothing may be sent to a cabinet then.
public enum JournalFailure: Error, Hashable, Sendable {
  case cannotOpen(path: String, reason: String)
  /// The file's chain is broken: somebody changed it.
  case broken(path: String, JournalCheck.Break)
  case cannotWrite(path: String, reason: String)

  public var message: String {
    switch self {
    case .cannotOpen(let path, let reason): "\(path): the journal cannot be opened: \(reason)"
    case .broken(let path, let place):
      "\(path):\(place.line): the journal's chain is broken: found \(place.found), expected \(place.expected); "
        + "keep this file as evidence and begin a new one"
    case .cannotWrite(let path, let reason):
      "\(path): the journal cannot be written: \(reason); no command leaves without its line"
    }
  }
}

/// The append-only, hash-chained record of everything that was sent to cabinets, and by whom.
///
/// Lines are buffered by ``append(_:at:)`` and reach the disk together by ``synchronize()``, which a poll cycle calls
/// *before* its commands leave. A process that is killed at any byte leaves at most one torn line, which the next
/// ``init(appendingTo:at:)`` cuts off and tells of. The file is locked against a second writer.
public final class Journal {
  public let path: String
  /// Of the last line written or buffered.
  public private(set) var head: String
  private var sequence: Int
  private var buffer: [UInt8] = []
  private let file: FileHandle
  private let encoder: JSONEncoder

  /// Opens a journal, or begins one.
  ///
  /// - Parameter time: UTC, for a line about a torn end.
  public init(appendingTo path: String, at time: Date) throws(JournalFailure) {
    self.path = path
    encoder = Self.makeEncoder()
    // A device can be endless to read; a journal is a file.
    if FileManager.default.fileExists(atPath: path),
      (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType != .typeRegular
    {
      throw .cannotOpen(path: path, reason: "it is no regular file")
    }
    let number = unsafe open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, mode_t(0o640))
    guard number >= 0 else { throw .cannotOpen(path: path, reason: Self.reason()) }
    file = FileHandle(fileDescriptor: number, closeOnDealloc: true)
    guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
      throw .cannotOpen(path: path, reason: "another program writes it; end that one or name another file")
    }
    let bytes: [UInt8]
    do { bytes = try Array(file.readToEnd() ?? Data()) } catch {
      throw .cannotOpen(path: path, reason: error.localizedDescription)
    }
    let check = JournalCheck(bytes)
    if let place = check.broken { throw .broken(path: path, place) }
    head = check.head
    sequence = check.lineCount
    if check.tornByteCount > 0 {
      guard ftruncate(number, off_t(check.soundByteCount)) == 0 else {
        throw .cannotWrite(path: path, reason: Self.reason())
      }
      try append(JournalEntry(.recovered, ["tornBytes": "\(check.tornByteCount)"]), at: time)
    }
  }

  /// Begins a journal in a file that is open for writing.
  init(beginningIn file: FileHandle, path: String) {
    self.path = path
    self.file = file
    head = JournalCheck([]).head
    sequence = 0
    encoder = Self.makeEncoder()
  }

  private static func makeEncoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// Puts a line into the buffer; it is on the disk after ``synchronize()``.
  public func append(_ entry: JournalEntry, at time: Date) throws(JournalFailure) {
    // The line is put together by hand, because the hash covers the very bytes that stand before it.
    let bytes: Data
    do { bytes = try encoder.encode(entry) } catch {
      throw .cannotWrite(path: path, reason: error.localizedDescription)
    }
    sequence += 1
    let stamp = time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    var line = Array(
      "{\"sequence\":\(sequence),\"time\":\"\(stamp)\",\"previous\":\"\(head)\",\"entry\":".utf8)
    line.append(contentsOf: bytes)
    head = SHA256.hexadecimal(line)
    line.append(contentsOf: ",\"hash\":\"\(head)\"}\n".utf8)
    buffer.append(contentsOf: line)
  }

  /// Returns when all lines are on the disk.
  public func synchronize() throws(JournalFailure) {
    if buffer.isEmpty { return }
    do {
      try file.write(contentsOf: Data(buffer))
      try file.synchronize()
    } catch {
      throw .cannotWrite(path: path, reason: error.localizedDescription)
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private static func reason() -> String {
    let code = errno
    return POSIXErrorCode(rawValue: code).map { POSIXError($0).localizedDescription } ?? "error \(code)"
  }
}
