import Foundation
import SignalControl
import TestSupport
import TrafficModel

/// Every state that a controller unit can come to, searched breadth-first on the unit itself.
///
///     ControllerStates [--states N] [--detectors 1,2,…] [--walks 2,4,…] [--preempt none|rail|emergency|flash]
///                      [--commands none|some|all] [--phases 8|4] [--extras]
///                      [--variant plain|redAmber|overlap|heldOverlap|atOnce] [--coarse] [--unordered]
///                      [--progress]
///     ControllerStates --subsets K [the same options]
///     ControllerStates --rows [--states N]
///
/// From each state it tries every act (a passing vehicle at each detector, each push button, the preempt input on and off,
/// each command) and one tick. Lamps are judged by rules of its own, read from the data. `--states` bounds the search, to
/// the batch of states in which it comes to the bound; without it, it ends when nothing new is found. It ends with exit
/// code 5 if a lamp broke a rule, and prints the way there. ``ProductSearch`` tells how it goes about it; `--unordered`
/// does every act in every state by itself instead, and must find the same states, with the same sum of fingerprints; its
/// levels are single acts, and so it is deeper. `--subsets` searches once for every choice of K of the detectors and push buttons, the others silent: together
/// all that K callers can do to the whole controller. `--rows` searches several small controllers, which together take every row of the transition tables, and prints
/// which took which first; it ends with exit code 1 if one was not taken.
@main
struct ControllerStates {
  struct Usage: Error {}

  enum Commands: String {
    case none, some, all
  }

  struct Request {
    var limit = Int.max
    var controller = SearchedController()
    var commands = Commands.none
    var showsProgress = false
    /// Does every act in every state; for checks of ``ProductSearch``.
    var isUnordered = false
    var isRows = false
    /// Only so many detectors and buttons at a time.
    var subsetSize: Int?
    /// Which of the detectors and buttons act, by place; `nil`: all.
    var callers: [Int]?

    init(_ words: [String]) throws {
      var rest = words[...]
      func word() throws -> String {
        guard let word = rest.popFirst() else { throw Usage() }
        return word
      }
      func numbers() throws -> Set<Int> { Set(try word().split(separator: ",").compactMap { Int($0) }) }
      while let option = rest.popFirst() {
        switch option {
        case "--states":
          guard let number = Int(try word()), number > 0 else { throw Usage() }
          limit = number
        case "--detectors": controller.detected = try numbers()
        case "--walks": controller.walking = try numbers()
        case "--phases": controller.phaseCount = try word() == "4" ? 4 : 8
        case "--extras": controller.hasExtras = true
        case "--preempt":
          guard let kind = SearchedController.PreemptKind(rawValue: try word()) else { throw Usage() }
          controller.preempt = kind
        case "--commands":
          guard let commands = Commands(rawValue: try word()) else { throw Usage() }
          self.commands = commands
        case "--variant":
          guard let variant = SearchedController.Variant(rawValue: try word()) else { throw Usage() }
          controller.variant = variant
        case "--unordered": isUnordered = true
        case "--progress": showsProgress = true
        case "--rows": isRows = true
        case "--coarse": controller.isCoarse = true
        case "--subsets":
          guard let number = Int(try word()), number > 0 else { throw Usage() }
          subsetSize = number
        default: throw Usage()
        }
      }
    }
  }

  static func main() {
    guard let request = try? Request(Array(CommandLine.arguments.dropFirst())) else {
      print(
        """
        usage: ControllerStates [--states N] [--detectors 1,2,…] [--walks 2,4,…] [--phases 8|4] [--extras]
                                [--preempt none|rail|emergency|flash] [--commands none|some|all]
                                [--variant plain|redAmber|overlap|heldOverlap|atOnce] [--coarse] [--unordered]
                                [--progress]
               ControllerStates --subsets K [the same options]
               ControllerStates --rows [--states N]
        """)
      exit(2)
    }
    if request.isRows { exit(RowSearches.run(limit: request.limit)) }
    exit(request.subsetSize.map { SubsetSearches.run(request, size: $0) } ?? searchOne(request))
  }

  private static func searchOne(_ request: Request) -> Int32 {
    let data = request.controller.data
    printAbstraction(data, request)
    guard let search = search(request) else {
      print("the controller cannot be searched")
      return 2
    }
    printResult(search)
    return reportFailure(search) ? 5 : 0
  }

  /// - Returns: `nil` for a controller that cannot be searched.
  static func search(_ request: Request) -> SearchResult? {
    let data = request.controller.data
    let acts = acts(data, request)
    func show(_ result: SearchResult) {
      if request.showsProgress { showProgress(result) }
    }
    if request.isUnordered {
      guard var search = PlainSearch(data, acts: acts) else { return nil }
      search.run(limit: request.limit, progress: show)
      return search.result
    }
    guard var search = ProductSearch(data, acts: acts) else { return nil }
    search.run(limit: request.limit, progress: show)
    guard search.result.failure != nil else { return search.result }
    // Once more, for the way to the failure.
    guard var again = ProductSearch(data, acts: acts, keepsOrigins: true) else { return nil }
    again.run(limit: request.limit) { _ in }
    return again.result
  }

  private static func showProgress(_ result: SearchResult) {
    let figures = figures()
    FileHandle.standardError.write(
      Data(
        """
        depth \(result.depth): \(result.states) states, \(result.cores) cores, \
        \(result.callStates) call states, \(result.contexts) contexts, \
        \(result.transitions) transitions, \(result.steps) steps, \
        \(String(format: "%.0f", figures.seconds)) CPU s, \(Int(figures.megabytes)) MB\n
        """.utf8))
  }

  /// - Returns: Whether a lamp broke a rule.
  static func reportFailure(_ search: SearchResult) -> Bool {
    guard let failure = search.failure else { return false }
    print("VIOLATION: \(failure.text)")
    for step in failure.trace { print("  \(step)") }
    return true
  }

  // MARK: - Acts

  /// A vehicle at each detector, and each push button.
  static func callActs(_ data: SignalController) -> [SearchAct] {
    var acts: [SearchAct] = data.detectors.map { entry in
      SearchAct(
        name: "vehicle at phase \(data.phases[entry.calls[0]].number)", kind: .call,
        inputs: [.detector(entry.detector, isOn: true), .detector(entry.detector, isOn: false)])
    }
    for (place, phase) in data.phases.enumerated() where phase.pedestrianGroup != nil {
      let name = "button at phase \(phase.number)"
      acts.append(SearchAct(name: name, kind: .call, inputs: [.pushButton(CrosswalkID(place))]))
    }
    return acts
  }

  private static func acts(_ data: SignalController, _ request: Request) -> [SearchAct] {
    var calls = callActs(data)
    if let callers = request.callers { calls = callers.map { calls[$0] } }
    return commandActs(data, request.commands) + preemptActs(data) + calls
  }

  private static func preemptActs(_ data: SignalController) -> [SearchAct] {
    data.preempts.flatMap { preempt in
      [true, false].map { isOn in
        SearchAct(
          name: "preempt \(isOn ? "on" : "off")", kind: .preempt,
          inputs: [.preempt(preempt.number, isEnergised: isOn != preempt.isFailSafe)])
      }
    }
  }

  private static func commandActs(_ data: SignalController, _ commands: Commands) -> [SearchAct] {
    if commands == .none { return [] }
    func set(_ numbers: Set<Int>) -> PhaseSet {
      data.phases.indices.reduce(into: []) {
        if numbers.contains(data.phases[$1].number) { $0.insert(PhaseSet(phase: $1)) }
      }
    }
    let every = set(Set(1...8))
    let acts: [SearchAct] = [
      .command("command free") { _ in },
      .command("command hold 2 6") { $0.hold = set([2, 6]) },
      .command("command force off all") { $0.forceOff = every },
      .command("command flash") { $0.program = .flash },
    ]
    guard commands == .all else { return acts }
    return acts + [
      .command("command local") { $0.program = .local },
      .command("command omit 4 8") { $0.omit = set([4, 8]) },
      .command("command omit pedestrians") { $0.pedestrianOmit = every },
      .command("command call all") {
        $0.vehicleCalls = every
        $0.pedestrianCalls = every
      },
      // Of one phase: what is still to come is a set of phases, and each phase in it would double the states.
      .command("command longer red 2") {
        $0.extendRedClearance = set([2])
        $0.redClearanceExtension = .tick
      },
      SearchAct(name: "flash switch on", kind: .flashSwitch, inputs: [.flashSwitch(true)]),
      SearchAct(name: "flash switch off", kind: .flashSwitch, inputs: [.flashSwitch(false)]),
    ]
  }

  // MARK: - Output

  static func printAbstraction(_ data: SignalController, _ request: Request) {
    let acts = acts(data, request)
    let walks = data.phases.filter { $0.pedestrianGroup != nil }.count
    print(
      """
      controller: \(data.phases.count) phases in \(data.diagram.rings.count) rings, \(walks) with pedestrians, \
      \(data.overlaps.count) flashing yellow arrow, \(data.preempts.count) preempt, \(data.detectors.count) detectors
      times: \(times(request))
      abstraction:
        one tick is 0.1 s; acts come between ticks, any number of them in any order
        a detector only pulses: on and off between two ticks
        times are relative to now; what lies too far back for any rule to see is one state
        waits of calls, which raise an alarm only, are left out; a pattern is joined at the zero of its cycle
        statistics and the event log are left out
        \(knownBy(request))
      acts: \(acts.map(\.name).joined(separator: ", "))
      """)
  }

  private static func knownBy(_ request: Request) -> String {
    request.isUnordered
      ? "each act is done in each state; a state is known by 64 bits of hash, so that one of n is missed with a chance "
        + "of n / 2^64 at most"
      : "a state is a core and what is pressed, each known by 64 bits of hash: of n cores one is missed with a chance of "
        + "n / 2^64 at most; calls are done once for all cores that take them alike, other acts, and ticks that look at no "
        + "calls, once for all that is pressed; depth is in ticks"
  }

  private static func times(_ request: Request) -> String {
    request.controller.isCoarse
      ? "minimum and maximum green, yellow, red revert, walk and its clearance 0.1 s, no passage, no red clearance"
      : "minimum green 0.2 s, maximum 0.3 s, passage, yellow, red clearance, walk and its clearance 0.1 s"
  }

  private static func printResult(_ search: SearchResult) {
    let figures = figures()
    print(
      """
      states: \(search.states)
      transitions: \(search.transitions)
      depth: \(search.depth)
      complete: \(search.isComplete ? "yes" : "no")
      sum of fingerprints: \(text(search.checksum))
      call vectors: \(search.vectors.count)
      largest level: \(search.largestLevel)
      cores: \(search.cores)
      steps done on a unit: \(search.steps)
      CPU seconds: \(String(format: "%.1f", figures.seconds))
      states per CPU second: \(Int(Double(search.states) / max(figures.seconds, 1e-9)))
      peak MB: \(Int(figures.megabytes))
      rows of the transition tables:
      """)
    for row in TransitionRow.allCases { print("  \(row): \(search.rowCounts[row.rawValue])") }
  }

  static func text(_ checksum: UInt64) -> String { String(checksum, radix: 16) }

  static func figures() -> (seconds: Double, megabytes: Double) {
    var usage = rusage()
    #if os(macOS)
      unsafe getrusage(RUSAGE_SELF, &usage)
      let megabytes = Double(usage.ru_maxrss) / 1e6
    #else
      unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      let megabytes = Double(usage.ru_maxrss) * 1024 / 1e6
    #endif
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return (seconds(usage.ru_utime) + seconds(usage.ru_stime), megabytes)
  }
}
