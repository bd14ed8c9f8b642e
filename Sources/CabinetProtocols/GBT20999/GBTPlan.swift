import TrafficModel

/// Arrays of GB/T 20999: element 1 stands *last*, unused elements in front are zero.
enum GBTArray {
  static func bytes(_ elements: [UInt8], size: Int) -> [UInt8] {
    Array(repeating: 0, count: max(0, size - elements.count)) + elements.prefix(size).reversed()
  }

  static func words(_ elements: [Int], count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 2 * max(0, count - elements.count))
    for element in elements.prefix(count).reversed() { bytes += number(element, 2) }
    return bytes
  }

  /// Bit 0 of the last byte is item 1.
  static func bitmap(_ items: some Sequence<Int>) -> [UInt8] {
    var bits: UInt64 = 0
    for item in items where item >= 0 && item < 64 { bits |= 1 << UInt64(item) }
    return (0..<8).reversed().map { UInt8(truncatingIfNeeded: bits >> UInt64(8 * $0)) }
  }

  /// Big-endian, cut off at what fits.
  static func number(_ value: Int, _ size: Int) -> [UInt8] {
    let clipped = max(0, min(value, size >= 4 ? Int(UInt32.max) : (1 << (8 * size)) - 1))
    return (0..<size).reversed().map { UInt8(truncatingIfNeeded: clipped >> (8 * $0)) }
  }

  static func number(_ bytes: [UInt8]) -> Int { bytes.suffix(7).reduce(0) { $0 << 8 | Int($1) } }
}

/// A plan of stages as class 9 of GB/T 20999 has it; all times in whole seconds.
public struct GBTPlan: Hashable, Sendable {
  /// 1 to 128.
  public var number: Int
  public var road = 1
  public var cycleSeconds = 0
  /// The stage that the offset refers to; 0: none.
  public var coordinatedStage = 0
  public var offsetSeconds = 0
  /// Numbers of stages, from 1; at most 16.
  public var chain: [Int] = []
  public var stageSeconds: [Int] = []
  /// `10` fixed, `20` on demand.
  public var appearance: [UInt8] = []

  public static let stageLimit = 16
  public static let fixed: UInt8 = 0x10
  public static let onDemand: UInt8 = 0x20

  public init(number: Int) { self.number = number }

  /// The plan of a stage pattern; `nil` if it has no stages, more than sixteen, or times that are no whole seconds.
  public init?(exactly pattern: Pattern, of controller: SignalController) {
    guard case .stages(let intervals) = pattern.timing, intervals.count <= Self.stageLimit,
      (pattern.cycle.milliseconds | pattern.offset.milliseconds) >= 0,
      intervals.allSatisfy({ $0.duration.milliseconds % 1000 == 0 && $0.duration.milliseconds <= 65_535_000 }
      ),
      pattern.cycle.milliseconds % 1000 == 0, pattern.offset.milliseconds % 1000 == 0,
      (1...128).contains(pattern.number), pattern.offset.milliseconds <= 65_535_000
    else { return nil }
    number = pattern.number
    cycleSeconds = Int(pattern.cycle.milliseconds / 1000)
    offsetSeconds = Int(pattern.offset.milliseconds / 1000)
    chain = intervals.map { $0.stage + 1 }
    coordinatedStage = chain.first ?? 0
    stageSeconds = intervals.map { Int($0.duration.milliseconds / 1000) }
    appearance = intervals.map { interval in
      controller.stages.indices.contains(interval.stage) && controller.stages[interval.stage].isOnDemand
        ? Self.onDemand : Self.fixed
    }
  }

  /// The pattern that this is for a controller, with name and operation of `old`.
  public func pattern(replacing old: Pattern?) -> Pattern {
    func span(_ seconds: Int) -> TimeSpan { TimeSpan(milliseconds: Int64(seconds) * 1000) }
    return Pattern(
      number: number, name: old?.name ?? "", cycle: span(cycleSeconds), offset: span(offsetSeconds),
      reference: old?.reference ?? .firstGreen,
      timing: .stages(zip(chain, stageSeconds).map { StageInterval(stage: $0 - 1, duration: span($1)) }),
      operation: old?.operation ?? .pretimed)
  }

  /// Attributes of table 9.2, in order: number, road, cycle, coordinated stage, offset, chain, times, appearance.
  public static let attributes: ClosedRange<UInt8> = 1...8

  /// The bytes of an attribute; `nil` for one that does not exist.
  public func data(_ attribute: UInt8) -> [UInt8]? {
    switch attribute {
    case 1: GBTArray.number(number, 1)
    case 2: GBTArray.number(road, 1)
    case 3: GBTArray.number(cycleSeconds, 4)
    case 4: GBTArray.number(coordinatedStage, 1)
    case 5: GBTArray.number(offsetSeconds, 2)
    case 6: GBTArray.bytes(chain.map { UInt8(truncatingIfNeeded: $0) }, size: 16)
    case 7: GBTArray.words(stageSeconds, count: 16)
    case 8: GBTArray.bytes(appearance, size: 16)
    default: nil
    }
  }

  /// Takes the bytes of an attribute.
  public mutating func take(_ attribute: UInt8, _ data: [UInt8]) throws(GBTRefusal) {
    guard let size = self.data(attribute)?.count else { throw GBTRefusal(.doesNotExist) }
    guard data.count == size else { throw GBTRefusal(.wrongLength) }
    let value = GBTArray.number(data)
    switch attribute {
    case 1: if value != number { throw GBTRefusal(.readOnly) }
    case 2: road = value
    case 3: cycleSeconds = value
    case 4: coordinatedStage = value
    case 5: offsetSeconds = value
    case 6: chain = data.reversed().prefix { $0 != 0 }.map { Int($0) }
    case 7:
      let words = stride(from: 0, to: 32, by: 2).map { Int(data[$0]) << 8 | Int(data[$0 + 1]) }
      stageSeconds = words.reversed().prefix { $0 != 0 }.map { $0 }
    default: appearance = data.reversed().prefix { $0 != 0 }.map { $0 }
    }
  }
}

/// A refusal of one datum.
public struct GBTRefusal: Error, Hashable, Sendable {
  public var error: GBTError
  init(_ error: GBTError) { self.error = error }
}

/// Run modes of class 13 and 17.
public enum GBTMode {
  public static let timetable: UInt8 = 0x11
  public static let optimised: UInt8 = 0x12
  public static let coordinated: UInt8 = 0x13
  public static let adaptive: UInt8 = 0x14
  public static let manual: UInt8 = 0x15
  public static let local: UInt8 = 0x20
  public static let localFixed: UInt8 = 0x21
  public static let localActuated: UInt8 = 0x22
  public static let localCoordinated: UInt8 = 0x23
  public static let flash: UInt8 = 0x31
  public static let allRed: UInt8 = 0x32
}

extension Indication {
  /// The lamp state of GB/T 20999: 01 off, 10 red, 20 green, 30 yellow, +1 flashing, 40 red and yellow.
  public var gbtState: UInt8 {
    switch self {
    case .dark: 0x01
    case .red: 0x10
    case .flashingRed: 0x11
    case .green: 0x20
    case .flashingGreen: 0x21
    case .yellow: 0x30
    case .flashingYellow: 0x31
    case .redYellow: 0x40
    }
  }

  /// Fast flashing counts as flashing; `nil` for a number without meaning.
  public init?(gbtState: UInt8) {
    switch gbtState {
    case 0x01: self = .dark
    case 0x10: self = .red
    case 0x11, 0x12: self = .flashingRed
    case 0x20: self = .green
    case 0x21, 0x22: self = .flashingGreen
    case 0x30: self = .yellow
    case 0x31, 0x32: self = .flashingYellow
    case 0x40: self = .redYellow
    default: return nil
    }
  }
}
