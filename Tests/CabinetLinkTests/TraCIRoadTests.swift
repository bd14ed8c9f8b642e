import CabinetLink
import CabinetProtocols
import ControlLoop
import Foundation
import Interchange
import Testing
import TrafficModel

/// Our cabinets on SUMO's road.
@Suite(.enabled(if: SUMOUnderTest.named != nil, SUMOUnderTest.hint), .serialized)
struct TraCIRoadTests {
  /// Drives the junction to its end and returns the road.
  private func drive(
    _ imported: SUMOImport, _ run: SUMORun, _ program: ProgramRequest = .local, watches: Bool = true
  ) throws -> TraCIRoad {
    let process = try SUMOProcess(program: SUMOUnderTest.program(), arguments: run.arguments)
    let connection = TraCIConnection(try process.connect())
    defer {
      connection.close()
      process.finish()
    }
    #expect(try SUMORun.checkVersion(connection).hasPrefix("SUMO"))
    let road = try TraCIRoad(
      connection, scenario: imported.scenario, mapping: imported.mapping, watchesVehicles: watches)
    var loop = Loop(
      road: road, cabinets: try SUMOUnderTest.cabinets(imported.scenario),
      brain: PlainStrategy(program: program))
    try loop.run(until: imported.scenario.run.end)
    #expect(loop.road.failure == nil)
    return loop.road
  }

  private func trips(_ path: String) throws -> [SUMOTrip] {
    try SUMOTripReader.read(SUMOUnderTest.file(path))
  }

  @Test("our plan shown by our cabinet gives the trips that SUMO gives running it itself")
  func samePlanSameTrips() throws {
    try SUMOUnderTest.withFolder { folder in
      // Whole seconds, because SUMO's step is one: its own program and ours switch at the same steps.
      let imported = try SUMOUnderTest.junction(
        SUMOOptions(beginSeconds: 0, endSeconds: 300, yellow: TimeSpan(milliseconds: 4000)))
      let plan = folder.appending(path: "plan.xml")
      try Data(
        SUMOProgramWriter.additional(imported.scenario, imported.mapping, beginSeconds: 0).utf8
      ).write(to: plan)
      let theirs = folder.appending(path: "theirs.xml").path
      var run = SUMOUnderTest.run(tripinfo: theirs)
      run.additional = [plan.path]
      try SUMOProcess.runToEnd(program: SUMOUnderTest.program(), arguments: run.arguments)
      let ours = folder.appending(path: "ours.xml").path
      _ = try drive(imported, SUMOUnderTest.run(tripinfo: ours), watches: false)
      #expect(try trips(theirs).count == 40)
      #expect(try trips(ours) == trips(theirs))
    }
  }

  @Test("SUMO's own record of the lamps holds no excluded pair and no short yellow")
  func lampsAsSUMOShowsThem() throws {
    try SUMOUnderTest.withFolder { folder in
      let imported = try SUMOUnderTest.junction(
        SUMOOptions(beginSeconds: 0, endSeconds: 300, yellow: TimeSpan(milliseconds: 3000)))
      let record = folder.appending(path: "lamps.xml").path
      let asked = folder.appending(path: "asked.xml")
      try Data(
        """
        <additional><timedEvent type="SaveTLSStates" source="signal_C" dest="\(record)"/></additional>
        """.utf8
      ).write(to: asked)
      var run = SUMOUnderTest.run()
      run.additional = [asked.path]
      _ = try drive(imported, run, .free)
      let states = try String(contentsOfFile: record, encoding: .utf8).split(separator: "\n").compactMap {
        line in
        line.firstRange(of: "state=\"").map { Array(line[$0.upperBound...].prefix { $0 != "\"" }.utf8) }
      }
      #expect(states.count == 300)
      let signal = imported.mapping.signals[0]
      for state in states { #expect(signal.excludedPair(in: state) == nil) }
      #expect(Set(states).count > 4)
      for link in signal.links.indices {
        var yellow = 0
        for state in states {
          if state[link] == UInt8(ascii: "y") {
            yellow += 1
          } else {
            #expect(yellow == 0 || yellow >= 3)
            yellow = 0
          }
        }
      }
    }
  }

  @Test("detectors see the vehicles, and an actuated cabinet serves who is there")
  func detectors() throws {
    let imported = try SUMOUnderTest.junction(
      SUMOOptions(beginSeconds: 0, endSeconds: 300, yellow: TimeSpan(milliseconds: 3000)))
    let process = try SUMOProcess(
      program: SUMOUnderTest.program(), arguments: SUMOUnderTest.run().arguments)
    let connection = TraCIConnection(try process.connect())
    defer {
      connection.close()
      process.finish()
    }
    var road = try TraCIRoad(connection, scenario: imported.scenario, mapping: imported.mapping)
    var inputs: ContiguousArray<TimedInput> = []
    var reached = SimTime.zero
    while reached < SimTime(seconds: 100) {
      reached = road.advance(to: SimTime(seconds: 100), inputs: &inputs)
    }
    var observations: [VehicleObservation] = []
    road.observe(.laneArea(meters: 100), at: reached, into: &observations)
    #expect(!inputs.isEmpty && !observations.isEmpty)
    // All red: somebody stands at a stop line.
    #expect(observations.contains { $0.distanceMeters < 5 && $0.speedMetersPerSecond < 0.1 })
    #expect(observations.allSatisfy { $0.distanceMeters <= 100 })
    #expect(Set(observations.map(\.vehicle)).count == observations.count)
  }

  @Test("a SUMO that dies in mid-run is told, and the road stands still")
  func deadInMidRun() throws {
    let imported = try SUMOUnderTest.junction()
    let process = try SUMOProcess(
      program: SUMOUnderTest.program(), arguments: SUMOUnderTest.run().arguments)
    let connection = TraCIConnection(try process.connect())
    var road = try TraCIRoad(connection, scenario: imported.scenario, mapping: imported.mapping)
    var inputs: ContiguousArray<TimedInput> = []
    while road.advance(to: SimTime(seconds: 20), inputs: &inputs) < SimTime(seconds: 20) {}
    process.stop()
    #expect(!process.isRunning)
    #expect(road.advance(to: SimTime(seconds: 30), inputs: &inputs) == SimTime(seconds: 30))
    #expect(road.failure?.kind == .dead)
  }

  @Test("routes of another network make SUMO end with its reason")
  func foreignRoutes() throws {
    try SUMOUnderTest.withFolder { folder in
      let routes = folder.appending(path: "foreign.rou.xml")
      try Data("<routes><vehicle id=\"v\" depart=\"0\"><route edges=\"nowhere\"/></vehicle></routes>".utf8)
        .write(to: routes)
      var run = SUMOUnderTest.run()
      run.routes = [routes.path]
      let process = try SUMOProcess(program: SUMOUnderTest.program(), arguments: run.arguments)
      let error = #expect(throws: LinkError.self) {
        let connection = TraCIConnection(try process.connect())
        _ = try connection.ask([.simulationStep(until: 0)])
      }
      process.finish(seconds: 5)
      #expect(error != nil)
      #expect(process.lastWords.contains("nowhere"))
      #expect(!process.isRunning)
    }
  }

  @Test("a scenario of another network is refused before the first step")
  func foreignScenario() throws {
    var imported = try SUMOUnderTest.junction()
    imported.mapping.signals[0].links.removeLast()
    let process = try SUMOProcess(
      program: SUMOUnderTest.program(), arguments: SUMOUnderTest.run().arguments)
    let connection = TraCIConnection(try process.connect())
    defer {
      connection.close()
      process.finish()
    }
    let error = #expect(throws: LinkError.self) {
      try TraCIRoad(connection, scenario: imported.scenario, mapping: imported.mapping)
    }
    #expect(error?.kind == .refused)
    #expect(error?.description.contains("has 16 links in SUMO and 15") == true)
  }

  @Test("a port that is taken keeps the second SUMO from starting")
  func portTaken() throws {
    let first = try SUMOProcess(
      program: SUMOUnderTest.program(), arguments: SUMOUnderTest.run().arguments)
    let stream = try first.connect()
    let error = #expect(throws: LinkError.self) {
      try SUMOProcess(
        program: SUMOUnderTest.program(), arguments: SUMOUnderTest.run().arguments, port: first.port)
    }
    #expect(error?.kind == .port)
    stream.close()
    first.finish(seconds: 1)
    #expect(!first.isRunning)
  }
}
