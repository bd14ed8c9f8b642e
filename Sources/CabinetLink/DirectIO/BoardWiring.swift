import SignalControl
import TrafficModel

/// A channel map that has been checked against a controller, with numbers instead of names.
public struct BoardWiring: Sendable {
  /// A sensor and what it means to the cabinet.
  struct Contact: Sendable {
    var input: Int
    var isInverted: Bool
    var meaning: Meaning
  }

  enum Meaning: Sendable {
    case detector(DetectorID)
    case pushButton(CrosswalkID)
    case monitorIsGood
  }

  /// By signal group: coils of red, yellow and green; −1 where there is no lamp.
  let lampCoils: [(red: Int, yellow: Int, green: Int)]
  let contacts: [Contact]
  let coilCount: Int
  let inputCount: Int
  let unit: UInt8
  let heartbeatCoil: Int?
  let watchdog: BoardMap.Watchdog?
  let poll: TimeSpan
  let refresh: TimeSpan

  /// Limits of one Modbus frame: 1968 coils written, 2000 inputs read.
  static let coilLimit = 1968
  static let inputLimit = 2000

  public init(
    _ map: BoardMap, for controller: SignalController, in network: Network
  ) throws(BoardMapFailure) {
    guard (1...247).contains(map.unit) else {
      throw BoardMapFailure(place: "unit", found: "\(map.unit)", expected: "an address from 1 to 247")
    }
    unit = UInt8(map.unit)
    var used: [Int: String] = [:]
    lampCoils = try Self.lamps(map, controller, &used)
    if let coil = map.heartbeatCoil { try Self.take(coil, "heartbeatCoil", Self.coilLimit, &used) }
    heartbeatCoil = map.heartbeatCoil
    coilCount = (used.keys.max() ?? -1) + 1
    contacts = try Self.contacts(map, network)
    inputCount = (contacts.map(\.input).max() ?? -1) + 1
    watchdog = try Self.watchdog(map, coilCount)
    poll = TimeSpan(milliseconds: Int64(try Self.milliseconds(map.pollMilliseconds, 100, "pollMilliseconds")))
    refresh = TimeSpan(
      milliseconds: Int64(try Self.milliseconds(map.refreshMilliseconds, 250, "refreshMilliseconds")))
    if let watchdog, Int64(watchdog.timeoutMilliseconds) < 2 * refresh.milliseconds {
      throw BoardMapFailure(
        place: "watchdog.timeoutMilliseconds", found: "\(watchdog.timeoutMilliseconds)",
        expected:
          "at least two refreshes, \(2 * refresh.milliseconds): one lost frame must not darken the junction")
    }
  }

  private static func lamps(
    _ map: BoardMap, _ controller: SignalController, _ used: inout [Int: String]
  ) throws(BoardMapFailure) -> [(red: Int, yellow: Int, green: Int)] {
    var coils = controller.groups.map { _ in (red: -1, yellow: -1, green: -1) }
    for (index, lamp) in map.lamps.enumerated() {
      let place = "lamps[\(index)]"
      guard let group = controller.groups.firstIndex(where: { $0.name == lamp.group }) else {
        throw BoardMapFailure(
          place: "\(place).group", found: lamp.group,
          expected:
            "a signal group of \(controller.name): \(controller.groups.map(\.name).joined(separator: ", "))")
      }
      try take(lamp.coil, "\(place).coil", coilLimit, &used)
      switch lamp.color {
      case .red: coils[group].red = lamp.coil
      case .yellow: coils[group].yellow = lamp.coil
      case .green: coils[group].green = lamp.coil
      }
    }
    for (index, group) in controller.groups.enumerated() {
      let needsYellow = (group.losing + group.gaining).contains {
        !LampOutputs($0.indication).isDisjoint(with: [.yellow, .flashingYellow])
      }
      // A head without its red or yellow lamp would take a clearance away without a word.
      if coils[index].red < 0 || coils[index].green < 0 && group.proceed == .green
        || coils[index].yellow < 0 && needsYellow
      {
        throw BoardMapFailure(
          place: "lamps", found: "no coil for every lamp of group \(group.name)",
          expected: "coils for red\(needsYellow ? ", yellow" : "") and green")
      }
    }
    return coils
  }

  private static func contacts(_ map: BoardMap, _ network: Network) throws(BoardMapFailure) -> [Contact] {
    var used: [Int: String] = [:]
    var contacts: [Contact] = []
    for (index, sensor) in (map.detectors ?? []).enumerated() {
      guard let detector = network.detectors.firstIndex(where: { $0.name == sensor.name }) else {
        throw BoardMapFailure(
          place: "detectors[\(index)].name", found: sensor.name, expected: "a detector of the scenario")
      }
      try take(sensor.input, "detectors[\(index)].input", inputLimit, &used)
      contacts.append(
        Contact(
          input: sensor.input, isInverted: sensor.isInverted ?? false,
          meaning: .detector(DetectorID(detector))))
    }
    for (index, sensor) in (map.pushButtons ?? []).enumerated() {
      guard let crosswalk = network.crosswalks.firstIndex(where: { $0.name == sensor.name }) else {
        throw BoardMapFailure(
          place: "pushButtons[\(index)].name", found: sensor.name, expected: "a crosswalk of the scenario")
      }
      try take(sensor.input, "pushButtons[\(index)].input", inputLimit, &used)
      contacts.append(
        Contact(
          input: sensor.input, isInverted: sensor.isInverted ?? false,
          meaning: .pushButton(CrosswalkID(crosswalk))))
    }
    if let monitor = map.monitor {
      try take(monitor.input, "monitor.input", inputLimit, &used)
      contacts.append(
        Contact(input: monitor.input, isInverted: !(monitor.isOnWhenGood ?? true), meaning: .monitorIsGood))
    }
    return contacts
  }

  private static func watchdog(
    _ map: BoardMap, _ coilCount: Int
  ) throws(BoardMapFailure) -> BoardMap.Watchdog? {
    guard let watchdog = map.watchdog else { return nil }
    guard (300...10_000).contains(watchdog.timeoutMilliseconds) else {
      throw BoardMapFailure(
        place: "watchdog.timeoutMilliseconds", found: "\(watchdog.timeoutMilliseconds)",
        expected: "300 to 10000")
    }
    guard watchdog.unitMilliseconds > 0, (0...65_535).contains(watchdog.register),
      watchdog.timeoutMilliseconds % watchdog.unitMilliseconds == 0,
      watchdog.timeoutMilliseconds / watchdog.unitMilliseconds <= 65_535
    else {
      throw BoardMapFailure(
        place: "watchdog", found: "register \(watchdog.register), unit \(watchdog.unitMilliseconds) ms",
        expected: "a register from 0 to 65535 and a time-out that is a whole number of units")
    }
    if let coil = watchdog.safeCoils.first(where: { !(0..<coilCount).contains($0) }) {
      throw BoardMapFailure(
        place: "watchdog.safeCoils", found: "\(coil)", expected: "coils of the map, 0 to \(coilCount - 1)")
    }
    return watchdog
  }

  private static func take(
    _ number: Int, _ place: String, _ limit: Int, _ used: inout [Int: String]
  ) throws(BoardMapFailure) {
    guard (0..<limit).contains(number) else {
      throw BoardMapFailure(place: place, found: "\(number)", expected: "a number from 0 to \(limit - 1)")
    }
    if let other = used[number] {
      throw BoardMapFailure(
        place: place, found: "\(number)", expected: "a number that \(other) does not have")
    }
    used[number] = place
  }

  private static func milliseconds(
    _ value: Int?, _ standard: Int, _ place: String
  ) throws(BoardMapFailure) -> Int {
    let value = value ?? standard
    guard (20...5000).contains(value) else {
      throw BoardMapFailure(place: place, found: "\(value)", expected: "20 to 5000")
    }
    return value
  }
}
