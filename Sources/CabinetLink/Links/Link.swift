/// A way for bytes to a device and back; a thin shell around an operating system's file, without any meaning.
///
/// Links never block: ``receive(into:)`` takes what is there. ``Readiness`` waits for several of them at once.
public protocol Link: Sendable {
  /// Where it leads, for messages.
  var endpoint: Endpoint { get }
  /// To wait for; `nil` where there is nothing to wait for.
  var descriptor: Descriptor? { get }
  /// Whether a message stays one: datagrams keep their borders, streams do not.
  var keepsBorders: Bool { get }
  /// Sends all bytes, or throws.
  mutating func send(_ bytes: [UInt8]) throws(LinkFailure)
  /// Appends what has arrived; for datagrams at most one.
  /// - Returns: Whether anything has arrived.
  mutating func receive(into bytes: inout [UInt8]) throws(LinkFailure) -> Bool
}

extension Link {
  public var keepsBorders: Bool { false }
}
