import TrafficModel

extension ScenarioAssembly {
  mutating func readClasses(_ demand: DocumentObject) -> [VehicleClass] {
    document.objects(demand, "vehicleClasses", as: ScenarioFormat.vehicleClass).map { object in
      let name = document.name(object)
      classNames.add(name, at: object["name"] ?? object.place, in: &document)
      places["vehicle class \(name)"] = object.place
      return readClass(object, name: name)
    }
  }

  private mutating func readClass(_ object: DocumentObject, name: String) -> VehicleClass {
    var result = VehicleClass(name: name)
    result.lengthMeters = document.requiredLength(object, "length", in: 0.5...60)
    result.minimumGapMeters = document.length(object, "minimumGap", in: 0.2...20) ?? result.minimumGapMeters
    let what = "an acceleration in metres per second squared"
    result.acceleration = object["acceleration_mps2"].flatMap {
      document.number($0, in: 0.1...10, what: what)
    }
    result.deceleration = object["deceleration_mps2"].flatMap {
      document.number($0, in: 0.5...10, what: what)
    }
    result.headwayFactor = document.number(
      object, "headwayFactor", in: 0.2...5, what: "a factor", default: result.headwayFactor)
    result.maximumSpeedMetersPerSecond = document.speed(object, "maximumSpeed")
    result.personsPerVehicle = document.number(
      object, "persons", in: 0...1000, what: "a number of persons", default: result.personsPerVehicle)
    result.isHeavy = document.flag(object, "heavy", default: result.isHeavy)
    return result
  }

  /// Shares of classes under the names of the classes.
  mutating func readClassShares(_ object: DocumentObject) -> [ClassShare] {
    guard let place = object["classShares"] else { return [] }
    var shares: [ClassShare] = []
    for entry in document.entries(place, of: "shares by vehicle class") {
      let own = classNames.find(entry.key.key, at: entry.value, in: &document)
      let share = document.number(entry.value, in: 0...1, what: "a share") ?? 0
      shares.append(ClassShare(vehicleClass: own, share: share))
    }
    return shares
  }

  /// The class under the key "class"; `nil` if there is none.
  mutating func readClassName(_ object: DocumentObject) -> Int? {
    object["class"].map { classNames.find($0, in: &document) }
  }
}

extension ScenarioDocumentWriter {
  func vehicleClass(_ own: VehicleClass) -> JSONValue {
    var object = JSONObjectBuilder()
    let usual = VehicleClass(name: own.name)
    object["name"] = .string(own.name)
    object.setQuantity("length", own.lengthMeters, units: lengths)
    object.setQuantity("minimumGap", own.minimumGapMeters, units: lengths)
    if let value = own.acceleration { object["acceleration_mps2"] = .number(value) }
    if let value = own.deceleration { object["deceleration_mps2"] = .number(value) }
    if own.headwayFactor != usual.headwayFactor { object["headwayFactor"] = .number(own.headwayFactor) }
    if let speed = own.maximumSpeedMetersPerSecond {
      object.setQuantity("maximumSpeed", speed, units: speeds)
    }
    if own.personsPerVehicle != usual.personsPerVehicle {
      object["persons"] = .number(own.personsPerVehicle)
    }
    if own.isHeavy { object["heavy"] = .bool(true) }
    return object.value
  }

  func className(_ index: Int) -> String { scenario.demand.vehicleClasses[index].name }

  func classShares(_ shares: [ClassShare]) -> JSONValue? {
    shares.isEmpty ? nil : .object(shares.map { (className($0.vehicleClass), .number($0.share)) })
  }
}
