import BenchmarkSupport
import Foundation
import ProcessFigures
import RoadSimulation
import TimingOptimization
import TrafficModel

/// What one vehicle's passage of one junction costs in towns of different size, equally full.
enum ScalingTable {
  /// 16 to 2,500 junctions.
  private static let sizes = [4, 7, 12, 20, 35, 50]
  private static let passagesPerJunctionAndHour = 600.0

  static func print(replications: Int) throws {
    Swift.print(
      "junctions  vehicles   passages     events    CPU s   ns per passage   to 16   events per passage")
    var first: Double?
    for size in sizes {
      // Small towns run longer, so that there is something to measure.
      let seconds = min(36_000, max(1200, 3_000_000 / Double(size * size)))
      var city = GridCity(size: size, vehiclesPerHour: 0, seconds: seconds)
      // Trips of the same length everywhere, so that vehicles start and end equally often.
      city.tripBlocks = 2...6
      city.sendsTrips = false
      // Junctions passed by a trip of 2 to 6 blocks: one less than blocks, three in the mean.
      city.vehiclesPerHour = passagesPerJunctionAndHour * Double(size * size) / 3
      let scenario = city.scenario
      let compiled = try CompiledScenario(scenario)
      var times: [Double] = []
      var measures: RunMeasures?
      for _ in 1...replications {
        let time = ProcessorTime()
        measures = try simulate(
          compiled, strategy: FixedTimeStrategy(), options: RunOptions(seed: 1, replication: 1)
        ).measures
        times.append(time.elapsedSeconds)
      }
      guard let measures else { continue }
      let passages = measures.movements.reduce(0) { $0 + $1.passed }
      let cost = median(times) / Double(max(1, passages)) * 1e9
      let reference = first ?? cost
      first = reference
      Swift.print(
        String(
          format: "%9d %9d %10d %10d %8.3f %16.0f %7.2f %20.2f", size * size, measures.network.demanded,
          passages, measures.network.events, median(times), cost, cost / reference,
          Double(measures.network.events) / Double(max(1, passages))))
    }
  }
}
