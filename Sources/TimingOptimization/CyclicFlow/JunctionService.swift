import TrafficModel

/// When the streams of a junction are served: what a plan gives them, in local time, before the offset moves it.
struct JunctionService: Sendable {
  /// Seconds from local zero; the end may lie beyond the cycle.
  struct Window: Sendable {
    var start: Double
    var end: Double
  }

  struct Stream: Sendable {
    var right: [Window]
    /// After yielding.
    var permitted: [Window]
    /// Just after a permitted green.
    var sneaking: [Window]
    /// Whole seconds of service in the cycle, of any kind.
    var seconds: Double
  }

  var cycleSeconds: Double
  var streams: [Stream]
  /// Persons that wait at crosswalks, as a mean over the cycle.
  var waitingPedestrians: Double

  init(
    _ junction: CyclicFlowModel.Junction, timeline: CycleTimeline, parameters: AnalysisParameters,
    _ network: Network
  ) {
    cycleSeconds = timeline.cycle.seconds
    let all = CyclicIntervals(timeline, groups: Array(timeline.greens.indices))
    let greens = junction.streams.map { MovementGreens(network[$0.movement], timeline: timeline) }
    streams = junction.streams.indices.map { index in
      Self.stream(junction.streams[index], greens: greens, own: index, all: all, parameters)
    }
    var waiting = 0.0
    for crosswalk in junction.crosswalks where crosswalk.group < timeline.greens.count {
      let walks = CyclicIntervals(timeline, groups: [crosswalk.group])
      let reds = CyclicIntervals(cycle: cycleSeconds, union: [0..<cycleSeconds]).subtracting(walks)
      let squares = reds.parts.reduce(0.0) { sum, red in
        sum + (red.upperBound - red.lowerBound) * (red.upperBound - red.lowerBound)
      }
      waiting += crosswalk.flow * squares / (2 * cycleSeconds)
    }
    waitingPedestrians = waiting
  }

  private static func stream(
    _ stream: CyclicFlowModel.Stream, greens: [MovementGreens], own: Int, all: CyclicIntervals,
    _ parameters: AnalysisParameters
  ) -> Stream {
    let cycle = all.cycle
    if !stream.isGoverned && !stream.turnsOnRed {
      let always = [Window(start: 0, end: cycle)]
      return stream.opponents.isEmpty
        ? Stream(right: always, permitted: [], sneaking: [], seconds: cycle)
        : Stream(right: [], permitted: always, sneaking: [], seconds: cycle)
    }
    let displayed = greens[own]
    var permitted = displayed.permitted
    if stream.turnsOnRed { permitted = permitted.union(all.subtracting(displayed.displayed)) }
    if !stream.neighbours.isEmpty && stream.turnsOnRed {
      let moving = CyclicIntervals(
        cycle: cycle, union: stream.neighbours.flatMap { greens[$0].displayed.parts })
      permitted = permitted.subtracting(permitted.subtracting(moving))
    }
    let yields = !stream.opponents.isEmpty
    let lost = parameters.startUpLostSeconds
    let right = displayed.protected.shifted(lost: lost, gained: parameters.endUseSeconds)
    let allowed = permitted.shifted(lost: lost, gained: yields ? 0 : parameters.endUseSeconds).subtracting(
      right)
    let tail = max(parameters.endUseSeconds, 1)
    var sneaking: [Window] = []
    if yields && stream.sneakers > 0 && !displayed.permitted.isWholeCycle {
      for part in displayed.permitted.parts where !displayed.protected.contains(part.upperBound + 0.05) {
        sneaking.append(Window(start: part.upperBound, end: part.upperBound + tail))
      }
    }
    return Stream(
      right: right.parts.map { Window(start: $0.lowerBound, end: $0.upperBound) },
      permitted: allowed.parts.map { Window(start: $0.lowerBound, end: $0.upperBound) }, sneaking: sneaking,
      seconds: right.total + allowed.total)
  }
}

extension ContiguousArray<Double> {
  /// Adds to each step of a cycle how much of it lies in a window, 0 to 1.
  /// - Parameter step: seconds.
  mutating func cover(_ window: JunctionService.Window, shiftedBy shift: Double, step: Double) {
    let count = self.count
    let cycle = Double(count) * step
    if window.end - window.start >= cycle {
      for index in 0..<count { self[index] = 1 }
      return
    }
    var start = window.start + shift
    while start >= cycle { start -= cycle }
    while start < 0 { start += cycle }
    var rest = window.end - window.start
    var position = start / step
    var index = Int(position)
    if index >= count { index = 0; position = 0 }
    var room = (Double(index + 1) - position) * step
    while rest > 0 {
      let part = Swift.min(rest, room)
      self[index] += part / step
      rest -= part
      room = step
      index += 1
      if index == count { index = 0 }
    }
  }
}
