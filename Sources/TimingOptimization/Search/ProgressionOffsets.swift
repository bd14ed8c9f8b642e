import TrafficModel

/// Offsets by which as many vehicles as possible find green when they come (link pivoting: Day and Bullock 2011).
///
/// For each pair of neighbours, what leaves one evenly during its green meets the other's green a travel time later;
/// the sum over all pairs, weighted by volume, grows offset by offset until nothing is gained.
struct ProgressionOffsets: Sendable {
  private let space: PlanSpace
  private let model: CyclicFlowModel

  init(_ space: PlanSpace, model: CyclicFlowModel) {
    self.space = space
    self.model = model
  }

  private struct Pair {
    var from: Int
    var to: Int
    var volume: Double
    /// By difference of offsets (to − from) in grid steps: share of arrivals on green.
    var onGreen: [Double]
  }

  func improved(_ plan: NetworkPlan) -> NetworkPlan {
    guard let cycle = plan.first?.cycle, plan.allSatisfy({ $0.cycle == cycle }) else { return plan }
    let grid = space.limits.gridTenths
    let count = cycle / grid
    let pairs = self.pairs(plan, count: count)
    var offsets = plan.map { $0.offset / grid % count }
    for _ in 0..<50 {
      var isBetter = false
      for junction in plan.indices {
        let own = pairs.filter { $0.from == junction || $0.to == junction }
        func gain(_ offset: Int) -> Double {
          own.reduce(0) { sum, pair in
            let from = pair.from == junction ? offset : offsets[pair.from]
            let to = pair.to == junction ? offset : offsets[pair.to]
            return sum + pair.volume * pair.onGreen[((to - from) % count + count) % count]
          }
        }
        var best = gain(offsets[junction])
        for offset in 0..<count where gain(offset) > best + 1e-9 {
          best = gain(offset)
          offsets[junction] = offset
          isBetter = true
        }
      }
      if !isBetter { break }
    }
    var result = plan
    for index in plan.indices { result[index].offset = offsets[index] * grid }
    return result
  }

  private func pairs(_ plan: NetworkPlan, count: Int) -> [Pair] {
    let services = plan.indices.map { index -> JunctionService? in
      var pattern = space.junctions[index].pattern(plan[index])
      pattern.offset = .zero
      guard let timeline = try? space.junctions[index].controller.timeline(of: pattern) else { return nil }
      return JunctionService(
        model.junctions[index], timeline: timeline, parameters: model.parameters.analysis,
        space.scenario.network)
    }
    var result: [Pair] = []
    for (to, junction) in model.junctions.enumerated() {
      for (index, approach) in junction.approaches.enumerated() {
        guard
          let group = junction.groups.filter({ $0.approach == index }).max(by: { $0.volume < $1.volume }),
          let leading = group.streams.max(by: { junction.streams[$0].volume < junction.streams[$1].volume }),
          let green = services[to]?.streams[leading]
        else { continue }
        for platoon in approach.platoons {
          for feed in platoon.feeds where feed.junction != to {
            guard let source = services[feed.junction]?.streams[feed.stream] else { continue }
            let volume = feed.share * model.junctions[feed.junction].streams[feed.stream].volume
            result.append(
              Pair(
                from: feed.junction, to: to, volume: volume,
                onGreen: overlap(source, green, travel: platoon.seconds, count: count, plan[to].cycle)))
          }
        }
      }
    }
    return result
  }

  /// The share of a green that finds another one open, by difference of offsets.
  private func overlap(
    _ source: JunctionService.Stream, _ target: JunctionService.Stream, travel: Double, count: Int,
    _ cycle: Int
  ) -> [Double] {
    let step = Double(cycle) / 10 / Double(count)
    var leaving = ContiguousArray(repeating: 0.0, count: count)
    var open = leaving
    for window in source.right + source.permitted { leaving.cover(window, shiftedBy: travel, step: step) }
    for window in target.right + target.permitted { open.cover(window, shiftedBy: 0, step: step) }
    let total = max(leaving.reduce(0, +), 1e-9)
    return (0..<count).map { difference in
      var sum = 0.0
      for position in 0..<count {
        let local = position - difference
        sum += leaving[position] * min(1, open[local < 0 ? local + count : local])
      }
      return sum / total
    }
  }
}
