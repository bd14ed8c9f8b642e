/// A place in the plane, in metres; x grows to the east and y to the north.
public struct Point: Hashable, Sendable {
  public var xMeters: Double
  public var yMeters: Double

  public init(xMeters: Double, yMeters: Double) {
    self.xMeters = xMeters
    self.yMeters = yMeters
  }

  public func distanceMeters(to other: Point) -> Double {
    let dx = other.xMeters - xMeters
    let dy = other.yMeters - yMeters
    return (dx * dx + dy * dy).squareRoot()
  }
}
