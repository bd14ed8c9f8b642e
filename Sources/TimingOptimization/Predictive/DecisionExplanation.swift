import TrafficModel

/// Names for people: controllers, phases, lanes.
struct JunctionNames: Sendable {
  private let controllers: [String]
  /// By lane of the network.
  private let lanes: [String]

  init(_ scenario: Scenario, _ numbering: LaneNumbering) {
    controllers = scenario.controllers.map(\.name)
    var lanes = [String](repeating: "", count: numbering.count)
    for (link, data) in scenario.network.links.enumerated() {
      for (lane, number) in numbering.lanes(of: LinkID(link)).enumerated() {
        lanes[number] = data.lanes.count == 1 ? data.name : "\(data.name) lane \(lane)"
      }
    }
    self.lanes = lanes
  }

  func controller(_ index: Int) -> String { controllers[index] }
  func lane(_ index: Int32) -> String { lanes[Int(index)] }

  func state(_ state: Int, _ states: SignalStates) -> String {
    let numbers = states.phasesOfState[state].members.map { "\(states.phases[$0].number)" }.joined(
      separator: "+")
    return states.runsStages ? "stage \(numbers)" : numbers
  }

  func shortWaitRemark(_ controller: Int, limit: Float, wanted: Float) -> String {
    "controller \(controllers[controller]): its minimums sum to \(Self.seconds(limit)); a longest wait of "
      + "\(Self.seconds(wanted)) cannot be promised, \(Self.seconds(limit)) is used"
  }

  static func seconds(_ value: Float) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(abs(tenths % 10)) s"
  }
}

/// One decision in words: what was shown and who waited, the plan that was chosen, the best one that begins otherwise,
/// and where the difference comes from.
struct DecisionExplanation {
  let lines: [String]

  init(_ junction: PredictiveJunction, _ names: JunctionNames, at time: SimTime) {
    var planner = junction.planner
    planner.keepsSteps = true
    let states = junction.states
    let start = Float(time.milliseconds) / 1000
    var lines = [
      "controller \(names.controller(junction.controller)) at \(JunctionNames.seconds(start)): shows "
        + names.state(junction.shownState, states)
    ]
    lines += Self.waits(junction, states)
    let order = planner.options.indices.filter { planner.options[$0].cost < .infinity }
      .sorted { planner.options[$0].cost < planner.options[$1].cost }
    let chosen = junction.chosen
    func describe(_ option: Int) -> String {
      let plan = planner.options[option]
      var text = ""
      var begin = Float(0)
      for (place, step) in plan.steps.enumerated() {
        if place > 0 {
          begin = plan.steps[place - 1].end + states.change(from: plan.steps[place - 1].state, to: step.state)
        }
        text +=
          (place == 0 ? "" : ", ") + names.state(step.state, states)
          + " \(JunctionNames.seconds(start + begin)) to \(JunctionNames.seconds(start + step.end))"
      }
      if plan.steps.isEmpty { text = "\(names.state(junction.shownState, states)) as far as it looks" }
      return text + "; predicted cost \(JunctionNames.seconds(plan.cost)) of vehicle waiting"
    }
    lines.append("chosen (\(Self.title(chosen, names, states))): \(describe(chosen))")
    if let other = order.first(where: { $0 != chosen }) {
      lines.append("best rejected (\(Self.title(other, names, states))): \(describe(other))")
      lines += Self.reasons(&planner, chosen, other, names)
    } else {
      lines.append("nothing else was worth while: nobody waits whom another state would serve")
    }
    if junction.wasForced {
      lines.append("the cheapest step was not allowed: after it somebody would wait longer than promised")
    }
    lines.append("work: \(planner.work) stretches of green looked at")
    self.lines = lines
  }

  private static func title(_ option: Int, _ names: JunctionNames, _ states: SignalStates) -> String {
    option == 0 ? "stay" : "change to \(names.state(option - 1, states)) now"
  }

  private static func waits(_ junction: PredictiveJunction, _ states: SignalStates) -> [String] {
    var parts: [String] = []
    let waits = junction.waits
    for claim in waits.deadline.indices where waits.waiting.contains(phase: claim) {
      let meeting = (0..<states.count).filter { waits.claims.ofState[$0].contains(phase: claim) }
      let what =
        states.runsStages
        ? "stage " + meeting.map { "\(states.phases[$0].number)" }.joined(separator: " or ")
        : "phase \(states.phases[claim].number)"
      parts.append("\(what) must be green within \(JunctionNames.seconds(waits.deadline[claim]))")
    }
    return parts.isEmpty ? ["nobody has called"] : ["calls: " + parts.joined(separator: ", ")]
  }

  /// The lanes that gain and lose most by the choice.
  private static func reasons(
    _ planner: inout StatePlanner, _ chosen: Int, _ other: Int, _ names: JunctionNames
  ) -> [String] {
    let mine = planner.costsByLane(of: planner.options[chosen].steps)
    let its = planner.costsByLane(of: planner.options[other].steps)
    let differences = mine.indices.map { (lane: $0, change: mine[$0] - its[$0]) }
    func text(_ list: [(lane: Int, change: Float)]) -> String {
      list.map {
        "\(names.lane(planner.street.lanes[$0.lane].lane)) \(JunctionNames.seconds(abs($0.change)))"
      }.joined(separator: ", ")
    }
    let gains = differences.filter { $0.change < -0.5 }.sorted { ($0.change, $0.lane) < ($1.change, $1.lane) }
    let losses = differences.filter { $0.change > 0.5 }.sorted { ($0.change, $0.lane) > ($1.change, $1.lane) }
    var result: [String] = []
    if !gains.isEmpty { result.append("why: less waiting on \(text(Array(gains.prefix(3))))") }
    if !losses.isEmpty { result.append("the price: more waiting on \(text(Array(losses.prefix(3))))") }
    return result
  }
}
