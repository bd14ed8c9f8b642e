import Foundation
import SignalControl
import TrafficModel

/// What a soak has seen.
struct SoakTally: Sendable {
  var controllers = 0
  var controllerSeconds = 0.0
  var steps = 0
  var inputs = 0
  var violations = 0
  var monitorTrips = 0
  /// The first few violations, with what is needed to see them again.
  var reports: [String] = []
  /// By raw value of the event code.
  var events = [Int](repeating: 0, count: 256)
  /// Coordination state changes, by parameter.
  var coordinationStates = [Int](repeating: 0, count: 8)
  /// By raw value of ``TransitionRow``.
  var rows = [Int](repeating: 0, count: 64)
  /// By kind of preempt.
  var preemptEntries: [String: Int] = [:]
  var commands: [String: Int] = [:]
  var refusals: [String: Int] = [:]

  static let longestReport = 20

  /// Greens of phases that have ended.
  var terminations: Int { events[Int(ControllerEventCode.greenTermination.rawValue)] }

  mutating func count(_ list: ContiguousArray<ControllerEvent>) {
    for event in list {
      events[Int(event.code.rawValue)] += 1
      if event.code == .coordinationState { coordinationStates[Int(event.parameter) & 7] += 1 }
    }
  }

  mutating func count(_ taken: TransitionRows) {
    var bits = taken.rawValue
    while bits != 0 {
      rows[bits.trailingZeroBitCount] += 1
      bits &= bits - 1
    }
  }

  mutating func countEntry(of preempt: Preempt?) {
    guard let preempt else { return }
    preemptEntries["\(preempt.kind)", default: 0] += 1
    if preempt.flashesInDwell { preemptEntries["flashing", default: 0] += 1 }
    if preempt.isFailSafe { preemptEntries["failSafe", default: 0] += 1 }
    if !preempt.trackPhases.isEmpty { preemptEntries["trackClearance", default: 0] += 1 }
  }

  mutating func count(_ command: CabinetCommand) {
    func add(_ name: String, _ isGiven: Bool) { if isGiven { commands[name, default: 0] += 1 } }
    switch command.program {
    case .local: add("local", true)
    case .free: add("free", true)
    case .flash: add("flash", true)
    case .pattern: add("pattern", true)
    case .coordinated: add("coordinated", true)
    }
    add("vehicleCalls", !command.vehicleCalls.isEmpty)
    add("pedestrianCalls", !command.pedestrianCalls.isEmpty)
    add("hold", !command.hold.isEmpty)
    add("forceOff", !command.forceOff.isEmpty)
    add("omit", !command.omit.isEmpty)
    add("pedestrianOmit", !command.pedestrianOmit.isEmpty)
    add("splits", !command.splits.isEmpty)
    add("offset", command.offset != nil)
    add("stage", command.stage != nil)
    add("extendRedClearance", !command.extendRedClearance.isEmpty)
    add("emergencyCalls", command.emergencyCalls != 0)
    add("priorityRequests", !command.priorityRequests.isEmpty)
  }

  mutating func count(_ refusal: CommandRefusal) {
    let text = "\(refusal)"
    refusals[String(text.prefix { $0 != "(" }), default: 0] += 1
  }

  mutating func add(_ other: SoakTally) {
    controllers += other.controllers
    controllerSeconds += other.controllerSeconds
    steps += other.steps
    inputs += other.inputs
    violations += other.violations
    monitorTrips += other.monitorTrips
    reports = Array((reports + other.reports).prefix(Self.longestReport))
    for code in events.indices { events[code] += other.events[code] }
    for state in coordinationStates.indices { coordinationStates[state] += other.coordinationStates[state] }
    for row in rows.indices { rows[row] += other.rows[row] }
    preemptEntries.merge(other.preemptEntries, uniquingKeysWith: +)
    commands.merge(other.commands, uniquingKeysWith: +)
    refusals.merge(other.refusals, uniquingKeysWith: +)
  }

  // MARK: - Output

  private var rowCounts: [(name: String, count: Int)] {
    TransitionRow.allCases.map { ("\($0)", rows[$0.rawValue]) }
  }

  private var eventCounts: [(name: String, count: Int)] {
    ControllerEventCode.allCases.map { ("\($0)", events[Int($0.rawValue)]) }.filter { $0.count > 0 }
  }

  func json(cpuSeconds: Double, seed: UInt64) -> String {
    func object(_ pairs: [(String, Int)]) -> String {
      "{ " + pairs.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + " }"
    }
    let states = CoordinationState.allCases.map { ("\($0)", coordinationStates[Int($0.rawValue)]) }
    return """
      {
        "seed": \(seed),
        "controllers": \(controllers),
        "controllerSeconds": \(Int(controllerSeconds)),
        "violations": \(violations),
        "monitorTrips": \(monitorTrips),
        "stepsPerCPUSecond": \(Int(Double(steps) / max(cpuSeconds, 1e-9))),
        "cpuSeconds": \(cpuSeconds),
        "timesRealTime": \(Int(controllerSeconds / max(cpuSeconds, 1e-9))),
        "steps": \(steps),
        "inputs": \(inputs),
        "coverage": {
          "terminations": \(terminations),
          "events": \(object(eventCounts)),
          "coordinationStates": \(object(states)),
          "preemptEntries": \(object(preemptEntries.sorted { $0.key < $1.key })),
          "rows": \(object(rowCounts)),
          "commands": \(object(commands.sorted { $0.key < $1.key })),
          "refusals": \(object(refusals.sorted { $0.key < $1.key }))
        },
        "reports": [\(reports.map { "\"\($0)\"" }.joined(separator: ", "))]
      }
      """
  }

  func text(cpuSeconds: Double, seed: UInt64) -> String {
    var lines = [
      "seed \(seed): \(controllers) controllers, \(Int(controllerSeconds)) controller-seconds, "
        + "\(Int(cpuSeconds)) CPU s (\(Int(controllerSeconds / max(cpuSeconds, 1e-9))) times real time)",
      "\(steps) steps, \(inputs) inputs, \(terminations) terminations",
      "violations \(violations), monitor trips \(monitorTrips)", "",
    ]
    func section(_ title: String, _ pairs: [(String, Int)]) {
      lines.append(title)
      for (name, count) in pairs { lines.append("  \(name): \(count)") }
    }
    section("events", eventCounts.map { ($0.name, $0.count) })
    section("preempt entries", preemptEntries.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    let rows = rowCounts.map { ($0.name, $0.count) }
    section("rows of the transition tables", rows)
    section("commands", commands.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    section("refusals", refusals.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    return (lines + reports).joined(separator: "\n")
  }
}
