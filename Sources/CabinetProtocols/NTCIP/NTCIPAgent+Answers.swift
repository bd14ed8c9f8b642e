import TrafficModel

/// How requests are answered.
extension NTCIPAgent {
  mutating func answer(_ request: SNMPMessage, at now: SimTime, seeing status: CabinetStatus) -> [UInt8] {
    var reply = request
    reply.kind = .response
    reply.errorStatus = 0
    reply.errorIndex = 0
    let view = NTCIPStatus(controller: controller, dimensions: database.dimensions, status: status)
    switch request.kind {
    case .get: get(&reply, now, view)
    case .getNext: getNext(&reply, now, view)
    case .getBulk: getBulk(&reply, request, now, view)
    default:
      counts.sets += 1
      if let (error, index) = set(request.bindings, at: now) {
        counts.refusals += 1
        refuse(&reply, request, error, at: index)
      }
    }
    let bytes = reply.bytes
    if bytes.count <= configuration.messageLimit { return bytes }
    refuse(&reply, request, .tooBig, at: -1)
    if request.version == .v2c { reply.bindings = [] }
    return reply.bytes
  }

  /// The bindings of the request come back unchanged with the error (RFC 1157, section 4.1.2).
  private func refuse(_ reply: inout SNMPMessage, _ request: SNMPMessage, _ error: SNMPError, at index: Int) {
    reply.bindings = request.bindings
    reply.errorStatus = (request.version == .v1 ? Self.v1(error) : error).rawValue
    reply.errorIndex = Int32(index + 1)
  }

  /// RFC 3584, section 4.4.
  private static func v1(_ error: SNMPError) -> SNMPError {
    switch error {
    case .noError, .tooBig, .noSuchName, .badValue, .readOnly, .genErr: error
    case .wrongType, .wrongLength, .wrongEncoding, .wrongValue, .inconsistentValue: .badValue
    case .noAccess, .noCreation, .inconsistentName, .authorizationError: .noSuchName
    case .notWritable: .readOnly
    case .resourceUnavailable, .commitFailed, .undoFailed: .genErr
    }
  }

  private mutating func get(_ reply: inout SNMPMessage, _ now: SimTime, _ view: NTCIPStatus) {
    for position in reply.bindings.indices {
      let name = reply.bindings[position].name
      if let instance = NTCIPInstance(name), database.dimensions.contains(instance) {
        reply.bindings[position].value = value(instance, now, view)
        continue
      }
      if reply.version == .v1 {
        reply.errorStatus = SNMPError.noSuchName.rawValue
        reply.errorIndex = Int32(position + 1)
        for other in reply.bindings.indices { reply.bindings[other].value = .null }
        return
      }
      reply.bindings[position].value = NTCIPObject.find(name) == nil ? .noSuchObject : .noSuchInstance
    }
  }

  private mutating func getNext(_ reply: inout SNMPMessage, _ now: SimTime, _ view: NTCIPStatus) {
    for position in reply.bindings.indices {
      if let next = next(after: reply.bindings[position].name, now, view) {
        reply.bindings[position] = next
      } else if reply.version == .v2c {
        reply.bindings[position].value = .endOfMibView
      } else {
        reply.errorStatus = SNMPError.noSuchName.rawValue
        reply.errorIndex = Int32(position + 1)
        return
      }
    }
  }

  private mutating func next(
    after name: ObjectIdentifier, _ now: SimTime, _ view: NTCIPStatus
  ) -> SNMPBinding? {
    database.dimensions.instance(after: name).map { SNMPBinding($0.name, value($0, now, view)) }
  }

  /// RFC 3416, section 4.2.3; repeats until the message is full, which is legal.
  private mutating func getBulk(
    _ reply: inout SNMPMessage, _ request: SNMPMessage, _ now: SimTime, _ view: NTCIPStatus
  ) {
    let once = min(max(0, Int(request.errorStatus)), request.bindings.count)
    reply.bindings = []
    // An estimate from above: header, and per binding name and value.
    var room = configuration.messageLimit - 48 - request.community.count
    func cost(_ binding: SNMPBinding) -> Int {
      var writer = BERWriter()
      writer.write(binding.value)
      return writer.bytes.count + 5 * binding.name.arcs.count + 6
    }
    func take(_ name: ObjectIdentifier, _ agent: inout NTCIPAgent) -> SNMPBinding? {
      let binding = agent.next(after: name, now, view) ?? SNMPBinding(name, .endOfMibView)
      room -= cost(binding)
      return room < 0 ? nil : binding
    }
    for binding in request.bindings.prefix(once) {
      guard let next = take(binding.name, &self) else { return }
      reply.bindings.append(next)
    }
    var names = request.bindings.dropFirst(once).map(\.name)
    var round = 0
    while round < Int(request.errorIndex) && !names.isEmpty {
      var hasMore = false
      for position in names.indices {
        guard let next = take(names[position], &self) else { return }
        reply.bindings.append(next)
        names[position] = next.name
        if next.value != .endOfMibView { hasMore = true }
      }
      if !hasMore { return }
      round += 1
    }
  }

  // MARK: - Values

  private mutating func value(_ instance: NTCIPInstance, _ now: SimTime, _ view: NTCIPStatus) -> SNMPValue {
    if let number = control[instance] { return .integer(Int64(number)) }
    switch instance.object {
    case .globalTime: return .counter32(UInt32(truncatingIfNeeded: unixSeconds(at: now)))
    case .controllerLocalTime:
      let zone = Int64(database.number(.controllerStandardTimeZone))
      return .counter32(UInt32(truncatingIfNeeded: unixSeconds(at: now) + zone))
    case .globalSetIDParameter:
      let known = setID ?? database.setID
      setID = known
      return .integer(Int64(known))
    case .dbCreateTransaction:
      switch transaction {
      case .none: return .integer(1)
      case .open: return .integer(2)
      case .checked: return .integer(6)
      }
    case .dbVerifyStatus:
      return .integer(Int64(configuration.numbersVerifyStatusFromZero ? verifyStatus - 1 : verifyStatus))
    case .dbVerifyError: return .octets(Array(verifyError.utf8.prefix(255)))
    case .unitControlStatus: return .integer(isInBackup ? 4 : control.pattern != 0 ? 2 : 6)
    case .unitAlarmStatus2:
      let alarms = view.status.alarms
      let bits =
        (hasRestarted ? 1 : 0) | (alarms.contains(.stopTime) ? 16 : 0)
        | (alarms.contains(.inTransition) ? 32 : 0)
      hasRestarted = false
      return .integer(Int64(bits))
    case .dayPlanStatus, .timeBaseScheduleTableStatus, .timebaseAscActionStatus: return .integer(0)
    case .volumeOccupancySequence: return .integer(Int64(volumes.sequence))
    case .activeVolumeOccupancyDetectors:
      return .integer(
        Int64(database.number(.volumeOccupancyPeriod) > 0 ? min(255, controller.detectors.count) : 0))
    case .detectorVolume:
      return .integer(Int64(detectorPlace(instance.first).map { volumes.counts[$0] } ?? 0))
    case .detectorOccupancy:
      return .integer(Int64(detectorPlace(instance.first).map { volumes.occupancies[$0] } ?? 0))
    default: break
    }
    if let stored = database[instance] { return stored }
    if let number = view.value(instance) { return .integer(Int64(number)) }
    return NTCIPObject.named(instance.object).kind == .octets ? .octets([]) : .integer(0)
  }

  private func detectorPlace(_ channel: Int) -> Int? {
    controller.detectors.indices.first { place in
      let own = controller.detectors[place].channel
      return (own > 0 ? own : place + 1) == channel
    }
  }
}

/// Counts and occupancies of the last completed period (NTCIP 1202 section 2.3.5).
struct VolumeReport: Hashable, Sendable {
  private(set) var sequence = 0
  /// Vehicles of the last period; 255 is an overflow.
  private(set) var counts: [Int]
  /// In steps of 0.5 %, 0 to 200.
  private(set) var occupancies: [Int]
  private var lastStatus: [DetectorStatus]
  private var periodSeconds = 0
  private var periodStart = SimTime.zero
  private(set) var nextDeadline = SimTime.distantFuture

  init(detectors: Int) {
    counts = Array(repeating: 0, count: detectors)
    occupancies = counts
    lastStatus = Array(repeating: DetectorStatus(), count: detectors)
  }

  mutating func advance(to now: SimTime, periodSeconds: Int, _ detectors: [DetectorStatus]) {
    guard detectors.count >= counts.count else { return }
    if periodSeconds != self.periodSeconds {
      self.periodSeconds = periodSeconds
      begin(at: now, detectors)
    }
    if nextDeadline > now { return }
    let span = (now - periodStart).milliseconds
    for place in counts.indices {
      counts[place] = max(0, min(255, detectors[place].count - lastStatus[place].count))
      let occupied = (detectors[place].occupied - lastStatus[place].occupied).milliseconds
      occupancies[place] = Int(max(0, min(200, span > 0 ? (200 * occupied + span / 2) / span : 0)))
    }
    sequence = (sequence + 1) % 256
    begin(at: now, detectors)
  }

  private mutating func begin(at now: SimTime, _ detectors: [DetectorStatus]) {
    lastStatus = detectors
    periodStart = now
    nextDeadline =
      periodSeconds == 0 ? .distantFuture : now + TimeSpan(milliseconds: Int64(periodSeconds) * 1000)
  }
}
