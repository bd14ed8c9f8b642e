/// What variables belong to.
public enum TraCIDomain: UInt8, Sendable, CaseIterable {
  case inductionLoop = 0xA0
  case trafficLight = 0xA2
  case lane = 0xA3
  case vehicle = 0xA4
  case edge = 0xAA
  case simulation = 0xAB
  case laneArea = 0xAD

  /// The command that sets a variable.
  var setCommand: UInt8 { rawValue + 0x20 }
  /// The command that subscribes to variables.
  var subscribeCommand: UInt8 { rawValue + 0x30 }
  /// The code of subscribed results.
  var subscriptionResponse: UInt8 { rawValue + 0x40 }
}

/// Numbers of the variables that are used here (`TraCIConstants` of SUMO 1.28).
public enum TraCIVariable {
  public static let identifiers: UInt8 = 0x00
  public static let count: UInt8 = 0x01
  public static let lightState: UInt8 = 0x20
  public static let lightPhase: UInt8 = 0x22
  public static let lightProgram: UInt8 = 0x23
  public static let controlledLinks: UInt8 = 0x27
  public static let speed: UInt8 = 0x40
  public static let length: UInt8 = 0x44
  public static let roadIdentifier: UInt8 = 0x50
  public static let laneIdentifier: UInt8 = 0x51
  public static let lanePosition: UInt8 = 0x56
  public static let time: UInt8 = 0x66
  public static let departedIdentifiers: UInt8 = 0x74
  public static let arrivedIdentifiers: UInt8 = 0x7A
  public static let minimumExpectedVehicles: UInt8 = 0x7D
  public static let collidingCount: UInt8 = 0x80
}

/// One command to SUMO.
public enum TraCICommand: Hashable, Sendable {
  case version
  /// First of all, with several clients.
  case setOrder(Int32)
  /// To a time in seconds; 0: one step.
  case simulationStep(until: Double)
  case get(TraCIDomain, variable: UInt8, object: String)
  case set(TraCIDomain, variable: UInt8, object: String, TraCIValue)
  /// To the end of the run; no variables: the subscription ends.
  case subscribe(TraCIDomain, object: String, variables: [UInt8])
  case close

  /// Begin and end of a subscription without limits.
  static let always = -1_073_741_824.0

  var code: UInt8 {
    switch self {
    case .version: 0x00
    case .setOrder: 0x03
    case .simulationStep: 0x02
    case .get(let domain, _, _): domain.rawValue
    case .set(let domain, _, _, _): domain.setCommand
    case .subscribe(let domain, _, _): domain.subscribeCommand
    case .close: 0x7F
    }
  }

  private var body: [UInt8] {
    var writer = TraCIWriter()
    switch self {
    case .version, .close: break
    case .setOrder(let order): writer.write(int32: order)
    case .simulationStep(let time): writer.write(double: time)
    case .get(_, let variable, let object):
      writer.write(byte: variable)
      writer.write(string: object)
    case .set(_, let variable, let object, let value):
      writer.write(byte: variable)
      writer.write(string: object)
      value.write(to: &writer)
    case .subscribe(_, let object, let variables):
      writer.write(double: Self.always)
      writer.write(double: Self.always)
      writer.write(string: object)
      writer.write(byte: UInt8(clamping: variables.count))
      writer.write(bytes: Array(variables.prefix(255)))
    }
    return writer.bytes
  }

  /// The command as it travels: its length in one byte, or 0 and four bytes where that is too short.
  func write(to writer: inout TraCIWriter) {
    let body = body
    if body.count + 2 <= 255 {
      writer.write(byte: UInt8(body.count + 2))
    } else {
      writer.write(byte: 0)
      writer.write(int32: Int32(body.count + 6))
    }
    writer.write(byte: code)
    writer.write(bytes: body)
  }

  /// A whole message of commands, its length in front.
  public static func message(_ commands: [TraCICommand]) -> [UInt8] {
    var writer = TraCIWriter()
    for command in commands { command.write(to: &writer) }
    var message = TraCIWriter()
    message.write(int32: Int32(writer.bytes.count + 4))
    message.write(bytes: writer.bytes)
    return message.bytes
  }
}
