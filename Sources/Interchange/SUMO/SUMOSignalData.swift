import TrafficModel

/// One controller made of a program.
struct SUMOSignalData {
  private let program: SUMONet.Program
  private let states: SUMOProgram
  /// By link index.
  private let foes: [Set<Int>]
  private let options: SUMOOptions
  private let begin: Double
  private(set) var controller: SignalController

  init(
    _ program: SUMONet.Program, _ states: SUMOProgram, foes: [Set<Int>], nodes: [NodeID],
    options: SUMOOptions,
    begin: Double
  ) {
    self.program = program
    self.states = states
    self.foes = foes
    self.options = options
    self.begin = begin
    let count = states.groups.count
    controller = SignalController(
      name: program.id, nodes: nodes, groups: [], conflicts: ConflictMatrix(count: count),
      intergreens: IntergreenMatrix(count: count), patterns: [],
      options: UnitOptions(startUpAllRed: .zero))
  }

  mutating func build(_ notes: inout ImportNotes) {
    makeGroups(&notes)
    makeConflicts()
    makeIntergreens()
    makeStages(&notes)
    makePattern()
    if let yellow = options.yellow { change(yellow: yellow) }
    setMinimumGreens()
  }

  private static func span(_ seconds: Double) -> TimeSpan { TimeSpan(tenths: Int((seconds * 10).rounded())) }

  private var place: String { "signal \(program.id)" }

  // MARK: - Groups

  private mutating func makeGroups(_ notes: inout ImportNotes) {
    for (index, group) in states.groups.enumerated() {
      let yellows = states.yellowSeconds(of: index)
      let shown = yellows.filter { $0 > 0 }
      let yellow = shown.min() ?? 3
      if !group.isCrossing && (yellows.contains { $0 == 0 } || shown.contains { $0 != yellow }) {
        notes.collect(
          "sumo-yellow", at: "\(place), \(Self.name(group))",
          "greens that end with different yellows or none; each gets the shortest, or 3 s",
          mend: "none is needed")
      }
      controller.groups.append(
        SignalGroup(
          name: Self.name(group), kind: group.isCrossing ? .pedestrian : .vehicle,
          losing: group.isCrossing ? [] : [TimedIndication(.yellow, Self.span(yellow))],
          minimumGreen: options.minimumGreen))
    }
  }

  /// "0-2,7", with "g" behind it for the permitted group of the links.
  private static func name(_ group: SUMOProgram.Group) -> String {
    var parts: [String] = []
    var first = 0
    while first < group.links.count {
      var last = first
      while last + 1 < group.links.count, group.links[last + 1] == group.links[last] + 1 { last += 1 }
      parts.append(first == last ? "\(group.links[first])" : "\(group.links[first])-\(group.links[last])")
      first = last + 1
    }
    return parts.joined(separator: ",") + (group.isPermitted ? "g" : "")
  }

  private func areFoes(_ a: Int, _ b: Int) -> Bool {
    states.groups[a].links.contains { link in states.groups[b].links.contains { foes[link].contains($0) } }
  }

  private mutating func makeConflicts() {
    for a in states.groups.indices {
      for b in states.groups.indices where a != b && areFoes(a, b) {
        if !states.areTogether(a, b) {
          controller.conflicts[a, b] = .excluded
        } else if states.groups[a].isPermitted {
          controller.conflicts[a, b] = .yields
        }
      }
    }
  }

  /// The shortest time between the greens of two groups, where one stage follows the other.
  private mutating func makeIntergreens() {
    let count = states.groups.count
    for ending in 0..<count {
      for starting in 0..<count where controller.conflicts[ending, starting] == .excluded {
        var shortest: Double?
        for (position, stage) in states.stages.enumerated() {
          let next = states.stages[(position + 1) % states.stages.count]
          guard stage.groups.contains(ending), !next.groups.contains(ending), next.groups.contains(starting),
            !stage.groups.contains(starting)
          else { continue }
          let loss = states.lossSeconds(of: ending, in: position)
          shortest = min(shortest ?? loss, loss)
        }
        let least = controller.groups[ending].losingDuration + controller.groups[starting].gainingDuration
        controller.intergreens[ending, starting] = max(least, shortest.map(Self.span) ?? least)
      }
    }
  }

  // MARK: - Stages

  private mutating func makeStages(_ notes: inout ImportNotes) {
    for (position, run) in states.stages.enumerated() {
      let phases = run.phases.map { states.phases[$0] }
      let duration = Self.span(run.seconds)
      let least = phases.first?.minimumSeconds.map(Self.span) ?? options.minimumGreen
      let most = phases.first?.maximumSeconds.map(Self.span) ?? TimeSpan(milliseconds: 50_000)
      controller.stages.append(
        Stage(
          name: "\(position + 1)", groups: run.groups,
          minimumDuration: min(max(least, options.minimumGreen), duration),
          maximumDuration: max(most, duration)))
    }
    for (position, run) in states.stages.enumerated() {
      let next = (position + 1) % states.stages.count
      for group in run.groups where !states.stages[next].groups.contains(group) {
        let actual = Self.span(states.lossSeconds(of: group, in: position))
        let own = controller.stageLoss(of: group, from: position, to: next)
        if actual > own { controller.stages[position].earlyEnd[group] = actual - own }
        if actual < own {
          notes.collect(
            "sumo-clearance", at: "\(place), group \(controller.groups[group].name)",
            "greens that end later than yellow and clearance allow; they end earlier here",
            mend: "none is needed")
        }
      }
      for group in run.groups
      where states.stages[next].groups.contains(group) && states.lossSeconds(of: group, in: position) > 0 {
        notes.collect(
          "sumo-green-broken", at: "\(place), group \(controller.groups[group].name)",
          "green in two stages in a row with yellow between; it stays green here", mend: "none is needed")
      }
    }
  }

  private mutating func makePattern() {
    let cycle = Self.span(states.cycleSeconds)
    let first = states.stages.first?.phases.first ?? 0
    let lead = states.phases[..<first].reduce(0) { $0 + $1.seconds }
    let offset = Self.span(program.offsetSeconds + lead - begin)
    controller.patterns = [
      Pattern(
        number: 1, name: program.programID, cycle: cycle, offset: offset.modulo(cycle),
        timing: .stages(
          states.stages.indices.map {
            StageInterval(stage: $0, duration: Self.span(states.stages[$0].seconds))
          }))
    ]
  }

  /// Another yellow, with the red clearances as they are.
  private mutating func change(yellow: TimeSpan) {
    let before = controller.groups.map(\.losingDuration)
    for group in controller.groups.indices where controller.groups[group].kind == .vehicle {
      controller.groups[group].losing = [TimedIndication(.yellow, yellow)]
    }
    for ending in controller.groups.indices {
      for starting in controller.groups.indices where controller.conflicts[ending, starting] == .excluded {
        let red = controller.intergreens[ending, starting] - before[ending]
        controller.intergreens[ending, starting] = controller.groups[ending].losingDuration + red
      }
    }
  }

  /// No group asks for more green than its shortest in the program.
  private mutating func setMinimumGreens() {
    guard let timeline = try? controller.timeline(of: controller.patterns[0]) else { return }
    for group in controller.groups.indices {
      let shortest = timeline.greens[group].map(\.duration).min() ?? options.minimumGreen
      controller.groups[group].minimumGreen = min(options.minimumGreen, shortest)
    }
  }

  /// Pairs of links that meet and whose groups exclude each other.
  func excludedPairs() -> [SUMOMapping.LinkPair] {
    func groups(_ link: Int) -> [Int] {
      [states.links[link].protectedGroup, states.links[link].permittedGroup].compactMap { $0 }
    }
    var pairs: [SUMOMapping.LinkPair] = []
    for first in foes.indices {
      for second in foes[first].sorted() where first < second {
        let a = groups(first)
        let b = groups(second)
        if a.isEmpty || b.isEmpty { continue }
        let excludes = a.allSatisfy { x in b.allSatisfy { y in controller.conflicts[x, y] == .excluded } }
        if excludes { pairs.append(SUMOMapping.LinkPair(first: first, second: second)) }
      }
    }
    return pairs
  }
}
