import TrafficModel

/// How many rows each table of a controller has.
public struct NTCIPDimensions: Hashable, Sendable {
  private var counts: [NTCIPObject.Index: Int] = [:]

  /// Rows for everything that the controller has, whole groups of eight phases and detectors, and spare patterns,
  /// splits and sequences for downloads.
  public init(_ controller: SignalController) {
    let phases = Self.wholeGroups(controller.phases.map(\.number).max() ?? 0)
    let detectors = controller.detectors.enumerated().map { max($1.channel, $0 + 1) }.max() ?? 0
    let patterns = min(253, max(48, (controller.patterns.map(\.number).max() ?? 0) + 4))
    let overlaps = max(1, controller.overlaps.map(\.number).max() ?? 0)
    let channels = max(1, controller.groups.count)
    let schedule = controller.schedule
    counts = [
      .phase: phases, .phaseGroup: phases / 8, .vehicleDetector: min(255, max(1, detectors)),
      .detectorGroup: (max(1, min(255, detectors)) + 7) / 8,
      .pedestrianDetector: max(1, controller.phases.filter { $0.pedestrianGroup != nil }.count),
      .alarmGroup: 1, .specialFunction: 1, .pattern: patterns, .split: patterns,
      .action: min(255, patterns + 2), .preempt: max(1, controller.preempts.map(\.number).max() ?? 0),
      .sequence: 16, .ring: max(1, controller.diagram.rings.count), .ringGroup: 1,
      .channel: min(255, channels),
      .channelGroup: (min(255, channels) + 7) / 8, .overlap: overlaps, .overlapGroup: (overlaps + 7) / 8,
      .module: 1, .schedule: max(16, schedule?.entries.count ?? 0),
      .dayPlan: max(8, schedule?.dayPlans.map(\.number).max() ?? 0),
      .dayPlanEvent: max(16, schedule?.dayPlans.map(\.events.count).max() ?? 0),
    ]
  }

  private static func wholeGroups(_ count: Int) -> Int { max(8, (count + 7) / 8 * 8) }

  public subscript(index: NTCIPObject.Index) -> Int { counts[index] ?? 0 }

  /// Whether the row exists.
  public func contains(_ instance: NTCIPInstance) -> Bool {
    let indices = NTCIPObject.named(instance.object).indices
    if indices.isEmpty { return instance.first == 0 && instance.second == 0 }
    guard (1...max(1, self[indices[0]])).contains(instance.first) else { return false }
    if indices.count == 1 { return instance.second == 0 }
    return (1...max(1, self[indices[1]])).contains(instance.second)
  }

  /// The rows of an object, in the order of a walk.
  public func instances(of object: NTCIPObject) -> [NTCIPInstance] {
    switch object.indices.count {
    case 0: return [NTCIPInstance(object.name)]
    case 1: return (0..<self[object.indices[0]]).map { NTCIPInstance(object.name, $0 + 1) }
    default:
      return (0..<self[object.indices[0]]).flatMap { first in
        (0..<self[object.indices[1]]).map { NTCIPInstance(object.name, first + 1, $0 + 1) }
      }
    }
  }

  /// The first row whose name comes after `name`; `nil` at the end of the tree.
  ///
  /// - Complexity: O(log objects), without building the rows.
  public func instance(after name: ObjectIdentifier) -> NTCIPInstance? {
    let objects = NTCIPObject.all
    // The last object whose prefix is not after the name: no earlier one has a row after it.
    var low = 0
    var high = objects.count
    while low < high {
      let middle = (low + high) / 2
      if name < objects[middle].prefix { high = middle } else { low = middle + 1 }
    }
    for object in objects[max(0, low - 1)...] {
      if let instance = firstInstance(of: object, after: name) { return instance }
    }
    return nil
  }

  private func firstInstance(of object: NTCIPObject, after name: ObjectIdentifier) -> NTCIPInstance? {
    let prefix = object.prefix
    guard name.hasPrefix(prefix) else {
      guard name < prefix else { return nil }
      return row(of: object, first: object.indices.isEmpty ? 0 : 1, second: object.indices.count > 1 ? 1 : 0)
    }
    let rest = name.arcs[prefix.arcs.count...].map { Int($0) }
    switch object.indices.count {
    case 0: return rest.isEmpty ? NTCIPInstance(object.name) : nil
    case 1: return row(of: object, first: rest.isEmpty ? 1 : max(1, rest[0] + 1), second: 0)
    default:
      guard let first = rest.first, first >= 1 else { return row(of: object, first: 1, second: 1) }
      let second = rest.count > 1 ? rest[1] + 1 : 1
      return row(of: object, first: first, second: max(1, second))
        ?? row(of: object, first: first + 1, second: 1)
    }
  }

  private func row(of object: NTCIPObject, first: Int, second: Int) -> NTCIPInstance? {
    let instance = NTCIPInstance(object.name, first, second)
    return contains(instance) ? instance : nil
  }
}
