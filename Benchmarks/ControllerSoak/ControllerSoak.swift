import Dispatch
import Foundation
import ProcessFigures
import Synchronization
import TrafficModel

/// Random legal controllers under random detections, commands, preempts, officers and clocks, watched by the invariants
/// and the conflict monitor.
///
///     ControllerSoak --controller-seconds 1e8 --seed 1 [--jobs 2] [--json]
///     ControllerSoak --seed 1 --first 4711 --controllers 1
///
/// With `--speed` it measures one busy junction instead, see ``SoakSpeed``.
///
/// Each controller has its own streams, so that a run with `--first` and `--controllers` sees the same again. It ends with
/// exit code 5 if anything was wrong.
@main
struct ControllerSoak {
  struct Usage: Error {}

  struct Request {
    var controllerSeconds = 1e6
    var secondsPerController = 14_400.0
    var seed: UInt64 = 1
    var first = 0
    var controllers: Int?
    var jobs = 1
    var isJSON = false
    var isSpeed = false

    init(_ words: [String]) throws {
      var rest = words[...]
      func number() throws -> Double {
        guard let value = rest.popFirst().flatMap({ Double($0) }), value >= 0, value < 1e15 else {
          throw Usage()
        }
        return value
      }
      while let word = rest.popFirst() {
        switch word {
        case "--controller-seconds": controllerSeconds = try number()
        case "--seconds-each": secondsPerController = max(1, try number())
        case "--seed": seed = UInt64(try number())
        case "--first": first = Int(try number())
        case "--controllers": controllers = Int(try number())
        case "--jobs": jobs = max(1, Int(try number()))
        case "--json": isJSON = true
        case "--speed": isSpeed = true
        default: throw Usage()
        }
      }
    }

    var count: Int { controllers ?? Int((controllerSeconds / secondsPerController).rounded(.up)) }
  }

  static func main() {
    guard let request = try? Request(Array(CommandLine.arguments.dropFirst())) else {
      print(
        """
        usage: ControllerSoak [--controller-seconds N] [--seconds-each N] [--seed S] [--jobs N] [--json]
                              [--first INDEX] [--controllers COUNT]
               ControllerSoak --speed [--controller-seconds N]
        """)
      exit(2)
    }
    if request.isSpeed {
      print(SoakSpeed.measure(seconds: request.controllerSeconds))
      return
    }
    let time = ProcessorTime()
    let total = Mutex(SoakTally())
    let next = Mutex(request.first)
    let end = request.first + request.count
    DispatchQueue.concurrentPerform(iterations: request.jobs) { _ in
      while true {
        let index = next.withLock { value in
          defer { value += 1 }
          return value
        }
        if index >= end { return }
        var run = SoakRun(
          seed: request.seed, index: index, duration: TimeSpan(seconds: request.secondsPerController))
        let tally = run.run()
        total.withLock { $0.add(tally) }
      }
    }
    let result = total.withLock { $0 }
    let seconds = time.elapsedSeconds
    print(
      request.isJSON
        ? result.json(cpuSeconds: seconds, seed: request.seed)
        : result.text(cpuSeconds: seconds, seed: request.seed))
    if result.violations > 0 || result.monitorTrips > 0 { exit(5) }
  }
}
