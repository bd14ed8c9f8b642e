import CabinetProtocols

/// A line on which SNMP messages go to one controller: as they are in datagrams, in PMPP frames elsewhere.
struct SNMPLine: Sendable {
  private var link: any Link
  /// `nil` where datagrams keep the borders of messages.
  private var decoder: PMPPDecoder?
  private let address: UInt16

  /// - Parameter address: The controller's PMPP address, where frames need one.
  init(to endpoint: Endpoint, address: UInt16) throws(LinkFailure) {
    link = try Links.open(endpoint)
    decoder = link.keepsBorders ? nil : PMPPDecoder()
    self.address = address
  }

  var descriptor: Descriptor? { link.descriptor }

  /// All messages that have arrived; frames of other stations and other protocols are dropped.
  mutating func receive() throws(LinkFailure) -> [[UInt8]] {
    var messages: [[UInt8]] = []
    var bytes: [UInt8] = []
    while try link.receive(into: &bytes) {
      guard decoder == nil else { continue }
      messages.append(bytes)
      bytes.removeAll(keepingCapacity: true)
    }
    decoder?.append(bytes)
    while let frame = decoder?.next() {
      guard frame.identifier == PMPPFrame.snmpIdentifier, frame.address == address else { continue }
      messages.append(frame.payload)
    }
    return messages
  }

  mutating func send(_ message: [UInt8]) throws(LinkFailure) {
    try link.send(decoder == nil ? message : PMPPFrame(address: address, payload: message).bytes())
  }
}
