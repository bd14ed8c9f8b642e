import TrafficModel

/// The malfunction management unit of the cabinet: it sees lit lamps and time, and nothing talks it out of tripping.
///
/// Theory of operation. It knows its ``MonitorProgram`` and nothing of phases, plans or commands, and it shares no
/// code with the interlock. Once tripped it stays so until a person resets it.
///
/// | Fault            | Trips when                                                                              |
/// |------------------|-----------------------------------------------------------------------------------------|
/// | conflict         | some channels that exclude each other have been active together for the recognition time |
/// | dual indication  | a channel has shown two colours for the recognition time                                |
/// | red fail         | a channel has been dark for the recognition time                                        |
/// | missing yellow   | a channel with a yellow goes from green to anything else                                |
/// | short yellow     | yellow after green ends before its least time                                           |
/// | short clearance  | a channel turns green before its least time since an excluded channel's green           |
/// | watchdog         | the unit's watchdog output has stood still for the recognition time                     |
///
/// A channel is active while green, yellow, walk or the pedestrian clearance is lit. Flash is legitimate: while every
/// vehicle channel flashes yellow or red and every pedestrian channel is dark, only the watchdog is looked at.
public struct ConflictMonitor: Hashable, Sendable {
  private struct Channel: Hashable, Sendable {
    var outputs = LampOutputs.red
    var isActive = false
    /// Green or flashing; what a yellow must follow.
    var shows = false
    /// Steady green, or its flashing yellow; a flashing green is part of its clearance.
    var goes = false
    /// Since when yellow follows this channel's green; ``SimTime/distantFuture`` otherwise.
    var yellowSince = SimTime.distantFuture
    /// A yellow that has just ended too early, and how long it was; zero if it was left out.
    var lapse: TimeSpan?
    var greenEnded = ConflictMonitor.longAgo
    var dualSince = SimTime.distantFuture
    var darkSince = SimTime.distantFuture
  }

  private static let longAgo = SimTime(milliseconds: Int64.min / 4)

  public let program: MonitorProgram
  private var channels: ContiguousArray<Channel>
  /// Channels that look as in flash.
  private var flashingCount = 0
  /// Ordered pairs of excluded channels that are active together.
  private var conflictCount = 0
  private var conflictSince = SimTime.distantFuture
  private var watchdogSince = SimTime.distantFuture
  /// Why it has tripped; stays until ``reset(at:)``.
  public private(set) var trip: MonitorTrip?
  /// When something that is wrong now will have lasted for its recognition time.
  public private(set) var nextDeadline = SimTime.distantFuture

  public init(_ program: MonitorProgram) {
    self.program = program
    channels = ContiguousArray(repeating: Channel(), count: program.channelCount)
  }

  // MARK: - Inputs

  /// Looks at all changes of one instant together.
  public mutating func observe(_ changes: ContiguousArray<OutputChange>, at now: SimTime) {
    advance(to: now)
    let wasFlash = isFlash
    for change in changes where channels.indices.contains(change.channel) { take(change, at: now) }
    let isFlash = isFlash
    for change in changes where channels.indices.contains(change.channel) {
      if !isFlash && !wasFlash { judge(change.channel, at: now) }
      channels[change.channel].lapse = nil
    }
    if wasFlash && !isFlash {
      for index in channels.indices where channels[index].outputs.isEmpty { channels[index].darkSince = now }
    }
    if isFlash || conflictCount == 0 {
      conflictSince = .distantFuture
    } else if conflictSince == .distantFuture {
      conflictSince = now
    }
    setDeadline()
    advance(to: now)
  }

  /// The unit's watchdog output toggles, or stands still from now on.
  public mutating func noteWatchdog(toggles: Bool, at now: SimTime) {
    advance(to: now)
    watchdogSince = toggles ? .distantFuture : min(watchdogSince, now)
    setDeadline()
  }

  /// A person has looked, and pushes the reset button; what is still wrong trips it again.
  public mutating func reset(at now: SimTime) {
    trip = nil
    for index in channels.indices {
      if channels[index].dualSince < .distantFuture { channels[index].dualSince = now }
      if channels[index].darkSince < .distantFuture { channels[index].darkSince = now }
    }
    if conflictSince < .distantFuture { conflictSince = now }
    if watchdogSince < .distantFuture { watchdogSince = now }
    setDeadline()
  }

  /// Trips on what has lasted long enough.
  public mutating func advance(to now: SimTime) {
    guard nextDeadline <= now else { return }
    if conflictSince + program.conflictRecognition <= now, let pair = firstConflict {
      note(.conflict, pair.0, pair.1, at: now, now - conflictSince)
    }
    if watchdogSince + program.watchdogRecognition <= now {
      note(.watchdog, nil, nil, at: now, now - watchdogSince)
    }
    for index in channels.indices where !isFlash {
      if channels[index].dualSince + program.dualRecognition <= now {
        note(.dualIndication, index, nil, at: now, now - channels[index].dualSince)
      }
      if channels[index].darkSince + program.redFailRecognition <= now {
        note(.redFail, index, nil, at: now, now - channels[index].darkSince)
      }
    }
    setDeadline()
  }

  /// Moves the origin of time, so that equal situations at different times compare equal.
  public mutating func rebase(by shift: TimeSpan) {
    func moved(_ time: SimTime) -> SimTime {
      time == .distantFuture || time == Self.longAgo ? time : time - shift
    }
    for index in channels.indices {
      channels[index].yellowSince = moved(channels[index].yellowSince)
      channels[index].dualSince = moved(channels[index].dualSince)
      channels[index].darkSince = moved(channels[index].darkSince)
      // An end of green that no clearance can reach back to does not matter any more.
      let ended = moved(channels[index].greenEnded)
      let matters = ended > .zero - MonitorProgram.shortestClearance
      channels[index].greenEnded = matters ? ended : Self.longAgo
    }
    conflictSince = moved(conflictSince)
    watchdogSince = moved(watchdogSince)
    nextDeadline = moved(nextDeadline)
    if let time = trip?.time { trip?.time = moved(time) }
  }

  // MARK: - Judgement

  private var isFlash: Bool { flashingCount == channels.count }

  private func looksFlashing(_ outputs: LampOutputs, _ channel: MonitorProgram.Channel) -> Bool {
    if channel.isPedestrian { return outputs.isEmpty }
    return outputs == .flashingRed || outputs == .flashingYellow
  }

  /// Yellow with red is a gaining colour and gives nobody the right of way.
  private func isActive(_ outputs: LampOutputs, _ channel: MonitorProgram.Channel) -> Bool {
    if outputs.hasGreen { return true }
    if channel.isPedestrian && outputs.contains(.flashingRed) { return true }
    return outputs.hasYellow && !(channel.showsRedYellow && outputs.hasRed)
  }

  private mutating func take(_ change: OutputChange, at now: SimTime) {
    let index = change.channel
    let programmed = program.channels[index]
    let before = channels[index]
    let outputs = change.outputs
    flashingCount += looksFlashing(outputs, programmed) ? 1 : 0
    flashingCount -= looksFlashing(before.outputs, programmed) ? 1 : 0
    channels[index].outputs = outputs
    setActive(index, isActive(outputs, programmed))
    let goesOnYellow = programmed.goesOnFlashingYellow && outputs.contains(.flashingYellow)
    channels[index].shows = outputs.hasGreen || goesOnYellow
    channels[index].goes = outputs.contains(.green) || goesOnYellow
    if before.goes && !channels[index].goes { channels[index].greenEnded = now }
    let isDual = isDual(outputs, programmed)
    channels[index].dualSince = isDual ? min(before.dualSince, now) : .distantFuture
    channels[index].darkSince = outputs.isEmpty ? min(before.darkSince, now) : .distantFuture
    timeYellow(index, before, at: now)
  }

  private func isDual(_ outputs: LampOutputs, _ channel: MonitorProgram.Channel) -> Bool {
    let colours = (outputs.hasRed ? 1 : 0) + (outputs.hasYellow ? 1 : 0) + (outputs.hasGreen ? 1 : 0)
    if colours < 2 { return false }
    return !(channel.showsRedYellow && !outputs.hasGreen)
  }

  private mutating func setActive(_ index: Int, _ isActive: Bool) {
    if channels[index].isActive == isActive { return }
    channels[index].isActive = isActive
    for position in program.channels[index].rivals where channels[program.rivals[position].channel].isActive {
      conflictCount += isActive ? 1 : -1
    }
  }

  /// Yellow is looked at when it ends; whether the cabinet went to flash instead is known only afterwards.
  private mutating func timeYellow(_ index: Int, _ before: Channel, at now: SimTime) {
    guard let minimum = program.channels[index].minimumYellow else { return }
    let hasYellow = channels[index].outputs.contains(.yellow)
    if before.shows && !channels[index].shows {
      if hasYellow { channels[index].yellowSince = now } else { channels[index].lapse = .zero }
    } else if before.yellowSince < .distantFuture && !hasYellow {
      channels[index].yellowSince = .distantFuture
      let shown = now - before.yellowSince
      if shown < minimum { channels[index].lapse = shown }
    }
  }

  /// What must be right at the moment of a change; all channels have their new outputs.
  private mutating func judge(_ index: Int, at now: SimTime) {
    let channel = channels[index]
    if let shown = channel.lapse {
      note(shown == .zero ? .missingYellow : .shortYellow, index, nil, at: now, shown)
    }
    guard channel.goes else { return }
    for position in program.channels[index].rivals {
      let rival = program.rivals[position]
      let cleared = now - channels[rival.channel].greenEnded
      if !channels[rival.channel].isActive && cleared < rival.minimumClearance {
        note(.shortClearance, index, rival.channel, at: now, cleared)
      }
    }
  }

  private var firstConflict: (Int, Int)? {
    for index in channels.indices where channels[index].isActive {
      for position in program.channels[index].rivals where channels[program.rivals[position].channel].isActive
      {
        return (index, program.rivals[position].channel)
      }
    }
    return nil
  }

  private mutating func note(
    _ fault: MonitorFault, _ channel: Int?, _ other: Int?, at now: SimTime, _ measured: TimeSpan
  ) {
    if trip == nil {
      trip = MonitorTrip(fault: fault, time: now, channel: channel, other: other, measured: measured)
    }
  }

  private mutating func setDeadline() {
    nextDeadline = .distantFuture
    if trip != nil { return }
    nextDeadline = min(
      conflictSince + program.conflictRecognition, watchdogSince + program.watchdogRecognition)
    if isFlash { return finishDeadline() }
    for channel in channels {
      nextDeadline = min(nextDeadline, channel.dualSince + program.dualRecognition)
      nextDeadline = min(nextDeadline, channel.darkSince + program.redFailRecognition)
    }
    finishDeadline()
  }

  private mutating func finishDeadline() {
    if nextDeadline >= .distantFuture { nextDeadline = .distantFuture }
  }
}
