import TrafficModel

/// What never changes of an interlock, made from the controller's data.
extension Interlock {
  /// What never changes of a group.
  struct Timing: Sendable {
    var isPedestrian: Bool
    /// What it shows as its green.
    var proceed: Indication
    /// What it shows in flash.
    var flash: Indication
    var minimumGreen: TimeSpan
    var minimumRed: TimeSpan
    var gaining: TimeSpan
    var losing: TimeSpan
    /// From the end of its green until no intergreen of it holds anybody back.
    var longestClearance: TimeSpan
    /// From the begin of a green, and of a red, until no rule asks for its age any more: minimum green, its own or that of
    /// a phase; red revert, and the buffer after a pedestrian clearance.
    var longestGreenLook: TimeSpan
    var longestRedLook: TimeSpan
    /// Trailing green of an overlap; `nil` for a group that a sequencer starts and ends itself.
    var trailing: TimeSpan?
    /// Half-open range of its colours in `sequence`: gaining, then losing.
    var gainingSteps: Range<Int>
    var losingSteps: Range<Int>
    /// Half-open range of its partners in `exclusions`.
    var exclusions: Range<Int>
    /// Half-open range in `opposing`; empty for all but flashing yellow arrows.
    var opposing: Range<Int>
  }

  struct Exclusion: Sendable {
    var group: Int
    /// From the end of `group`'s green to the start of the green of this entry's owner.
    var intergreen: TimeSpan
  }

  public init(_ data: SignalController, id: ControllerID) {
    controller = id
    var timings: ContiguousArray<Timing> = []
    var sequence: ContiguousArray<TimedIndication> = []
    var exclusions: ContiguousArray<Exclusion> = []
    var opposing: ContiguousArray<Int> = []
    var longest = [TimeSpan](repeating: .zero, count: data.groups.count)
    let excluded = Self.excludedPairs(data)
    for (index, group) in data.groups.enumerated() {
      let firstStep = sequence.count
      sequence += Self.onTicks(group.gaining)
      let firstLosing = sequence.count
      sequence += Self.onTicks(group.losing)
      let firstExclusion = exclusions.count
      let gaining = Self.duration(Self.onTicks(group.gaining))
      for other in data.groups.indices where excluded[index * data.groups.count + other] {
        let least = Self.duration(Self.onTicks(data.groups[other].losing)) + gaining
        let intergreen = max(data.intergreens[other, index].roundedUpToTick, least)
        exclusions.append(Exclusion(group: other, intergreen: intergreen))
        longest[other] = max(longest[other], intergreen - gaining)
      }
      let firstOpposing = opposing.count
      opposing += Self.opposing(to: index, data)
      timings.append(
        Timing(
          isPedestrian: group.kind == .pedestrian, proceed: group.proceed,
          flash: Self.flashIndication(of: index, data), minimumGreen: group.minimumGreen.roundedUpToTick,
          minimumRed: Self.redRevert(of: index, data), gaining: gaining,
          losing: Self.duration(Self.onTicks(group.losing)), longestClearance: .zero,
          longestGreenLook: Self.longestGreenLook(at: index, data),
          longestRedLook: Self.longestRedLook(at: index, data),
          trailing: data.overlaps.first { $0.group == index }?.trailingGreen.roundedUpToTick,
          gainingSteps: firstStep..<firstLosing, losingSteps: firstLosing..<sequence.count,
          exclusions: firstExclusion..<exclusions.count, opposing: firstOpposing..<opposing.count))
    }
    for group in timings.indices {
      timings[group].longestClearance = max(longest[group], timings[group].losing)
    }
    self.timings = timings
    self.sequence = sequence
    self.exclusions = exclusions
    self.opposing = opposing
    lamps = ContiguousArray(repeating: Lamp(), count: data.groups.count)
  }

  /// The excluded pairs of the matrix, and whatever the matrix says each overlap with the phases that suppress it: the
  /// two arrows of a flashing-yellow-arrow head are never lit together. By `first · count + second`.
  private static func excludedPairs(_ data: SignalController) -> [Bool] {
    let count = data.groups.count
    var result = [Bool](repeating: false, count: count * count)
    for first in 0..<count {
      for second in 0..<count where data.conflicts[first, second] == .excluded {
        result[first * count + second] = true
      }
    }
    for overlap in data.overlaps where overlap.kind != .normal {
      for phase in overlap.modifierPhases where data.phases.indices.contains(phase) {
        for arrow in data.phases[phase].groups where arrow != overlap.group {
          guard data.groups.indices.contains(arrow), data.groups.indices.contains(overlap.group) else {
            continue
          }
          result[arrow * count + overlap.group] = true
          result[overlap.group * count + arrow] = true
        }
      }
    }
    return result
  }

  /// The groups of the through phases that a flashing yellow arrow yields to.
  private static func opposing(to group: Int, _ data: SignalController) -> [Int] {
    var result: [Int] = []
    for overlap in data.overlaps where overlap.group == group && overlap.kind == .flashingYellowArrow {
      for phase in overlap.includedPhases where data.phases.indices.contains(phase) {
        result += data.phases[phase].groups.filter { $0 != group && data.groups.indices.contains($0) }
      }
    }
    return result
  }

  /// The unit's red revert, or the longer one of a phase that the group belongs to.
  private static func redRevert(of group: Int, _ data: SignalController) -> TimeSpan {
    guard data.groups[group].kind == .vehicle else { return .zero }
    var result = data.options.redRevert
    for phase in data.phases where phase.groups.contains(group) {
      result = max(result, phase.actuation.redRevert)
    }
    return max(result, .zero).roundedUpToTick
  }

  private static func longestGreenLook(at group: Int, _ data: SignalController) -> TimeSpan {
    var result = data.groups[group].minimumGreen.roundedUpToTick
    for phase in data.phases where phase.groups.contains(group) {
      result = max(result, phase.minimumGreen.roundedUpToTick)
    }
    return result
  }

  private static func longestRedLook(at group: Int, _ data: SignalController) -> TimeSpan {
    var result = redRevert(of: group, data)
    for phase in data.phases where phase.pedestrianGroup == group {
      result = max(result, phase.pedestrians.buffer.roundedUpToTick)
    }
    return result
  }

  private static func flashIndication(of group: Int, _ data: SignalController) -> Indication {
    if data.groups[group].kind == .pedestrian { return .dark }
    return data.options.flashingYellowGroups.contains(group) ? .flashingYellow : .flashingRed
  }

  /// Colours that are shown at all, each for a whole number of ticks.
  private static func onTicks(_ colours: [TimedIndication]) -> [TimedIndication] {
    colours.filter { $0.duration > .zero }
      .map { TimedIndication($0.indication, $0.duration.roundedUpToTick) }
  }

  private static func duration(_ colours: [TimedIndication]) -> TimeSpan {
    colours.reduce(.zero) { $0 + $1.duration }
  }
}

extension TimeSpan {
  /// A cabinet switches only on ticks, and nothing that protects somebody may get shorter by that.
  var roundedUpToTick: TimeSpan {
    TimeSpan(milliseconds: SimTime(milliseconds: milliseconds).firstTick().milliseconds)
  }
}
