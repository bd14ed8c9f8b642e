import TrafficModel

/// A changed plan: what a search would try, drawn by a seed before anybody knows how it does.
struct PlanVariant {
  enum Kind: Int, CaseIterable {
    case greens
    case offsets
    case cycles

    var name: String {
      switch self {
      case .greens: "greens scaled"
      case .offsets: "offsets shifted"
      case .cycles: "cycles changed"
      }
    }
  }

  let number: Int
  let kind: Kind
  private var stream: RandomStream

  /// Of every interval: what is never given away, yellow, clearance and the shortest green together.
  private static let leastSeconds = 10.0
  private static let lostSeconds = 5.0

  /// - Parameter number: from 1; kinds take turns.
  init(number: Int, map: Int, seed: UInt64) {
    self.number = number
    kind = Kind.allCases[(number - 1) % Kind.allCases.count]
    stream = RandomStream(seed: seed, purpose: .testing, place: UInt64(map) << 16 | UInt64(number))
  }

  /// The plan on the street, changed: greens each by a factor of 0.6 to 1.6 at the same cycle, offsets by up to half a
  /// cycle, or all greens by one factor of 0.6 to 1.6 for each signal. Intervals are whole seconds.
  mutating func plan(for scenario: Scenario) -> TimingPlan {
    var plan = TimingPlan(onTheStreetOf: scenario)
    plan.name = "variant \(number), \(kind.name)"
    for index in plan.entries.indices {
      let controller = scenario.controllers[plan.entries[index].controller.index]
      change(&plan.entries[index].pattern, of: controller)
    }
    return plan
  }

  private mutating func change(_ pattern: inout Pattern, of controller: SignalController) {
    guard case .stages(var chain) = pattern.timing else { return }
    switch kind {
    case .offsets:
      let shift = (pattern.cycle.seconds * (stream.uniform() - 0.5)).rounded()
      pattern.offset = (pattern.offset + TimeSpan(seconds: shift)).modulo(pattern.cycle)
    case .greens:
      let factors = chain.map { _ in factor() }
      scale(&chain, of: controller, by: factors)
      keep(pattern.cycle, &chain, of: controller)
    case .cycles:
      let one = factor()
      scale(&chain, of: controller, by: chain.map { _ in one })
    }
    pattern.timing = .stages(chain)
    pattern.cycle = chain.reduce(.zero) { $0 + $1.duration }
    pattern.offset = pattern.offset.modulo(pattern.cycle)
  }

  /// As likely to halve as to double.
  private mutating func factor() -> Double {
    let factor = 1 + stream.uniform() * 0.6
    return stream.uniform() < 0.5 ? factor : 1 / factor
  }

  private func least(_ interval: StageInterval, _ controller: SignalController) -> Double {
    let stage = controller.stages[interval.stage]
    return max(stage.minimumDuration.seconds, min(Self.leastSeconds, interval.duration.seconds))
  }

  private func scale(
    _ chain: inout [StageInterval], of controller: SignalController, by factors: [Double]
  ) {
    for index in chain.indices {
      let green = chain[index].duration.seconds - Self.lostSeconds
      let wanted = (Self.lostSeconds + max(0, green) * factors[index]).rounded()
      chain[index].duration = TimeSpan(seconds: max(wanted, least(chain[index], controller).rounded(.up)))
    }
  }

  /// Gives or takes whole seconds, one interval after the other, until the cycle is what it was.
  private func keep(
    _ cycle: TimeSpan, _ chain: inout [StageInterval], of controller: SignalController
  ) {
    let second = TimeSpan(seconds: 1)
    let floors = chain.map { TimeSpan(seconds: least($0, controller).rounded(.up)) }
    var isStuck = false
    while !isStuck {
      isStuck = true
      for index in chain.indices {
        let sum = chain.reduce(.zero) { $0 + $1.duration }
        if sum + second <= cycle {
          chain[index].duration += second
        } else if sum >= cycle + second, chain[index].duration >= floors[index] + second {
          chain[index].duration -= second
        } else {
          continue
        }
        isStuck = false
      }
    }
  }
}
