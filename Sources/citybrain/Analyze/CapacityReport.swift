import Interchange
import Reporting
import TimingOptimization
import TrafficModel

/// The capacity analysis of junctions with all intermediate values, as text that can be followed by hand.
struct CapacityReport: Sendable {
  let scenario: Scenario
  let nodes: [NodeID]
  let analysis: HCMSignalisedAnalysis
  let paths: [CriticalPath]
  let files: [InputFile]
  private let approaches: ApproachNames

  init(_ scenario: Scenario, nodes: [NodeID], parameters: AnalysisParameters, files: [InputFile]) {
    self.scenario = scenario
    self.nodes = nodes
    self.files = files
    analysis = HCMSignalisedAnalysis(scenario, parameters: parameters)
    paths = CriticalPath.all(scenario, parameters: parameters)
    approaches = ApproachNames(scenario.network)
  }

  private func number(_ value: Double, _ decimals: Int) -> String {
    value.isFinite ? NumberText.fixed(value, decimals: decimals) : "-"
  }

  var hours: Double {
    analysis.parameters.hours ?? max(scenario.run.duration.seconds / 3600, 1.0 / 3600)
  }

  func controller(of node: NodeID) -> SignalController? {
    scenario.controllerOfNode[node.index].map { scenario.controllers[$0.index] }
  }

  func name(_ group: LaneGroupAnalysis) -> String {
    let turns = group.movements.map { scenario.network[$0].turn.rawValue }
    return "\(approaches[group.link]) \(turns.joined(separator: "+"))"
  }

  // MARK: - Text

  func text() -> String {
    var text =
      "\(scenario.name): Highway Capacity Manual, 6th edition, chapter 19; T = \(number(hours, 2)) h, "
    text += "k = \(number(analysis.parameters.incrementalDelayFactor, 2)), "
    text += "I = \(number(analysis.parameters.upstreamFilteringFactor, 2)), start-up loss "
    text += "\(number(analysis.parameters.startUpLostSeconds, 1)) s, use of yellow "
    text += "\(number(analysis.parameters.endUseSeconds, 1)) s\n"
    for node in nodes { text += "\n" + self.text(node) }
    return text + bandText()
  }

  private func text(_ node: NodeID) -> String {
    let data = scenario.network[node]
    let groups = analysis.laneGroups(of: node)
    guard let controller = controller(of: node), !groups.isEmpty else {
      return "Junction \(data.name): no plan that can be analysed\n"
    }
    let delay = HCMSignalisedAnalysis.controlDelay(of: groups)
    let saturation = groups.map(\.degreeOfSaturation).max() ?? 0
    let level = LevelOfService(controlDelaySeconds: delay, degreeOfSaturation: min(saturation, 1))
    var text = "Junction \(data.name)\(data.title.isEmpty ? "" : " (\(data.title))"): "
    text += "\(number(delay, 1)) s per vehicle, level of service \(level.rawValue.uppercased())\n"
    if let path = paths.first(where: { $0.controller == controller.name }) { text += self.text(path) }
    for (index, group) in groups.enumerated() { text += "\n" + self.text(group, index + 1) }
    return text
  }

  private func text(_ path: CriticalPath) -> String {
    var text = "  Critical movements: "
    let critical = path.rows.filter(\.isCritical)
    text += critical.map { "\($0.name) y \(number($0.flowRatio, 3))" }.joined(separator: ", ")
    text += "; Y = \(number(path.flowRatio, 3)), L = \(number(path.lostSeconds, 1)) s\n"
    text +=
      "  C = \(number(path.cycleSeconds, 1)) s: X_c = Y C/(C - L) = \(number(path.degreeOfSaturation, 3)); "
    text += "Webster (1.5 L + 5)/(1 - Y) = \(number(path.websterCycleSeconds, 1)) s; "
    text += "shortest cycle for X_c = 0.9: \(number(path.shortestCycleSeconds, 1)) s\n"
    return text
  }

  private func text(_ group: LaneGroupAnalysis, _ index: Int) -> String {
    let lanes = group.lanes.count
    let cycle = group.cycleSeconds
    var text = "  \(index). \(name(group)), \(lanes) lane\(lanes == 1 ? "" : "s")\n"
    for saturation in group.details.saturations { text += line(saturation) }
    text += "     service per lane: "
    text += group.details.services.map {
      "\(number($0.startSeconds, 1))-\(number($0.endSeconds, 1)) s at \(number($0.rate, 0))/h"
    }.joined(separator: ", ")
    text += "; g = \(number(group.effectiveGreenSeconds, 1)) s of C = \(number(cycle, 1)) s\n"
    text += "     v = \(number(group.volume, 1)), s = \(number(group.saturationFlow, 1)), "
    text += "c = \(number(group.capacity, 1)) veh/h, X = v/c = \(number(group.degreeOfSaturation, 3))\n"
    let arrivals = min(group.volume, group.capacity) / Double(lanes) / 3600
    text += "     queue polygon (s, veh per lane): "
    text += group.details.polygon.map { "(\(number($0.seconds, 1)), \(number($0.vehicles, 2)))" }
      .joined(separator: " ")
    text += "\n     d1 = area/(q C) = \(number(group.details.polygonArea, 2))/(\(number(arrivals, 5)) x "
    text += "\(number(cycle, 1))) = \(number(group.uniformDelay, 3)) s"
    if group.progressionFactor != 1 { text += ", PF = \(number(group.progressionFactor, 3))" }
    text +=
      "\n     d2 = 900 T ((X-1) + sqrt((X-1)^2 + 8 k I X/(c T))) = \(number(group.incrementalDelay, 3)) s; "
    text += "d3 = \(number(group.initialQueueDelay, 3)) s\n"
    let back = group.details.backOfQueue + group.details.randomQueue
    text += "     d = \(number(group.controlDelay, 3)) s, level of service "
    text += "\(group.levelOfService.rawValue.uppercased()); back of queue Q1 + Q2 = "
    text += "\(number(group.details.backOfQueue, 2)) + \(number(group.details.randomQueue, 2)) = "
    return text + "\(number(back, 2)) veh per lane\n"
  }

  private func line(_ saturation: LaneGroupDetails.Saturation) -> String {
    let turn = scenario.network[saturation.movement].turn.rawValue
    return
      "     \(turn): v = \(number(saturation.volume, 1)) veh/h; s = s0 \(number(saturation.base, 0)) x f_HV "
      + "\(number(saturation.heavyFactor, 4)) (\(number(100 * saturation.heavyShare, 1)) % heavy) x f_turn "
      + "\(number(saturation.turnFactor, 4)) = \(number(saturation.flow, 1)) veh/h/lane; "
      + "\(number(saturation.capacityPerLane, 1)) per lane over the cycle\n"
  }

  private func bandText() -> String {
    if scenario.corridor.isEmpty { return "" }
    let bands = Bandwidth.ofCorridor(scenario)
    var text = "\n"
    for (name, band) in [("along", bands.along), ("against", bands.against)] {
      guard let band else {
        text += "Green band \(name) the corridor: none (different cycles, or no green)\n"
        continue
      }
      text +=
        "Green band \(name) the corridor: \(number(band.width, 1)) s of \(number(band.cycleSeconds, 1)) s, "
      text += "efficiency \(number(100 * band.efficiency, 1)) %, attainability "
      text += "\(number(100 * band.attainability, 1)) %\n"
    }
    return text
  }
}
