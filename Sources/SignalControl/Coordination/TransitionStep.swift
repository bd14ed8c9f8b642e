import TrafficModel

/// What the next cycle does to get into step, by plain arithmetic (see ``TransitionRule``).
///
/// With Δ₊ the time by which the local zero must move later, 0 ≤ Δ₊ < C, and Δ₋ = C − Δ₊:
///
/// | Mode | One cycle | Cycles |
/// |---|---|---|
/// | dwell | the coordinated phases stay green for Δ₊, at most the longest dwell | ⌈Δ₊ / longest dwell⌉ |
/// | add | C + min(Δ₊, p₊C) | ⌈Δ₊ / p₊C⌉ |
/// | subtract | C − min(Δ₋, p₋C, what the minimums leave) | ⌈Δ₋ / min(p₋C, …)⌉ |
/// | shortway | the one that takes fewer cycles, adding where they are equal | the smaller |
///
/// p₊C and p₋C are rounded down to ticks. Where a direction is asked for that cannot move at all the other one is
/// taken, and dwell where neither can.
struct TransitionStep: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case none
    case dwell
    case add
    case subtract
  }

  var kind: Kind
  /// By how much the cycle gets longer; negative where it gets shorter.
  var change: TimeSpan
  /// Cycles until the unit is in step, this one included.
  var cycles: Int

  static let inStep = TransitionStep(kind: .none, change: .zero, cycles: 0)

  /// - Parameters:
  ///   - lag: Δ₊.
  ///   - shrinkable: What the minimums leave of a cycle.
  init(lag: TimeSpan, cycle: TimeSpan, rule: TransitionRule, shrinkable: TimeSpan) {
    guard lag > .zero, cycle > .zero else {
      self = .inStep
      return
    }
    let longest = max(rule.longestDwell.roundedDownToTick, .tick)
    let addable = Self.part(rule.longestAdd, of: cycle)
    let removable = min(Self.part(rule.largestSubtract, of: cycle), shrinkable)
    let dwelling = Self(kind: .dwell, change: min(lag, longest), cycles: Self.count(lag, longest))
    let adding = Self(kind: .add, change: min(lag, addable), cycles: Self.count(lag, addable))
    let lead = cycle - lag
    let subtracting = Self(
      kind: .subtract, change: -min(lead, removable), cycles: Self.count(lead, removable))
    switch (rule.mode, addable > .zero, removable > .zero) {
    case (.dwell, _, _), (_, false, false): self = dwelling
    case (.add, true, _), (.subtract, true, false), (.shortway, true, false): self = adding
    case (.subtract, _, true), (.add, false, true), (.shortway, false, true): self = subtracting
    case (.shortway, true, true): self = subtracting.cycles < adding.cycles ? subtracting : adding
    }
  }

  private init(kind: Kind, change: TimeSpan, cycles: Int) {
    self.kind = kind
    self.change = change
    self.cycles = cycles
  }

  /// A share of a cycle in whole ticks, by ten-thousandths so that 0.2 · 73.2 s is what it is on paper; at most all
  /// of the cycle.
  private static func part(_ share: Double, of cycle: TimeSpan) -> TimeSpan {
    let tenThousandths = share > 0 ? Int64((min(share, 1) * 10_000).rounded()) : 0
    return TimeSpan(milliseconds: cycle.milliseconds * tenThousandths / 10_000).roundedDownToTick
  }

  private static func count(_ span: TimeSpan, _ step: TimeSpan) -> Int {
    guard step > .zero else { return Int.max }
    return Int((span.milliseconds + step.milliseconds - 1) / step.milliseconds)
  }

  var state: CoordinationState {
    switch kind {
    case .none: .inStep
    case .dwell: .dwelling
    case .add: .adding
    case .subtract: .subtracting
    }
  }
}
