import SignalControl
import TrafficModel

/// Something that is done to a unit between two ticks.
struct SearchAct {
  /// In the order in which acts of one tick are tried; acts of different kinds commute.
  enum Kind: UInt8 {
    case command, flashSwitch, preempt
    /// A detector or a push button: it only adds a call.
    case call
  }

  var name: String
  var kind: Kind
  var inputs: [CabinetInput] = []
  var command: CabinetCommand?

  static func command(_ name: String, _ edit: (inout CabinetCommand) -> Void) -> SearchAct {
    var command = StateSearch.free
    edit(&command)
    return SearchAct(name: name, kind: .command, command: command)
  }
}

/// Which acts need not be tried after which, because what they lead to is reached on another way.
///
/// Several acts between two ticks are tried in one order only: a command, the flash switch, the preempt, then calls from
/// the first to the last. An act that comes before the one that led to a state, and commutes with it, is left out there.
/// Nothing is lost by that as long as states are expanded in the order in which they were found, and the acts of each in
/// their own order: let `x` have been found from `p` by the act `b`, and leave out the earlier act `a`. `p` with `a` was
/// found before `x`, and so has been expanded before it, and so `p` with `a` and `b`, which is `x` with `a`, is known.
///
/// | Acts                              | Left out                                                                  |
/// |-----------------------------------|---------------------------------------------------------------------------|
/// | two of different kinds, two calls | the earlier after the later                                               |
/// | an act and itself                 | the second time                                                           |
/// | two commands                      | the second, which replaces the first, unless it was in force before both: a command acts anew when it comes back |
///
/// `--unordered` tries every act everywhere, and finds the same states.
struct ActOrder {
  private let kinds: [SearchAct.Kind]

  init(_ acts: [SearchAct]) {
    kinds = acts.map(\.kind)
    precondition(
      zip(kinds, kinds.dropFirst()).allSatisfy { $0.rawValue <= $1.rawValue },
      "acts are in order of their kinds")
  }

  /// - Parameters:
  ///   - act: Might be tried now.
  ///   - last: Led here; `nil` for a tick.
  ///   - inForce: The command in force here.
  ///   - inForceBefore: The command in force before the act that led here.
  func leavesOut(_ act: Int, after last: Int?, inForce: Int?, _ inForceBefore: Int?) -> Bool {
    if act == inForce { return true }
    guard let last else { return false }
    if act == last { return true }
    guard kinds[act] == kinds[last] else { return act < last }
    switch kinds[act] {
    case .call: return act < last
    case .command: return act != inForceBefore
    case .flashSwitch, .preempt: return false
    }
  }

  /// The first detector or push button that is tried after `last`.
  func firstTriedCall(after last: Int?, _ firstCall: Int) -> Int {
    guard let last, last >= firstCall else { return firstCall }
    return last + 1
  }
}
