import TrafficModel

/// The record names that the reader knows, by section, in lower case without blanks.
enum UTDFVocabulary {
  static let network: Set<String> = [
    "utdfversion", "metric", "yellowtime", "allredtime", "walk", "dontwalk", "hv", "phf", "criticalgap",
    "growth", "defflow", "defwidth",
  ]
  /// Known, and without effect on the scenario.
  static let networkUnused: Set<String> = [
    "vehlength", "heavyvehlength", "followuptime", "stopthresholdspeed", "criticalmergegap", "pedspeed",
    "losttimeadjust", "scenariodate", "scenariotime",
  ]

  static let links: Set<String> = [
    "upid", "lanes", "name", "distance", "speed", "curveptx", "curvepty",
  ]
  static let linksUnused: Set<String> = [
    "time", "grade", "median", "offset", "twltl", "crosswalkwidth", "mandatorydistance", "mandatorydistance2",
    "positioningdistance", "positioningdistance2", "curveptz", "linkishidden", "streetnameishidden",
  ]

  static let lanes: Set<String> = [
    "upnode", "destnode", "lanes", "shared", "width", "storage", "stlanes", "phase1", "phase2", "phase3",
    "phase4", "permphase1", "permphase2", "permphase3", "permphase4", "losttimeadjust", "idealflow",
    "satflow",
    "satflowperm", "satflowrtor", "allowrtor", "volume", "peds", "bicycles", "phf", "growth", "heavyvehicles",
    "midblock", "rightchanneled", "turningspeed", "detectphase1", "detectphase2", "detectphase3",
    "detectphase4", "switchphase", "numdetects", "signcontrol", "trafficinsharedlane", "lanegroupflow",
  ]
  static let lanesUnused: Set<String> = [
    "taper", "grade", "speed", "losttime", "busstops", "distance", "traveltime", "rightradius", "addlanes",
    "alignment", "enterblocked", "headwayfact", "firstdetect", "lastdetect", "exitlanes", "cbd",
  ]
  /// Names that are followed by a detector's number, from 1.
  static let detectors: [String] = [
    "detectpos", "detectsize", "detecttype", "detectextend", "detectdelay", "detectqueue",
  ]

  static let timeplans: Set<String> = [
    "controltype", "cyclelength", "referencedto", "referencephase", "offset", "yield",
  ]
  static let timeplansUnused: Set<String> = ["locktimings", "master"]

  static let phases: Set<String> = [
    "brp", "mingreen", "maxgreen", "vehext", "yellow", "allred", "recall", "walk", "dontwalk", "pedcalls",
    "dualentry", "start", "end", "minsplit", "timebeforereduce", "timetoreduce", "mingap", "inhibitmax",
  ]
  static let phasesUnused: Set<String> = [
    "yield", "yield170", "localstart", "localyield", "localyield170", "actgreen",
  ]

  /// Columns of `[Nodes]`.
  static let nodeColumns: Set<String> = ["INTID", "TYPE", "X", "Y", "DESCRIPTION"]
  static let nodeColumnsUnused: Set<String> = [
    "Z", "CBD", "INSIDERADIUS", "OUTSIDERADIUS", "ROUNDABOUTLANES", "CIRCLESPEED",
  ]

  static func used(in section: String) -> Set<String> {
    switch section {
    case "network": network
    case "links": links
    case "lanes": lanes
    case "timeplans": timeplans
    case "phases": phases
    default: []
    }
  }

  static func unused(in section: String) -> Set<String> {
    switch section {
    case "network": networkUnused
    case "links": linksUnused
    case "lanes": lanesUnused
    case "timeplans": timeplansUnused
    case "phases": phasesUnused
    default: []
    }
  }

  static func knows(_ key: String, in section: String) -> Bool {
    if used(in: section).contains(key) || unused(in: section).contains(key) { return true }
    let stem = key.trimmingSuffix(while: \.isNumber)
    switch section {
    case "lanes": return stem != key[...] && detectors.contains(String(stem))
    case "timeplans": return stem == "node"
    default: return false
    }
  }
}

extension String {
  fileprivate func trimmingSuffix(while condition: (Character) -> Bool) -> Substring {
    var rest = self[...]
    while let last = rest.last, condition(last) { rest = rest.dropLast() }
    return rest
  }
}

/// A compass direction of travel, as the columns of `[Links]` and `[Lanes]` name it.
enum UTDFHeading: String, CaseIterable, Sendable {
  case northbound = "NB"
  case southbound = "SB"
  case eastbound = "EB"
  case westbound = "WB"
  case northeastbound = "NE"
  case northwestbound = "NW"
  case southeastbound = "SE"
  case southwestbound = "SW"
}

/// A turn as the columns of `[Lanes]` name it after the heading, from left to right of the approach.
enum UTDFTurn: String, CaseIterable, Sendable, Comparable {
  case uTurn = "U"
  case sharpLeft = "L2"
  case left = "L"
  case through = "T"
  case right = "R"
  case sharpRight = "R2"

  var turn: Turn {
    switch self {
    case .uTurn: .uTurn
    case .sharpLeft, .left: .left
    case .through: .through
    case .right, .sharpRight: .right
    }
  }

  /// Place from left to right.
  var rank: Int {
    switch self {
    case .uTurn: 0
    case .sharpLeft: 1
    case .left: 2
    case .through: 3
    case .right: 4
    case .sharpRight: 5
    }
  }

  static func < (a: UTDFTurn, b: UTDFTurn) -> Bool { a.rank < b.rank }

  /// Heading and turn of a column header such as `NBL2`.
  static func parse(_ header: String) -> (heading: UTDFHeading, turn: UTDFTurn)? {
    guard let heading = UTDFHeading(rawValue: String(header.prefix(2))),
      let turn = UTDFTurn(rawValue: String(header.dropFirst(2)))
    else { return nil }
    return (heading, turn)
  }
}
