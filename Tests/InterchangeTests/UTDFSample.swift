import Interchange
import Testing
import TrafficModel

/// A small UTDF file to be changed row by row: one signal, node 1, with externals 2 (south), 3 (north), 4 (west)
/// and 5 (east), eight phases, 90 s.
struct UTDFSample {
  struct Row {
    var section: String
    var name: String
    var node: Int
    var cells: [String: String]
  }

  var settings: [(String, String)] = [
    ("UTDFVERSION", "8"), ("Metric", "0"), ("yellowTime", "3.5"), ("allRedTime", "1.0"), ("HV", "0.02"),
    ("PHF", "0.92"), ("DefWidth", "12"), ("DefFlow", "1900"), ("criticalgap", "4.5"), ("growth", "1.00"),
  ]
  var nodes: [(number: Int, type: Int, x: Int, y: Int)] = [
    (1, 0, 0, 0), (2, 1, 0, -1000), (3, 1, 0, 1000), (4, 1, -1000, 0), (5, 1, 1000, 0),
  ]
  var linkColumns = ["NB", "SB", "EB", "WB"]
  var laneColumns = ["NB", "SB", "EB", "WB"].flatMap { h in ["L", "T", "R"].map { h + $0 } }
  var phaseColumns = (1...8).map { "D\($0)" }
  var rows: [Row] = []
  /// Text before [Network] and after the last section.
  var prefix = ""
  var suffix = ""
  var lineEnd = "\n"

  init() {
    link("NB", from: 2, to: 1, lanes: 3)
    link("SB", from: 3, to: 1, lanes: 3)
    link("EB", from: 4, to: 1, lanes: 3)
    link("WB", from: 5, to: 1, lanes: 3)
    link("SB", from: 1, to: 2, lanes: 2)
    link("NB", from: 1, to: 3, lanes: 2)
    link("WB", from: 1, to: 4, lanes: 2)
    link("EB", from: 1, to: 5, lanes: 2)
    approach("NB", at: 1, from: 2, left: 4, through: 3, right: 5, phases: ("5", "2"))
    approach("SB", at: 1, from: 3, left: 5, through: 2, right: 4, phases: ("1", "6"))
    approach("EB", at: 1, from: 4, left: 3, through: 5, right: 2, phases: ("3", "8"))
    approach("WB", at: 1, from: 5, left: 2, through: 4, right: 3, phases: ("7", "4"))
    plan(1)
  }

  mutating func set(_ section: String, _ name: String, _ node: Int, _ column: String, _ value: String) {
    if let index = rows.firstIndex(where: { $0.section == section && $0.name == name && $0.node == node }) {
      rows[index].cells[column] = value
    } else {
      rows.append(Row(section: section, name: name, node: node, cells: [column: value]))
    }
  }

  mutating func lanes(_ name: String, _ column: String, _ value: String, node: Int = 1) {
    set("Lanes", name, node, column, value)
  }

  mutating func plan(_ name: String, _ value: String, node: Int = 1) {
    set("Timeplans", name, node, "DATA", value)
  }

  mutating func phases(_ name: String, _ values: [String], node: Int = 1) {
    for (column, value) in zip(phaseColumns, values) { set("Phases", name, node, column, value) }
  }

  mutating func link(
    _ heading: String, from: Int, to: Int, lanes: Int, distance: Int = 1000, name: String? = nil
  ) {
    let street = name ?? (heading == "NB" || heading == "SB" ? "Main St" : "Cross Rd")
    let values = [
      ("Up ID", "\(from)"), ("Lanes", "\(lanes)"), ("Name", street), ("Distance", "\(distance)"),
      ("Speed", "45"),
    ]
    for (row, value) in values { set("Links", row, to, heading, value) }
  }

  mutating func approach(
    _ heading: String, at node: Int, from: Int, left: Int?, through: Int?, right: Int?,
    phases: (left: String, through: String)
  ) {
    let values: [(String, String, String, String)] = [
      ("Up Node", "\(from)", "\(from)", "\(from)"),
      (
        "Dest Node", left.map(String.init) ?? "", through.map(String.init) ?? "", right.map(String.init) ?? ""
      ),
      ("Lanes", "1", "2", "0"), ("Shared", "0", "2", ""), ("Width", "12", "12", "12"),
      ("Storage", "200", "", ""),
      ("StLanes", "1", "", ""), ("Phase1", phases.left, phases.through, ""),
      ("IdealFlow", "1900", "1900", "1900"),
      ("SatFlow", "1770", "3497", "0"), ("SatFlowPerm", "400", "3497", "0"), ("Allow RTOR", "1", "1", "1"),
      ("Volume", "92", "460", "46"), ("Peds", "0", "0", "0"), ("PHF", "0.92", "0.92", "0.92"),
      ("Growth", "100", "100", "100"), ("HeavyVehicles", "2", "2", "2"), ("Turning Speed", "15", "60", "9"),
      ("DetectPhase1", phases.left, phases.through, ""), ("numDetects", "1", "2", ""),
      ("DetectPos1", "0", "0", ""),
      ("DetectSize1", "20", "6", ""), ("DetectType1", "3", "3", ""), ("DetectPos2", "", "94", ""),
      ("DetectSize2", "", "6", ""), ("DetectType2", "", "3", ""),
    ]
    for (row, l, t, r) in values {
      for (turn, value) in [("L", l), ("T", t), ("R", r)] where !value.isEmpty {
        let exists =
          (turn == "L" && left != nil) || (turn == "T" && through != nil) || (turn == "R" && right != nil)
        if exists { lanes(row, heading + turn, value, node: node) }
      }
    }
  }

  /// Splits 15, 35, 15 and 25 s in both rings; phases 2 and 6 start at 10.
  mutating func plan(_ node: Int) {
    for (name, value) in [
      ("Control Type", "0"), ("Cycle Length", "90"), ("Referenced To", "3"), ("Reference Phase", "206"),
      ("Offset", "10"), ("Node 0", "\(node)"),
    ] { plan(name, value, node: node) }
    phases("BRP", ["111", "112", "211", "212", "121", "122", "221", "222"], node: node)
    phases("MinGreen", ["5", "10", "5", "7", "5", "10", "5", "7"], node: node)
    phases("MaxGreen", ["11", "30", "11", "20", "11", "30", "11", "20"], node: node)
    phases("VehExt", Array(repeating: "3", count: 8), node: node)
    phases("Yellow", ["3.5", "4", "3.5", "4", "3.5", "4", "3.5", "4"], node: node)
    phases("AllRed", ["0.5", "1", "0.5", "1", "0.5", "1", "0.5", "1"], node: node)
    phases("Recall", Array(repeating: "3", count: 8), node: node)
    phases("Walk", ["", "7", "", "7", "", "7", "", "7"], node: node)
    phases("DontWalk", ["", "11", "", "11", "", "11", "", "11"], node: node)
    phases("PedCalls", ["", "0", "", "0", "", "0", "", "0"], node: node)
    phases("DualEntry", ["0", "1", "0", "1", "0", "1", "0", "1"], node: node)
    phases("Start", ["85", "10", "45", "60", "85", "10", "45", "60"], node: node)
    phases("End", ["10", "45", "60", "85", "10", "45", "60", "85"], node: node)
  }

  var text: String {
    var lines = ["[Network]", "Network Settings", "RECORDNAME,DATA"]
    lines += settings.map { "\($0.0),\($0.1)" }
    lines += ["", "[Nodes]", "Node Data", "INTID,TYPE,X,Y,Z,DESCRIPTION"]
    lines += nodes.map { "\($0.number),\($0.type),\($0.x),\($0.y),0," }
    lines += section("Links", "Link Data", linkColumns)
    lines += section("Lanes", "Lane Group Data", laneColumns + ["PED", "HOLD"])
    lines += section("Timeplans", "Timing Plan Settings", ["DATA"])
    lines += section("Phases", "Phasing Data", phaseColumns)
    return prefix + lines.map { $0 + lineEnd }.joined() + suffix
  }

  private func section(_ name: String, _ title: String, _ columns: [String]) -> [String] {
    let header = (["RECORDNAME", "INTID"] + columns).joined(separator: ",")
    let body = rows.filter { $0.section == name }.map { row in
      "\(row.name),\(row.node)," + columns.map { row.cells[$0] ?? "" }.joined(separator: ",")
    }
    return ["", "[\(name)]", title, header] + body
  }

  func read(_ options: UTDFOptions = UTDFOptions()) throws -> UTDFImport {
    let result = try UTDFReader.read([UInt8](text.utf8), file: "sample.csv", options: options)
    // Whatever the file lacks, what comes out passes the checks of a scenario.
    let errors = result.scenario.findings().filter { $0.severity == .error }
    #expect(errors.isEmpty)
    return result
  }

  /// The error that reading throws.
  var error: DocumentError? {
    do {
      _ = try UTDFReader.read([UInt8](text.utf8), file: "sample.csv")
      return nil
    } catch {
      return error
    }
  }
}

extension UTDFImport {
  func movement(_ label: String) -> Movement? {
    movementLabels.firstIndex(of: label).map { scenario.network.movements[$0] }
  }

  func flow(_ label: String) -> Double? {
    movementLabels.firstIndex(of: label).map { scenario.demand.turning[0].vehiclesPerHour[$0] }
  }

  func link(_ name: String) -> Link? { scenario.network.links.first { $0.name == name } }

  func labels(_ movements: [MovementID]) -> [String] { movements.map { movementLabels[$0.index] } }

  func headway(_ link: String, _ lane: Int) throws -> Double {
    let lanes = try #require(self.link(link)).lanes
    return try #require(lanes[lane].saturationHeadwaySeconds)
  }

  func rules(_ rule: String) -> [Finding] { warnings.filter { $0.rule == rule } }
}
