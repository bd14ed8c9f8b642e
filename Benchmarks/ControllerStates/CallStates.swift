import SignalControl
import TrafficModel

/// The call states of all cores, by number.
///
/// A call state is what is *pressed*, and the deadline of the unit. Both have numbers of their own too, because acts other
/// than calls change the deadline only.
struct CallStates {
  private(set) var states: ContiguousArray<ControllerUnit.CallState> = []
  private(set) var digests: ContiguousArray<UInt64> = []
  /// By number: of what is pressed, and of the deadline.
  private(set) var pressed: ContiguousArray<UInt32> = []
  private(set) var deadlines: ContiguousArray<UInt32> = []
  private var numbers: [UInt64: UInt32] = [:]
  private var pressedNumbers: [UInt64: UInt32] = [:]
  private var pressedDigests: ContiguousArray<UInt64> = []
  private(set) var times: ContiguousArray<SimTime> = []
  /// By deadline and what is pressed: the call state; `none` if it is not known yet.
  private var combined: ContiguousArray<ContiguousArray<UInt32>> = []
  private(set) var vectors = CallVectors()

  static let none = UInt32.max

  var count: Int { states.count }

  mutating func number(of state: ControllerUnit.CallState) -> UInt32 {
    number(of: state, pressedDigest: state.pressedDigest)
  }

  mutating func number(of state: ControllerUnit.CallState, pressedDigest: UInt64) -> UInt32 {
    let digest = ControllerUnit.CallState.digest(pressed: pressedDigest, deadline: state.nextDeadline)
    if let number = numbers[digest] { return number }
    let number = UInt32(states.count)
    numbers[digest] = number
    states.append(state)
    digests.append(digest)
    vectors.insert(state.vector)
    let pressedNumber = pressedNumbers[pressedDigest] ?? UInt32(pressedDigests.count)
    if pressedNumber == pressedDigests.count {
      pressedNumbers[pressedDigest] = pressedNumber
      pressedDigests.append(pressedDigest)
    }
    let deadline = deadlineNumber(of: state.nextDeadline)
    pressed.append(pressedNumber)
    deadlines.append(deadline)
    combine(Int(deadline), Int(pressedNumber), number)
    return number
  }

  mutating func deadlineNumber(of time: SimTime) -> UInt32 {
    if let number = times.firstIndex(of: time) { return UInt32(number) }
    times.append(time)
    combined.append([])
    return UInt32(times.count - 1)
  }

  private mutating func combine(_ deadline: Int, _ pressed: Int, _ number: UInt32) {
    while combined[deadline].count <= pressed { combined[deadline].append(Self.none) }
    combined[deadline][pressed] = number
  }

  /// The call state with what is pressed in one and the deadline of another.
  @inline(__always)
  mutating func number(_ state: UInt32, withDeadline deadline: UInt32) -> UInt32 {
    if deadlines[Int(state)] == deadline { return state }
    let place = Int(pressed[Int(state)])
    if place < combined[Int(deadline)].count {
      let known = combined[Int(deadline)][place]
      if known != Self.none { return known }
    }
    return add(state, withDeadline: deadline)
  }

  private mutating func add(_ state: UInt32, withDeadline deadline: UInt32) -> UInt32 {
    var copy = states[Int(state)]
    copy.nextDeadline = times[Int(deadline)]
    return number(of: copy, pressedDigest: pressedDigests[Int(pressed[Int(state)])])
  }
}
