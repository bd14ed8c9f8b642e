import Reporting
import TimingOptimization
import TrafficModel

/// The capacity analysis of a scenario, movement by movement, as reports show it.
struct CapacityAnalysis: Sendable {
  private var full: [MovementAnalysis?] = []
  private var volumesOnly: [MovementAnalysis?] = []

  init(_ scenario: Scenario) {
    let analysis = HCMSignalisedAnalysis(scenario)
    volumesOnly = analysis.volumes.vehiclesPerHour.map { MovementAnalysis(volumeVehiclesPerHour: $0) }
    full = volumesOnly
    for node in scenario.network.nodes.indices {
      for group in analysis.laneGroups(of: NodeID(node)) {
        for movement in group.movements {
          let volume = analysis.volumes.vehiclesPerHour[movement.index]
          // A movement's part of its lane group is in proportion to its volume.
          let share = group.volume > 0 ? volume / group.volume : 1
          full[movement.index] = MovementAnalysis(
            volumeVehiclesPerHour: volume, capacityVehiclesPerHour: group.capacity * share,
            degreeOfSaturation: Self.finite(group.degreeOfSaturation),
            hcmDelaySeconds: Self.finite(group.controlDelay))
        }
      }
    }
  }

  /// By movement. The method reads greens from the plan on the street, so a strategy with other greens gets its
  /// volumes only.
  func movements(under strategy: String) -> [MovementAnalysis?] {
    strategy == "fixed" ? full : volumesOnly
  }

  private static func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
}
