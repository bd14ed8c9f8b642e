import TrafficModel

extension DocumentReader {
  mutating func text(_ place: DocumentPlace) -> String? {
    guard case .string(let text) = place.node.content else {
      noteType(place, expected: "a text in quotes", mend: "put it in quotes")
      return nil
    }
    return text
  }

  mutating func text(_ object: DocumentObject, _ key: String, default fallback: String) -> String {
    guard let place = object[key] else { return fallback }
    return text(place) ?? fallback
  }

  /// A name: required, not empty, without control characters.
  mutating func name(_ object: DocumentObject, _ key: String = "name") -> String {
    guard let place = object[key] else {
      noteMissing(key, in: object, mend: "add \"\(key)\": \"...\"")
      return ""
    }
    guard let text = text(place) else { return "" }
    if text.isEmpty || text.count > 200 || text.unicodeScalars.contains(where: { $0.value < 0x20 }) {
      note(
        place, found: text.isEmpty ? "an empty name" : place.node.summary,
        expected: "a name of 1 to 200 characters without line breaks", mend: "give it a short name")
    }
    return text
  }

  mutating func flag(_ object: DocumentObject, _ key: String, default fallback: Bool) -> Bool {
    guard let place = object[key] else { return fallback }
    guard case .bool(let flag) = place.node.content else {
      noteType(place, expected: "true or false", mend: "write true or false without quotes")
      return fallback
    }
    return flag
  }

  /// One of the named cases of an enumeration; required if there is no default.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ object: DocumentObject, _ key: String, default fallback: Choice?, else substitute: Choice,
    among choices: [Choice]? = nil
  ) -> Choice where Choice.RawValue == String {
    let names = (choices ?? Array(Choice.allCases)).map(\.rawValue)
    guard let place = object[key] else {
      if fallback == nil {
        noteMissing(key, in: object, mend: "write one of \(names.joined(separator: ", "))")
      }
      return fallback ?? substitute
    }
    guard let text = text(place) else { return substitute }
    if names.contains(text), let choice = Choice(rawValue: text) { return choice }
    let nearest = Suggestion.nearest(to: text, among: names)
    note(
      place, found: place.node.summary, expected: "one of \(names.joined(separator: ", "))",
      mend: nearest.map { "did you mean \"\($0)\"?" } ?? "use one of these words")
    return substitute
  }

  mutating func integer(_ place: DocumentPlace, in range: ClosedRange<Int>, what: String) -> Int? {
    let expected = "\(what), a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard case .integer(let value) = place.node.content else {
      noteType(place, expected: expected, mend: "write a whole number, without quotes and point")
      return nil
    }
    if !range.contains(value) {
      noteType(
        place, expected: expected, mend: "write a \(value < range.lowerBound ? "larger" : "smaller") number")
      return nil
    }
    return value
  }

  mutating func number(_ place: DocumentPlace, in range: ClosedRange<Double>, what: String) -> Double? {
    let value: Double
    switch place.node.content {
    case .integer(let integer): value = Double(integer)
    case .number(let number): value = number
    case .null, .bool, .string, .array, .object:
      noteType(
        place, expected: "\(what), as a number",
        mend: "write the number alone, without quotes and unit; the unit stands in the key's name")
      return nil
    }
    if !range.contains(value) {
      let low = Self.rounded(range.lowerBound)
      let high = Self.rounded(range.upperBound)
      note(
        place, found: place.node.summary, expected: "\(what), from \(low) to \(high)",
        mend: value < range.lowerBound ? "write a larger number" : "write a smaller number")
      return nil
    }
    return value
  }

  /// A bound as a message shows it: converted bounds have many digits that help nobody.
  private static func rounded(_ bound: Double) -> String {
    let step = abs(bound) < 1000 ? 1000.0 : 1
    return JSONValue.number((bound * step).rounded() / step).text(pretty: false)
  }

  mutating func number(
    _ object: DocumentObject, _ key: String, in range: ClosedRange<Double>, what: String,
    default fallback: Double
  ) -> Double {
    guard let place = object[key] else { return fallback }
    return number(place, in: range, what: what) ?? fallback
  }

  /// A span of time in seconds; required if there is no default.
  mutating func span(
    _ object: DocumentObject, _ key: String, in range: ClosedRange<Double> = 0...ScenarioLimits.spanSeconds,
    default fallback: TimeSpan?
  ) -> TimeSpan {
    guard let place = object[key] else {
      if fallback == nil { noteMissing(key, in: object, mend: "add \"\(key)\" with a time in seconds") }
      return fallback ?? .zero
    }
    return span(place, in: range)
  }

  mutating func span(
    _ place: DocumentPlace, in range: ClosedRange<Double> = 0...ScenarioLimits.spanSeconds
  ) -> TimeSpan {
    guard let seconds = number(place, in: range, what: "a time in seconds") else { return .zero }
    let span = TimeSpan(seconds: seconds)
    if abs(span.seconds - seconds) > 1e-9 {
      note(
        place, found: "\(place.node.summary) seconds", expected: "a time in whole milliseconds",
        mend: "round it; controllers work in tenths of a second")
    }
    return span
  }
}

/// A unit that may stand at the end of a key, and its size in the unit used inside.
struct KeyUnit: Sendable {
  let suffix: String
  /// As a message writes it.
  let title: String
  let factor: Double

  static let lengths = [
    KeyUnit(suffix: "m", title: "metres", factor: 1),
    KeyUnit(suffix: "ft", title: "feet", factor: Conversion.metersPerFoot),
  ]
  static let speeds = [
    KeyUnit(suffix: "kmh", title: "km/h", factor: Conversion.metersPerSecondPerKilometerPerHour),
    KeyUnit(suffix: "mph", title: "mph", factor: Conversion.metersPerSecondPerMilePerHour),
    KeyUnit(suffix: "mps", title: "m/s", factor: 1),
  ]
}

extension DocumentReader {
  /// The one key `stem_unit` that is given; notes two of them.
  mutating func unitKey(
    _ object: DocumentObject, _ stem: String, units: [KeyUnit]
  ) -> (place: DocumentPlace, unit: KeyUnit)? {
    var found: [(place: DocumentPlace, unit: KeyUnit)] = []
    for unit in units {
      if let place = object["\(stem)_\(unit.suffix)"] { found.append((place, unit)) }
    }
    if found.count > 1 {
      let keys = found.map { "\(stem)_\($0.unit.suffix)" }
      note(
        found[1].place, found: "both \(keys[0]) and \(keys[1])", expected: "one of the two",
        mend: "remove one of them")
    }
    return found.first
  }

  private mutating func quantity(
    _ object: DocumentObject, _ stem: String, units: [KeyUnit], in range: ClosedRange<Double>, what: String
  ) -> Double? {
    guard let (place, unit) = unitKey(object, stem, units: units) else { return nil }
    let bounds = (range.lowerBound / unit.factor)...(range.upperBound / unit.factor)
    return number(place, in: bounds, what: what + " in \(unit.title)").map { $0 * unit.factor }
  }

  /// A length in metres; `nil` if it is not given.
  mutating func length(
    _ object: DocumentObject, _ stem: String, in range: ClosedRange<Double>
  ) -> Double? {
    quantity(object, stem, units: KeyUnit.lengths, in: range, what: "a length")
  }

  mutating func requiredLength(
    _ object: DocumentObject, _ stem: String, in range: ClosedRange<Double>
  ) -> Double {
    if let value = length(object, stem, in: range) { return value }
    if unitKeyIsAbsent(object, stem, units: KeyUnit.lengths) {
      noteMissing("\(stem)_m", in: object, mend: "add \(stem)_m in metres or \(stem)_ft in feet")
    }
    return range.lowerBound
  }

  /// A speed in metres per second; `nil` if it is not given.
  mutating func speed(_ object: DocumentObject, _ stem: String) -> Double? {
    quantity(
      object, stem, units: KeyUnit.speeds, in: 0.5...ScenarioLimits.speedMetersPerSecond, what: "a speed")
  }

  mutating func requiredSpeed(_ object: DocumentObject, _ stem: String) -> Double {
    if let value = speed(object, stem) { return value }
    if unitKeyIsAbsent(object, stem, units: KeyUnit.speeds) {
      noteMissing("\(stem)_kmh", in: object, mend: "add \(stem)_kmh in km/h or \(stem)_mph in mph")
    }
    return 10
  }

  private func unitKeyIsAbsent(_ object: DocumentObject, _ stem: String, units: [KeyUnit]) -> Bool {
    units.allSatisfy { object["\(stem)_\($0.suffix)"] == nil }
  }

  /// A pair of coordinates in metres.
  mutating func point(_ place: DocumentPlace, factor: Double) -> Point {
    let parts = elements(place)
    if parts.count != 2 {
      if case .array = place.node.content {
        noteType(
          place, expected: "two coordinates [x, y], x to the east and y to the north", mend: "write [x, y]")
      }
      return Point(xMeters: 0, yMeters: 0)
    }
    let bound = ScenarioLimits.coordinateMeters
    let x = number(parts[0], in: -bound...bound, what: "a coordinate") ?? 0
    let y = number(parts[1], in: -bound...bound, what: "a coordinate") ?? 0
    return Point(xMeters: x * factor, yMeters: y * factor)
  }
}
