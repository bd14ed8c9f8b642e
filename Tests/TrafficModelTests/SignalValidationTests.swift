import TestSupport
import Testing
import TrafficModel

@Suite("Validation of signal data")
struct SignalValidationTests {
  private func rules(
    _ controller: SignalController, in network: Network? = nil, _ severity: Finding.Severity = .error
  ) -> [String] {
    let findings = controller.findings(in: network ?? SignalFixture.network(for: controller))
    for finding in findings {
      #expect(!finding.message.isEmpty && !finding.mend.isEmpty && finding.place.contains("test"))
    }
    return findings.filter { $0.severity == severity }.map(\.rule)
  }

  private func changed(_ change: (inout SignalController) -> Void) -> SignalController {
    var controller = SignalFixture.eightPhase { $0[1].walk = (7, 12) }
    change(&controller)
    return controller
  }

  @Test("the fixture itself is clean")
  func clean() {
    let controller = changed { _ in }
    #expect(controller.findings(in: SignalFixture.network(for: controller)).isEmpty)
  }

  @Test("names, numbers, matrices and indices")
  func structure() {
    #expect(rules(changed { $0.groups[1].name = "V1" }) == ["duplicate-name"])
    #expect(rules(changed { $0.phases[1].number = 1 }) == ["duplicate-number"])
    #expect(rules(changed { $0.patterns.append($0.patterns[0]) }) == ["duplicate-number"])
    #expect(rules(changed { $0.conflicts = ConflictMatrix(count: 3) }) == ["matrix-size"])
    #expect(rules(changed { $0.intergreens = IntergreenMatrix(count: 30) }) == ["matrix-size"])
    #expect(rules(changed { $0.phases[0].groups = [99] }) == ["group-missing"])
    #expect(rules(changed { $0.phases[0].groups = [-1] }) == ["group-missing"])
    #expect(rules(changed { $0.phases[0].groups = [8] }) == ["group-kind"])
    #expect(rules(changed { $0.phases[0].pedestrianGroup = 3 }) == ["group-kind"])
    #expect(rules(changed { $0.patterns = [] }) == ["no-pattern"])
    #expect(rules(changed { $0.nodes = [NodeID(7)] }) == ["node-missing"])
    #expect(rules(changed { $0.diagram.rings[0][1] = [2] }) == ["diagram-once"])
    #expect(rules(changed { $0.diagram.rings[0][1] = [2, 3, 3] }) == ["diagram-once"])
    #expect(rules(changed { $0.diagram.rings[1] = [[4, 5, 6, 7]] }) == ["ring-sides"])
  }

  @Test("durations: tenths, signs, order, clearances")
  func durations() {
    #expect(rules(changed { $0.phases[0].passage = TimeSpan(milliseconds: 2050) }) == ["whole-tenths"])
    #expect(rules(changed { $0.phases[0].passage = TimeSpan(milliseconds: -100) }) == ["negative-time"])
    #expect(rules(changed { $0.phases[0].maximumGreen = TimeSpan(seconds: 4) }) == ["minimum-maximum"])
    #expect(rules(changed { $0.intergreens[0, 1] = TimeSpan(seconds: 2.9) }) == ["intergreen-short"])
    #expect(
      rules(changed { $0.phases[0].yellow = TimeSpan(seconds: 1) }) == [
        "yellow-differs", "plan-intergreen", "plan-intergreen",
      ])
    #expect(
      rules(changed { $0.groups[0].losing = [TimedIndication(.yellow, TimeSpan(seconds: 2.5))] }, .warning)
        == ["yellow-bounds", "yellow-differs"])
  }

  @Test("groups that would meet although they exclude each other")
  func meetings() {
    #expect(
      rules(
        changed {
          $0.conflicts[1, 5] = .excluded
          $0.intergreens[1, 5] = TimeSpan(seconds: 4)
          $0.intergreens[5, 1] = TimeSpan(seconds: 4)
        }
      ).contains("concurrent-conflict"))
    #expect(rules(changed { $0.phases[0].groups = [0, 2] }).contains("phase-conflict"))
  }

  @Test("detectors must exist and call phases that exist; a phase that nothing calls is pointed out")
  func detectors() {
    #expect(rules(changed { $0.detectors[0].detector = DetectorID(80) }) == ["detector-missing"])
    #expect(rules(changed { $0.detectors[0].calls = [8] }) == ["detector-phase"])
    #expect(rules(changed { $0.detectors.remove(at: 2) }, .warning) == ["never-called"])
    #expect(rules(changed { $0.detectors = [] }, .warning).isEmpty)
  }

  @Test("plans: minimum, walk, offset, cycle, intergreen, sums")
  func plans() {
    func splits(_ change: (inout [TimeSpan]) -> Void) -> SignalController {
      changed {
        guard case .ringBarrier(let diagram, var values, let references) = $0.patterns[0].timing else {
          return
        }
        change(&values)
        $0.patterns[0].timing = .ringBarrier(diagram: diagram, splits: values, referencePhases: references)
      }
    }
    #expect(
      rules(
        splits {
          $0[0] -= TimeSpan(seconds: 1)
          $0[1] += TimeSpan(seconds: 1)
        }) == ["split-short"])
    #expect(rules(splits { $0[0] += TimeSpan(seconds: 1) }) == ["ring-sum"])
    #expect(
      rules(changed { $0.phases[0].minimumSplit = TimeSpan(seconds: 60) }, .warning)
        == ["split-below-minimum-split"])
    #expect(rules(changed { $0.phases[0].minimumSplit = TimeSpan(seconds: -1) }) == ["negative-time"])
    #expect(
      rules(
        splits {
          $0[0] += TimeSpan(seconds: 40)
          $0[1] -= TimeSpan(seconds: 40)
        }) == ["pedestrians-fit"])
    #expect(rules(changed { $0.patterns[0].offset = TimeSpan(seconds: 120) }) == ["offset-range"])
    #expect(rules(changed { $0.patterns[0].cycle = TimeSpan(seconds: 121) }) == ["cycle-sum"])
    #expect(rules(changed { $0.intergreens[0, 1] = TimeSpan(seconds: 4.5) }) == ["plan-intergreen"])
    #expect(rules(changed { $0.groups[0].minimumGreen = TimeSpan(seconds: 5.5) }) == ["minimum-green"])
    #expect(
      rules(changed { $0.patterns[0].reference = .firstPedestrianClearance }, .warning) == [
        "reference-pedestrians"
      ])
  }

  @Test("wild numbers and indices are findings, never a crash", arguments: 0..<400 as Range<UInt64>)
  func wild(seed: UInt64) {
    var stream = RandomStream(seed: seed, purpose: .testing, place: 9)
    func index() -> Int { [-1, 0, 3, 8, 9, 1000, Int.max][Int(stream.next() % 7)] }
    func span() -> TimeSpan {
      TimeSpan(seconds: [-1e30, -1, 0, 0.05, 5, 60, 1e6, 1e30][Int(stream.next() % 8)])
    }
    let spoils: [(inout SignalController) -> Void] = [
      { $0.phases[0].groups = [index(), index()] }, { $0.phases[1].pedestrianGroup = index() },
      { $0.phases[2].yellow = span() }, { $0.phases[2].redClearance = span() },
      { $0.phases[3].minimumGreen = span() }, { $0.patterns[0].cycle = span() },
      { $0.patterns[0].offset = span() }, { $0.groups[4].minimumGreen = span() },
      { controller in
        controller.groups[5].losing = (0..<20).map { _ in TimedIndication(.yellow, span()) }
      },
      { $0.intergreens[1, 2] = span() }, { $0.conflicts = ConflictMatrix(count: Int(stream.next() % 12)) },
      { $0.diagram.rings[0][0] = [index(), 1] }, { $0.diagram.rings.removeLast() },
      { $0.detectors[0].calls = [index()] }, { $0.detectors[0].detector = DetectorID(rawValue: .max) },
      { $0.stages = [Stage(name: "S", groups: [index()], minimumDuration: span(), maximumDuration: span())] },
      {
        $0.patterns[0].timing = .stages([StageInterval(stage: index(), duration: span())])
      },
      { $0.overlaps = [Overlap(number: index(), group: index(), includedPhases: [index(), index()])] },
      {
        $0.overlaps = [
          Overlap(
            number: 1, group: 3, kind: .flashingYellowArrow, includedPhases: [1], modifierPhases: [0],
            trailingGreen: span())
        ]
      },
      {
        $0.preempts = [
          Preempt(
            number: index(), kind: .rail, delay: span(), minimumWalk: span(), trackPhases: [index()],
            trackGreen: span(), dwellPhases: [index(), 1], maximumPresence: span(), advanceTime: span())
        ]
      },
      {
        $0.priorities = [
          TransitPriority(
            number: 1, phases: [index()], maximumExtension: span(), maximumReduction: [index(): span()])
        ]
      },
      {
        $0.schedule = TimeOfDaySchedule(
          entries: [.init(months: [index()], weekdays: [index()], dayPlan: index())],
          dayPlans: [.init(number: index(), events: [.init(time: span(), action: .pattern(index()))])],
          standardTimeZone: span(), synchronisation: span())
      },
      { $0.options.flashingYellowGroups = [index(), index()] },
      { $0.options.transition.longestAdd = [-1, 0, .nan, .infinity][Int(stream.next() % 4)] },
      {
        $0.phases[4].actuation.addedInitial = span()
        $0.phases[4].actuation.minimumGap = span()
        $0.phases[1].pedestrians.extendedClearance = span()
        $0.phases[1].pedestrians.buffer = span()
      },
      {
        $0.patterns[0].operation = .coordinated(
          Coordination(coordinatedPhases: [index()], restsInWalk: true, splitModes: [index(): .omitted]))
      },
      {
        $0.detectors[1].switchPhase = index()
        $0.detectors[1].channel = index()
        $0.detectors[1].queueLimit = span()
      },
      {
        $0.patterns[0].timing = .ringBarrier(
          diagram: $0.diagram, splits: (0..<8).map { _ in span() }, referencePhases: [index()])
      },
    ]
    let controller = changed { for _ in 0..<3 { spoils[Int(stream.next() % UInt64(spoils.count))](&$0) } }
    let findings = controller.findings(in: SignalFixture.network(for: SignalFixture.eightPhase()))
    // Whatever lays out in spite of it must be named by nobody as impossible.
    for finding in findings { #expect(!finding.rule.isEmpty && !finding.place.isEmpty) }
  }

  // MARK: - Movements

  /// A crossing of two one-way streets, eastbound through (link 0 to 1) and northbound through (link 2 to 3), and a
  /// westbound link 4 whose left turn to link 5 (southbound) crosses the eastbound road.
  private func junction() -> (SignalController, Network) {
    let controller = SignalFixture.twoPhase()
    var network = SignalFixture.network(for: controller)
    for (name, x, y) in [("W", -100.0, 0.0), ("E", 100, 0), ("S", 0, -100), ("N", 0, 100)] {
      network.nodes.append(
        Node(name: "test \(name)", control: .external, position: Point(xMeters: x, yMeters: y)))
    }
    network.nodes[0].name = "test"
    func link(_ from: Int, _ to: Int) {
      network.links.append(
        Link(
          name: "\(from)-\(to)", from: NodeID(from), to: NodeID(to), lengthMeters: 100,
          speedLimitMetersPerSecond: 20, lanes: [Lane()]))
    }
    for (from, to) in [(1, 0), (0, 2), (3, 0), (0, 4), (2, 0), (0, 3)] { link(from, to) }
    func movement(
      _ from: Int, _ to: Int, _ turn: Turn, protected: [Int], permitted: [Int] = [], yields: [Int] = []
    ) {
      network.movements.append(
        Movement(
          node: NodeID(0), from: LinkID(from), to: LinkID(to), turn: turn, lanes: [0],
          protectedGroups: protected, permittedGroups: permitted, yieldsTo: yields.map { MovementID($0) }))
    }
    movement(0, 1, .through, protected: [0])
    movement(2, 3, .through, protected: [1])
    movement(4, 5, .left, protected: [], permitted: [0], yields: [0])
    return (controller, network)
  }

  @Test("a junction whose crossing movements are kept apart is clean")
  func cleanJunction() {
    let (controller, network) = junction()
    #expect(rules(controller, in: network).isEmpty)
  }

  @Test("two crossing movements protected at the same time are an error")
  func protectedCrossing() {
    var (controller, network) = junction()
    network.movements[1].protectedGroups = [0]
    network.movements[2].yieldsTo = [MovementID(0), MovementID(1)]
    #expect(rules(controller, in: network) == ["protected-crossing"])
    (controller, network) = junction()
    controller.conflicts[0, 1] = .compatible
    #expect(rules(controller, in: network).contains("protected-crossing"))
  }

  @Test("a permitted movement that does not yield to what it crosses is an error")
  func permittedYields() {
    var (controller, network) = junction()
    network.movements[2].yieldsTo = []
    #expect(rules(controller, in: network) == ["permitted-yields"])
  }

  @Test("a lagging left turn beside a permitted one is a yellow trap; beside a protected one it is none")
  func yellowTrap() {
    // Phase 2 gives way to its lagging phase 1 while phase 6 may go on; phase 4 crosses.
    let controller = SignalFixture.ringBarrier(
      [.init(2), .init(1), .init(6), .init(4)], diagram: [[[0, 1], [3]], [[2], []]])
    var network = junction().1
    network.movements[0].protectedGroups = [2]
    network.movements[1].protectedGroups = [3]
    #expect(rules(controller, in: network, .warning).contains("yellow-trap"))
    network.movements[2].permittedGroups = []
    network.movements[2].protectedGroups = [1]
    #expect(!rules(controller, in: network, .warning).contains("yellow-trap"))
    // Leading instead, both through phases end at the barrier.
    network.movements[2].permittedGroups = [0]
    let leading = SignalFixture.ringBarrier(
      [.init(2), .init(1), .init(6), .init(4)], diagram: [[[1, 0], [3]], [[2], []]])
    #expect(!rules(leading, in: network, .warning).contains("yellow-trap"))
  }

  @Test("a movement without a lamp, with an unknown one, or with a pedestrian lamp is an error")
  func movementGroups() {
    var (controller, network) = junction()
    network.movements[1].protectedGroups = []
    #expect(rules(controller, in: network) == ["movement-unserved"])
    network.movements[1].protectedGroups = [4]
    #expect(rules(controller, in: network) == ["group-missing"])
  }

  @Test("a right turn may go beside the signal, yielding to what it joins")
  func channelisedRightTurn() {
    var (controller, network) = junction()
    network.movements[1].protectedGroups = []
    network.movements[1].turn = .right
    network.movements[1].yieldsTo = [MovementID(0)]
    #expect(rules(controller, in: network).isEmpty)
    controller.groups[0].name = "main"
    #expect(network.findings().allSatisfy { $0.rule != "movement-ungoverned" || $0.severity == .warning })
  }

  @Test(
    "lengths, speeds and gaps that no road has are refused",
    arguments: [0, -1, 1e-7, 1e9, Double.infinity, Double.nan])
  func roadsBeyondBounds(value: Double) {
    let (_, good) = junction()
    func rules(_ change: (inout Network) -> Void) -> Set<String> {
      var network = good
      change(&network)
      return Set(network.findings().filter { $0.severity == .error }.map(\.rule))
    }
    #expect(rules { $0.links[0].speedLimitMetersPerSecond = value } == ["link-speed"])
    #expect(rules { $0.movements[0].turningSpeedMetersPerSecond = value } == ["movement-speed"])
    if value != 1e-7 {
      #expect(rules { $0.links[1].lengthMeters = value } == ["link-length"])
      #expect(rules { $0.links[0].lanes[0].saturationHeadwaySeconds = value } == ["lane-headway"])
      #expect(rules { $0.movements[0].innerLengthMeters = value } == ["movement-length"])
      #expect(rules { $0.movements[0].criticalGapSeconds = value } == ["movement-gap"])
    }
    if value != 1e-7 && value != 0 {
      #expect(rules { $0.movements[0].waitingPlaceMeters = value } == ["movement-waiting-place"])
    }
  }

  @Test("a movement that yields to one from its own link is refused: it would wait for who waits behind it")
  func yieldingToTheOwnLink() {
    var (_, network) = junction()
    network.movements[2].yieldsTo = [MovementID(2)]
    #expect(network.findings().contains { $0.rule == "movement-yields-own" && $0.severity == .error })
    network.movements[2].yieldsTo = [MovementID(0)]
    #expect(!network.findings().contains { $0.rule == "movement-yields-own" })
  }

  @Test("a short yellow is advised by ITE's equation from the approach speed")
  func yellowAdvice() throws {
    var (controller, network) = junction()
    controller.groups[0].losing = [TimedIndication(.yellow, TimeSpan(seconds: 2))]
    let finding = try #require(controller.findings(in: network).first { $0.rule == "yellow-bounds" })
    // 1 s + 20 m/s ÷ 6.1 m/s² = 4.28 s, rounded up.
    #expect(finding.mend.contains("4.3 s"))
    #expect(finding.severity == .warning)
  }
}
