import SignalControl

/// Small controllers, each searched on its own, that together take every row of the transition tables.
enum RowSearches {
  private static let settings = [
    "--phases 4 --detectors 1,4 --walks 2 --preempt rail --extras --commands some",
    "--phases 4 --detectors 1,4 --walks 2 --preempt emergency --commands all",
    "--phases 4 --detectors 1,4 --walks 2 --preempt flash --commands some",
    "--phases 4 --preempt none --commands none --extras --variant redAmber",
    "--phases 4 --preempt none --commands none --variant overlap",
    "--phases 4 --detectors 1,4 --walks 2 --preempt none --commands none --variant heldOverlap",
    "--phases 4 --detectors 4 --walks 2 --preempt presence --commands none",
    "--phases 4 --detectors 4 --walks 2 --preempt none --commands some --variant atOnce",
    "--phases 8 --detectors 1,3,6,8 --walks 2 --preempt none --commands none --extras",
  ]
  private static let usualLimit = 150_000

  /// - Parameter limit: States per controller.
  /// - Returns: The exit code: 5 if a lamp broke a rule, 1 if a row was not taken.
  static func run(limit: Int) -> Int32 {
    var counts = [Int](repeating: 0, count: TransitionRow.allCases.count)
    var first = [String](repeating: "", count: counts.count)
    for words in settings {
      guard var request = try? ControllerStates.Request(words.split(separator: " ").map(String.init)) else {
        return 2
      }
      request.limit = min(limit, usualLimit)
      guard let search = ControllerStates.search(request) else { return 2 }
      print(
        "\(words): \(search.states) states, \(search.transitions) transitions, "
          + (search.isComplete ? "complete" : "not complete"))
      if ControllerStates.reportFailure(search) { return 5 }
      for row in TransitionRow.allCases where search.rowCounts[row.rawValue] > 0 {
        if counts[row.rawValue] == 0 { first[row.rawValue] = words }
        counts[row.rawValue] += search.rowCounts[row.rawValue]
      }
    }
    for row in TransitionRow.allCases {
      print(
        "  \(row): \(counts[row.rawValue])" + (first[row.rawValue].isEmpty ? "" : ", \(first[row.rawValue])"))
    }
    let taken = counts.filter { $0 > 0 }.count
    print("\(taken) of \(counts.count) rows taken")
    return taken == counts.count ? 0 : 1
  }
}
