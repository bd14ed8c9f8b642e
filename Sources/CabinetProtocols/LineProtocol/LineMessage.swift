import TrafficModel

/// The three seats that a foreign program may take.
public enum LineSeat: String, Sendable, CaseIterable {
  /// A simulator, or the street: tells detections, shows lamps.
  case road
  /// A controller with its lamps.
  case cabinet
  /// A program that decides.
  case strategy
}

/// What a peer is told about one controller, so that indices mean something to it.
public struct LineController: Hashable, Sendable {
  public var name: String
  /// Names of signal groups, by index.
  public var groups: [String]
  /// Numbers of phases, by index.
  public var phases: [Int]
  /// By phase: indices of the groups that are green with it.
  public var phaseGroups: [[Int]]
  /// Names of stages, by index.
  public var stages: [String]
  /// By stage: indices of the groups that are green in it.
  public var stageGroups: [[Int]]
  /// Channels of detectors, by index.
  public var detectors: [Int]
  /// By detector: indices of the phases that it calls.
  public var detectorPhases: [[Int]]
  /// Names of crosswalks with push buttons, by index.
  public var crosswalks: [String]
  public var patterns: [Int]

  public init(
    name: String, groups: [String] = [], phases: [Int] = [], phaseGroups: [[Int]] = [], stages: [String] = [],
    stageGroups: [[Int]] = [], detectors: [Int] = [], detectorPhases: [[Int]] = [], crosswalks: [String] = [],
    patterns: [Int] = []
  ) {
    self.name = name
    self.groups = groups
    self.phases = phases
    self.phaseGroups = phaseGroups
    self.stages = stages
    self.stageGroups = stageGroups
    self.detectors = detectors
    self.detectorPhases = detectorPhases
    self.crosswalks = crosswalks
    self.patterns = patterns
  }

  /// - Parameter crosswalks: Names of the crosswalks that it governs, in the order of their places on the line.
  public init(_ controller: SignalController, crosswalks: [String] = []) {
    self.init(
      name: controller.name, groups: controller.groups.map(\.name), phases: controller.phases.map(\.number),
      phaseGroups: controller.phases.map { $0.groups + ($0.pedestrianGroup.map { [$0] } ?? []) },
      stages: controller.stages.map(\.name), stageGroups: controller.stages.map(\.groups),
      detectors: controller.detectors.enumerated().map { $1.channel > 0 ? $1.channel : $0 + 1 },
      detectorPhases: controller.detectors.map(\.calls), crosswalks: crosswalks,
      patterns: controller.patterns.map(\.number))
  }
}

/// What a peer is told about one lane that leads to a stop line.
public struct LineLane: Hashable, Sendable {
  /// The link and the place from the kerb, from 0: `W-C/0`.
  public var name: String
  public var lengthMeters: Double
  /// Whose signal it is; `nil` where there is none.
  public var controller: ControllerID?
  /// Indices of that controller's groups that let it go.
  public var groups: [Int]

  public init(name: String, lengthMeters: Double, controller: ControllerID? = nil, groups: [Int] = []) {
    self.name = name
    self.lengthMeters = lengthMeters
    self.controller = controller
    self.groups = groups
  }
}

/// A status and whose it is.
public struct LineStatus: Hashable, Sendable {
  public var controller: ControllerID
  public var status: CabinetStatus

  public init(controller: ControllerID, status: CabinetStatus) {
    self.controller = controller
    self.status = status
  }
}

/// An input and the cabinet that it is for.
public struct LineInput: Hashable, Sendable {
  public var controller: ControllerID
  public var input: CabinetInput

  public init(controller: ControllerID, input: CabinetInput) {
    self.controller = controller
    self.input = input
  }
}

/// Words for what went wrong between two programs.
public enum LineErrorCode: String, Sendable, CaseIterable {
  /// A line that is no message.
  case malformed
  /// A version that the other does not speak.
  case version
  /// A message that has no place here and now.
  case unexpected
  /// A controller, detector or lamp that does not exist.
  case unknown
  case failed
}

/// One line of the line protocol: a JSON object whose member `type` says which message it is.
///
/// All times are whole milliseconds of the simulation's clock and end in `_ms`; all places are indices into the lists
/// of ``configure(_:tick:)``, from 0.
public enum LineMessage: Hashable, Sendable {
  /// The first line of either side.
  case hello(version: Int, seat: LineSeat, name: String)
  /// Ours, after the hellos: what there is; lanes are told to strategies only.
  case configure([LineController], tick: TimeSpan, lanes: [LineLane] = [])
  /// To a road or a cabinet: run up to this time, then answer with the same time or, if something happened, an earlier one.
  case advance(SimTime)
  /// What happened up to `time`: from a road for cabinets, or to a cabinet.
  case inputs(SimTime, [LineInput])
  /// Lamps that changed at `time`: to a road, or from a cabinet.
  case lamps(SimTime, [IndicationChange])
  /// From a cabinet: what it does, and until when nothing changes unless it is told something (where it knows). To a
  /// cabinet, without statuses: the question for it.
  case status(SimTime, [LineStatus], next: SimTime? = nil)
  /// To a cabinet.
  case command(SimTime, AddressedCommand)
  /// To a strategy: everything that it may see.
  case observe(SimTime, [LineStatus], [VehicleObservation])
  /// A strategy's answer: commands, and when it wants to decide again (never, if there is no time).
  case decide(SimTime, [AddressedCommand], next: SimTime?)
  case error(LineErrorCode, String)
  /// The last line.
  case bye

  /// What this speaks. A peer of the same version must not send members that this page does not have; a newer one may,
  /// and they are ignored; an older one is refused.
  public static let version = 1
}

/// Finds messages in a stream of lines.
public struct LineDecoder: FrameDecoder {
  /// A line or what is wrong with it: a peer is told, and the next line is read.
  public enum Frame: Hashable, Sendable {
    case message(LineMessage)
    case malformed(DecodingFailure)
  }

  /// Bytes of the longest line.
  public static let lineLimit = 1 << 20

  /// Whether members that this version does not know are passed over; set it once a newer peer has said hello.
  public var toleratesUnknown = false
  private var queue = ByteQueue()
  private var searched = 0
  private var isOverlong = false
  public private(set) var counts = FrameCounts()

  public init() {}

  public mutating func append(_ bytes: [UInt8]) { queue.append(bytes) }

  public mutating func next() -> Frame? {
    while let end = queue.firstIndex(of: 0x0A, from: searched) {
      let line = Array(queue.slice(0..<end))
      queue.drop(end + 1)
      searched = 0
      if isOverlong || line.count > Self.lineLimit {
        isOverlong = false
        counts.malformed += 1
        return .malformed(
          DecodingFailure(.badLength, at: 0, found: line.count, expected: "at most \(Self.lineLimit) bytes"))
      }
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
      do throws(DecodingFailure) {
        let message = try LineMessage(line: line, toleratesUnknown: toleratesUnknown)
        if case .hello(let version, _, _) = message, version > LineMessage.version { toleratesUnknown = true }
        counts.frames += 1
        return .message(message)
      } catch {
        counts.malformed += 1
        return .malformed(error)
      }
    }
    if queue.count > Self.lineLimit {
      isOverlong = true
      counts.skippedBytes += queue.count
      queue.removeAll()
    }
    searched = queue.count
    return nil
  }
}
