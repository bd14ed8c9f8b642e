import CabinetProtocols
import TestSupport
import Testing
import TrafficModel

@Suite("NTCIP objects")
struct NTCIPObjectTests {
  static let controller = SignalFixture.eightPhase { sketches in
    for index in sketches.indices { sketches[index].walk = (7, 10) }
  }

  @Test("every name has exactly one line of the table, in a place of its own")
  func table() {
    #expect(NTCIPObject.all.count == NTCIPObjectName.allCases.count)
    #expect(Set(NTCIPObject.all.map(\.name)).count == NTCIPObject.all.count)
    #expect(Set(NTCIPObject.all.map(\.prefix)).count == NTCIPObject.all.count)
    for name in NTCIPObjectName.allCases { #expect(NTCIPObject.named(name).name == name) }
  }

  static let places: [(NTCIPInstance, String)] = [
    (NTCIPInstance(.phaseStatusGroupGreens, 1), "1.3.6.1.4.1.1206.4.2.1.1.4.1.4.1"),
    (NTCIPInstance(.systemPatternControl), "1.3.6.1.4.1.1206.4.2.1.4.14.0"),
    (NTCIPInstance(.splitTime, 3, 8), "1.3.6.1.4.1.1206.4.2.1.4.9.1.3.3.8"),
    (NTCIPInstance(.globalTime), "1.3.6.1.4.1.1206.4.2.6.3.1.0"),
    (NTCIPInstance(.dayPlanHour, 1, 2), "1.3.6.1.4.1.1206.4.2.6.3.3.5.1.3.1.2"),
    (NTCIPInstance(.detectorOccupancy, 7), "1.3.6.1.4.1.1206.4.2.1.2.5.4.1.2.7"),
    (NTCIPInstance(.unitControlStatus), "1.3.6.1.4.1.1206.4.2.1.3.5.0"),
    (NTCIPInstance(.dbCreateTransaction), "1.3.6.1.4.1.1206.4.2.6.2.1.0"),
  ]

  @Test("instances have the names of the standard", arguments: places)
  func names(instance: NTCIPInstance, text: String) throws {
    let name = try #require(ObjectIdentifier(text))
    #expect(instance.name == name)
    #expect(NTCIPInstance(name) == instance)
  }

  @Test("a walk meets every row once, in order, and finds it from any name before it")
  func walk() {
    let dimensions = NTCIPDimensions(Self.controller)
    var name = ObjectIdentifier([1, 3])
    var walked: [NTCIPInstance] = []
    while let next = dimensions.instance(after: name) {
      #expect(name < next.name)
      walked.append(next)
      name = next.name
    }
    #expect(walked == NTCIPObject.all.flatMap { dimensions.instances(of: $0) })
    #expect(walked.allSatisfy { dimensions.contains($0) })
  }

  @Test("odd names lead to the next row and never past one", arguments: 0..<20)
  func oddNames(seed: Int) {
    let dimensions = NTCIPDimensions(Self.controller)
    let names = NTCIPObject.all.flatMap { dimensions.instances(of: $0) }.map(\.name)
    var random = RandomStream.test(seed)
    for _ in 0..<20 {
      var name = names[random.below(names.count)]
      switch random.below(4) {
      case 0: name.arcs.removeLast(random.below(name.arcs.count - 2))
      case 1: name.arcs[name.arcs.count - 1] = UInt32(random.below(300))
      case 2: name.arcs.append(UInt32(random.below(3)))
      default: name.arcs[random.below(name.arcs.count)] = UInt32(random.below(40))
      }
      #expect(dimensions.instance(after: name)?.name == names.first { $0 > name }, "after \(name)")
    }
  }

  @Test("the phases of a controller stand in the phase table in the units of the standard")
  func phases() {
    let database = NTCIPDatabase(Self.controller)
    #expect(database.number(.maxPhases) == 8)
    #expect(database.number(.phaseMinimumGreen, 2) == 5)
    #expect(database.number(.phaseYellowChange, 2) == 30)
    #expect(database.number(.phaseRedClear, 2) == 10)
    #expect(database.number(.phaseWalk, 2) == 7)
    #expect(database.number(.phasePedestrianClear, 2) == 10)
    #expect(database.number(.phaseRing, 6) == 2)
    #expect(database.octets(.phaseConcurrency, 2) == [5, 6])
    #expect(database.octets(.sequenceData, 1, 2) == [5, 6, 7, 8])
    #expect(database.losses.isEmpty)
  }

  @Test("a time that the unit of an object cannot say is rounded up and told")
  func losses() {
    var controller = Self.controller
    controller.phases[1].minimumGreen = TimeSpan(tenths: 55)
    let database = NTCIPDatabase(controller)
    #expect(database.number(.phaseMinimumGreen, 2) == 6)
    #expect(database.losses.map(\.instance) == [NTCIPInstance(.phaseMinimumGreen, 2)])
  }

  @Test("an unchanged database is the same controller, a changed one is checked", arguments: 0..<40)
  func back(seed: Int) throws {
    var maker = RandomController(seed: UInt64(seed))
    let controller = maker.nextValid()
    var database = NTCIPDatabase(controller)
    #expect(try database.controller(basedOn: controller) == controller)
    guard let pattern = controller.patterns.first, case .ringBarrier = pattern.timing else { return }
    let cycle = database.number(.patternCycleTime, pattern.number)
    guard cycle > 0 && cycle < 250, database.number(.patternOffsetTime, pattern.number) < cycle else {
      return
    }
    database.set(
      NTCIPInstance(.patternOffsetTime, pattern.number), to: .integer(Int64(cycle)))
    #expect(throws: NTCIPVerificationFailure.self) { try database.controller(basedOn: controller) }
  }
}
