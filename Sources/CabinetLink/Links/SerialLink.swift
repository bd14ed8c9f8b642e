import Foundation

/// A serial line, raw: no echo, no line discipline, no flow control.
public struct SerialLink: Link {
  public let endpoint: Endpoint
  private let line: Descriptor
  public var descriptor: Descriptor? { line }

  /// Opens a device for itself alone and sets its speed and frame.
  public init(device: String, _ settings: SerialSettings) throws(LinkFailure) {
    endpoint = .serial(device: device, settings)
    let number = unsafe open(device, O_RDWR | O_NOCTTY | O_NONBLOCK)
    guard number >= 0 else {
      throw .system(operation: "opening", endpoint: "\(endpoint)", code: errno)
    }
    line = Descriptor(number)
    try Self.set(line, settings, endpoint)
  }

  public mutating func send(_ bytes: [UInt8]) throws(LinkFailure) { try line.writeAll(bytes, endpoint) }

  public mutating func receive(into bytes: inout [UInt8]) throws(LinkFailure) -> Bool {
    do {
      return try line.readAvailable(into: &bytes, endpoint)
    } catch .closed {
      // A serial line without bytes reads as an end of file; only a device that is gone says so otherwise.
      return false
    }
  }

  private static func set(
    _ line: Descriptor, _ settings: SerialSettings, _ endpoint: Endpoint
  ) throws(LinkFailure) {
    var mode = termios()
    guard unsafe tcgetattr(line.number, &mode) == 0 else {
      throw .system(operation: "reading the line's mode", endpoint: "\(endpoint)", code: errno)
    }
    unsafe cfmakeraw(&mode)
    mode.c_cflag &= ~tcflag_t(CSIZE | PARENB | PARODD | CSTOPB)
    mode.c_cflag |= tcflag_t(CLOCAL | CREAD | (settings.dataBits == 7 ? CS7 : CS8))
    switch settings.parity {
    case .none: break
    case .even: mode.c_cflag |= tcflag_t(PARENB)
    case .odd: mode.c_cflag |= tcflag_t(PARENB | PARODD)
    }
    if settings.stopBits == 2 { mode.c_cflag |= tcflag_t(CSTOPB) }
    let speed = code(of: settings.speed)
    guard unsafe cfsetispeed(&mode, speed) == 0, unsafe cfsetospeed(&mode, speed) == 0,
      unsafe tcsetattr(line.number, TCSANOW, &mode) == 0
    else { throw .system(operation: "setting \(settings)", endpoint: "\(endpoint)", code: errno) }
  }

  /// The system's constant of a speed that ``SerialSettings/speeds`` lists.
  private static func code(of speed: Int) -> speed_t {
    switch speed {
    case 1200: speed_t(B1200)
    case 2400: speed_t(B2400)
    case 4800: speed_t(B4800)
    case 9600: speed_t(B9600)
    case 38_400: speed_t(B38400)
    case 57_600: speed_t(B57600)
    case 115_200: speed_t(B115200)
    case 230_400: speed_t(B230400)
    default: speed_t(B19200)
    }
  }
}
