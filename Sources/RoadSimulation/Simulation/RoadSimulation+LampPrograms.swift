/// Lamps that follow their programs: nobody is told of their changes, who comes looks.
///
/// | What lamps do when they change                    | Who does it instead                                        |
/// |---------------------------------------------------|------------------------------------------------------------|
/// | the movement's state                              | whoever looks at it (``settleLamps(_:)``)                  |
/// | accounts of the movement and of its lanes' cycles | the same, and before anything on such a lane changes       |
/// | first vehicles that stand look again              | they have put the next green on their agenda themselves    |
///
/// Between two changes of a lane's vehicles nothing happens that its accounts would see: so what is settled late gives
/// the same bytes as what is settled at once. A test compares the two.
extension RoadSimulation {
  /// Lets the lamps follow their programs, from the beginning of the run. Only for runs without an event log, a trace
  /// and people on foot, who want to hear of every change.
  mutating func follow(_ programs: LampPrograms) {
    lamps.follow(programs)
    for lane in layout.cycleMovement.indices where layout.cycleMovement[lane] >= 0 {
      for position in layout.segments(ofLane: lane) {
        segments[Int(layout.laneSegments[position])].lampsDue = 0
      }
    }
  }

  /// Nobody wants to hear of lamps when they change.
  var hearsNoLamps: Bool { !log.isOn && book.trace == nil && crossings.isEmpty }

  /// Brings the lamps of a movement, and the accounts that their changes close, up to the present.
  @inline(__always)
  mutating func settleLamps(_ movement: Int) {
    if lamps.movements[movement].nextChange <= now { followProgram(of: movement, through: now) }
  }

  /// Brings the accounts of a segment's lane up to the present, before something on it changes.
  @inline(__always)
  mutating func settleLane(_ segment: Int) {
    if segments[segment].lampsDue <= now { settleLaneAccount(segment) }
  }

  /// The same before a vehicle joins at the back. A lane's cycles see of that only a queue that dissolves, and at a stop
  /// line who comes first.
  @inline(__always)
  mutating func settleLane(beforeEntryOf segment: Int) {
    if segments[segment].lampsDue > now { return }
    let isSeen =
      segments[segment].dissolved != 0 || (segments[segment].kind == .stopLine && segments[segment].head < 0)
    if isSeen { settleLaneAccount(segment) }
  }

  private mutating func settleLaneAccount(_ segment: Int) {
    let movement = Int(layout.cycleMovement[Int(segments[segment].lane)])
    settleLamps(movement)
    segments[segment].lampsDue = lamps.movements[movement].nextChange
  }

  /// The same for all lamps at the end of a run, whose last instant does not belong to it.
  mutating func settleAllLamps() {
    for movement in lamps.movements.indices { followProgram(of: movement, through: measuredUntil - 1) }
  }

  private mutating func followProgram(of movement: Int, through end: Int32) {
    let present = now
    while lamps.movements[movement].nextChange <= end {
      // Accounts are closed as of then.
      now = lamps.movements[movement].nextChange
      let before = lamps.takeNextChange(of: movement)
      closeAccounts(of: movement, before)
    }
    now = present
  }

  /// The first vehicle of a segment stands: it looks again when a movement of its lane may go, as if the lamps had
  /// told it.
  mutating func lookAtNextGreen(_ segment: Int) {
    var green = Int32.max
    switch segments[segment].kind {
    case .stopLine:
      for position in layout.movements(ofLane: Int(segments[segment].lane)) {
        green = min(green, nextGreen(Int(layout.movementsOfLanes[position])))
      }
    case .waitingPlace where segments[segment].hindrance == .gap:
      green = nextGreen(Int(layout.connectors.movement(of: shape(segment).connector)))
    case .waitingPlace, .section, .outside: return
    }
    if green != .max { schedule(segment, at: max(green, segments[segment].ready)) }
  }

  private mutating func nextGreen(_ movement: Int) -> Int32 {
    settleLamps(movement)
    return lamps.nextGreen(of: movement)
  }
}
