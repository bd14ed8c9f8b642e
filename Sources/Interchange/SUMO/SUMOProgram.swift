import TrafficModel

/// A program's states as groups and stages: which links switch together, and when each group is green.
///
/// Links whose characters are the same through the whole program are one group; a link that is `G` in one phase and `g`
/// in another has two, as a five-section head has: the permitted one is green through the whole run of greens that
/// the `g` belongs to. A stage begins with a phase in which a group gains green, or in which some groups go on alone
/// for 4 s or more; phases with yellow and red between belong to the stage before.
struct SUMOProgram {
  static let shortestStageSeconds = 4.0

  struct Group {
    /// Link indices.
    var links: [Int]
    var isPermitted: Bool
    var isCrossing: Bool
    /// By phase.
    var green: [Bool]
    /// By phase.
    var yellow: [Bool]
  }

  struct StageRun {
    /// Phases by number, in order, from the first on.
    var phases: [Int]
    var groups: [Int]
    var seconds: Double
  }

  let phases: [SUMONet.Phase]
  private(set) var groups: [Group] = []
  private(set) var stages: [StageRun] = []
  /// By link index.
  private(set) var links: [SUMOMapping.SignalLink]

  var cycleSeconds: Double { phases.reduce(0) { $0 + $1.seconds } }

  /// - Parameters:
  ///   - isUsed: by link index: whether a connection has it.
  ///   - isCrossing: by link index: whether pedestrians have it.
  init(_ program: SUMONet.Program, isUsed: [Bool], isCrossing: [Bool]) {
    phases = program.phases
    links = isUsed.indices.map { _ in
      SUMOMapping.SignalLink(
        protectedGroup: nil, permittedGroup: nil, restCharacter: UInt8(ascii: "r"), constantCharacter: nil)
    }
    makeGroups(isUsed, isCrossing)
    makeStages()
  }

  // MARK: - Groups

  private func characters(of link: Int) -> [UInt8] { phases.map { $0.state[link] } }

  private mutating func makeGroups(_ isUsed: [Bool], _ isCrossing: [Bool]) {
    var known: [[UInt8]: [Int]] = [:]
    var order: [[UInt8]] = []
    for link in links.indices {
      let characters = characters(of: link)
      if characters.contains(UInt8(ascii: "s")) { links[link].restCharacter = UInt8(ascii: "s") }
      guard isUsed[link] else {
        links[link].constantCharacter = characters.first
        continue
      }
      let plain = characters.map(Self.plain) + [isCrossing[link] ? 1 : 0]
      if known[plain] == nil { order.append(plain) }
      known[plain, default: []].append(link)
    }
    for plain in order {
      addGroups(of: known[plain] ?? [], Array(plain.dropLast()), isCrossing: plain.last == 1)
    }
  }

  /// The character as a lamp: what is neither green nor yellow is red; a signal that is off lets everybody go.
  private static func plain(_ character: UInt8) -> UInt8 {
    switch character {
    case UInt8(ascii: "O"): UInt8(ascii: "G")
    case UInt8(ascii: "o"): UInt8(ascii: "g")
    case UInt8(ascii: "G"), UInt8(ascii: "g"), UInt8(ascii: "y"): character
    default: UInt8(ascii: "r")
    }
  }

  private mutating func addGroups(of members: [Int], _ plain: [UInt8], isCrossing: Bool) {
    let goes = plain.map { $0 == UInt8(ascii: "G") || $0 == UInt8(ascii: "g") }
    let permitted = plain.map { $0 == UInt8(ascii: "g") }
    let protected = plain.map { $0 == UInt8(ascii: "G") }
    let yellow = plain.map { $0 == UInt8(ascii: "y") }
    if goes.allSatisfy({ $0 }) {
      for link in members {
        links[link].constantCharacter = permitted.contains(true) ? UInt8(ascii: "g") : UInt8(ascii: "G")
      }
      return
    }
    if protected.contains(true) || !permitted.contains(true) {
      for link in members { links[link].protectedGroup = groups.count }
      groups.append(
        Group(links: members, isPermitted: false, isCrossing: isCrossing, green: protected, yellow: yellow))
    }
    if permitted.contains(true) {
      for link in members { links[link].permittedGroup = groups.count }
      groups.append(
        Group(
          links: members, isPermitted: true, isCrossing: isCrossing,
          green: Self.runs(of: goes, holding: permitted), yellow: yellow))
    }
  }

  /// The runs of `values` on the circle in which one of `marks` lies.
  private static func runs(of values: [Bool], holding marks: [Bool]) -> [Bool] {
    var result = marks
    let count = values.count
    // Twice round each way reaches every end of a run.
    for step in 0..<2 * count {
      let index = step % count
      if values[index] && result[(index + count - 1) % count] { result[index] = true }
      let back = count - 1 - index
      if values[back] && result[(back + 1) % count] { result[back] = true }
    }
    return result
  }

  // MARK: - Stages

  private func greens(_ phase: Int) -> Set<Int> {
    Set(groups.indices.filter { groups[$0].green[phase] })
  }

  private mutating func makeStages() {
    let count = phases.count
    let gains = (0..<count).map { !greens($0).isSubset(of: greens(($0 + count - 1) % count)) }
    let first = gains.firstIndex(of: true) ?? 0
    var starts: [Int] = []
    var current: Set<Int> = []
    for step in 0..<count {
      let phase = (first + step) % count
      let now = greens(phase)
      let goesOnAlone =
        now != current && !now.isEmpty && phases[phase].seconds >= Self.shortestStageSeconds
        && !groups.contains { $0.yellow[phase] }
      if step == 0 || gains[phase] || goesOnAlone {
        starts.append(phase)
        current = now
      }
    }
    starts.sort()
    for (position, start) in starts.enumerated() {
      let next = starts[(position + 1) % starts.count]
      let length = position + 1 < starts.count ? next - start : next + count - start
      let run = (0..<length).map { (start + $0) % count }
      stages.append(
        StageRun(
          phases: run, groups: greens(start).sorted(), seconds: run.reduce(0) { $0 + phases[$1].seconds }))
    }
  }

  /// Whether two groups are green in one phase.
  func areTogether(_ a: Int, _ b: Int) -> Bool {
    zip(groups[a].green, groups[b].green).contains { $0 && $1 }
  }

  /// From the end of a group's green in a stage to the end of the stage.
  func lossSeconds(of group: Int, in stage: Int) -> Double {
    var loss = 0.0
    for phase in stages[stage].phases.reversed() {
      if groups[group].green[phase] { break }
      loss += phases[phase].seconds
    }
    return loss
  }

  /// The yellows that follow the greens of a group, in the order of the program.
  func yellowSeconds(of group: Int) -> [Double] {
    let data = groups[group]
    return phases.indices.compactMap { phase in
      let next = (phase + 1) % phases.count
      guard data.green[phase], !data.green[next] else { return nil }
      var sum = 0.0
      var index = next
      while data.yellow[index], sum < cycleSeconds {
        sum += phases[index].seconds
        index = (index + 1) % phases.count
      }
      // A protected green that goes over into a permitted one has no yellow of its own.
      let goesOn = data.links.contains { phases[next].state[$0] == UInt8(ascii: "g") }
      return sum == 0 && goesOn ? nil : sum
    }
  }
}
