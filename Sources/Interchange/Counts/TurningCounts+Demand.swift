import TrafficModel

/// A scenario with its demand taken from counts.
public struct CountedScenario: Hashable, Sendable {
  public var scenario: Scenario
  public var warnings: [Finding]
}

extension TurningCounts {
  /// Puts counts onto a scenario: one demand step per interval.
  ///
  /// A count of n vehicles in an interval of t seconds is the flow 3600 · n / t: quarter-hour counts carry the
  /// peak themselves, so no peak hour factor is applied. The first interval's flow also holds during the warm-up,
  /// each later step starts its interval after it; the run is as long as the counts. Movements without any count
  /// keep the scenario's volumes. A missing count is the mean of the nearest counts before and after it. Counts hold
  /// everybody: routes, trips and bus lines of the scenario are left out, and a warning says so.
  ///
  /// - Parameters:
  ///   - window: seconds since midnight; only intervals that lie in it are used.
  ///   - date: one of ``dates``; the first if `nil`.
  /// - Returns: `nil` where no count lies in the window.
  public func applied(
    to scenario: Scenario, window: Range<Int> = 0..<86_400, date: String? = nil
  ) -> CountedScenario? {
    let day = date ?? dates.first ?? ""
    var notes = ImportNotes()
    let used = counts.filter {
      $0.date == day && $0.startSeconds >= window.lowerBound
        && $0.startSeconds + $0.intervalSeconds <= window.upperBound
    }
    let starts = Set(used.map(\.startSeconds)).sorted()
    guard let interval = used.map(\.intervalSeconds).min(), let first = starts.first, let last = starts.last
    else { return nil }
    if dates.count > 1 {
      notes.note(
        "count-dates", at: "DATE", "The counts span \(dates.count) days; only \(day) is used.",
        mend: "choose another date")
    }
    let stepCount = (last - first) / interval + 1
    let series = vehicleSeries(used, first: first, interval: interval, count: stepCount)
    let base = scenario.demand.turning.first?.vehiclesPerHour ?? []
    var flows = [[Double]](
      repeating: (0..<scenario.network.movements.count).map { $0 < base.count ? base[$0] : 0 },
      count: stepCount)
    var heavyFlow = [Double](repeating: 0, count: scenario.network.links.count)
    var allFlow = heavyFlow
    let names = MovementNames(scenario.network)
    var isCounted = [Bool](repeating: false, count: scenario.network.movements.count)
    for entry in series {
      guard let movement = names.movement(entry.movement) else {
        let sum = entry.vehicles.compactMap(\.self).reduce(0, +)
        if sum > 0 {
          notes.note(
            "count-unmatched", at: entry.movement.label,
            "The scenario has no such movement; \(Int(sum)) counted vehicles are left out.",
            mend: "correct the site or the movement's name")
        }
        continue
      }
      let link = scenario.network[movement].from.index
      let filled = fill(entry.vehicles, of: entry.movement, &notes)
      for (step, vehicles) in filled.enumerated() {
        let flow = vehicles * 3600 / Double(interval)
        flows[step][movement.index] = isCounted[movement.index] ? flows[step][movement.index] + flow : flow
        allFlow[link] += flow
      }
      heavyFlow[link] += entry.heavy * 3600 / Double(interval)
      isCounted[movement.index] = true
    }
    noteUncounted(names, isCounted, base, &notes)
    return build(scenario, flows, interval, heavy: heavyFlow, all: allFlow, notes)
  }

  private struct Series {
    var movement: CountedMovement
    var vehicles: [Double?]
    var heavy = 0.0
  }

  private func vehicleSeries(_ used: [TurningCount], first: Int, interval: Int, count: Int) -> [Series] {
    var indexOf: [CountedMovement: Int] = [:]
    var series: [Series] = []
    for entry in used {
      let index: Int
      if let known = indexOf[entry.movement] {
        index = known
      } else {
        index = series.count
        indexOf[entry.movement] = index
        series.append(Series(movement: entry.movement, vehicles: Array(repeating: nil, count: count)))
      }
      guard let vehicles = entry.vehicles else { continue }
      let step = (entry.startSeconds - first) / interval
      // A coarser interval spreads over the finer ones.
      let parts = max(entry.intervalSeconds / interval, 1)
      for part in step..<min(step + parts, count) {
        series[index].vehicles[part] = (series[index].vehicles[part] ?? 0) + vehicles / Double(parts)
      }
      if entry.isHeavy { series[index].heavy += vehicles }
    }
    return series
  }

  private func fill(
    _ vehicles: [Double?], of movement: CountedMovement, _ notes: inout ImportNotes
  ) -> [Double] {
    vehicles.indices.map { step in
      if let value = vehicles[step] { return value }
      notes.collect(
        "count-filled", at: movement.label,
        "A missing count is taken as the mean of the nearest counts before and after it.",
        mend: "count again, or estimate it")
      let before = vehicles[..<step].last { $0 != nil } ?? nil
      let after = vehicles[step...].first { $0 != nil } ?? nil
      let known = [before, after].compactMap(\.self)
      return known.isEmpty ? 0 : known.reduce(0, +) / Double(known.count)
    }
  }

  private func noteUncounted(
    _ names: MovementNames, _ isCounted: [Bool], _ base: [Double], _ notes: inout ImportNotes
  ) {
    for (index, name) in names.names.enumerated() {
      guard let name, !isCounted[index], index < base.count, base[index] > 0 else { continue }
      notes.collect(
        "count-absent", at: name.label, "The movement has no count and keeps the scenario's volume.",
        mend: "count it, or set it to zero in the sheet")
    }
  }

  private func build(
    _ scenario: Scenario, _ flows: [[Double]], _ interval: Int, heavy: [Double], all: [Double],
    _ notes: ImportNotes
  ) -> CountedScenario {
    var notes = notes
    var shares = [Double](repeating: 0, count: scenario.network.links.count)
    for source in scenario.demand.sources { shares[source.link.index] = source.heavyVehicleShare }
    for link in shares.indices where heavy[link] > 0 && all[link] > 0 {
      shares[link] = heavy[link] / all[link]
    }
    var balance = DemandBalance(scenario.network, heavyShares: shares)
    for (step, values) in flows.enumerated() {
      let start = step == 0 ? 0 : scenario.run.warmUp.seconds + Double(step * interval)
      balance.add(start: start, flows: values)
    }
    for finding in balance.findings {
      notes.note(finding.rule, at: finding.place, finding.message, mend: finding.mend)
    }
    notes.note(
      "convention-counts", at: "\(flows.count) intervals of \(interval) s",
      "Counts are used as they are: flow = 3600 × count ÷ interval, without peak hour factor.",
      mend: "nothing")
    if !scenario.demand.routes.isEmpty {
      notes.note(
        "count-routes", at: "demand",
        "Counts hold all vehicles; the scenario's \(scenario.demand.routes.count) routes are left out with all that "
          + "drive them.", mend: "nothing, or add bus lines again and subtract them from the counts")
    }
    var result = scenario
    result.demand = balance.demand(pedestrians: scenario.demand.pedestrians)
    result.demand.vehicleClasses = scenario.demand.vehicleClasses
    for index in result.demand.sources.indices {
      let link = result.demand.sources[index].link
      let known = scenario.demand.sources.first { $0.link == link && !$0.classShares.isEmpty }
      result.demand.sources[index].takeClassShares(known?.classShares ?? [])
    }
    result.run.duration = TimeSpan(milliseconds: Int64(flows.count * interval) * 1000)
    return CountedScenario(scenario: result, warnings: warnings + notes.all())
  }
}

extension VehicleSource {
  /// Shares of classes that a scenario had before it was counted; the heavy vehicles that were counted come first.
  fileprivate mutating func takeClassShares(_ shares: [ClassShare]) {
    let sum = shares.reduce(0.0) { $0 + $1.share }
    let left = max(0, 1 - heavyVehicleShare)
    let factor = sum > left ? left / sum : 1
    classShares = shares.map { ClassShare(vehicleClass: $0.vehicleClass, share: $0.share * factor) }
  }
}
