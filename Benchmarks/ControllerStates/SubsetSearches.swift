import Foundation
import SignalControl
import TrafficModel

/// One search for every choice of a few of the detectors and push buttons of one controller.
enum SubsetSearches {
  /// - Parameter size: How many detectors and buttons act at a time; the others are there and silent.
  /// - Returns: The exit code: 5 if a lamp broke a rule, 1 if a search was not complete.
  static func run(_ request: ControllerStates.Request, size: Int) -> Int32 {
    let data = request.controller.data
    let names = ControllerStates.callActs(data).map(\.name)
    ControllerStates.printAbstraction(data, request)
    print("  of the \(names.count) detectors and buttons \(size) act at a time, in every choice")
    var total = Total()
    for callers in choices(of: names.count, size) {
      var one = request
      one.callers = callers
      guard let search = ControllerStates.search(one) else {
        print("the controller cannot be searched")
        return 2
      }
      if ControllerStates.reportFailure(search) { return 5 }
      total.add(search)
      if request.showsProgress {
        let line = callers.map { names[$0] }.joined(separator: ", ") + ": \(search.states) states\n"
        FileHandle.standardError.write(Data(line.utf8))
      }
    }
    total.print()
    return total.complete == total.searches ? 0 : 1
  }

  private struct Total {
    var searches = 0
    var complete = 0
    var states = 0
    var transitions = 0
    var largest = 0
    var deepest = 0
    var vectors = CallVectors()
    /// Of the sums of fingerprints of the searches.
    var checksum: UInt64 = 0
    var rows = [Int](repeating: 0, count: 64)

    mutating func add(_ search: SearchResult) {
      searches += 1
      complete += search.isComplete ? 1 : 0
      states += search.states
      transitions += search.transitions
      largest = max(largest, search.states)
      deepest = max(deepest, search.depth)
      vectors.formUnion(search.vectors)
      checksum &+= search.checksum
      for row in rows.indices { rows[row] += search.rowCounts[row] }
    }

    func print() {
      let figures = ControllerStates.figures()
      let taken = TransitionRow.allCases.filter { rows[$0.rawValue] > 0 }.count
      Swift.print(
        """
        searches: \(searches), complete: \(complete)
        states: \(states), in the largest search \(largest)
        transitions: \(transitions)
        depth: \(deepest)
        sum of fingerprints: \(ControllerStates.text(checksum))
        call vectors: \(vectors.count)
        rows of the transition tables taken: \(taken)
        CPU seconds: \(String(format: "%.1f", figures.seconds))
        peak MB: \(Int(figures.megabytes))
        """)
    }
  }

  /// All ascending lists of `size` numbers below `count`.
  static func choices(of count: Int, _ size: Int, from first: Int = 0) -> [[Int]] {
    if size == 0 { return [[]] }
    var result: [[Int]] = []
    for number in first..<max(first, count) {
      for rest in choices(of: count, size - 1, from: number + 1) { result.append([number] + rest) }
    }
    return result
  }
}
