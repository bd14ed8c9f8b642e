import CabinetProtocols

/// What a cabinet on the street speaks, and how its frames are told apart on a stream.
public enum FieldProtocol: Hashable, Sendable {
  /// SNMP as it is in datagrams, in PMPP frames with the controller's address elsewhere.
  case ntcip(address: UInt16)
  /// GB/T 20999 frames, escaped on streams.
  case gbt20999
}

/// The way to one cabinet on the street.
public struct FieldWay: Hashable, Sendable {
  public var endpoint: Endpoint
  public var speaks: FieldProtocol

  public init(_ endpoint: Endpoint, speaks: FieldProtocol) {
    self.endpoint = endpoint
    self.speaks = speaks
  }
}

/// A line on which the messages of one controller go, each as it would be in a datagram.
struct FieldLine: Sendable {
  /// How messages are cut out of a stream.
  private enum Frames: Sendable {
    case datagrams
    case pmpp(PMPPDecoder, address: UInt16)
    case gbt20999(GBTDecoder)
  }

  private var link: any Link
  private var frames: Frames

  init(_ way: FieldWay) throws(LinkFailure) {
    link = try Links.open(way.endpoint)
    frames =
      switch way.speaks {
      case _ where link.keepsBorders: .datagrams
      case .ntcip(let address): .pmpp(PMPPDecoder(), address: address)
      case .gbt20999: .gbt20999(GBTDecoder())
      }
  }

  var descriptor: Descriptor? { link.descriptor }

  /// All messages that have arrived; frames of other stations and other protocols are dropped.
  mutating func receive() throws(LinkFailure) -> [[UInt8]] {
    var messages: [[UInt8]] = []
    var bytes: [UInt8] = []
    while try link.receive(into: &bytes) {
      guard case .datagrams = frames else { continue }
      messages.append(bytes)
      bytes.removeAll(keepingCapacity: true)
    }
    switch frames {
    case .datagrams: break
    case .pmpp(var decoder, let address):
      decoder.append(bytes)
      while let frame = decoder.next() {
        guard frame.identifier == PMPPFrame.snmpIdentifier, frame.address == address else { continue }
        messages.append(frame.payload)
      }
      frames = .pmpp(decoder, address: address)
    case .gbt20999(var decoder):
      decoder.append(bytes)
      while let frame = decoder.next() { messages.append(frame.datagram) }
      frames = .gbt20999(decoder)
    }
    return messages
  }

  mutating func send(_ message: [UInt8]) throws(LinkFailure) {
    switch frames {
    case .datagrams: try link.send(message)
    case .pmpp(_, let address): try link.send(PMPPFrame(address: address, payload: message).bytes())
    case .gbt20999: try link.send(GBTFrame.escaped(message))
    }
  }
}
