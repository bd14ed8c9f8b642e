import CabinetLink
import CabinetProtocols
import ControlLoop
import Foundation
import Interchange
import Synchronization
import TestSupport
import Testing
import TrafficModel

/// Our controller unit beside SUMO's own NEMA controller: SUMO's lamps drive the vehicles, both see the same detectors.
@Suite(.enabled(if: SUMOUnderTest.named != nil, SUMOUnderTest.hint), .serialized)
struct SUMONEMATests {
  static let seconds = 1800.0

  /// Eight phases with random times in whole seconds, as SUMO's step wants them; nobody walks, no call is remembered.
  private func plan(_ number: UInt64) throws -> Scenario {
    let path = SUMOUnderTest.repository.appending(path: "Scenarios/isolated-junction/scenario.json").path
    var scenario = try ScenarioReader.read(SUMOUnderTest.file(path).bytes, file: path).scenario
    var draws = RandomStream(seed: 6, purpose: .testing, place: number)
    func whole(_ range: ClosedRange<Int>) -> TimeSpan {
      TimeSpan(seconds: Double(range.lowerBound) + (draws.uniform() * Double(range.count)).rounded(.down))
    }
    var controller = scenario.controllers[0]
    let red = whole(1...3)
    for index in controller.phases.indices {
      controller.phases[index].minimumGreen = whole(5...9)
      controller.phases[index].maximumGreen = whole(15...35)
      controller.phases[index].passage = whole(2...4)
      controller.phases[index].yellow = TimeSpan(seconds: 4)
      controller.phases[index].redClearance = red
      controller.phases[index].pedestrianGroup = nil
      controller.phases[index].actuation = PhaseActuation(
        locksCalls: false, gapsOutSimultaneously: draws.uniform() < 0.5)
      controller.phases[index].recall = draws.uniform() < 0.4 ? .minimum : .none
      for group in controller.phases[index].groups {
        controller.groups[group].losing = [TimedIndication(.yellow, TimeSpan(seconds: 4))]
        controller.groups[group].minimumGreen = TimeSpan(seconds: 5)
      }
    }
    for a in 0..<controller.intergreens.count {
      for b in 0..<controller.intergreens.count where controller.conflicts[a, b] == .excluded {
        controller.intergreens[a, b] = TimeSpan(seconds: 4) + red
      }
    }
    for index in scenario.network.detectors.indices {
      scenario.network.detectors[index].distanceMeters = 0
      scenario.network.detectors[index].lengthMeters = 20
    }
    controller.options.startUpAllRed = .zero
    scenario.controllers[0] = controller
    scenario.demand.pedestrians = []
    // From quiet to busy.
    let factor = 0.3 + 0.07 * Double(number)
    for index in scenario.demand.sources.indices {
      for step in scenario.demand.sources[index].flow.indices {
        scenario.demand.sources[index].flow[step].vehiclesPerHour *= factor
      }
    }
    scenario.run = RunSettings(warmUp: .zero, duration: TimeSpan(seconds: Self.seconds))
    return scenario
  }

  /// Which phases are green at the end of each second, in SUMO and here.
  private func drive(_ scenario: Scenario, in folder: URL) throws -> [(sumo: Set<Int>, ours: Set<Int>)] {
    let sources = try SUMOSources.make(scenario, name: "road", programs: .nemaFree)
    for file in sources.files {
      try Data(file.text.utf8).write(to: folder.appending(path: file.name))
    }
    let sumo = try SUMOUnderTest.program()
    let netconvert = URL(fileURLWithPath: sumo).deletingLastPathComponent().appendingPathComponent(
      "netconvert")
    try SUMOProcess.runToEnd(
      program: netconvert.path,
      arguments: sources.netconvertArguments.dropFirst().map { word in
        word.hasSuffix(".xml") ? folder.appending(path: word).path : word
      })
    let net = try SUMOUnderTest.file(folder.appending(path: "road.net.xml").path)
    let mapping = try SUMOSources.mapping(of: scenario, to: net)
    let run = SUMORun(
      net: net.name, routes: [folder.appending(path: "road.rou.xml").path], beginSeconds: 0,
      endSeconds: Self.seconds)
    let process = try SUMOProcess(program: sumo, arguments: run.arguments)
    let connection = TraCIConnection(try process.connect())
    defer {
      connection.close()
      process.finish()
    }
    let record = LampRecord()
    let road = try WatchedRoad(scenario, mapping, connection, record)
    var loop = Loop(
      road: road, cabinets: try SUMOUnderTest.cabinets(scenario), brain: PlainStrategy(program: .free))
    try loop.run(until: SimTime(seconds: Self.seconds))
    #expect(loop.road.failure == nil)
    return record.seconds(scenario.controllers[0], mapping.signals[0])
  }

  @Test("ten random plans: SUMO's NEMA controller and ours show the same greens most of the time")
  func tenPlans() throws {
    var lines: [String] = []
    for number in UInt64(1)...10 {
      try SUMOUnderTest.withFolder { folder in
        let seconds = try drive(try plan(number), in: folder)
        // A lamp that changes within a step shows at the step's end: one second to either side.
        var agreeing = 0
        for (index, second) in seconds.enumerated() {
          let near = seconds[max(0, index - 1)...min(seconds.count - 1, index + 1)]
          if near.contains(where: { $0.ours == second.sumo }) { agreeing += 1 }
        }
        let share = Double(agreeing) / Double(max(1, seconds.count))
        lines.append("plan \(number): \(Int((share * 1000).rounded())) of 1000 seconds agree")
        if let path = ProcessInfo.processInfo.environment["CITYBRAIN_SUMO_NEMA_LOG"] {
          let text = seconds.enumerated().map { "\($0) \($1.sumo.sorted()) \($1.ours.sorted())" }
          try Data(text.joined(separator: "\n").utf8).write(
            to: URL(fileURLWithPath: path + "/plan\(number).txt"))
        }
        #expect(share > 0.5, "\(lines[lines.count - 1])")
      }
    }
    print(lines.joined(separator: "\n"))
  }
}

/// What both controllers showed.
private final class LampRecord: Sendable {
  private struct State {
    var sumo: [String] = []
    var ours: [(time: SimTime, change: IndicationChange)] = []
  }

  private let state = Mutex(State())

  func note(_ lamps: String) { state.withLock { $0.sumo.append(lamps) } }

  func note(_ changes: ContiguousArray<IndicationChange>, at time: SimTime) {
    state.withLock { state in for change in changes { state.ours.append((time, change)) } }
  }

  /// By second: the numbers of the phases that are green.
  func seconds(
    _ controller: SignalController, _ signal: SUMOMapping.Signal
  ) -> [(sumo: Set<Int>, ours: Set<Int>)] {
    state.withLock { state in
      var lamps = [Indication](repeating: .red, count: controller.groups.count)
      var next = 0
      return state.sumo.enumerated().map { second, text in
        let now = SimTime(seconds: Double(second + 1))
        while next < state.ours.count, state.ours[next].time < now {
          lamps[state.ours[next].change.group] = state.ours[next].change.indication
          next += 1
        }
        var sumo: Set<Int> = []
        var ours: Set<Int> = []
        for phase in controller.phases {
          if phase.groups.contains(where: { lamps[$0] == .green }) { ours.insert(phase.number) }
          let links = signal.links.indices.filter { link in
            signal.links[link].protectedGroup.map { phase.groups.contains($0) } ?? false
          }
          let characters = Array(text.utf8)
          if links.contains(where: { characters[$0] == UInt8(ascii: "G") }) { sumo.insert(phase.number) }
        }
        return (sumo, ours)
      }
    }
  }
}

/// SUMO's road under SUMO's own lamps; what our cabinet shows is noted and shown to nobody.
private struct WatchedRoad: RoadSeat {
  private var road: TraCIRoad
  private let connection: TraCIConnection
  private let signal: String
  private let record: LampRecord
  private var time = SimTime.zero

  init(
    _ scenario: Scenario, _ mapping: SUMOMapping, _ connection: TraCIConnection, _ record: LampRecord
  ) throws {
    signal = mapping.signals[0].id
    // A signal without links is never told anything.
    var silent = mapping
    silent.signals[0].links = []
    road = try TraCIRoad(connection, scenario: scenario, mapping: silent)
    self.connection = connection
    self.record = record
  }

  var failure: LinkError? { road.failure }

  mutating func advance(to end: SimTime, inputs: inout ContiguousArray<TimedInput>) -> SimTime {
    let step = TimeSpan(seconds: 1)
    while time + step <= end {
      time += step
      _ = road.advance(to: time, inputs: &inputs)
      if let lamps = try? connection.value(.trafficLight, TraCIVariable.lightState, of: signal).text {
        record.note(lamps)
      }
      if !inputs.isEmpty { return time }
    }
    return end
  }

  mutating func show(_ changes: ContiguousArray<IndicationChange>, at time: SimTime) {
    record.note(changes, at: time)
  }

  func observe(
    _ preset: SensorPreset, at time: SimTime, into observations: inout [VehicleObservation]
  ) {}
}
