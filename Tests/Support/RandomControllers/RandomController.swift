import TrafficModel

/// Makes legal controllers of every kind from a random stream, to try machines on.
///
/// Rings, sides and phases as data, or stages; every parameter of actuation, pedestrians, overlaps, preemption, priority,
/// coordination and schedule is used by some of them. The same stream gives the same controllers.
///
/// Phase `i` has vehicle group `i` and detector `i`; its pedestrians, where it has any, have crosswalk `i`.
public struct RandomController: Sendable {
  var stream: RandomStream
  /// For soaks: short intervals, so that more of them end in an hour, and seldom used settings often. The controllers of
  /// a seed are then others.
  let isBrisk: Bool

  public init(seed: UInt64, place: Int = 0, isBrisk: Bool = false) {
    self.isBrisk = isBrisk
    stream = RandomStream(seed: seed, purpose: .testing, place: UInt64(place))
  }

  /// The next controller; it need not pass every rule of the validator, so ask that one.
  public mutating func next() -> SignalController {
    isOneIn(6) ? stageController() : ringBarrierController()
  }

  /// The next controller that the validator finds no error in.
  public mutating func nextValid() -> SignalController {
    while true {
      let controller = next()
      let findings = controller.findings(in: SignalFixture.network(for: controller))
      if !findings.contains(where: { $0.severity == .error }) { return controller }
    }
  }

  // MARK: - Dice

  mutating func pick(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(stream.next() % UInt64(range.count))
  }

  mutating func isOneIn(_ count: Int) -> Bool { stream.next() % UInt64(count) == 0 }

  mutating func element<Item>(_ items: [Item]) -> Item { items[pick(0...items.count - 1)] }

  /// Tenths of a second, as cabinets count.
  mutating func span(_ tenths: ClosedRange<Int>) -> TimeSpan { TimeSpan(tenths: pick(tenths)) }

  // MARK: - Phases

  mutating func actuation(passage: TimeSpan, maximum: TimeSpan) -> PhaseActuation {
    var result = PhaseActuation()
    if isOneIn(3) {
      result.addedInitial = span(5...30)
      result.maximumInitial = span(100...250)
    }
    if isOneIn(3) { result.maximumGreen2 = maximum + span(0...200) }
    if isOneIn(4) {
      result.dynamicMaximumLimit = maximum + span(50...200)
      result.dynamicMaximumStep = span(10...80)
    }
    if isOneIn(3) {
      result.timeBeforeReduction = span(20...150)
      result.carsBeforeReduction = isOneIn(2) ? pick(1...8) : 0
      result.timeToReduce = span(20...150)
      result.minimumGap = TimeSpan(tenths: pick(0...Int(passage.milliseconds / 100)))
    }
    result.locksCalls = !isOneIn(2)
    result.gapsOutSimultaneously = !isOneIn(3)
    result.guaranteesPassage = isOneIn(4)
    if isOneIn(4) {
      result.isServedConditionally = true
      result.conditionalServiceMinimum = span(40...120)
    }
    if isOneIn(3) { result.redRevert = span(20...60) }
    return result
  }

  mutating func pedestrianTiming() -> PedestrianTiming {
    PedestrianTiming(
      restsInWalk: isOneIn(3), leadingInterval: isOneIn(3) ? span(30...70) : .zero,
      buffer: isOneIn(2) ? span(0...30) : .zero, extendedClearance: isOneIn(2) ? span(10...60) : .zero,
      recycles: isOneIn(2))
  }

  mutating func detectorAssignment(_ phase: Int, of count: Int) -> DetectorAssignment {
    var result = DetectorAssignment(detector: DetectorID(phase), calls: [phase], extends: [phase])
    if isOneIn(3) { result.delay = span(5...100) }
    if isOneIn(3) { result.prolongation = span(5...40) }
    if isOneIn(5), count > 1 { result.switchPhase = (phase + pick(1...count - 1)) % count }
    if isOneIn(5) { result.queueLimit = span(30...150) }
    result.locksInRed = isOneIn(3)
    result.locksInYellow = isOneIn(3)
    result.addsInitial = isOneIn(2)
    if isOneIn(2) {
      result.diagnostics = DetectorDiagnostics(
        longestAbsence: isOneIn(2) ? span(600...6000) : nil,
        longestPresence: isOneIn(2) ? span(300...3000) : nil,
        mostActuationsPerMinute: isOneIn(2) ? pick(20...60) : nil,
        failTime: isOneIn(2) ? span(0...300) : nil)
    }
    return result
  }

  mutating func unitOptions(vehicleGroups: Int) -> UnitOptions {
    var options = UnitOptions(
      startUpFlash: isOneIn(2) ? span(20...80) : .zero, startUpAllRed: span(0...60),
      redRevert: span(20...50), flashingYellowGroups: (0..<vehicleGroups).filter { _ in isOneIn(4) },
      transition: TransitionRule(
        mode: element(TransitionRule.Mode.allCases), longestAdd: Double(pick(5...50)) / 100,
        largestSubtract: Double(pick(5...30)) / 100, longestDwell: span(300...2000)),
      cycleFaultCycles: pick(2...4), failedDetectorShare: Double(pick(3...10)) / 10)
    if isBrisk {
      options.restsInRed = isOneIn(3)
      if isOneIn(3) { options.startUpAllRed = .zero }
      options.cycleFaultCycles = 1
      options.redRevert = span(20...25)
    }
    return options
  }
}
