import TrafficModel

/// Controllers from programs.
extension SUMOImporter {
  mutating func buildSignals() {
    var programs: [String: SUMONet.Program] = [:]
    var order: [String] = []
    for program in net.programs {
      if programs[program.id] == nil {
        order.append(program.id)
      } else {
        notes.note(
          "sumo-programs", at: "signal \(program.id)",
          "more than one program; the last, \(program.programID), is used as SUMO does",
          mend: "none is needed")
      }
      programs[program.id] = program
    }
    for id in order {
      if let program = programs[id], !program.phases.isEmpty { buildSignal(program) }
    }
  }

  private mutating func buildSignal(_ program: SUMONet.Program) {
    let count = program.phases[0].state.count
    var connections = [[Int]](repeating: [], count: count)
    for (index, connection) in net.connections.enumerated() where connection.signal == program.id {
      guard let link = connection.linkIndex, movementOf[index] != nil else { continue }
      if link < count { connections[link].append(index) } else { tellLinkOutside(program, link) }
    }
    var isCrossing = [Bool](repeating: false, count: count)
    for crossing in net.crossings where crossing.signal == program.id && crossing.linkIndex < count {
      isCrossing[crossing.linkIndex] = true
    }
    let isUsed = connections.indices.map { !connections[$0].isEmpty || isCrossing[$0] }
    if !connections.contains(where: { !$0.isEmpty }) {
      notes.note(
        "sumo-signal-unused", at: "signal \(program.id)", "no connection for cars has it; left out",
        mend: "none is needed")
      return
    }
    let states = SUMOProgram(program, isUsed: isUsed, isCrossing: isCrossing)
    tellOddities(program, states)
    let foes = foes(connections)
    let controller = ControllerID(controllers.count)
    let nodes = Set(connections.joined().compactMap { movementOf[$0].map { network[$0].node } }).sorted()
    var data = SUMOSignalData(program, states, foes: foes, nodes: nodes, options: options, begin: begin)
    data.build(&notes)
    controllers.append(data.controller)
    mapping.signals.append(
      SUMOMapping.Signal(id: program.id, links: states.links, excludedPairs: data.excludedPairs()))
    for (link, indices) in connections.enumerated() {
      for index in indices { govern(index, by: states.links[link], of: controller) }
    }
  }

  private mutating func tellLinkOutside(_ program: SUMONet.Program, _ link: Int) {
    notes.note(
      "sumo-link-index", at: "signal \(program.id)",
      "link index \(link) lies outside the program's states; its connection counts as uncontrolled",
      mend: "make the network anew with netconvert")
  }

  private mutating func tellOddities(_ program: SUMONet.Program, _ states: SUMOProgram) {
    let place = "signal \(program.id)"
    if program.type != "static" {
      notes.note(
        "sumo-signal-type", at: place,
        "a program of type \(program.type); its phases are the plan on the street, its minimums and maximums bound "
          + "the stages", mend: "choose the strategy \"actuated\" for greens by demand")
    }
    if program.phases.contains(where: { $0.next != nil }) {
      notes.note(
        "sumo-phase-next", at: place,
        "phases that name their successors; the phases are taken in their order",
        mend: "see whether that is the plan")
    }
    if program.phases.contains(where: { $0.state.contains(UInt8(ascii: "u")) }) {
      notes.note(
        "sumo-red-yellow", at: place, "red-yellow before green is shown as red",
        mend: "none is needed for simulation")
    }
  }

  /// What of a movement's links the lamps govern; all lanes of a movement share its groups.
  private mutating func govern(
    _ connection: Int, by link: SUMOMapping.SignalLink, of controller: ControllerID
  ) {
    guard let movement = movementOf[connection] else { return }
    let first = connectionsOf[movement.index].first == connection
    let before = (network[movement].protectedGroups, network[movement].permittedGroups)
    if let group = link.protectedGroup, !before.0.contains(group) {
      network[movement].protectedGroups.append(group)
    }
    if let group = link.permittedGroup, !before.1.contains(group) {
      network[movement].permittedGroups.append(group)
    }
    if !first && before != (network[movement].protectedGroups, network[movement].permittedGroups) {
      notes.collect(
        "sumo-lanes-differ", at: network.place(of: network[movement]),
        "lanes of one movement with lamps of their own; any of them lets the movement go",
        mend: "none is needed")
    }
    if link.restCharacter == UInt8(ascii: "s"), network[movement].turn != .through,
      link.protectedGroup != nil || link.permittedGroup != nil
    {
      network[movement].turnsOnRed = true
    }
  }

  /// By link index: the links of the same junction whose paths meet its own.
  private func foes(_ connections: [[Int]]) -> [Set<Int>] {
    let junctions = Dictionary(net.junctions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    struct Place {
      var link: Int
      var junction: String
      var request: Int
      var from: String
    }
    var places: [Place] = []
    for (link, indices) in connections.enumerated() {
      for index in indices {
        guard let via = net.connections[index].via, let junction = SUMONet.Junction.junction(ofVia: via),
          let request = SUMONet.Junction.requestIndex(ofVia: via)
        else { continue }
        places.append(
          Place(link: link, junction: junction, request: request, from: net.connections[index].from))
      }
    }
    var result = [Set<Int>](repeating: [], count: connections.count)
    for a in places {
      guard let foes = junctions[a.junction]?.requests[a.request]?.foes else { continue }
      for b in places
      where b.junction == a.junction && b.link != a.link && foes.indices.contains(b.request)
        && foes[b.request] && b.from != a.from
      {
        result[a.link].insert(b.link)
        result[b.link].insert(a.link)
      }
    }
    return result
  }
}
