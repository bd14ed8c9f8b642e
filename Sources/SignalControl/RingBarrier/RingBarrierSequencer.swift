import TrafficModel

/// Fully actuated operation of rings and barriers, or of stages as one ring.
///
/// Theory of operation. All rings are on the same side of every barrier. Each ring goes through its phases of that
/// side in order, skipping those that nobody calls: one such run of all rings is a *pass*. A ring is in one of
/// three modes; the table is complete, everything else is refused.
///
/// | Mode     | Event or joint state                                             | Next mode          |
/// |----------|------------------------------------------------------------------|--------------------|
/// | dwell    | a later phase of its pass is called                              | change to it       |
/// | green    | a later phase of its pass is called, and this one is *ready*      | change to it       |
/// | green    | the side must be left, this ring is ready and another is not, and an earlier phase of the pass with conditional service is called that still has the time | change to it |
/// | green    | nobody else is called                                            | green: rests       |
/// | green    | nobody else is called, no ring is recalled, each dwells or is ready, and the unit rests in red | change to dwell, all rings in the same tick |
/// | any but change | *crossing*: a phase outside the pass is called, no ring has a called phase left in the pass, and each ring dwells or is ready | change, all rings in the same tick |
/// | change   | the clearance is over and the interlock lets every group start   | green              |
/// | change   | the clearance is over, and walk goes first (leading interval)    | green, *leading*: its vehicles follow |
/// | change   | it has nothing to serve                                          | dwell              |
///
/// A phase is *ready* to end when its minimum green (variable initial) is over, its pedestrians (if any walk) have
/// finished their clearance and buffer, no hold stands, and one of these has come. The first that holds is recorded:
/// a preempt's force-off, another force-off, its maximum, a gap. A maximum that comes after the gap had opened is a
/// gap-out. A force-off or a maximum acts only while another phase is called.
///
/// The maximum runs from the moment that the ring has somebody else to serve, but not before the green. So does the
/// time before gap reduction. When gap reduction has ended a green, a phase with guaranteed passage stays until the last
/// vehicle has had its full passage time. At a barrier a gap must be open in every ring in the same tick (simultaneous
/// gap-out), except where a phase says that its gap-out stands.
///
/// The next phase is decided when green ends. After a crossing all rings begin their next greens in the same tick,
/// whatever their clearances. The side chosen is the next one round the diagram with a call; a ring without a
/// call there takes its dual-entry phase or dwells in red. A call for an earlier phase of the same pass also needs
/// a crossing, back to the same side: all rings end, so that nobody turns left before a lamp that he takes for
/// the opposing one (this is what many controllers call backup protection; without it the other ring would stay
/// green). Conditional service is the exception that a phase must ask for. A phase that ends is red for the red
/// revert time at least.
///
/// Pedestrians: with a call, walk starts with the phase's green, or before it (leading interval), and the clearance
/// follows at once unless the phase rests in walk. A button pushed during the green is served at once if no other
/// phase waits; else in the same green if the phase recycles and the time is left, otherwise in the next.
struct RingBarrierSequencer: Sendable {
  enum Mode: UInt8, Sendable {
    case dwell
    case green
    case change
  }

  /// What has been written of a green; each line once.
  struct Reported: OptionSet, Hashable, Sendable {
    let rawValue: UInt8
    static let minimum = Reported(rawValue: 1)
    static let reductionStart = Reported(rawValue: 2)
    static let reductionEnd = Reported(rawValue: 4)
    static let oversized = Reported(rawValue: 8)
    static let gap = Reported(rawValue: 16)
  }

  struct Ring: Hashable, Sendable {
    var mode = Mode.dwell
    /// The green phase; in a change the one that ended.
    var phase: Int?
    /// In a change: what comes next; `nil` dwells.
    var next: Int?
    /// In a change: when the next green is due.
    var changeAt = SimTime.zero
    /// When the vehicles' green began; in the leading interval when it is due.
    var greenStart = SimTime.zero
    /// Since when this green keeps somebody waiting.
    var opposedSince = SimTime.distantFuture
    /// A dwelling ring that has had its part of the pass.
    var isSpent = true
    /// Walk before the vehicles' green: how long, and whether it is on.
    var lead = TimeSpan.zero
    var isLeading = false
    /// Variable initial of this green, where it is longer than the minimum.
    var initial = TimeSpan.zero
    /// When gap reduction begins in this green.
    var reductionAt = SimTime.distantFuture
    /// A gap-out that stands: until when the last vehicle still has its passage time.
    var gapStandsFrom = SimTime.distantFuture
    /// Served again before the barrier; nothing follows it in its pass.
    var isConditional = false
    var reported: Reported = []
  }

  /// Maxima that move with the demand, and what moves them.
  struct DynamicMaximum: Hashable, Sendable {
    /// On top of the fixed maximum; may be negative.
    var shift = TimeSpan.zero
    var maxOutsInRow = 0
    var gapOutsInRow = 0
  }

  var plan: ActuatedPlan
  var rings: ContiguousArray<Ring>
  var side = 0
  /// The side that all rings are changing to.
  var crossingTo: Int?
  /// By group: when it is to start its gaining colours, or to end its green.
  var starts: ContiguousArray<SimTime>
  var ends: ContiguousArray<SimTime>
  /// Green phases whose walk has not begun yet.
  var awaitedWalks: PhaseSet = []
  /// Green phases whose walk goes on until somebody else waits.
  var restingWalks: PhaseSet = []
  /// Phases that soft recall calls at this tick.
  var softCalls: PhaseSet = []
  /// What is asked for beside the detectors.
  var control = PhaseControl()
  /// Phases whose next red clearance is longer, and by how much.
  var extendedReds: PhaseSet = []
  var redExtension = TimeSpan.zero
  var dynamicMaxima: ContiguousArray<DynamicMaximum>
  var terminations: ContiguousArray<TerminationCounts>
  private(set) var nextDeadline = Interlock.longAgo

  init(_ plan: ActuatedPlan) {
    self.plan = plan
    rings = ContiguousArray(repeating: Ring(), count: plan.ringCount)
    starts = ContiguousArray(repeating: .distantFuture, count: plan.groupCount)
    ends = ContiguousArray(repeating: .distantFuture, count: plan.groupCount)
    dynamicMaxima = ContiguousArray(repeating: DynamicMaximum(), count: plan.phases.count)
    terminations = ContiguousArray(repeating: TerminationCounts(), count: plan.phases.count)
    begin()
  }

  /// Begins anew from all red; the first pass is on the first side.
  mutating func begin() {
    for ring in rings.indices { rings[ring] = Ring() }
    for group in starts.indices {
      starts[group] = .distantFuture
      ends[group] = .distantFuture
    }
    side = plan.sideCount - 1
    crossingTo = nil
    awaitedWalks = []
    restingWalks = []
    nextDeadline = Interlock.longAgo
  }

  /// Acts at `tick`.
  mutating func advance(
    to tick: SimTime, interlock: inout Interlock, detection: inout Detection,
    recorder: inout ControllerEventRecorder, into changes: inout ContiguousArray<IndicationChange>
  ) {
    // Every round of the loop moves a ring on or is the last; a ring moves at most twice in a tick.
    for _ in 0...(2 * rings.count + 1) {
      grantLeads(at: tick, interlock, detection)
      restWalks(interlock)
      switchDueGroups(at: tick, interlock: &interlock, into: &changes)
      var hasMoved = finishChanges(at: tick, interlock, &detection, &recorder)
      finishLeads(at: tick, interlock, &detection, &recorder)
      updateSoftCalls(at: tick, interlock, detection)
      markOpposition(at: tick, detection, &recorder)
      reportMinimums(at: tick, &recorder)
      markGaps(at: tick, interlock, detection, &recorder)
      servePedestrians(
        at: tick, interlock: &interlock, detection: &detection, recorder: &recorder, into: &changes)
      if moveWithinPass(
        at: tick, interlock: &interlock, detection: &detection, recorder: &recorder, into: &changes)
      {
        hasMoved = true
      }
      if restInRed(
        at: tick, interlock: &interlock, detection: &detection, recorder: &recorder, into: &changes)
      {
        hasMoved = true
      }
      if abandonPhases(
        at: tick, interlock: &interlock, detection: &detection, recorder: &recorder, into: &changes)
      {
        hasMoved = true
      }
      if cross(at: tick, interlock: &interlock, detection: &detection, recorder: &recorder, into: &changes) {
        hasMoved = true
      }
      if !hasMoved { break }
    }
    report(at: tick, interlock, detection, &recorder)
    nextDeadline = deadline(after: tick, interlock, detection, isRecording: recorder.isRecording)
  }

  /// Subtracts `shift` from every time that is kept.
  mutating func rebase(by shift: TimeSpan) {
    for ring in rings.indices {
      rings[ring].changeAt = rings[ring].changeAt.rebased(by: shift)
      rings[ring].greenStart = rings[ring].greenStart.rebased(by: shift)
      rings[ring].opposedSince = rings[ring].opposedSince.rebased(by: shift)
      rings[ring].reductionAt = rings[ring].reductionAt.rebased(by: shift)
      rings[ring].gapStandsFrom = rings[ring].gapStandsFrom.rebased(by: shift)
    }
    for group in starts.indices {
      starts[group] = starts[group].rebased(by: shift)
      ends[group] = ends[group].rebased(by: shift)
    }
    control.rebase(by: shift)
    nextDeadline = nextDeadline.rebased(by: shift)
  }
}

/// How often a phase was green, and how its greens ended.
public struct TerminationCounts: Hashable, Sendable {
  public var greens = 0
  public var gapOuts = 0
  public var maxOuts = 0
  public var forceOffs = 0
  public var walks = 0

  public init() {}
}
