import TrafficModel

/// The intermediate values behind the figures of a lane group, so that somebody else can follow them.
public struct LaneGroupDetails: Hashable, Sendable {
  /// How a movement's saturation flow comes about.
  public struct Saturation: Hashable, Sendable {
    public var movement: MovementID
    /// Vehicles per hour.
    public var volume: Double
    public var lanes: Int
    /// s₀ or the lanes' measured flow, in passenger cars per hour and lane.
    public var base: Double
    /// Share, 0 to 1, and f_HV.
    public var heavyShare: Double
    public var heavyFactor: Double
    /// 1/E_LT or 1/E_RT; 1 straight ahead.
    public var turnFactor: Double
    /// s, in vehicles per hour of green and lane, with the right of way.
    public var flow: Double
    /// Vehicles per hour and lane over whole cycles, after yielding.
    public var capacityPerLane: Double
  }

  /// A part of the cycle in which one lane discharges at one rate.
  public struct Service: Hashable, Sendable {
    public var startSeconds: Double
    public var endSeconds: Double
    /// Vehicles per hour.
    public var rate: Double
  }

  /// A corner of the queue polygon of one lane.
  public struct Corner: Hashable, Sendable {
    public var seconds: Double
    public var vehicles: Double
  }

  public var saturations: [Saturation] = []
  /// Of the group's leading movement, scaled to the group's capacity, per lane.
  public var services: [Service] = []
  /// Over one cycle, per lane, arrivals evenly spread and not above capacity.
  public var polygon: [Corner] = []
  /// Q₁: vehicles per lane that have joined the queue when it has just gone.
  public var backOfQueue = 0.0
  /// Q₂ = c·d₂/3600 per lane: what randomness and oversaturation add to it on average.
  public var randomQueue = 0.0

  /// Area under the polygon, in vehicle-seconds per cycle and lane: d₁ is this over the arrivals of a cycle.
  public var polygonArea: Double {
    zip(polygon, polygon.dropFirst()).reduce(0) { sum, side in
      sum + (side.0.vehicles + side.1.vehicles) / 2 * (side.1.seconds - side.0.seconds)
    }
  }
}

extension ServiceProfile {
  /// The corners of the queue over one cycle in the periodic state, with arrivals evenly spread, cut to capacity.
  func queuePolygon(arrivalsPerHour: Double) -> [LaneGroupDetails.Corner] {
    let arrivals = min(arrivalsPerHour, capacity) / 3600
    var waiting = 0.0
    for piece in pieces {
      waiting = max(0, waiting + (arrivals - piece.rate / 3600) * (piece.end - piece.start))
    }
    var corners = [LaneGroupDetails.Corner(seconds: 0, vehicles: waiting)]
    for piece in pieces {
      let growth = arrivals - piece.rate / 3600
      let next = waiting + growth * (piece.end - piece.start)
      if next < 0 && waiting > 0 {
        corners.append(.init(seconds: piece.start + waiting / -growth, vehicles: 0))
      }
      waiting = max(0, next)
      corners.append(.init(seconds: piece.end, vehicles: waiting))
    }
    return corners
  }

  /// Vehicles that have joined the queue when it has just gone: arrivals from the moment at which the queue begins
  /// until it is gone, the longest such time of the cycle.
  func backOfQueue(arrivalsPerHour: Double) -> Double {
    let corners = queuePolygon(arrivalsPerHour: arrivalsPerHour)
    let arrivals = min(arrivalsPerHour, capacity) / 3600
    var longest = 0.0
    var since: Double?
    // Twice round, so that a queue over the end of the cycle is seen whole.
    let round =
      corners + corners.dropFirst().map { .init(seconds: $0.seconds + cycle, vehicles: $0.vehicles) }
    for (before, after) in zip(round, round.dropFirst()) {
      if before.vehicles <= 1e-9 && after.vehicles > 1e-9 { since = before.seconds }
      if before.vehicles > 1e-9 && after.vehicles <= 1e-9, let start = since {
        longest = max(longest, after.seconds - start)
        since = nil
      }
    }
    if longest == 0, corners.contains(where: { $0.vehicles > 1e-9 }) {
      return corners.map(\.vehicles).max() ?? 0
    }
    return arrivals * longest
  }
}
