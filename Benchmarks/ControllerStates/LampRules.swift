import SignalControl
import TrafficModel

/// The rules that lamps must keep, read from the controller's data alone and told in ticks; nothing of it is shared with
/// the unit's own decisions.
struct LampRules {
  static let capacity = 16

  struct Group {
    var isPedestrian = false
    /// What it shows as its green.
    var proceed = LampWatch.green
    var leastGreen = 0
    /// Red-amber before its green.
    var gaining = 0
    var losing = 0
    var leastLosing = 0
    var leastRed = 0
    /// Bits of the groups that exclude it.
    var enemies: UInt16 = 0
    /// By enemy: from the end of its green to this group's.
    var intergreens = [Int](repeating: 0, count: capacity)
    /// For a flashing arrow: bits of the groups of oncoming traffic.
    var oncoming: UInt16 = 0
  }

  var groups: [Group] = []
  /// By group: when the end of its green lies further back than this, it makes no difference.
  var longestEnded = SIMD16<UInt8>(repeating: 0)

  /// - Returns: `nil` if the controller has more groups than fit.
  init?(_ data: SignalController) {
    guard data.groups.count <= Self.capacity else { return nil }
    func ticks(_ span: TimeSpan) -> Int { Int((span.milliseconds + 99) / 100) }
    for (index, group) in data.groups.enumerated() {
      var rule = Group()
      rule.isPedestrian = group.kind == .pedestrian
      rule.proceed = LampWatch.code(group.proceed)
      rule.leastGreen = ticks(group.minimumGreen)
      rule.gaining = ticks(group.gainingDuration)
      rule.losing = ticks(group.losingDuration)
      rule.leastLosing = rule.losing
      for preempt in data.preempts {
        if let cut = rule.isPedestrian ? preempt.minimumWalk : preempt.minimumGreen {
          rule.leastGreen = min(rule.leastGreen, ticks(cut))
        }
        if rule.isPedestrian, let cut = preempt.pedestrianClearance {
          rule.leastLosing = min(rule.leastLosing, ticks(cut))
        }
      }
      rule.leastRed = rule.isPedestrian ? 0 : ticks(data.options.redRevert)
      for other in data.groups.indices where data.conflicts[index, other] == .excluded {
        rule.enemies |= 1 << UInt16(other)
        // A pedestrian clearance that a preempt cuts takes the intergreen with it.
        let cut = data.groups[other].kind == .pedestrian ? Self.largestCut(data.groups[other], data) : .zero
        rule.intergreens[other] = ticks(data.intergreens[other, index] - cut)
      }
      for overlap in data.overlaps where overlap.group == index && overlap.kind == .flashingYellowArrow {
        for phase in overlap.includedPhases {
          for parent in data.phases[phase].groups { rule.oncoming |= 1 << UInt16(parent) }
        }
      }
      groups.append(rule)
    }
    for enemy in groups.indices {
      longestEnded[enemy] = UInt8(clamping: groups.reduce(0) { max($0, $1.intergreens[enemy]) })
    }
  }

  private static func largestCut(_ group: SignalGroup, _ data: SignalController) -> TimeSpan {
    data.preempts.reduce(.zero) { most, preempt in
      max(most, group.losingDuration - (preempt.pedestrianClearance ?? group.losingDuration))
    }
  }
}

/// The lamps as seen from the street, with the ages that ``LampRules`` ask for.
struct LampWatch: Hashable {
  static let red: UInt8 = 0
  static let green: UInt8 = 1
  static let yellow: UInt8 = 2
  static let flashingYellow: UInt8 = 3
  static let flashingRed: UInt8 = 4
  static let dark: UInt8 = 5
  static let redYellow: UInt8 = 6
  static let other: UInt8 = 7

  /// By group: what it shows, for how many ticks, and for how many its green has been over.
  private var shown = SIMD16<UInt8>(repeating: red)
  private var age = SIMD16<UInt8>(repeating: 255)
  private var ended = SIMD16<UInt8>(repeating: 255)
  private var isFlash = false

  static func code(_ indication: Indication) -> UInt8 {
    switch indication {
    case .red: red
    case .green: green
    case .yellow: yellow
    case .flashingYellow: flashingYellow
    case .flashingRed: flashingRed
    case .dark: dark
    case .redYellow: redYellow
    default: other
    }
  }

  init(_ rules: LampRules) {
    age = ageLimits(rules)
    ended = rules.longestEnded
  }

  func feed(into digest: inout StateDigest) {
    for lanes in [shown, age, ended] {
      digest.combine(Self.word(lanes.lowHalf), Self.word(lanes.highHalf))
    }
    digest.combine(isFlash ? 1 : 0)
  }

  private static func word(_ lanes: SIMD8<UInt8>) -> UInt64 {
    var word: UInt64 = 0
    for lane in 0..<8 { word = word << 8 | UInt64(lanes[lane]) }
    return word
  }

  /// A tick passes, and then the lamps change.
  /// - Returns: What is wrong; `nil` if nothing is.
  mutating func observe(_ changes: ContiguousArray<IndicationChange>, _ rules: LampRules) -> String? {
    age &+= 1
    ended = pointwiseMin(ended &+ 1, rules.longestEnded)
    defer { age = pointwiseMin(age, ageLimits(rules)) }
    if changes.isEmpty { return nil }
    let before = self
    for change in changes { shown[change.group] = Self.code(change.indication) }
    isFlash = looksLikeFlash(rules)
    for change in changes where shown[change.group] != before.shown[change.group] {
      if !isFlash, let failure = judge(change.group, before, rules) { return failure }
    }
    for change in changes where shown[change.group] != before.shown[change.group] {
      age[change.group] = 0
      let wasGoing = before.shown[change.group] == rules.groups[change.group].proceed
      if wasGoing || (before.isFlash && !rules.groups[change.group].isPedestrian) { ended[change.group] = 0 }
    }
    return isFlash ? nil : conflict(rules)
  }

  /// Ages beyond these make no difference, by what each group shows.
  private func ageLimits(_ rules: LampRules) -> SIMD16<UInt8> {
    var limits = SIMD16<UInt8>(repeating: 0)
    if isFlash { return limits }
    for (group, rule) in rules.groups.enumerated() {
      let limit: Int
      switch shown[group] {
      case rule.proceed: limit = rule.leastGreen
      case Self.red: limit = rule.leastRed
      case Self.redYellow: limit = rule.gaining + 1
      default: limit = rule.losing + 1
      }
      limits[group] = UInt8(clamping: limit)
    }
    return limits
  }

  private func looksLikeFlash(_ rules: LampRules) -> Bool {
    for (group, rule) in rules.groups.enumerated() {
      let isRight =
        rule.isPedestrian
        ? shown[group] == Self.dark
        : shown[group] == Self.flashingRed || shown[group] == Self.flashingYellow
      if !isRight { return false }
    }
    return true
  }

  private func judge(_ group: Int, _ before: LampWatch, _ rules: LampRules) -> String? {
    let rule = rules.groups[group]
    let old = before.shown[group]
    let new = shown[group]
    let clearance = rule.isPedestrian ? Self.flashingRed : Self.yellow
    if before.isFlash { return new == Self.red ? nil : "group \(group) leaves flash with \(new)" }
    if old == rule.proceed {
      if new != clearance { return "group \(group) goes from \(old) to \(new) without clearance" }
      if age[group] < rule.leastGreen { return "group \(group) was green for \(age[group]) ticks only" }
      if !rule.isPedestrian, isGoing(rule.oncoming, rules) { return "group \(group) sets a yellow trap" }
    } else if old == clearance {
      // Who walks again at once passes red within the tick.
      if new != Self.red && !(rule.isPedestrian && new == rule.proceed) {
        return "group \(group) goes from its clearance to \(new)"
      }
      if age[group] < rule.leastLosing || age[group] > rule.losing {
        return "group \(group) cleared for \(age[group]) ticks"
      }
    } else if new == Self.redYellow {
      if rule.gaining == 0 { return "group \(group) has no red-amber" }
      if age[group] < rule.leastRed { return "group \(group) was red for \(age[group]) ticks only" }
    } else if new == rule.proceed {
      if old == Self.redYellow || rule.gaining > 0 {
        let isRight = old == Self.redYellow && age[group] == rule.gaining
        if !isRight { return "group \(group) is green after \(age[group]) ticks of \(old)" }
      } else if age[group] < rule.leastRed {
        return "group \(group) was red for \(age[group]) ticks only"
      }
      for enemy in rules.groups.indices where rule.enemies & (1 << UInt16(enemy)) != 0 {
        if ended[enemy] < rule.intergreens[enemy] {
          return "group \(group) is green \(ended[enemy]) ticks after group \(enemy)"
        }
      }
    } else {
      return "group \(group) goes from \(old) to \(new)"
    }
    return nil
  }

  private func isGoing(_ groups: UInt16, _ rules: LampRules) -> Bool {
    for group in rules.groups.indices where groups & (1 << UInt16(group)) != 0 {
      if shown[group] == rules.groups[group].proceed { return true }
    }
    return false
  }

  private func conflict(_ rules: LampRules) -> String? {
    var lit: UInt16 = 0
    for group in rules.groups.indices where shown[group] != Self.red && shown[group] != Self.redYellow {
      lit |= 1 << UInt16(group)
    }
    for group in rules.groups.indices where lit & (1 << UInt16(group)) != 0 {
      if rules.groups[group].enemies & lit != 0 { return "group \(group) meets an excluded group" }
    }
    return nil
  }
}
