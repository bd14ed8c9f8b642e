import CabinetLink
import Testing

@Suite struct SUMOBinaryTests {
  @Test("without SUMO the error says where it was looked for and how to get it")
  func absent() {
    let error = #expect(throws: LinkError.self) {
      try SUMOBinary.find(nil, environment: ["PATH": "/nowhere"])
    }
    #expect(error?.kind == .absent)
    #expect(error?.description.contains("pip install eclipse-sumo") == true)
  }

  @Test("a named program that is not there is told by its name")
  func named() {
    let error = #expect(throws: LinkError.self) {
      try SUMOBinary.find("/nowhere/sumo", environment: [:])
    }
    #expect(error?.description.hasPrefix("/nowhere/sumo:") == true)
  }

  @Test("nobody at a port is an error about the port")
  func nobody() throws {
    let port = try TCPStream.freePort()
    let error = #expect(throws: LinkError.self) { try TCPStream(port: port) }
    #expect(error?.kind == .port)
  }
}
