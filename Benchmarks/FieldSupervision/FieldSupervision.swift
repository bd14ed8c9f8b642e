import CabinetLink
import CabinetProtocols
import ControlLoop
import Foundation
import Interchange
import ProcessFigures
import SignalControl
import TrafficModel

/// One supervisor and many emulated cabinets over UDP, in real time: what the supervisor costs.
///
///     swift run -c release FieldSupervision [--cabinets 200] [--seconds 60] [--scenario Scenarios/isolated-junction]
///
/// The cabinets run in a second process of this program, which is not counted. Every cabinet is polled once a second,
/// armed, and commanded every two seconds; every command is journalled first.
@main
struct FieldSupervision {
  static func main() throws {
    let request = try Request(Array(CommandLine.arguments.dropFirst()))
    if request.isServing { try Street(request).serve() } else { try Supervision(request).run() }
  }
}

struct Request {
  var cabinets = 200
  var seconds = 60.0
  var scenario = "Scenarios/isolated-junction"
  var isServing = false

  struct Wrong: Error, CustomStringConvertible {
    var description: String
  }

  init(_ words: [String]) throws {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--serve" {
        isServing = true
        continue
      }
      guard let value = rest.popFirst() else { throw Wrong(description: "\(word) needs a value") }
      switch word {
      case "--cabinets": cabinets = min(1000, max(1, Int(value) ?? cabinets))
      case "--seconds": seconds = min(86_400, max(1, Double(value) ?? seconds))
      case "--scenario": scenario = value
      default: throw Wrong(description: "unknown option \(word)")
      }
    }
  }

  /// The first controller, and where it stands.
  func controller() throws -> (data: SignalController, network: Network) {
    let file = scenario.hasSuffix(".json") ? scenario : scenario + "/scenario.json"
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
    let scenario = try ScenarioReader.read(bytes, file: file).scenario
    guard let data = scenario.controllers.first else { throw Wrong(description: "\(file) has no controller") }
    return (data, scenario.network)
  }
}

/// The cabinets: told by ports on standard output, served until the supervisor goes away.
struct Street {
  private var cabinets: [ServedCabinet] = []
  private var sockets: [UDPSocket] = []
  private let origin = MonotonicClock.seconds

  init(_ request: Request) throws {
    let (data, network) = try request.controller()
    let unixSeconds = Int64(Date().timeIntervalSince1970)
    for _ in 0..<request.cabinets {
      var cabinet = ServedCabinet(
        try EmulatedCabinet(data, id: ControllerID(0), network: network),
        ntcip: NTCIPAgent(data, unixSeconds: unixSeconds))
      cabinet.start(at: .zero, unixMilliseconds: unixSeconds * 1000)
      cabinets.append(cabinet)
      sockets.append(try UDPSocket(listeningAt: "127.0.0.1", port: 0))
    }
  }

  func serve() throws {
    var cabinets = cabinets
    print(sockets.map { "\($0.port)" }.joined(separator: ","))
    fflush(nil)
    let input = Descriptor(FileHandle.standardInput.fileDescriptor, closes: false)
    let descriptors = sockets.map(\.descriptor) + [input]
    while true {
      let ready = Readiness.wait(for: descriptors, milliseconds: 20)
      // The supervisor is gone.
      if ready.contains(sockets.count) { return }
      let now = SimTime(milliseconds: Int64((MonotonicClock.seconds - origin) * 1000))
      for index in cabinets.indices where cabinets[index].nextDeadline <= now {
        cabinets[index].advance(to: now)
      }
      for index in ready {
        while let (bytes, sender) = try sockets[index].receive() {
          if let answer = cabinets[index].handleNTCIP(bytes, at: now) {
            try sockets[index].send(answer, to: sender)
          }
        }
      }
    }
  }
}

/// Calls another phase of every cabinet every two seconds.
struct TurningStrategy: Strategy {
  let name = "turning"
  let sensors = SensorPreset.none
  let phases: Int
  var step = 0

  mutating func decide(at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand])
    -> SimTime?
  {
    step += 1
    for index in view.statuses.indices {
      let call = PhaseSet(phase: (step + index) % max(1, phases))
      commands.append(
        AddressedCommand(controller: ControllerID(index), command: CabinetCommand(vehicleCalls: call)))
    }
    return now + TimeSpan(milliseconds: 2000)
  }
}

struct Supervision {
  private let request: Request

  init(_ request: Request) { self.request = request }

  func run() throws {
    let street = Process()
    let words = Pipe()
    let life = Pipe()
    street.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    street.arguments = ["--serve", "--cabinets", "\(request.cabinets)", "--scenario", request.scenario]
    street.standardOutput = words
    street.standardInput = life
    try street.run()
    defer {
      try? life.fileHandleForWriting.close()
      street.waitUntilExit()
    }
    var line = ""
    while !line.hasSuffix("\n") {
      let chunk = words.fileHandleForReading.availableData
      if chunk.isEmpty { throw Request.Wrong(description: "the cabinets did not start") }
      line += String(decoding: chunk, as: UTF8.self)
    }
    let ports = line.dropLast().split(separator: ",").compactMap { Int($0) }
    try supervise(ports)
  }

  private func supervise(_ ports: [Int]) throws {
    let (data, _) = try request.controller()
    let controllers = ports.indices.map { index in
      var controller = data
      controller.name = "\(index)"
      return controller
    }
    var client = SNMPClient.Configuration()
    client.readCommunity = client.writeCommunity
    let configuration = NTCIPManagerSession.Configuration(client: client)
    let supervisor = FieldSupervisor(
      controllers.enumerated().map { index, controller in
        (ControllerID(index), NTCIPManagerSession(controller, configuration))
      }, of: controllers, brain: TurningStrategy(phases: data.phases.count), arms: true)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("journal-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    let journal = try Journal(appendingTo: file.path, at: Date())
    var driver = try FieldDriver(
      supervisor,
      ways: ports.map {
        FieldWay(.udp(host: "127.0.0.1", port: $0), speaks: .ntcip(address: 1))
      }, journal: journal)
    let processor = ProcessorTime()
    let start = MonotonicClock.seconds
    var alarms = 0
    while MonotonicClock.seconds - start < request.seconds {
      alarms += try driver.step().filter { $0.contains("lost") || $0.contains("disarmed") }.count
    }
    let elapsed = MonotonicClock.seconds - start
    let cpu = processor.elapsedSeconds
    var trips = RoundTripTimes()
    for cabinet in driver.supervisor.cabinets { trips.merge(cabinet.session.roundTrips) }
    let armed = driver.supervisor.cabinets.filter { $0.session.state == .armed }.count
    _ = try driver.release()
    let reference = ProcessFigures.referenceLoop().seconds
    func figure(_ value: Double) -> String { String(format: "%.3f", value) }
    print(
      """
      cabinets            \(ports.count), armed at the end \(armed), alarms \(alarms)
      seconds             \(figure(elapsed))
      CPU                 \(figure(cpu)) s, \(figure(100 * cpu / elapsed)) % of one processor
      reference loop      \(figure(reference)) s of CPU
      peak memory         \(figure(ProcessFigures.peakMegabytes)) MB
      answers             \(trips.count), \(figure(Double(trips.count) / elapsed)) a second
      round trip          p50 \(trips.percentile(50).milliseconds) ms, p99 \(trips.percentile(99).milliseconds) ms, \
      longest \(trips.longest.milliseconds) ms
      commands            \(driver.supervisor.sentCommands), refused \(driver.supervisor.refusedCommands)
      """)
  }
}
