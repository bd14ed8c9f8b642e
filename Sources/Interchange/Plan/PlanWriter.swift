import TrafficModel

/// Writes timing plans as plan files.
public enum PlanWriter {
  /// The text of a plan file: every pattern in the words of its controller, phases by number and stages by name.
  ///
  /// - Parameters:
  ///   - search: how the plan was found, for the reader of the file; `nil` leaves it out.
  public static func text(
    _ plan: TimingPlan, of scenario: Scenario, tool: JSONValue? = nil, search: JSONValue? = nil
  ) -> String {
    var members: [(String, JSONValue)] = [
      ("schema", .string(PlanFormat.schema)), ("name", .string(plan.name)),
      ("scenario", .string(scenario.name)),
    ]
    if let tool { members.append(("tool", tool)) }
    if let search { members.append(("search", search)) }
    let controllers = plan.entries.filter { scenario.controllers.indices.contains($0.controller.index) }
    members.append(
      (
        "controllers",
        .array(
          controllers.map { entry in
            let controller = scenario.controllers[entry.controller.index]
            return .object([
              ("name", .string(controller.name)), ("pattern", pattern(entry.pattern, of: controller)),
            ])
          })
      ))
    return JSONValue.object(members).text(pretty: true)
  }

  private static func seconds(_ span: TimeSpan) -> JSONValue {
    span.milliseconds % 1000 == 0 ? .integer(Int(span.milliseconds / 1000)) : .number(span.seconds)
  }

  private static func pattern(_ pattern: Pattern, of controller: SignalController) -> JSONValue {
    func numbers(_ phases: [Int]) -> JSONValue {
      .array(phases.map { .integer(controller.phases[$0].number) })
    }
    var members: [(String, JSONValue)] = [("number", .integer(pattern.number))]
    if !pattern.name.isEmpty { members.append(("name", .string(pattern.name))) }
    members += [
      ("cycle_s", seconds(pattern.cycle)), ("offset_s", seconds(pattern.offset)),
      ("offsetReference", .string(pattern.reference.rawValue)),
    ]
    switch pattern.timing {
    case .ringBarrier(let diagram, let splits, let references):
      members.append(("referencePhases", numbers(references)))
      members.append(
        (
          "splits_s",
          .object(zip(controller.phases, splits).map { ("\($0.number)", seconds($1)) })
        ))
      members.append(
        ("rings", .array(diagram.rings.map { sides in .array(sides.map { numbers($0) }) })))
    case .stages(let chain):
      members.append(
        (
          "stages",
          .array(
            chain.map { interval in
              .object([
                ("stage", .string(controller.stages[interval.stage].name)),
                ("duration_s", seconds(interval.duration)),
              ])
            })
        ))
    }
    return .object(members)
  }
}
