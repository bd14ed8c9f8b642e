import TrafficModel

/// Reads the text of a `.net.xml` file.
struct SUMONetReader {
  private var net: SUMONet
  /// Of the edge that is being read: inner edges have lanes only.
  private var isInnerEdge = false
  private var skipsEdge = false

  private init(file: String) { net = SUMONet(file: file) }

  static func read(_ bytes: [UInt8], file: String) throws(DocumentError) -> SUMONet {
    var reader = SUMONetReader(file: file)
    var isNet = false
    try SUMODocument.read(bytes, file: file) { (element, path) throws(DocumentError) in
      if path.isEmpty {
        isNet = element.name == "net"
        if !isNet {
          throw element.error(
            found: "a document <\(element.name)>", expected: "<net>, a network of SUMO",
            mend: "name the .net.xml file; sources (.nod.xml, .edg.xml) go through netconvert first")
        }
        reader.net.isLeftHand = element["lefthand"] == "true" || element["lefthand"] == "1"
        return
      }
      try reader.take(element, in: path)
    }
    if reader.net.edges.isEmpty {
      throw DocumentError(
        file: file, line: 0, column: 0, path: "the file", found: "no edge", expected: "a network with edges",
        mend: "make the network anew with netconvert")
    }
    return reader.net
  }

  private mutating func take(_ element: SUMOElement, in path: [String]) throws(DocumentError) {
    switch (path.last, element.name) {
    case ("net", "edge"): try takeEdge(element)
    case ("edge", "lane"): try takeLane(element)
    case ("net", "junction"): try takeJunction(element)
    case ("junction", "request"): try takeRequest(element)
    case ("net", "connection"): try takeConnection(element)
    case ("net", "tlLogic"): try takeProgram(element)
    case ("tlLogic", "phase"): try takePhase(element)
    case ("tlLogic", "param"): takeParameter(element)
    case ("net", "roundabout"):
      net.roundabouts.append(try element.text("edges").split(separator: " ").map(String.init))
    // Drawing, elevation, vehicle classes of edge types, and notes of tools: nothing that drives.
    case ("net", "location"), ("net", "type"), (_, "param"), (_, "neigh"), ("type", _),
      ("lane", "stopOffset"), ("edge", "stopOffset"):
      break
    case (_, let name) where name.contains("."): break
    default:
      net.unknown["<\(element.name)> in <\(path.last ?? "")>", default: 0] += 1
    }
  }

  private mutating func takeEdge(_ element: SUMOElement) throws(DocumentError) {
    let function = element["function"] ?? "normal"
    isInnerEdge = function == "internal"
    skipsEdge = function == "crossing" || function == "walkingarea"
    if isInnerEdge || skipsEdge { return }
    if function != "normal" { net.unknown["edge function \(function)", default: 0] += 1 }
    net.edges.append(
      SUMONet.Edge(
        id: try element.text("id"), name: element["name"] ?? "", from: try element.text("from"),
        to: try element.text("to"), shape: Self.points(element["shape"])))
  }

  private mutating func takeLane(_ element: SUMOElement) throws(DocumentError) {
    if skipsEdge { return }
    let id = try element.text("id")
    let length = try element.number(required: "length")
    let speed = try element.number(required: "speed")
    if isInnerEdge {
      net.innerLanes[id] = SUMONet.InnerLane(lengthMeters: length, speed: speed)
      return
    }
    net.edges[net.edges.count - 1].lanes.append(
      SUMONet.Lane(
        id: id, lengthMeters: length, speed: speed, widthMeters: try element.number("width"),
        allowsCars: Self.allowsCars(element["allow"], element["disallow"]),
        shape: Self.points(element["shape"])))
  }

  /// Whether passenger cars may use a lane: a list of classes that may, or one of those that may not.
  private static func allowsCars(_ allow: String?, _ disallow: String?) -> Bool {
    if let allow {
      let classes = allow.split(separator: " ")
      return classes.contains("passenger") || classes.contains("all")
    }
    guard let disallow else { return true }
    let classes = disallow.split(separator: " ")
    return !classes.contains("passenger") && !classes.contains("all")
  }

  static func points(_ text: String?) -> [Point] {
    guard let text else { return [] }
    return text.split(separator: " ").compactMap { point in
      let parts = point.split(separator: ",")
      guard parts.count >= 2, let x = Double(parts[0]), let y = Double(parts[1]) else { return nil }
      return Point(xMeters: x, yMeters: y)
    }
  }

  private mutating func takeJunction(_ element: SUMOElement) throws(DocumentError) {
    let type = element["type"] ?? ""
    net.junctions.append(
      SUMONet.Junction(
        id: try element.text("id"), type: type, x: try element.number(required: "x"),
        y: try element.number(required: "y")))
  }

  private mutating func takeRequest(_ element: SUMOElement) throws(DocumentError) {
    let index = try element.index(required: "index")
    func bits(_ text: String) -> [Bool] { text.utf8.reversed().map { $0 == UInt8(ascii: "1") } }
    let last = net.junctions.count - 1
    net.junctions[last].requests[index] = SUMONet.Request(
      response: bits(try element.text("response")), foes: bits(try element.text("foes")),
      continues: element["cont"] == "1" || element["cont"] == "true")
  }

  private mutating func takeConnection(_ element: SUMOElement) throws(DocumentError) {
    let from = try element.text("from")
    let fromLane = try element.index(required: "fromLane")
    let isFromInner = from.hasPrefix(":")
    if isFromInner {
      // Second halves of ways through junctions; what a waiting place leads to.
      if let via = element["via"] { net.continuations["\(from)_\(fromLane)"] = via }
      if let signal = element["tl"], let index = try element.index("linkIndex") {
        net.crossings.append(SUMONet.Crossing(signal: signal, linkIndex: index, edge: try element.text("to")))
      }
      return
    }
    let to = try element.text("to")
    if to.hasPrefix(":") {
      net.unknown["connection into a junction's inside", default: 0] += 1
      return
    }
    net.connections.append(
      SUMONet.Connection(
        from: from, to: to, fromLane: fromLane, toLane: try element.index(required: "toLane"),
        via: element["via"], signal: element["tl"], linkIndex: try element.index("linkIndex"),
        direction: element["dir"] ?? "s", line: element.line))
  }

  private mutating func takeProgram(_ element: SUMOElement) throws(DocumentError) {
    net.programs.append(
      SUMONet.Program(
        id: try element.text("id"), programID: element["programID"] ?? "0",
        type: element["type"] ?? "static", offsetSeconds: try element.number("offset") ?? 0,
        line: element.line))
  }

  private mutating func takePhase(_ element: SUMOElement) throws(DocumentError) {
    let seconds = try element.number(required: "duration")
    let state = Array(try element.text("state").utf8)
    let known = Array("GgyrsuoO".utf8)
    if let odd = state.first(where: { !known.contains($0) }) {
      throw element.error(
        found: "the signal character \"\(Character(UnicodeScalar(odd)))\"",
        expected: "one of G g y r s u o O",
        mend: "correct the state of this phase")
    }
    if !(seconds > 0 && seconds <= 86_400) {
      throw element.error(
        found: "a phase of \(seconds) s", expected: "more than 0 and at most a day",
        mend: "correct its duration")
    }
    let last = net.programs.count - 1
    if let first = net.programs[last].phases.first, first.state.count != state.count {
      throw element.error(
        found: "a state of \(state.count) characters",
        expected: "\(first.state.count), as in the first phase of \(net.programs[last].id)",
        mend: "give every phase one character for each link")
    }
    net.programs[last].phases.append(
      SUMONet.Phase(
        seconds: seconds, state: state, minimumSeconds: try element.number("minDur"),
        maximumSeconds: try element.number("maxDur"), name: element["name"], next: element["next"]))
  }

  private mutating func takeParameter(_ element: SUMOElement) {
    guard let key = element["key"], let value = element["value"] else { return }
    net.programs[net.programs.count - 1].parameters[key] = value
  }
}
