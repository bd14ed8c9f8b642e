import BenchmarkSupport
import Foundation
import TrafficModel

/// Gives mutants of valid files to all readers, and what they take to the simulator: nothing may crash, hang or eat
/// memory, and what passes the checks must run.
///
///     ReaderFuzz --count 1000000 --seed 1 [--json]
///     ReaderFuzz --seed 1 --show 4711 > mutant
///
/// The work is done by child processes of this program, a chunk of cases each; a chunk that dies is halved until the
/// case that killed it is found. Run it from the folder that holds `Scenarios`, or name that with `--scenarios`.
@main
struct ReaderFuzz {
  static func main() {
    do {
      let request = try FuzzRequest(Array(CommandLine.arguments.dropFirst()))
      switch request.task {
      case .work(let cases): try FuzzWorker(request).work(cases)
      case .show(let number): try FuzzWorker(request).show(number)
      case .supervise(let count):
        let tally = FuzzSupervisor(request).run(0..<count)
        tally.report(count: count, request: request)
        exit(tally.isClean ? 0 : 1)
      }
    } catch {
      print("error: \(error)")
      exit(2)
    }
  }
}

/// What the command line asks for.
struct FuzzRequest {
  enum Task {
    case supervise(Int)
    case work(Range<Int>)
    case show(Int)
  }

  struct Usage: Error, CustomStringConvertible {
    let description =
      "usage: ReaderFuzz [--count N] [--seed S] [--scenarios FOLDER] [--chunk N] [--json] [--show CASE]"
  }

  var task = Task.supervise(100_000)
  var seed: UInt64 = 1
  var scenarios = "Scenarios"
  var chunk = 10_000
  var isJSON = false

  init(_ words: [String]) throws {
    var rest = words[...]
    func number(_ word: String?) throws -> Int {
      guard let value = word.flatMap({ Int($0) }), value >= 0 else { throw Usage() }
      return value
    }
    while let word = rest.popFirst() {
      switch word {
      case "--count": task = .supervise(try number(rest.popFirst()))
      case "--seed": seed = UInt64(try number(rest.popFirst()))
      case "--chunk": chunk = max(1, try number(rest.popFirst()))
      case "--show": task = .show(try number(rest.popFirst()))
      case "--json": isJSON = true
      case "--scenarios":
        guard let folder = rest.popFirst() else { throw Usage() }
        scenarios = folder
      case "--work":
        let first = try number(rest.popFirst())
        task = .work(first..<(first + (try number(rest.popFirst()))))
      default: throw Usage()
      }
    }
  }
}
