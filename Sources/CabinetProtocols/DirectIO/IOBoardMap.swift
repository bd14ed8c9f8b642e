import TrafficModel

/// What hangs on which terminal of an I/O board.
public struct IOBoardMap: Hashable, Sendable {
  /// The lamps of one signal group, by coil; `nil` where there is none.
  public struct Lamps: Hashable, Sendable {
    public var red: Int?
    public var yellow: Int?
    public var green: Int?

    public init(red: Int?, yellow: Int? = nil, green: Int?) {
      self.red = red
      self.yellow = yellow
      self.green = green
    }
  }

  /// What an input means while it is on.
  public enum Input: Hashable, Sendable {
    case detector(DetectorID)
    case pushButton(CrosswalkID)
    /// The input of a preempt, by number.
    case preempt(Int)
    case manualControl
    case intervalAdvance
    case stopTime
    case flashSwitch
    /// The hardware monitor has tripped.
    case monitorFlash
  }

  /// A board's own watchdog: it goes to its safe pattern when its master falls silent.
  public struct Watchdog: Hashable, Sendable {
    /// Holding register of the time-out; `nil` where it is set on the board itself.
    public var register: Int?
    /// What is written there, in the board's own unit.
    public var value: UInt16
    /// After so long without a request the safe pattern is on, by the board's manual.
    public var timeout: TimeSpan
    /// Coils that are on in the safe pattern.
    public var safeCoils: Set<Int>

    public init(register: Int? = nil, value: UInt16 = 0, timeout: TimeSpan, safeCoils: Set<Int>) {
      self.register = register
      self.value = value
      self.timeout = timeout
      self.safeCoils = safeCoils
    }
  }

  /// 1 to 247.
  public var unit: UInt8
  /// By group of the controller.
  public var groups: [Lamps]
  /// By input terminal; `nil` where nothing hangs.
  public var inputs: [Input?]
  public var watchdog: Watchdog

  public init(unit: UInt8 = 1, groups: [Lamps], inputs: [Input?], watchdog: Watchdog) {
    self.unit = unit
    self.groups = groups
    self.inputs = inputs
    self.watchdog = watchdog
  }

  /// Coils that are written, all in one frame.
  public var coilCount: Int {
    (groups.flatMap { [$0.red, $0.yellow, $0.green].compactMap { $0 } }.max() ?? -1) + 1
  }

  /// Coils that are on for these indications.
  ///
  /// - Parameter isFlashOn: The lit half of a flash.
  public func coils(_ indications: some Sequence<Indication>, isFlashOn: Bool) -> [Bool] {
    var coils = [Bool](repeating: false, count: coilCount)
    func light(_ coil: Int?) {
      if let coil, coils.indices.contains(coil) { coils[coil] = true }
    }
    for (lamps, indication) in zip(groups, indications) {
      switch indication {
      case .dark: break
      case .red: light(lamps.red)
      case .redYellow:
        light(lamps.red)
        light(lamps.yellow)
      case .green: light(lamps.green)
      case .yellow: light(lamps.yellow)
      case .flashingGreen: if isFlashOn { light(lamps.green) }
      case .flashingYellow: if isFlashOn { light(lamps.yellow) }
      case .flashingRed: if isFlashOn { light(lamps.red) }
      }
    }
    return coils
  }
}
