import BenchmarkSupport
import Foundation
import Interchange
import RoadSimulation
import Synchronization
import TimingOptimization
import TrafficModel

/// What a decision costs: every second of a run the brain is timed, and the time shared among the junctions that planned.
struct DecisionCost {
  private let request: BrainRequest

  init(_ request: BrainRequest) { self.request = request }

  func run() throws {
    let file = "Scenarios/grid/scenario.json"
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    try measure(try ScenarioReader.read(bytes, file: file).scenario, seconds: 1_800)
    let side = request.side
    var city = GridCity(size: side, vehiclesPerHour: 500 * Double(side * side), seconds: 600)
    city.hasDetectors = true
    city.sendsTrips = false
    try measure(city.scenario, seconds: 600)
  }

  private func measure(_ scenario: Scenario, seconds: Double) throws {
    var short = scenario
    short.run = RunSettings(warmUp: .zero, duration: TimeSpan(seconds: seconds))
    let compiled = try CompiledScenario(short)
    let gauge = DecisionGauge()
    let strategy = PredictiveStrategy(short, observer: gauge)
    _ = try simulate(compiled, strategy: strategy, options: RunOptions(seed: 1, replication: 1))
    let figures = gauge.figures
    let times = figures.searched.sorted()
    guard !times.isEmpty else { return }
    func quantile(_ share: Double) -> Double { Double(times[Int(share * Double(times.count - 1))]) / 1e6 }
    let total = Double(figures.total) / 1e9
    print(
      String(
        format:
          "%@, %d controllers: %d plans searched, mean %.4f ms, p50 %.4f ms, p99 %.4f ms, longest %.3f ms",
        scenario.name, scenario.controllers.count, times.count,
        Double(times.reduce(0, +)) / Double(times.count) / 1e6, quantile(0.5), quantile(0.99), quantile(1)))
    print(
      String(
        format: "  %d junction decisions in %.2f s of CPU: %.0f junctions per second on one core",
        figures.decisions, total, Double(figures.decisions) / total))
  }
}

/// CPU time of decisions, by the clock of the process.
final class DecisionGauge: DecisionObserver {
  struct Figures: Sendable {
    /// Nanoseconds of decisions that searched a plan.
    var searched: [UInt64] = []
    var total: UInt64 = 0
    var decisions = 0
    fileprivate var begun: UInt64 = 0
  }

  private let state = Mutex(Figures())
  var figures: Figures { state.withLock { $0 } }

  func willDecide() {
    let time = Self.now
    state.withLock { $0.begun = time }
  }

  func didDecide(hasSearched: Bool) {
    let time = Self.now
    state.withLock {
      let spent = time - $0.begun
      $0.total += spent
      $0.decisions += 1
      if hasSearched { $0.searched.append(spent) }
    }
  }

  private static var now: UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
