import TrafficModel

extension UTDFImporter {
  /// One interval with the volumes of the file, balanced between junctions; see ``DemandBalance``.
  ///
  /// `Midblock` percent of an approach's volume start in mid-block in any case. Heavy vehicles are a share of each
  /// source: flow-weighted over the movements that it feeds.
  mutating func buildDemand() -> Demand {
    var heavyShares = [Double](repeating: defaults.heavyShare, count: network.links.count)
    var midblockShares = [Double](repeating: 0, count: network.links.count)
    for approach in approaches {
      guard let link = approach.link else { continue }
      midblockShares[link.index] = (approach.groups.map(\.midblockPercent).max() ?? 0) / 100
      let flow = approach.flowVehiclesPerHour
      guard flow > 0 else { continue }
      let heavy = approach.groups.reduce(0) {
        $0 + ($1.movement == nil ? 0 : $1.flowVehiclesPerHour * $1.heavyShare)
      }
      heavyShares[link.index] = heavy / flow
    }
    var balance = DemandBalance(network, heavyShares: heavyShares, midblockShares: midblockShares)
    balance.add(start: 0, flows: turning)
    for finding in balance.findings {
      notes.note(finding.rule, at: finding.place, finding.message, mend: finding.mend)
    }
    let demand = balance.demand(pedestrians: pedestrianFlows)
    if demand.sources.isEmpty {
      notes.note(
        "no-demand", at: "[Lanes] Volume", "The file has no volumes: the scenario has no traffic.",
        mend: "add volumes, or read a count file onto the scenario")
    }
    return demand
  }
}
