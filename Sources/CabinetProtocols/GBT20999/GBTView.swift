import TrafficModel

/// The data of a controller by address, from its configuration and what its cabinet shows.
///
/// A "phase" of GB/T 20999 is a signal group here, with a lamp group of its own; both have the group's place + 1.
struct GBTView {
  let controller: SignalController
  let status: CabinetStatus
  let identity: GBTController.Configuration
  let mode: UInt8
  /// What the upper computer holds: stage, plan and mode of 17.1.
  let central: GBTController.Central
  /// UTC milliseconds now.
  let unixMilliseconds: Int64
  let stageSeconds: Int

  /// The data at an address.
  func read(_ address: GBTAddress) throws(GBTRefusal) -> [UInt8] {
    guard let rows = rowCount(address) else { throw GBTRefusal(.doesNotExist) }
    if rows == 0 {
      guard let data = scalar(address) else { throw GBTRefusal(.doesNotExist) }
      return data
    }
    let element = Int(address.element)
    if element == 0 {
      var all: [UInt8] = []
      for row in 1...rows {
        guard let data = cell(address, row) else { throw GBTRefusal(.doesNotExist) }
        all += data
        if all.count > GBTValue.dataLimit { throw GBTRefusal(.overflow) }
      }
      return all
    }
    guard let data = cell(address, element) else { throw GBTRefusal(.doesNotExist) }
    return data
  }

  /// Rows of the table at an address; 0 for a scalar, `nil` for what does not exist.
  private func rowCount(_ address: GBTAddress) -> Int? {
    switch (address.dataClass, address.object) {
    case (3, 2...4): controller.groups.isEmpty ? nil : controller.groups.count
    case (4, 2...3), (7, 1...2): controller.groups.isEmpty ? nil : controller.groups.count
    case (5, 2...3), (14, 2): controller.detectors.isEmpty ? nil : controller.detectors.count
    case (6, 2...4), (10, 1): controller.stages.isEmpty ? nil : controller.stages.count
    case (9, 2): controller.patterns.map(\.number).max()
    case (11, 2): controller.schedule?.dayPlans.map(\.number).max()
    case (12, 2): controller.schedule.map { max(1, $0.entries.count) }
    case (13, 2), (17, 1): 1
    default: 0
    }
  }

  private func scalar(_ address: GBTAddress) -> [UInt8]? {
    switch (address.dataClass, address.object, address.attribute) {
    case (1, 1, 0): Array("CityBrain".utf8)
    case (1, 2, 0): [0, 0, 1, 0]
    case (1, 3, 0): Array(controller.name.utf8.prefix(128))
    case (1, 4, 0), (1, 5, 0): [0, 0, 0, 0, 0, 0, 0]
    case (2, 1, 0): Array(controller.name.utf8.prefix(128))
    case (2, 2, 1...3): [0, 0, 0, 0]
    case (2, 4, 0): zone
    case (2, 5, 0): GBTArray.number(Int(identity.controller), 4)
    case (2, 6, 0): [1]
    case (2, 7, 0): [0]
    case (3, 1, 0), (4, 1, 0): GBTArray.number(controller.groups.count, 1)
    case (5, 1, 0): GBTArray.number(controller.detectors.count, 1)
    case (6, 1, 0): GBTArray.number(controller.stages.count, 1)
    case (8, 1, 0), (8, 4, 0): [0]
    case (9, 1, 0): GBTArray.number(controller.patterns.count, 1)
    case (11, 1, 0): GBTArray.number(controller.schedule?.dayPlans.count ?? 0, 1)
    case (12, 1, 0): GBTArray.number(controller.schedule?.entries.count ?? 0, 1)
    case (13, 1, 1): GBTArray.bitmap(status.detectors.indices.filter { status.detectors[$0].isFailed })
    case (13, 1, 2): GBTArray.bitmap([])
    case (13, 1, 3), (13, 1, 6...9): [0]
    case (13, 1, 4...5): [0, 0]
    case (13, 1, 10): Self.date(unixMilliseconds)
    case (13, 1, 11):
      Self.date(unixMilliseconds + (controller.schedule?.standardTimeZone.milliseconds ?? 0))
    case (14, 1, 0...1): GBTArray.bitmap(status.detectors.indices.filter { status.detectors[$0].isOn })
    case (15, 1, 0), (16, 1, 0): [0, 0, 0, 0]
    case (18, 1, 0): Array(repeating: 0, count: 16)
    default: nil
    }
  }

  private var zone: [UInt8] {
    let seconds = Int32(truncatingIfNeeded: (controller.schedule?.standardTimeZone.milliseconds ?? 0) / 1000)
    return GBTArray.number(Int(UInt32(bitPattern: seconds)), 4)
  }

  private func cell(_ address: GBTAddress, _ row: Int) -> [UInt8]? {
    let number = GBTArray.number(row, 1)
    if address.attribute == 1 && (address.dataClass, address.object) != (3, 3) && address.dataClass != 9 {
      return row <= (rowCount(address) ?? 0) ? number : nil
    }
    switch (address.dataClass, address.object) {
    case (3, _), (4, _), (7, _): return group(address, row - 1)
    case (5, _), (14, _): return detector(address, row - 1)
    case (6, _), (10, _): return stage(address, row - 1)
    case (9, _):
      let pattern = controller.patterns.first { $0.number == row }
      return pattern.flatMap { GBTPlan(exactly: $0, of: controller) }?.data(address.attribute)
    case (11, _): return dayPlan(address.attribute, row)
    case (12, _): return scheduleEntry(address.attribute, row - 1)
    case (13, _): return road(address.attribute, row)
    case (17, _):
      switch (address.attribute, row) {
      case (2, 1): return [central.stage]
      case (3, 1): return [central.plan]
      case (4, 1): return [central.mode]
      default: return nil
      }
    default: return nil
    }
  }

  private func group(_ address: GBTAddress, _ place: Int) -> [UInt8]? {
    guard controller.groups.indices.contains(place) else { return nil }
    let data = controller.groups[place]
    switch (address.dataClass, address.object, address.attribute) {
    case (3, 2, 2): return [data.kind == .pedestrian ? 3 : 1]
    case (3, 3, 1), (3, 3, 2):
      return [place < status.indications.count ? status.indications[place].gbtState : 0x01]
    case (3, 4, 2...3), (4, 3, 2...3): return [0]
    case (4, 2, 2): return GBTArray.bitmap([place])
    case (4, 2, 3...8): return [Self.timed(data.losing, Int(address.attribute) - 3)]
    case (4, 2, 9...14): return [Self.timed(data.gaining, Int(address.attribute) - 9)]
    case (4, 2, 15...26): return [0]
    case (4, 2, 27): return GBTArray.number(Self.seconds(data.minimumGreen), 2)
    case (4, 2, 28...30): return [0, 0]
    case (4, 2, 31): return GBTArray.bitmap([])
    case (7, 1, 2):
      return GBTArray.bitmap(
        controller.groups.indices.filter { controller.conflicts[place, $0] == .excluded })
    case (7, 2, 2):
      return GBTArray.bytes(
        controller.groups.indices.prefix(64).map {
          UInt8(min(255, Self.seconds(controller.intergreens[place, $0])))
        }, size: 64)
    default: return nil
    }
  }

  /// Colour at even, seconds at odd places of three pairs.
  private static func timed(_ sequence: [TimedIndication], _ position: Int) -> UInt8 {
    guard position / 2 < sequence.count else { return 0 }
    let entry = sequence[position / 2]
    return position % 2 == 0 ? entry.indication.gbtState : UInt8(min(255, seconds(entry.duration)))
  }

  /// Rounded up: a clearance is never told shorter than it is.
  private static func seconds(_ span: TimeSpan) -> Int { Int((max(0, span.milliseconds) + 999) / 1000) }

  private func detector(_ address: GBTAddress, _ place: Int) -> [UInt8]? {
    guard controller.detectors.indices.contains(place) else { return nil }
    let data = place < status.detectors.count ? status.detectors[place] : DetectorStatus()
    switch (address.dataClass, address.object, address.attribute) {
    case (5, 2, 2): return [1]
    case (5, 2, 3...4): return [1, 44]
    case (5, 2, 5): return []
    case (5, 3, 2): return [data.isOn ? 1 : 0]
    case (5, 3, 3...4): return [0]
    case (5, 3, 6): return [0, 0]
    case (14, 2, 2): return GBTArray.number(data.count, 2)
    case (14, 2, 3): return [0]
    case (14, 2, 4): return [0, 0]
    default: return nil
    }
  }

  /// The stage whose green is shown, from 1; 0: none.
  var runningStage: Int {
    controller.stages.indices.first { status.greenPhases.contains(phase: $0) }.map { $0 + 1 } ?? 0
  }

  private func stage(_ address: GBTAddress, _ place: Int) -> [UInt8]? {
    guard controller.stages.indices.contains(place) else { return nil }
    let data = controller.stages[place]
    func times(_ byGroup: [Int: TimeSpan]) -> [UInt8] {
      GBTArray.bytes(
        controller.groups.indices.prefix(64).map { UInt8(min(255, Self.seconds(byGroup[$0] ?? .zero))) },
        size: 64)
    }
    let isRunning = runningStage == place + 1
    switch (address.dataClass, address.object, address.attribute) {
    case (6, 2, 2): return GBTArray.bitmap(data.groups)
    case (6, 2, 3): return times(data.lateStart)
    case (6, 2, 4): return times(data.earlyEnd)
    case (6, 3, 2): return [isRunning ? 0x20 : 0x10]
    case (6, 3, 3): return GBTArray.number(isRunning ? stageSeconds : 0, 2)
    case (6, 3, 4): return [0, 0]
    case (6, 4, 2...4): return [0]
    case (10, 1, 2): return Array(repeating: 0, count: 64)
    default: return nil
    }
  }

  private func dayPlan(_ attribute: UInt8, _ number: Int) -> [UInt8]? {
    guard let plan = controller.schedule?.dayPlans.first(where: { $0.number == number }) else { return nil }
    let events = plan.events.prefix(48)
    switch attribute {
    case 2: return [1]
    case 3:
      var times = [UInt8](repeating: 0, count: 2 * (48 - events.count))
      for event in events.reversed() {
        let minutes = Int(event.time.milliseconds / 60_000)
        times += [UInt8(minutes / 60 % 24), UInt8(minutes % 60)]
      }
      return times
    case 4:
      return GBTArray.bytes(
        events.map { if case .pattern(let number) = $0.action { UInt8(clamping: number) } else { 0 } },
        size: 48)
    case 5:
      return GBTArray.bytes(
        events.map { event in
          switch event.action {
          case .pattern: GBTMode.localFixed
          case .free: GBTMode.localActuated
          case .flash: GBTMode.flash
          }
        }, size: 48)
    case 6...13: return Array(repeating: 0, count: 96)
    default: return nil
    }
  }

  private func scheduleEntry(_ attribute: UInt8, _ place: Int) -> [UInt8]? {
    guard let entries = controller.schedule?.entries, entries.indices.contains(place) else { return nil }
    let entry = entries[place]
    func mask(_ days: [Int]) -> Int { days.reduce(0) { $0 | 1 << $1 } }
    switch attribute {
    case 2: return [1]
    case 3: return GBTArray.number(place + 1, 1)
    case 4:
      // Bit 1 is Monday, while the schedule counts from Sunday.
      let days = entry.weekdays.isEmpty ? Array(1...7) : entry.weekdays
      return GBTArray.number(mask(days.map { $0 == 1 ? 7 : $0 - 1 }), 1)
    case 5: return GBTArray.number(mask(entry.months.isEmpty ? Array(1...12) : entry.months), 2)
    case 6:
      return GBTArray.number(entry.dates.isEmpty ? 0x7FFF_FFFF : mask(entry.dates.map { $0 - 1 }), 4)
    case 7: return GBTArray.number(entry.dayPlan, 1)
    default: return nil
    }
  }

  private func road(_ attribute: UInt8, _ row: Int) -> [UInt8]? {
    guard row == 1 else { return nil }
    switch attribute {
    case 2: return [mode]
    case 3:
      if case .pattern(let number) = status.mode { return GBTArray.number(number, 1) }
      return [0]
    case 4: return GBTArray.number(runningStage, 1)
    default: return nil
    }
  }

  /// Seven bytes: year (2), month, day, hour, minute, second.
  static func date(_ unixMilliseconds: Int64) -> [UInt8] {
    let seconds = max(0, unixMilliseconds / 1000)
    // Days from civil and back: Howard Hinnant's algorithm, for years after 1970.
    let days = seconds / 86_400 + 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let rest = seconds % 86_400
    return GBTArray.number(Int(year), 2)
      + [month, day, rest / 3600, rest / 60 % 60, rest % 60].map { UInt8(truncatingIfNeeded: $0) }
  }
}
