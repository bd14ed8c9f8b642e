import TrafficModel

/// Critical movement analysis of one controller: which phases or stages decide how long its cycle has to be.
public struct CriticalPath: Hashable, Sendable {
  public struct Row: Hashable, Sendable {
    /// The phase's number or the stage's name.
    public var name: String
    /// Of a phase, from 0; 0 for stages.
    public var ring: Int
    public var side: Int
    /// y: the largest volume over saturation flow of the lane groups that it serves.
    public var flowRatio: Double
    /// Seconds that nobody uses: start-up loss and clearance, less what is used of the yellow.
    public var lostSeconds: Double
    public var isCritical: Bool
  }

  public var controller: String
  public var rows: [Row] = []
  /// Y and L of the critical rows.
  public var flowRatio = 0.0
  public var lostSeconds = 0.0
  /// Of the plan on the street.
  public var cycleSeconds: Double

  /// X_c = Y·C/(C − L), the critical degree of saturation of the junction; infinite where L fills the cycle.
  public var degreeOfSaturation: Double {
    cycleSeconds > lostSeconds ? flowRatio * cycleSeconds / (cycleSeconds - lostSeconds) : .infinity
  }

  public var websterCycleSeconds: Double {
    Webster.cycle(lostSeconds: lostSeconds, flowRatio: flowRatio)
  }

  /// The shortest cycle with X_c = 0.9.
  public var shortestCycleSeconds: Double {
    Webster.shortestCycle(lostSeconds: lostSeconds, flowRatio: flowRatio, greatest: 0.9)
  }

  /// One entry per controller whose plan on the street lays out.
  public static func all(
    _ scenario: Scenario, parameters: AnalysisParameters = AnalysisParameters()
  ) -> [CriticalPath] {
    var flow = CyclicFlowParameters()
    flow.analysis = parameters
    let limits = PlanLimits(cycleSeconds: 10...600, locks: .sequence)
    guard let space = try? PlanSpace(scenario, limits: limits) else { return [] }
    let guess = FirstGuess(space, model: CyclicFlowModel(scenario, parameters: flow))
    return space.junctions.indices.map { index in path(guess, index) }
  }

  private static func path(_ guess: FirstGuess, _ index: Int) -> CriticalPath {
    let junction = guess.space.junctions[index]
    let need = guess.need(index)
    var path = CriticalPath(
      controller: junction.controller.name, cycleSeconds: junction.base.cycle.seconds)
    (path.flowRatio, path.lostSeconds) = guess.critical(index, need)
    switch junction.base.timing {
    case .stages(let chain):
      for (position, entry) in chain.enumerated() {
        path.rows.append(
          Row(
            name: junction.controller.stages[entry.stage].name, ring: 0, side: position,
            flowRatio: need.flowRatios[position], lostSeconds: need.lost[position], isCritical: true))
      }
    case .ringBarrier(let diagram, _, _):
      let rings = junction.served(0)
      for side in 0..<diagram.sideCount {
        let sums = rings.map { ring in
          side < ring.count ? ring[side].reduce(0.0) { $0 + need.flowRatios[$1] } : -1
        }
        let longest = sums.indices.filter { !rings[$0][side].isEmpty }.max { (sums[$0], $1) < (sums[$1], $0) }
        for (ring, sides) in rings.enumerated() where side < sides.count {
          for phase in sides[side] {
            path.rows.append(
              Row(
                name: "\(junction.controller.phases[phase].number)", ring: ring, side: side,
                flowRatio: need.flowRatios[phase], lostSeconds: need.lost[phase], isCritical: ring == longest)
            )
          }
        }
      }
    }
    return path
  }
}
