/// A made-up grid city in UTDF: every crossing a signal with eight phases, volumes that balance, all usual rows.
///
/// Crossings are `spacing` apart, with a two-lane approach and a left-turn pocket on each side, and an external
/// node at the end of each street. Node numbers: 1 + row × columns + column for crossings, externals from 10001.
public struct GeneratedUTDF: Sendable {
  public var rows: Int
  public var columns: Int
  /// Feet between crossings.
  public var spacing: Int
  /// Trailing commas on every line, as a spreadsheet leaves them.
  public var isPadded: Bool

  public init(rows: Int, columns: Int, spacing: Int = 1320, isPadded: Bool = false) {
    self.rows = rows
    self.columns = columns
    self.spacing = spacing
    self.isPadded = isPadded
  }

  public var controllerCount: Int { rows * columns }
  public var externalCount: Int { 2 * (rows + columns) }
  /// One link into each crossing from four sides, and one out of the grid to each external node.
  public var linkCount: Int { 4 * controllerCount + externalCount }
  public var movementCount: Int { 12 * controllerCount }

  private static let headings = ["NB", "SB", "EB", "WB"]

  private struct Crossing {
    var number: Int
    var x: Int
    var y: Int
    var row: Int
    var column: Int
    /// Neighbours to the south, north, west and east: where NB, SB, EB and WB traffic comes from.
    var upstream: [Int]
  }

  public var text: String {
    var lines = networkLines
    let crossings = self.crossings
    lines += nodeLines(crossings)
    lines += linkLines(crossings)
    lines += laneLines(crossings)
    lines += planLines(crossings)
    let padding = isPadded ? ",,," : ""
    return lines.map { $0 + padding + "\r\n" }.joined()
  }

  private var crossings: [Crossing] {
    (0..<rows).flatMap { row in
      (0..<columns).map { column in
        let number = 1 + row * columns + column
        return Crossing(
          number: number, x: column * spacing, y: row * spacing, row: row, column: column,
          upstream: [
            row > 0 ? number - columns : 10_001 + column,
            row < rows - 1 ? number + columns : 10_001 + columns + column,
            column > 0 ? number - 1 : 10_001 + 2 * columns + row,
            column < columns - 1 ? number + 1 : 10_001 + 2 * columns + rows + row,
          ])
      }
    }
  }

  private var networkLines: [String] {
    [
      "[Network]", "Network Settings", "RECORDNAME,DATA", "UTDFVERSION,8", "Metric,0", "yellowTime,3.5",
      "allRedTime,1.0", "Walk,7.0", "DontWalk,11.0", "HV,0.02", "PHF,0.92", "DefWidth,12", "DefFlow,1900",
      "vehLength,25", "heavyvehlength,45", "criticalgap,4.5", "followuptime,2.5", "stopthresholdspeed,5.0",
      "criticalmergegap,3.7", "growth,1.00", "PedSpeed,3.5", "LostTimeAdjust,0.0", "ScenarioDate,03/18/2026",
      "ScenarioTime,7:00 am", "",
    ]
  }

  private func nodeLines(_ crossings: [Crossing]) -> [String] {
    var lines = [
      "[Nodes]", "Node Data",
      "INTID,TYPE,X,Y,Z,DESCRIPTION,CBD,Inside Radius,Outside Radius,Roundabout Lanes,Circle Speed",
    ]
    for crossing in crossings { lines.append("\(crossing.number),0,\(crossing.x),\(crossing.y),0,,,,,,") }
    let steps = [(0, -1), (0, 1), (-1, 0), (1, 0)]
    for crossing in crossings {
      for (side, neighbour) in crossing.upstream.enumerated() where neighbour > 10_000 {
        let x = crossing.x + steps[side].0 * spacing
        let y = crossing.y + steps[side].1 * spacing
        lines.append("\(neighbour),1,\(x),\(y),0,,,,,,")
      }
    }
    return lines + [""]
  }

  private func linkLines(_ crossings: [Crossing]) -> [String] {
    var lines = ["[Links]", "Link Data", "RECORDNAME,INTID,NB,SB,EB,WB"]
    func append(_ number: Int, _ values: [(String, [String])]) {
      for (name, cells) in values { lines.append("\(name),\(number),\(cells.joined(separator: ","))") }
    }
    for crossing in crossings {
      let streets = ["Avenue \(crossing.column + 1)", "Street \(crossing.row + 1)"]
      append(
        crossing.number,
        [
          ("Up ID", crossing.upstream.map(String.init)), ("Lanes", ["3", "3", "3", "3"]),
          ("Name", [streets[0], streets[0], streets[1], streets[1]]),
          ("Distance", Array(repeating: "\(spacing)", count: 4)), ("Speed", ["35", "35", "35", "35"]),
          ("Time", ["25.7", "25.7", "25.7", "25.7"]), ("Grade", ["0", "0", "0", "0"]),
          ("Median", ["12", "12", "12", "12"]), ("Curve Pt X", ["", "", "", ""]),
          ("Curve Pt Y", ["", "", "", ""]), ("Link Is Hidden", ["false", "false", "false", "false"]),
        ])
      for (side, neighbour) in crossing.upstream.enumerated() where neighbour > 10_000 {
        // The way out runs against the way in: 1 is the opposite of 0, 3 of 2.
        let column = side ^ 1
        func only(_ value: String) -> [String] { (0..<4).map { $0 == column ? value : "" } }
        append(
          neighbour,
          [
            ("Up ID", only("\(crossing.number)")), ("Lanes", only("2")), ("Name", only(streets[side / 2])),
            ("Distance", only("\(spacing)")), ("Speed", only("35")),
          ])
      }
    }
    return lines + [""]
  }

  private func laneLines(_ crossings: [Crossing]) -> [String] {
    let columns = Self.headings.flatMap { heading in ["L", "T", "R"].map { heading + $0 } }
    var lines = ["[Lanes]", "Lane Group Data", "RECORDNAME,INTID,\(columns.joined(separator: ",")),PED,HOLD"]
    // Destinations of left, through and right by heading, as sides of the crossing.
    let ways = [[2, 1, 3], [3, 0, 2], [1, 3, 0], [0, 2, 1]]
    let rows: [(String, [String])] = [
      ("Lanes", ["1", "2", "0"]), ("Shared", ["0", "2", ""]), ("Width", ["12", "12", "12"]),
      ("Storage", ["250", "", ""]), ("Taper", ["25", "", ""]), ("StLanes", ["1", "", ""]),
      ("Grade", ["", "", ""]), ("Speed", ["", "35", ""]), ("LostTime", ["4", "4.5", "4"]),
      ("Lost Time Adjust", ["0", "0", "0"]), ("IdealFlow", ["1900", "1900", "1900"]),
      ("SatFlow", ["1770", "3497", "0"]), ("SatFlowPerm", ["500", "3497", "0"]),
      ("Allow RTOR", ["1", "1", "1"]),
      ("SatFlowRTOR", ["0", "20", "0"]), ("Volume", ["50", "460", "50"]), ("Peds", ["0", "0", "0"]),
      ("Bicycles", ["0", "0", "0"]), ("PHF", ["0.92", "0.92", "0.92"]), ("Growth", ["100", "100", "100"]),
      ("HeavyVehicles", ["2", "2", "2"]), ("BusStops", ["0", "0", "0"]), ("Midblock", ["", "0", ""]),
      ("Distance", ["", "\(spacing)", ""]), ("TravelTime", ["", "25.7", ""]),
      ("Right Channeled", ["", "", "0"]),
      ("Alignment", ["0", "0", "1"]), ("Enter Blocked", ["0", "0", "0"]),
      ("HeadwayFact", ["1.00", "1.00", "1.00"]),
      ("Turning Speed", ["15", "60", "9"]), ("FirstDetect", ["20", "100", ""]),
      ("LastDetect", ["0", "0", ""]),
      ("DetectPhase2", ["0", "0", ""]), ("DetectPhase3", ["0", "0", ""]), ("DetectPhase4", ["0", "0", ""]),
      ("SwitchPhase", ["0", "0", ""]), ("numDetects", ["1", "2", ""]), ("DetectPos1", ["0", "0", ""]),
      ("DetectSize1", ["20", "6", ""]), ("DetectType1", ["3", "3", ""]), ("DetectExtend1", ["0", "0", ""]),
      ("DetectQueue1", ["0", "0", ""]), ("DetectDelay1", ["0", "0", ""]), ("DetectPos2", ["", "94", ""]),
      ("DetectSize2", ["", "6", ""]), ("DetectType2", ["", "3", ""]), ("DetectExtend2", ["", "0", ""]),
      ("Exit Lanes", ["", "0", ""]), ("CBD", ["", "0", ""]),
    ]
    let lefts = [5, 1, 3, 7]
    let throughs = [2, 6, 8, 4]
    for crossing in crossings {
      func append(_ name: String, _ cells: [String]) {
        lines.append("\(name),\(crossing.number),\(cells.joined(separator: ",")),,")
      }
      append("Up Node", crossing.upstream.flatMap { Array(repeating: "\($0)", count: 3) })
      append("Dest Node", ways.flatMap { way in way.map { "\(crossing.upstream[$0])" } })
      append("Phase1", (0..<4).flatMap { ["\(lefts[$0])", "\(throughs[$0])", ""] })
      append("PermPhase1", (0..<4).flatMap { ["\(throughs[$0])", "", ""] })
      append("DetectPhase1", (0..<4).flatMap { ["\(lefts[$0])", "\(throughs[$0])", ""] })
      for (name, cells) in rows { append(name, [cells, cells, cells, cells].flatMap(\.self)) }
    }
    return lines + [""]
  }

  /// Cycle 90 s, offsets half a cycle apart in a chequer pattern, referred to the start of phases 2 and 6.
  private func planLines(_ crossings: [Crossing]) -> [String] {
    var lines = ["[Timeplans]", "Timing Plan Settings", "RECORDNAME,INTID,DATA"]
    for crossing in crossings {
      let values = [
        ("Control Type", "3"), ("Cycle Length", "90.0"), ("Lock Timings", "0"), ("Referenced To", "3"),
        ("Reference Phase", "206"), ("Offset", "\(offset(crossing))"), ("Master", "0"), ("Yield", "0"),
        ("Node 0", "\(crossing.number)"), ("Node 1", "0"),
      ]
      for (name, value) in values { lines.append("\(name),\(crossing.number),\(value)") }
    }
    lines += ["", "[Phases]", "Phasing Data", "RECORDNAME,INTID,D1,D2,D3,D4,D5,D6,D7,D8"]
    let starts = [75, 0, 35, 50]
    let ends = [90, 35, 50, 75]
    for crossing in crossings {
      let rows: [(String, [String])] = [
        ("BRP", ["111", "112", "211", "212", "121", "122", "221", "222"]),
        ("MinGreen", ["5", "10", "5", "7", "5", "10", "5", "7"]),
        ("MaxGreen", ["15", "40", "15", "30", "15", "40", "15", "30"]),
        ("VehExt", Array(repeating: "3", count: 8)),
        ("Yellow", ["3.5", "4", "3.5", "4", "3.5", "4", "3.5", "4"]),
        ("AllRed", ["0.5", "1", "0.5", "1", "0.5", "1", "0.5", "1"]),
        ("Recall", ["0", "3", "0", "0", "0", "3", "0", "0"]), ("Walk", ["", "7", "", "7", "", "7", "", "7"]),
        ("DontWalk", ["", "11", "", "11", "", "11", "", "11"]),
        ("PedCalls", ["", "0", "", "0", "", "0", "", "0"]),
        ("DualEntry", ["0", "1", "0", "1", "0", "1", "0", "1"]),
        ("Start", (0..<8).map { "\((starts[$0 % 4] + offset(crossing)) % 90)" }),
        ("End", (0..<8).map { "\((ends[$0 % 4] + offset(crossing)) % 90)" }),
      ]
      for (name, cells) in rows { lines.append("\(name),\(crossing.number),\(cells.joined(separator: ","))") }
    }
    return lines + [""]
  }

  private func offset(_ crossing: Crossing) -> Int { (crossing.row + crossing.column) % 2 * 45 }
}
