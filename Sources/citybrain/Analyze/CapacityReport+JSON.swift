import Interchange
import Reporting
import TimingOptimization
import TrafficModel

extension CapacityReport {
  func json() -> JSONValue {
    .object([
      ("schema", "citybrain.analyze/1"),
      ("tool", .object([("name", "citybrain"), ("version", .string(Tool.version))])),
      ("inputs", .array(files.map(\.json))),
      (
        "result",
        .object([("hours", .number(hours)), ("junctions", .array(nodes.map { json($0) }))])
      ),
    ])
  }

  private func json(_ node: NodeID) -> JSONValue {
    let groups = analysis.laneGroups(of: node)
    let path = controller(of: node).flatMap { own in paths.first { $0.controller == own.name } }
    return .object([
      ("node", .string(scenario.network[node].name)),
      ("delay_s", .number(HCMSignalisedAnalysis.controlDelay(of: groups))),
      ("critical", path.map { json($0) } ?? .null),
      ("laneGroups", .array(groups.map { json($0) })),
    ])
  }

  private func json(_ path: CriticalPath) -> JSONValue {
    .object([
      ("flowRatio", .number(path.flowRatio)), ("lost_s", .number(path.lostSeconds)),
      ("cycle_s", .number(path.cycleSeconds)), ("degreeOfSaturation", .number(path.degreeOfSaturation)),
      ("websterCycle_s", .number(path.websterCycleSeconds)),
      (
        "rows",
        .array(
          path.rows.map {
            .object([
              ("name", .string($0.name)), ("ring", .integer($0.ring + 1)), ("side", .integer($0.side + 1)),
              ("flowRatio", .number($0.flowRatio)), ("lost_s", .number($0.lostSeconds)),
              ("critical", .bool($0.isCritical)),
            ])
          })
      ),
    ])
  }

  private func json(_ group: LaneGroupAnalysis) -> JSONValue {
    .object([
      ("name", .string(name(group))), ("lanes", .integer(group.lanes.count)),
      ("volume_vehPerHour", .number(group.volume)),
      ("saturationFlow_vehPerHour", .number(group.saturationFlow)),
      ("effectiveGreen_s", .number(group.effectiveGreenSeconds)), ("cycle_s", .number(group.cycleSeconds)),
      ("capacity_vehPerHour", .number(group.capacity)),
      ("degreeOfSaturation", .number(group.degreeOfSaturation)),
      ("progressionFactor", .number(group.progressionFactor)), ("d1_s", .number(group.uniformDelay)),
      ("d2_s", .number(group.incrementalDelay)), ("d3_s", .number(group.initialQueueDelay)),
      ("delay_s", .number(group.controlDelay)), ("levelOfService", .string(group.levelOfService.rawValue)),
      ("backOfQueue_vehPerLane", .number(group.details.backOfQueue)),
      ("randomQueue_vehPerLane", .number(group.details.randomQueue)),
      (
        "movements",
        .array(
          group.details.saturations.map {
            .object([
              ("turn", .string(scenario.network[$0.movement].turn.rawValue)),
              ("volume_vehPerHour", .number($0.volume)), ("base_pcPerHourLane", .number($0.base)),
              ("heavyFactor", .number($0.heavyFactor)), ("turnFactor", .number($0.turnFactor)),
              ("saturationFlow_vehPerHourLane", .number($0.flow)),
              ("capacity_vehPerHourLane", .number($0.capacityPerLane)),
            ])
          })
      ),
      (
        "polygon",
        .array(group.details.polygon.map { .array([.number($0.seconds), .number($0.vehicles)]) })
      ),
    ])
  }
}
