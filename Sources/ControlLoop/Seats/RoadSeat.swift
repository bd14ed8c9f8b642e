import TrafficModel

/// An input on its way from the road to a cabinet.
public struct TimedInput: Hashable, Sendable {
  public var time: SimTime
  public var controller: ControllerID
  public var input: CabinetInput

  public init(time: SimTime, controller: ControllerID, input: CabinetInput) {
    self.time = time
    self.controller = controller
    self.input = input
  }
}

/// What may sit in the road's seat: our simulated road, another simulator, or the street.
public protocol RoadSeat: Sendable {
  /// Goes on to just before the cabinet tick at `time`, or returns early at the first tick that carries an input for
  /// a cabinet.
  ///
  /// - Parameters:
  ///   - time: A tick, or the end of the run.
  ///   - inputs: Inputs up to and including the returned tick are appended, in the order in which they happened.
  /// - Returns: The tick reached: never later than `time`, and an input's first tick if it is earlier.
  mutating func advance(to time: SimTime, inputs: inout ContiguousArray<TimedInput>) -> SimTime
  /// Shows new lamps; vehicles at the stop lines see them from `time` on.
  mutating func show(_ changes: ContiguousArray<IndicationChange>, at time: SimTime)
  /// Looks at vehicles; schedules nothing and changes nothing.
  func observe(_ preset: SensorPreset, at time: SimTime, into observations: inout [VehicleObservation])
}
