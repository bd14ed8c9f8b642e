import TrafficModel

/// How fast one lane could discharge a movement's queue, over one cycle.
struct ServiceProfile: Hashable, Sendable {
  struct Piece: Hashable, Sendable {
    var start: Double
    var end: Double
    /// Vehicles per hour.
    var rate: Double
  }

  var cycle: Double
  /// From 0 to the cycle's end without gaps.
  var pieces: [Piece]

  /// Pieces between the given points, each with the rate in its middle.
  init(cycle: Double, edges: [Double], rate: (Double) -> Double) {
    self.cycle = cycle
    let cuts = cutPoints(edges, cycle: cycle)
    pieces = zip(cuts, cuts.dropFirst()).map { start, end in
      Piece(start: start, end: end, rate: rate((start + end) / 2))
    }
  }

  /// Vehicles per hour over whole cycles.
  var capacity: Double { pieces.reduce(0) { $0 + $1.rate * ($1.end - $1.start) } / cycle }

  /// Seconds of the cycle in which anything is discharged.
  var serviceSeconds: Double {
    pieces.reduce(0) { $0 + ($1.rate > 0 ? $1.end - $1.start : 0) }
  }

  /// Whether all service is one green of the cycle at one rate: what the progression factor is made for.
  var isSingleGreen: Bool {
    let serving = pieces.map { $0.rate > 0 }
    let starts = serving.indices.filter { serving[$0] && !serving[($0 + serving.count - 1) % serving.count] }
    let rates = pieces.map(\.rate).filter { $0 > 0 }
    return starts.count == 1 && rates.allSatisfy { $0 == rates[0] }
  }

  func scaled(by factor: Double) -> ServiceProfile {
    var result = self
    for index in pieces.indices { result.pieces[index].rate *= factor }
    return result
  }

  /// Delay with arrivals spread evenly, in seconds per vehicle: the area under the queue of one cycle over the
  /// arrivals of one cycle (HCM: the incremental queue accumulation method). Arrivals above capacity are cut to it.
  ///
  /// With a single green it equals ``ControlDelay/uniform(cycleSeconds:greenSeconds:degreeOfSaturation:)``.
  func uniformDelay(arrivalsPerHour: Double) -> Double {
    let arrivals = min(arrivalsPerHour, capacity) / 3600
    if arrivals <= 0 { return emptyRoadDelay }
    // The queue of a cycle that begins with none is that of every later cycle once it has been empty; the pass
    // before gives the queue that stands over from one cycle to the next.
    let standing = queue(from: 0, arrivals: arrivals).end
    return queue(from: standing, arrivals: arrivals).area / (arrivals * cycle)
  }

  /// The delay of a single vehicle on an empty road: it waits for the next moment of service.
  private var emptyRoadDelay: Double {
    if capacity <= 0 { return .infinity }
    return queue(from: queue(from: 0, arrivals: 1e-9).end, arrivals: 1e-9).area / (1e-9 * cycle)
  }

  /// Vehicles waiting at the end of one cycle, and vehicle-seconds waited in it.
  private func queue(from start: Double, arrivals: Double) -> (end: Double, area: Double) {
    var waiting = start
    var area = 0.0
    for piece in pieces {
      let length = piece.end - piece.start
      let growth = arrivals - piece.rate / 3600
      let next = waiting + growth * length
      if next >= 0 {
        area += (waiting + next) / 2 * length
        waiting = next
      } else {
        area += waiting / 2 * (waiting / -growth)
        waiting = 0
      }
    }
    return (waiting, area)
  }
}
