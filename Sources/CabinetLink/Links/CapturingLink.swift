import Foundation

/// A link that writes down everything that passes, for a report or a bug: one JSON object a line with the fields
/// `milliseconds` (monotone), `direction` (`sent` or `received`) and `bytes` (hexadecimal).
public struct CapturingLink: Link {
  private var inner: any Link
  private let file: FileHandle
  private let start = MonotonicClock.seconds

  public var endpoint: Endpoint { inner.endpoint }
  public var descriptor: Descriptor? { inner.descriptor }
  public var keepsBorders: Bool { inner.keepsBorders }

  /// - Parameter path: Created, or emptied.
  public init(_ inner: any Link, to path: String) throws(LinkFailure) {
    self.inner = inner
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else { throw .system(operation: "creating the capture", endpoint: path, code: errno) }
    self.file = file
  }

  public mutating func send(_ bytes: [UInt8]) throws(LinkFailure) {
    try inner.send(bytes)
    try note("sent", bytes[...])
  }

  public mutating func receive(into bytes: inout [UInt8]) throws(LinkFailure) -> Bool {
    let first = bytes.count
    let hasArrived = try inner.receive(into: &bytes)
    if hasArrived { try note("received", bytes[first...]) }
    return hasArrived
  }

  private func note(_ direction: String, _ bytes: ArraySlice<UInt8>) throws(LinkFailure) {
    let text = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let milliseconds = Int((MonotonicClock.seconds - start) * 1000)
    let line = "{\"milliseconds\":\(milliseconds),\"direction\":\"\(direction)\",\"bytes\":\"\(text)\"}\n"
    do { try file.write(contentsOf: Data(line.utf8)) } catch {
      throw .system(operation: "writing the capture", endpoint: "\(endpoint)", code: EIO)
    }
  }
}
