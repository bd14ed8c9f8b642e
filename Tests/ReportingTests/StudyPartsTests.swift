import Interchange
import Reporting
import Testing
import TrafficModel

@Suite("Vehicle classes, routes, lane groups and the corridor of a study")
struct StudyPartsTests {
  /// Two signals; by hand: ten lorries, four trips over a route, and the same figures at every movement.
  private func document() -> StudyDocument {
    var scenario = SyntheticScenario(SyntheticStudy.Options()).scenario
    scenario.demand.vehicleClasses = [VehicleClass(name: "lorry")]
    scenario.demand.routes = [Route(name: "to the harbour", links: scenario.corridor)]
    var run = RunMeasures(
      replication: 1, measuredSeconds: 3600, network: scenario.network, demand: scenario.demand)
    run.classes[2].demanded = 10
    run.classes[2].finished = 8
    run.classes[2].delaySeconds = 300
    run.classes[2].finishedTravelSeconds = 960
    run.classes[2].stops = 15
    run.classes[2].persons = 12
    run.classes[2].personDelaySeconds = 420
    run.routes[0].demanded = 4
    run.routes[0].finished = 4
    run.routes[0].delaySeconds = 50
    run.routes[0].finishedTravelSeconds = 280
    run.routes[0].stops = 2
    for index in run.movements.indices {
      run.movements[index].passed = 20
      run.movements[index].delaySeconds = 20 * Double(10 + index)
      run.movements[index].travelSeconds = 20 * Double(40 + index)
      run.movements[index].stops = 10
    }
    let volume = MovementAnalysis(
      volumeVehiclesPerHour: 90, capacityVehiclesPerHour: 80, degreeOfSaturation: 1.125, hcmDelaySeconds: 70)
    let result = StudyResult(
      scenario: scenario, seed: 1,
      strategies: [
        StrategyResult(name: "fixed", runs: [run], analyses: scenario.network.movements.map { _ in volume })
      ])
    return StudyDocument(result, manifest: SyntheticStudy.manifest(SyntheticStudy.Options()))
  }

  private func values(
    _ document: StudyDocument, _ kind: StudyPartKind, _ index: Int, _ measures: [StudyMeasure]
  ) -> [Double?] {
    measures.map { document.strategies[0].parts(kind)[index][$0][0] }
  }

  @Test("a class has its vehicles, persons and means; a class that nobody drives has no means")
  func classes() {
    let document = document()
    #expect(document.parts(.vehicleClasses).map(\.name) == ["car", "heavy vehicle", "lorry"])
    let measures = StudyPartKind.vehicleClasses.measures
    #expect(values(document, .vehicleClasses, 2, measures) == [10, 8, 30, 120, 1.5, 12, 35])
    #expect(values(document, .vehicleClasses, 0, measures) == [0, 0, nil, nil, nil, 0, nil])
  }

  @Test("a route has its vehicles and their means")
  func routes() {
    let document = document()
    #expect(document.parts(.routes).map(\.name) == ["to the harbour"])
    #expect(values(document, .routes, 0, StudyPartKind.routes.measures) == [4, 4, 12.5, 70, 0.5])
  }

  @Test("a lane group names its approach and turns, and demand above capacity is F whatever the delay")
  func laneGroups() {
    let document = document()
    let groups = document.parts(.laneGroups)
    #expect(groups.count == 16)
    #expect(groups[0].node == "1" && groups[0].name == "WB left" && groups[0].movements == [0])
    #expect(
      values(document, .laneGroups, 0, [.throughput, .delayPerVehicle, .stopsPerVehicle]) == [20, 10, 0.5])
    #expect(document.text().contains("\"levelOfService\": \"F\""))
  }

  @Test("the corridor's travel time is the sum over its movements, each way")
  func corridor() {
    let document = document()
    #expect(document.parts(.corridors).map(\.name) == ["Main Street EB", "Main Street WB"])
    // Eastbound through is movement 1 of the first signal and 9 of the second; westbound through is 5 and 13.
    #expect(
      values(document, .corridors, 0, [.travelTime, .delayPerVehicle, .stopsPerVehicle]) == [90, 30, 1])
    #expect(values(document, .corridors, 1, [.travelTime, .delayPerVehicle]) == [98, 38])
  }

  @Test("parts read back, and a result without them still reads")
  func reading() throws {
    var document = document()
    let read = try StudyDocument.decode(Array(document.text().utf8), file: "result.json")
    #expect(read.parts == document.parts && read.strategies == document.strategies)
    let none: [[PartRecord]] = [[], [], [], []]
    document.parts = none
    document.strategies[0].parts = [[], [], [], []]
    let old = document.text()
    #expect(!old.contains("laneGroups") && !old.contains("corridors"))
    #expect(try StudyDocument.decode(Array(old.utf8), file: "old.json").parts == none)
  }

  @Test("a lane group that points beyond the movements is refused with its place")
  func badMovement() {
    let text = document().text().replacing("\"movements\": [0]", with: "\"movements\": [99]")
    let error = #expect(throws: DocumentError.self) {
      try StudyDocument.decode(Array(text.utf8), file: "result.json")
    }
    #expect(error?.path.contains("laneGroups[0].movements[0]") == true)
  }

  @Test("text, tables and report show the parts")
  func shown() throws {
    let document = document()
    let text = ComparisonText(document).text()
    #expect(text.contains("Main Street EB: Travel time"))
    #expect(!text.contains("Vehicle classes"), "one class alone is the network")
    let tables = StudyTables.csv(document)
    #expect(
      tables.suffix(4).map(\.name) == [
        "vehicle-classes.csv", "routes.csv", "lane-groups.csv", "corridors.csv",
      ])
    let routes = try #require(tables.first { $0.name == "routes.csv" })
    #expect(routes.text.contains("to the harbour,fixed,4,,,4,,,12.5"))
  }
}
