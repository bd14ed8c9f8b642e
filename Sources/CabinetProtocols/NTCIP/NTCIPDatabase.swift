import TrafficModel

/// The stored objects of a controller: everything but status and control, by instance.
///
/// Times that the standard counts in seconds are rounded *up* where the controller has finer ones, and cut off at the
/// largest value; each such loss stands in ``losses``, so that whoever sends a plan can refuse to send it.
public struct NTCIPDatabase: Hashable, Sendable {
  /// A value that an object cannot hold exactly.
  public struct Loss: Hashable, Sendable, CustomStringConvertible {
    public var instance: NTCIPInstance
    public var exact: TimeSpan
    public var written: TimeSpan

    public var description: String { "\(instance): \(exact.text) is written as \(written.text)" }
  }

  public let dimensions: NTCIPDimensions
  private var values: [NTCIPInstance: SNMPValue] = [:]
  public private(set) var losses: [Loss] = []

  public subscript(instance: NTCIPInstance) -> SNMPValue? { values[instance] }

  public init(_ controller: SignalController) {
    dimensions = NTCIPDimensions(controller)
    for object in NTCIPObject.all where object.isWritable && object.access != .control {
      for instance in dimensions.instances(of: object) { values[instance] = Self.empty(object) }
    }
    writeSizes(controller)
    writePhases(controller)
    writeDetectors(controller)
    writeUnit(controller)
    writeChannels(controller)
    writePreempts(controller)
    writePatterns(controller)
    writeSchedule(controller)
  }

  private static func empty(_ object: NTCIPObject) -> SNMPValue {
    switch object.kind {
    case .integer: .integer(max(object.range.lowerBound, min(0, object.range.upperBound)))
    case .octets: .octets([])
    case .objectIdentifier: .objectIdentifier(ObjectIdentifier([0, 0]))
    case .counter: .counter32(0)
    }
  }

  // MARK: - Writing

  public mutating func set(_ instance: NTCIPInstance, to value: SNMPValue) { values[instance] = value }

  mutating func write(_ object: NTCIPObjectName, _ number: Int) { write(object, 0, 0, number) }

  mutating func write(_ object: NTCIPObjectName, _ row: Int, _ number: Int) { write(object, row, 0, number) }

  mutating func write(_ object: NTCIPObjectName, _ first: Int, _ second: Int, _ number: Int) {
    values[NTCIPInstance(object, first, second)] = .integer(Int64(number))
  }

  mutating func write(_ object: NTCIPObjectName, _ first: Int = 0, _ second: Int = 0, octets: [Int]) {
    values[NTCIPInstance(object, first, second)] = .octets(octets.map { UInt8(truncatingIfNeeded: $0) })
  }

  /// Writes a time in the object's unit.
  mutating func write(_ object: NTCIPObjectName, _ first: Int = 0, _ second: Int = 0, time: TimeSpan) {
    let instance = NTCIPInstance(object, first, second)
    let description = NTCIPObject.named(object)
    let step = description.unit.milliseconds
    let steps = min((max(0, time.milliseconds) + step - 1) / step, description.range.upperBound)
    if steps * step != time.milliseconds {
      losses.append(Loss(instance: instance, exact: time, written: TimeSpan(milliseconds: steps * step)))
    }
    values[instance] = .integer(steps)
  }

  // MARK: - Reading

  public func number(_ object: NTCIPObjectName, _ first: Int = 0, _ second: Int = 0) -> Int {
    Int(values[NTCIPInstance(object, first, second)]?.number ?? 0)
  }

  public func time(_ object: NTCIPObjectName, _ first: Int = 0, _ second: Int = 0) -> TimeSpan {
    TimeSpan(milliseconds: Int64(number(object, first, second)) * NTCIPObject.named(object).unit.milliseconds)
  }

  public func octets(_ object: NTCIPObjectName, _ first: Int = 0, _ second: Int = 0) -> [Int] {
    if case .octets(let octets)? = values[NTCIPInstance(object, first, second)] {
      return octets.map { Int($0) }
    }
    return []
  }

  /// All stored instances, in the order of a walk.
  public var instances: [NTCIPInstance] {
    NTCIPObject.all.flatMap { dimensions.instances(of: $0) }.filter { values[$0] != nil }
  }

  /// A number that changes whenever a stored value does: CRC-16 of the encoded values (NTCIP 1201
  /// `globalSetIDParameter`).
  ///
  /// - Complexity: O(values); keep the result.
  public var setID: UInt16 {
    var writer = BERWriter()
    for instance in instances {
      if let value = values[instance] { writer.write(value) }
    }
    return CyclicRedundancyCheck.hdlc(writer.bytes)
  }
}
