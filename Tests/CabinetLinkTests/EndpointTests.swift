import Testing

@testable import CabinetLink

@Suite("Endpoints as they are written")
struct EndpointTests {
  @Test(
    "every form is read, and written as it is read",
    arguments: [
      ("udp:127.0.0.1:11161", "udp:127.0.0.1:11161"), ("udp:11161", "udp:127.0.0.1:11161"),
      ("tcp:cabinet.example:502", "tcp:cabinet.example:502"), ("tcp:[::1]:502", "tcp:[::1]:502"),
      ("serial:/dev/ttyUSB0@19200,8E1", "serial:/dev/ttyUSB0@19200,8E1"),
      ("serial:/dev/ttyS0@38400", "serial:/dev/ttyS0@38400,8N1"),
      ("serial:/dev/ttyS0", "serial:/dev/ttyS0@19200,8N1"), ("stdio", "stdio"),
      ("exec:python3 policy.py", "exec:python3 policy.py"),
    ])
  func forms(text: String, canonical: String) throws {
    #expect(try "\(Endpoint(text))" == canonical)
  }

  @Test(
    "what is no endpoint is refused with what was expected",
    arguments: [
      "", "udp", "udp:host", "udp:host:99999", "tcp:", "serial:", "serial:/dev/ttyS0@12345",
      "serial:/dev/ttyS0@9600,9N1", "serial:@9600", "exec:", "http:host:80",
    ])
  func refusals(text: String) {
    #expect(throws: LinkFailure.self) { try Endpoint(text) }
  }

  @Test("a byte with even parity takes eleven bits on the line")
  func bitsPerByte() throws {
    #expect(try Endpoint.settings("19200,8E1").bitsPerByte == 11)
    #expect(try Endpoint.settings("9600").bitsPerByte == 10)
  }
}
