/// Lamps that always show the same: the smallest thing that a controller switches.
public struct SignalGroup: Hashable, Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    case vehicle
    case pedestrian
  }

  /// Unique within its controller.
  public var name: String
  public var kind: Kind
  /// Colours between red and green, in order (red-yellow in Europe); mostly empty.
  public var gaining: [TimedIndication]
  /// Colours between green and red, in order: yellow for vehicles, the pedestrian clearance for pedestrians.
  public var losing: [TimedIndication]
  /// Shortest green; the walk time for pedestrians.
  public var minimumGreen: TimeSpan
  /// What it shows as its green: flashing yellow for a flashing yellow arrow.
  public var proceed: Indication

  public init(
    name: String, kind: Kind = .vehicle, gaining: [TimedIndication] = [], losing: [TimedIndication],
    minimumGreen: TimeSpan, proceed: Indication = .green
  ) {
    self.name = name
    self.kind = kind
    self.gaining = gaining
    self.losing = losing
    self.minimumGreen = minimumGreen
    self.proceed = proceed
  }

  /// From the end of green to the beginning of red: yellow, or the pedestrian clearance.
  public var losingDuration: TimeSpan { losing.reduce(.zero) { $0 + $1.duration } }

  public var gainingDuration: TimeSpan { gaining.reduce(.zero) { $0 + $1.duration } }
}
