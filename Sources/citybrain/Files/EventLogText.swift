import TrafficModel

/// The event log of a run as CSV: `time_s,event,subject,object`, with the scenario's own names.
///
/// The subject is a vehicle (numbered in order of demand), a detector, a controller or a crosswalk; the object a
/// link, a lane (`link:lane` from the kerb), a movement (`from>to`), a group's lamp (`group:colour`), or how many
/// pedestrians start.
struct EventLogText {
  private let links: [String]
  private let lanes: [String]
  private let movements: [String]
  private let detectors: [String]
  private let crosswalks: [String]
  private let controllers: [String]
  /// By controller, then group.
  private let groups: [[String]]

  init(_ scenario: Scenario) {
    let network = scenario.network
    links = network.links.map { Self.quoted($0.name) }
    lanes = network.links.flatMap { link in
      link.lanes.indices.map { Self.quoted("\(link.name):\($0)") }
    }
    movements = network.movements.map { Self.quoted("\(network[$0.from].name)>\(network[$0.to].name)") }
    detectors = network.detectors.map { Self.quoted($0.name) }
    crosswalks = network.crosswalks.map { Self.quoted($0.name) }
    controllers = scenario.controllers.map { Self.quoted($0.name) }
    groups = scenario.controllers.map { $0.groups.map(\.name) }
  }

  /// The records in order of time; those of one millisecond in the order in which the run made them.
  func csv(_ events: ContiguousArray<EventRecord>) -> [UInt8] {
    var bytes = Array("time_s,event,subject,object\n".utf8)
    bytes.reserveCapacity(events.count * 40)
    // The road knows departures before they happen, so its log runs ahead in places.
    let order = events.indices.sorted {
      (events[$0].milliseconds, $0) < (events[$1].milliseconds, $1)
    }
    for event in order.lazy.map({ events[$0] }) {
      Self.append(milliseconds: event.milliseconds, to: &bytes)
      let (subject, object) = names(of: event)
      for field in [event.kind.name, subject, object] {
        bytes.append(UInt8(ascii: ","))
        bytes.append(contentsOf: field.utf8)
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  private func names(of event: EventRecord) -> (subject: String, object: String) {
    let entity = Int(event.entity)
    let value = Int(event.value)
    switch event.kind {
    case .vehicleDemanded, .vehicleFinished: return ("\(entity)", Self.name(links, value))
    case .laneEntered: return ("\(entity)", Self.name(lanes, value))
    case .crossedOnRed: return ("", Self.name(movements, entity))
    case .stopLineCrossed: return ("\(entity)", Self.name(movements, value))
    case .detectorOn, .detectorOff: return (Self.name(detectors, entity), "")
    case .indication: return (Self.name(controllers, entity), lamp(controller: entity, packed: value))
    case .pedestrianArrived: return (Self.name(crosswalks, entity), "")
    case .pedestrianStarted: return (Self.name(crosswalks, entity), "\(value)")
    case .locked, .squeezed: return (Self.name(links, entity), "")
    }
  }

  private func lamp(controller: Int, packed: Int) -> String {
    let colour = Indication(rawValue: UInt8(truncatingIfNeeded: packed & 15)).map { "\($0)" } ?? ""
    guard groups.indices.contains(controller) else { return colour }
    return Self.quoted("\(Self.name(groups[controller], packed >> 4)):\(colour)")
  }

  private static func name(_ names: [String], _ index: Int) -> String {
    names.indices.contains(index) ? names[index] : "\(index)"
  }

  /// Seconds with three decimals.
  private static func append(milliseconds: UInt32, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: String(milliseconds / 1000).utf8)
    bytes.append(UInt8(ascii: "."))
    let fraction = milliseconds % 1000
    for digit in [fraction / 100, fraction / 10 % 10, fraction % 10] {
      bytes.append(UInt8(ascii: "0") + UInt8(digit))
    }
  }

  /// A field in quotes if it holds what CSV would take for structure (RFC 4180).
  static func quoted(_ field: String) -> String {
    let needsQuotes = field.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
    return needsQuotes
      ? "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
      : field
  }
}

extension RecordKind {
  fileprivate var name: String {
    switch self {
    case .vehicleDemanded: "vehicleDemanded"
    case .laneEntered: "laneEntered"
    case .stopLineCrossed: "stopLineCrossed"
    case .vehicleFinished: "vehicleFinished"
    case .detectorOn: "detectorOn"
    case .detectorOff: "detectorOff"
    case .indication: "indication"
    case .pedestrianArrived: "pedestrianArrived"
    case .pedestrianStarted: "pedestrianStarted"
    case .crossedOnRed: "crossedOnRed"
    case .locked: "locked"
    case .squeezed: "squeezed"
    }
  }
}
