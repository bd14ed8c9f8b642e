/// What a plan shall be good at.
public enum PlanObjective: String, Sendable, CaseIterable {
  /// Seconds of delay per vehicle.
  case delay
  /// Stops per vehicle.
  case stops
  /// Delay plus ten seconds for each stop, per vehicle: the performance index of Synchro.
  case weighted
  /// The worst queue of any lane over its storage.
  case queue
  /// Seconds of delay per person, in vehicles and at crosswalks.
  case person
  /// Seconds of delay per pedestrian.
  case pedestrian

  /// Seconds of delay that a stop counts for in ``weighted``.
  public static let stopSeconds = 10.0

  /// What the value is counted in.
  public var unit: String {
    switch self {
    case .delay, .person, .pedestrian, .weighted: "s"
    case .stops: "stops"
    case .queue: "of storage"
    }
  }

  public var title: String {
    switch self {
    case .delay: "delay per vehicle"
    case .stops: "stops per vehicle"
    case .weighted: "delay + 10 s per stop, per vehicle"
    case .queue: "worst queue over its storage"
    case .person: "delay per person"
    case .pedestrian: "delay per pedestrian"
    }
  }
}
