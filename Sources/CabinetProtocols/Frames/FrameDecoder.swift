/// Makes frames of a stream of bytes, however the stream is cut.
///
/// Bytes that are no frame are dropped and counted; no input stops a decoder. What it keeps between calls is bounded by
/// the longest frame of its protocol, never by a length that it reads.
public protocol FrameDecoder: Sendable {
  associatedtype Frame: Hashable, Sendable
  /// Takes what the link has read.
  mutating func append(_ bytes: [UInt8])
  /// The next complete frame; `nil` until more bytes come.
  mutating func next() -> Frame?
  var counts: FrameCounts { get }
}

/// What a decoder has seen.
public struct FrameCounts: Hashable, Sendable {
  public var frames = 0
  /// Frames with a wrong check sum.
  public var badChecks = 0
  /// Frames that are too short or too long, or contradict themselves.
  public var malformed = 0
  /// Bytes outside of any frame.
  public var skippedBytes = 0

  public init() {}
}
