import Foundation
import TrafficModel

/// Why a channel map does not fit its controller.
public struct BoardMapFailure: Error, Hashable, Sendable {
  /// Where in the file, as a path of keys.
  public var place: String
  public var found: String
  public var expected: String

  public init(place: String, found: String, expected: String) {
    self.place = place
    self.found = found
    self.expected = expected
  }

  public var message: String { "\(place): found \(found), expected \(expected)" }
}

/// Which coil lights which lamp and which discrete input is which sensor: the wiring of an industrial I/O board, as the
/// file `board.json` beside a scenario tells it.
///
/// Coils and inputs count from 0, as they stand in the frames. A board that speaks Modbus has no common way to watch its
/// master: where the time-out stands and in what unit is the vendor's, so ``watchdog`` is data.
public struct BoardMap: Codable, Hashable, Sendable {
  /// One lamp.
  public struct Lamp: Codable, Hashable, Sendable {
    /// The signal group, by name.
    public var group: String
    /// `red`, `yellow` or `green`; for pedestrians red is "don't walk" and green "walk".
    public var color: LampColor
    public var coil: Int
  }

  public enum LampColor: String, Codable, Hashable, Sendable, CaseIterable {
    case red, yellow, green
  }

  /// A sensor at an input: a detector or a push button by name.
  public struct Sensor: Codable, Hashable, Sendable {
    public var name: String
    public var input: Int
    /// The contact opens when somebody is there.
    public var isInverted: Bool?
  }

  /// The hardware monitor's contact.
  public struct MonitorContact: Codable, Hashable, Sendable {
    public var input: Int
    /// The contact's state while the monitor lets the lamps through; closed where not given, so that a cut wire is a trip.
    public var isOnWhenGood: Bool?
  }

  /// The board's own watch over its master.
  public struct Watchdog: Codable, Hashable, Sendable {
    /// The holding register of the time-out.
    public var register: Int
    /// Milliseconds that one unit of the register stands for.
    public var unitMilliseconds: Int
    /// After this silence the board shows its safe pattern; from 300 ms to 10 s.
    public var timeoutMilliseconds: Int
    /// Coils that are on in the safe pattern. A board that flashes by a relay of its own has none.
    public var safeCoils: [Int]
  }

  /// `citybrain-board`.
  public var format: String
  /// 1.
  public var version: Int
  /// The controller, by name; may be left out where the scenario has one.
  public var controller: String?
  /// The board's address, 1 to 247.
  public var unit: Int
  public var lamps: [Lamp]
  public var detectors: [Sensor]?
  public var pushButtons: [Sensor]?
  public var monitor: MonitorContact?
  /// A coil that changes with every refresh, for a relay that watches us.
  public var heartbeatCoil: Int?
  public var watchdog: Watchdog?
  /// How often inputs are read (default 100).
  public var pollMilliseconds: Int?
  /// How often lamps are written again without a change (default 250).
  public var refreshMilliseconds: Int?

  public static let format = "citybrain-board"

  /// A map of lamps and a monitor; everything else is added afterwards.
  public init(unit: Int, lamps: [Lamp], monitor: MonitorContact? = nil, watchdog: Watchdog? = nil) {
    format = Self.format
    version = 1
    self.unit = unit
    self.lamps = lamps
    self.monitor = monitor
    self.watchdog = watchdog
  }

  /// Reads a map.
  public init(json: Data) throws(BoardMapFailure) {
    do {
      let decoder = JSONDecoder()
      decoder.allowsJSON5 = true
      self = try decoder.decode(BoardMap.self, from: json)
    } catch let error as DecodingError {
      throw Self.failure(error)
    } catch {
      throw BoardMapFailure(place: "board", found: "no text", expected: "JSON")
    }
    guard format == Self.format, version == 1 else {
      throw BoardMapFailure(
        place: "format", found: "\(format) \(version)", expected: "\(Self.format) 1")
    }
  }

  private static func failure(_ error: DecodingError) -> BoardMapFailure {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.isEmpty
        ? "board"
        : context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
      return BoardMapFailure(
        place: path(context), found: "no \(key.stringValue)", expected: "the key \(key.stringValue)")
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      return BoardMapFailure(place: path(context), found: context.debugDescription, expected: "\(type)")
    case .dataCorrupted(let context):
      return BoardMapFailure(place: path(context), found: context.debugDescription, expected: "a valid value")
    @unknown default:
      return BoardMapFailure(place: "board", found: "\(error)", expected: "a valid board map")
    }
  }
}
