import Foundation
import Interchange
import Testing
import TrafficModel

@Suite struct UTDFBullheadTests {
  @Test("dump") func dump() throws {
    let path = ProcessInfo.processInfo.environment["CITYBRAIN_BULLHEAD_UTDF"] ?? ""
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let result = try UTDFReader.read(bytes, file: "UTDF.csv")
    for w in result.warnings { print(w.rule, "|", w.place, "|", w.message) }
    for l in result.laneGroupLoads {
      print(
        l.label, l.laneCount, l.flowVehiclesPerHour.rounded(), l.saturationFlowVehiclesPerHour, l.greenRatio,
        l.saturationDegree)
    }
    let n = result.scenario.network
    for l in n.links {
      print(
        l.name, l.title, l.lengthMeters, l.speedLimitMetersPerSecond,
        l.lanes.map { ($0.pocketMeters ?? -1, $0.saturationHeadwaySeconds ?? -1) })
    }
    for (i, m) in n.movements.enumerated() {
      print(
        result.movementLabels[i], n[m.from].name, n[m.to].name, m.turn, m.lanes, m.protectedGroups,
        m.permittedGroups, m.yieldsTo.map { result.movementLabels[$0.index] }, m.innerLengthMeters,
        m.turningSpeedMetersPerSecond ?? -1, m.waitingPlaceMeters,
        result.scenario.demand.turning[0].vehiclesPerHour[i])
    }
    for s in result.scenario.demand.sources { print(s) }
    for c in result.scenario.controllers {
      print(
        c.name, c.patterns,
        c.phases.map { ($0.number, $0.maximumGreen.text, $0.recall, $0.minimumGreen.text) }, c.detectors.count
      )
    }
    print(result.scenario.corridor.map { n[$0].name })
    print(n.detectors.count)
  }
}
