import TrafficModel

/// Days of the week as scenario files write them, in the order of NTCIP 1201.
enum WeekdayName: String, CaseIterable {
  case sunday, monday, tuesday, wednesday, thursday, friday, saturday

  /// From 1.
  var number: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }
}

extension ScenarioAssembly {
  mutating func readSchedule(_ assembly: ControllerAssembly) -> TimeOfDaySchedule? {
    guard let place = assembly.object["schedule"],
      let object = document.object(place, as: ScenarioFormat.schedule)
    else { return nil }
    let here = "controller \(assembly.name), schedule"
    places[here] = place
    var plans: [TimeOfDaySchedule.DayPlan] = []
    for plan in document.objects(object, "dayPlans", as: ScenarioFormat.dayPlan, isRequired: true) {
      let number = number(plan, in: 1...255, what: "the number of a day plan")
      places["\(here), day plan \(number)"] = plan.place
      let events = document.objects(plan, "events", as: ScenarioFormat.scheduleEvent, isRequired: true)
      plans.append(
        TimeOfDaySchedule.DayPlan(number: number, events: events.map { readEvent($0, assembly) }))
    }
    var entries: [TimeOfDaySchedule.Entry] = []
    for entry in document.objects(object, "entries", as: ScenarioFormat.scheduleEntry, isRequired: true) {
      places["\(here), entry \(entries.count + 1)"] = entry.place
      entries.append(readEntry(entry))
    }
    return TimeOfDaySchedule(
      entries: entries, dayPlans: plans,
      standardTimeZone: object["standardTime"].map { readZone($0) } ?? .zero,
      daylightSaving: document.choice(
        object, "daylightSaving", default: TimeOfDaySchedule.DaylightSaving.none,
        else: TimeOfDaySchedule.DaylightSaving.none),
      synchronisation: object["synchronisation"].map { readClock($0) } ?? .zero)
  }

  private mutating func readEntry(_ object: DocumentObject) -> TimeOfDaySchedule.Entry {
    var entry = TimeOfDaySchedule.Entry(dayPlan: 1)
    for place in document.elements(object, "months") {
      if let month = document.integer(place, in: 1...12, what: "a month") { entry.months.append(month) }
    }
    for place in document.elements(object, "dates") {
      if let date = document.integer(place, in: 1...31, what: "a day of the month") {
        entry.dates.append(date)
      }
    }
    for place in document.elements(object, "weekdays") {
      let day: WeekdayName? = choice(place)
      if let day { entry.weekdays.append(day.number) }
    }
    guard let place = object["dayPlan"] else {
      document.noteMissing("dayPlan", in: object, mend: "add \"dayPlan\" with the number of a day plan")
      return entry
    }
    entry.dayPlan = document.integer(place, in: 1...255, what: "the number of a day plan") ?? 1
    return entry
  }

  private mutating func readEvent(
    _ object: DocumentObject, _ assembly: ControllerAssembly
  ) -> TimeOfDaySchedule.Event {
    if object["time"] == nil {
      document.noteMissing("time", in: object, mend: "add \"time\": \"06:30\"")
    }
    return TimeOfDaySchedule.Event(
      time: object["time"].map { readClock($0) } ?? .zero, action: readAction(object),
      maximum2: phaseIndices(document.elements(object, "maximum2"), assembly))
  }

  private mutating func readAction(_ object: DocumentObject) -> TimeOfDaySchedule.Action {
    guard let place = object["run"] else {
      document.noteMissing(
        "run", in: object, mend: "add \"run\" with a pattern's number, \"free\" or \"flash\"")
      return .free
    }
    switch place.node.content {
    case .string("free"): return .free
    case .string("flash"): return .flash
    case .integer: return .pattern(document.integer(place, in: 1...255, what: "a pattern number") ?? 1)
    default:
      document.noteType(
        place, expected: "the number of a pattern, \"free\" or \"flash\"",
        mend: "write a number without quotes, or one of the words")
      return .free
    }
  }

  // MARK: - Times of day

  /// Two digits at a position of a text.
  private func two(_ text: [UInt8], _ position: Int, below bound: Int) -> Int? {
    guard position + 1 < text.count else { return nil }
    let (tens, ones) = (Int(text[position]) - 0x30, Int(text[position + 1]) - 0x30)
    guard (0...9).contains(tens), (0...9).contains(ones), tens * 10 + ones < bound else { return nil }
    return tens * 10 + ones
  }

  /// `06:30` or `06:30:15`, from midnight.
  private mutating func readClock(_ place: DocumentPlace) -> TimeSpan {
    guard let text = document.text(place) else { return .zero }
    let bytes = Array(text.utf8)
    if bytes.count == 5 || bytes.count == 8, bytes[2] == 0x3A,
      let hours = two(bytes, 0, below: 24), let minutes = two(bytes, 3, below: 60)
    {
      let seconds = bytes.count == 5 ? 0 : bytes[5] == 0x3A ? two(bytes, 6, below: 60) : nil
      if let seconds { return TimeSpan(milliseconds: Int64((hours * 60 + minutes) * 60 + seconds) * 1000) }
    }
    document.noteType(
      place, expected: "a time of day from 00:00 to 23:59, such as \"06:30\"",
      mend: "write hours and minutes with two digits each, and seconds if they matter")
    return .zero
  }

  /// `+01:00`, `-05:00`: east of Greenwich.
  private mutating func readZone(_ place: DocumentPlace) -> TimeSpan {
    guard let text = document.text(place) else { return .zero }
    let bytes = Array(text.utf8)
    if bytes.count == 6, bytes[3] == 0x3A, bytes[0] == 0x2B || bytes[0] == 0x2D,
      let hours = two(bytes, 1, below: 15), let minutes = two(bytes, 4, below: 60)
    {
      let span = TimeSpan(milliseconds: Int64(hours * 60 + minutes) * 60_000)
      return bytes[0] == 0x2D ? -span : span
    }
    document.noteType(
      place, expected: "the standard time east of Greenwich, such as \"-05:00\" or \"+08:00\"",
      mend: "write sign, hours and minutes")
    return .zero
  }
}
