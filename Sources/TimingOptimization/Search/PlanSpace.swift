import TrafficModel

/// A plan for all junctions of a scenario, as the search sees it; one entry per controller.
public typealias NetworkPlan = [JunctionPlan]

/// The plans that a scenario's controllers may run together: one cycle for all that are coordinated.
public struct PlanSpace: Sendable {
  public let scenario: Scenario
  public let limits: PlanLimits
  public let junctions: [JunctionSpace]
  /// Cycles that every junction can run, in tenths of a second, ascending.
  public let cycles: [Int]

  /// - Throws: if there is nothing to plan, or the minimum times fit in no allowed cycle.
  public init(_ scenario: Scenario, limits: PlanLimits = PlanLimits()) throws(PlanningFailure) {
    if scenario.controllers.isEmpty { throw .noController }
    self.scenario = scenario
    self.limits = limits
    var junctions: [JunctionSpace] = []
    for controller in scenario.controllers {
      junctions.append(try JunctionSpace(controller, in: scenario.network, limits: limits))
    }
    self.junctions = junctions
    let grid = limits.gridTenths
    let longest = limits.cycleSeconds.upperBound * 10 / grid * grid
    if !limits.locks.isDisjoint(with: [.cycle, .splits]) {
      cycles = []
      return
    }
    var shortest = (limits.cycleSeconds.lowerBound * 10 + grid - 1) / grid * grid
    for junction in junctions {
      shortest = max(shortest, junction.shortestCycle)
      if junction.shortestCycle > longest {
        throw .cycleTooShort(
          controller: junction.controller.name, neededSeconds: Double(junction.shortestCycle) / 10,
          allowedSeconds: Double(longest) / 10)
      }
    }
    cycles = Array(stride(from: shortest, through: longest, by: grid))
  }

  /// The plan on the street, to the tenth of a second; it need not be legal here.
  public var given: NetworkPlan { junctions.map(\.given) }

  public func isLegal(_ plan: NetworkPlan) -> Bool {
    zip(junctions, plan).allSatisfy { space, own in
      limits.locks.isDisjoint(with: [.cycle, .splits]) ? space.isLegal(own) : true
    }
  }

  /// Patterns as a plan of this space; junctions without one keep theirs. `nil` where a sequence is not of this space.
  func plan(_ timing: TimingPlan) -> NetworkPlan? {
    var result = given
    for entry in timing.entries where junctions.indices.contains(entry.controller.index) {
      guard let own = junctions[entry.controller.index].plan(of: entry.pattern) else { return nil }
      result[entry.controller.index] = own
    }
    return result
  }

  public func patterns(_ plan: NetworkPlan) -> TimingPlan {
    TimingPlan(
      name: "optimized",
      entries: plan.indices.map {
        TimingPlan.Entry(controller: ControllerID($0), pattern: junctions[$0].pattern(plan[$0]))
      })
  }

  /// The plan with every junction at one cycle, its proportions kept; `nil` where minimum times do not fit.
  public func scaled(_ plan: NetworkPlan, cycle: Int) -> NetworkPlan? {
    var result: NetworkPlan = []
    for (space, own) in zip(junctions, plan) {
      guard let scaled = space.scaled(own, cycle: cycle) else { return nil }
      result.append(scaled)
    }
    return result
  }

  /// The plan with its common cycle changed; junctions with a cycle of their own keep it.
  func retimed(_ plan: NetworkPlan, cycle: Int) -> NetworkPlan? {
    let common = Self.commonCycle(plan)
    var result = plan
    for index in plan.indices where plan[index].cycle == common {
      guard let scaled = junctions[index].scaled(plan[index], cycle: cycle) else { return nil }
      result[index] = scaled
    }
    return result
  }

  /// The cycle of the coordinated junctions: the longest there is.
  static func commonCycle(_ plan: NetworkPlan) -> Int { plan.reduce(0) { max($0, $1.cycle) } }

  /// Cycles that one junction may run by itself, in tenths of a second: shortest and longest.
  func ownCycles(_ junction: Int) -> ClosedRange<Int>? {
    let grid = limits.gridTenths
    let longest = limits.cycleSeconds.upperBound * 10 / grid * grid
    let least = (limits.cycleSeconds.lowerBound * 10 + grid - 1) / grid * grid
    let shortest = max(least, junctions[junction].shortestCycle)
    return shortest <= longest ? shortest...longest : nil
  }
}
