/// Parity of a serial line.
public enum Parity: String, Hashable, Sendable {
  case none = "N"
  case even = "E"
  case odd = "O"
}

/// How a serial line is set: bits per second, data bits, parity and stop bits, as in `19200,8E1`.
public struct SerialSettings: Hashable, Sendable, CustomStringConvertible {
  /// Bits per second.
  public var speed: Int
  /// 7 or 8.
  public var dataBits: Int
  public var parity: Parity
  /// 1 or 2.
  public var stopBits: Int

  public init(speed: Int = 19_200, dataBits: Int = 8, parity: Parity = .none, stopBits: Int = 1) {
    self.speed = speed
    self.dataBits = dataBits
    self.parity = parity
    self.stopBits = stopBits
  }

  /// Speeds that POSIX systems name.
  public static let speeds = [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200, 230_400]

  public var description: String { "\(speed),\(dataBits)\(parity.rawValue)\(stopBits)" }

  /// Bits that one byte takes on the line: start, data, parity and stop bits.
  public var bitsPerByte: Int { 1 + dataBits + (parity == .none ? 0 : 1) + stopBits }
}

/// Where a link leads, as it is written on the command line.
///
/// | Text | Meaning |
/// |---|---|
/// | `udp:HOST:PORT` | datagrams |
/// | `tcp:HOST:PORT` | a stream |
/// | `serial:DEVICE[@SPEED[,8E1]]` | a serial line; 19200,8N1 where nothing is said |
/// | `stdio` | standard input and output |
/// | `exec:COMMAND` | standard input and output of a program that is started by the shell |
///
/// An IPv6 address stands in brackets. A server without a host listens on the loopback address only.
public enum Endpoint: Hashable, Sendable, CustomStringConvertible {
  case udp(host: String, port: Int)
  case tcp(host: String, port: Int)
  case serial(device: String, SerialSettings)
  case standardStreams
  case program(String)

  public static let expected =
    "udp:HOST:PORT, tcp:HOST:PORT, serial:DEVICE@19200,8E1, stdio or exec:COMMAND"

  public init(_ text: String) throws(LinkFailure) {
    let (scheme, rest) = Self.split(text, at: ":")
    switch (scheme, rest) {
    case ("stdio", nil): self = .standardStreams
    case ("exec", let command?) where !command.isEmpty: self = .program(command)
    case ("udp", let address?):
      let (host, port) = try Self.address(address, in: text)
      self = .udp(host: host, port: port)
    case ("tcp", let address?):
      let (host, port) = try Self.address(address, in: text)
      self = .tcp(host: host, port: port)
    case ("serial", let line?) where !line.isEmpty:
      self = try Self.line(line, in: text)
    default: throw .badEndpoint(text: text, expected: Self.expected)
    }
  }

  public var description: String {
    switch self {
    case .udp(let host, let port): "udp:\(Self.quoted(host)):\(port)"
    case .tcp(let host, let port): "tcp:\(Self.quoted(host)):\(port)"
    case .serial(let device, let settings): "serial:\(device)@\(settings)"
    case .standardStreams: "stdio"
    case .program(let command): "exec:\(command)"
    }
  }

  /// The setting `19200,8E1` or a part of it from the left.
  public static func settings(_ text: String) throws(LinkFailure) -> SerialSettings {
    let wrong = LinkFailure.badEndpoint(
      text: text,
      expected: "a speed of \(SerialSettings.speeds) and 8N1, 8E1, 8O1, 8N2 or 7E1, as in 19200,8E1")
    var settings = SerialSettings()
    let (speed, frame) = split(text, at: ",")
    guard let value = Int(speed), SerialSettings.speeds.contains(value) else { throw wrong }
    settings.speed = value
    guard let frame else { return settings }
    let letters = Array(frame.uppercased())
    guard letters.count == 3, let dataBits = letters[0].wholeNumberValue, [7, 8].contains(dataBits),
      let parity = Parity(rawValue: String(letters[1])),
      let stopBits = letters[2].wholeNumberValue, [1, 2].contains(stopBits)
    else { throw wrong }
    settings.dataBits = dataBits
    settings.parity = parity
    settings.stopBits = stopBits
    return settings
  }

  private static func line(_ text: String, in whole: String) throws(LinkFailure) -> Endpoint {
    guard let at = text.lastIndex(of: "@") else { return .serial(device: text, SerialSettings()) }
    let device = String(text[..<at])
    guard !device.isEmpty else { throw .badEndpoint(text: whole, expected: "serial:DEVICE@19200,8E1") }
    return .serial(device: device, try settings(String(text[text.index(after: at)...])))
  }

  private static func address(
    _ text: String, in whole: String
  ) throws(LinkFailure) -> (host: String, port: Int) {
    guard let colon = text.lastIndex(of: ":") ?? (Int(text) != nil ? text.startIndex : nil) else {
      throw .badEndpoint(text: whole, expected: "a host and a port, as in 127.0.0.1:11161")
    }
    let isPortOnly = text[colon] != ":"
    let portText = isPortOnly ? text[...] : text[text.index(after: colon)...]
    guard let port = Int(portText), (0...65_535).contains(port) else {
      throw .badEndpoint(text: whole, expected: "a port from 0 to 65535")
    }
    var host = isPortOnly ? "" : String(text[..<colon])
    if host.hasPrefix("[") && host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    return (host.isEmpty ? "127.0.0.1" : host, port)
  }

  private static func split(_ text: String, at separator: Character) -> (String, String?) {
    guard let index = text.firstIndex(of: separator) else { return (text, nil) }
    return (String(text[..<index]), String(text[text.index(after: index)...]))
  }

  private static func quoted(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
}
