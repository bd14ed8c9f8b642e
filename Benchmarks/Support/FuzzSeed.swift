import Foundation
import Interchange
import TestSupport
import TrafficModel

/// What a text claims to be, and so which reader gets it.
public enum FuzzKind: String, Sendable, CaseIterable, Codable {
  case scenario
  case utdf
  case counts
}

/// A valid text that mutants are made from.
public struct FuzzSeed: Sendable {
  public var name: String
  public var kind: FuzzKind
  public var bytes: [UInt8]
  /// How often it is chosen, relative to the others: large files rarely, since they cost as much as many small ones.
  public var weight: Int

  /// All texts to start from, in a fixed order: the shipped scenarios and small ones made here.
  /// - Parameter folder: where the shipped scenarios lie, each as `NAME/scenario.json`.
  public static func all(scenariosIn folder: String) throws -> [FuzzSeed] {
    var seeds = [
      FuzzSeed(
        name: "single approach", kind: .scenario,
        bytes: Array(ScenarioWriter.text(TestRoads.singleApproach(vehiclesPerHour: 600)).utf8), weight: 240),
      FuzzSeed(
        name: "yielding turn", kind: .scenario,
        bytes: Array(
          ScenarioWriter.text(TestRoads.yieldingTurn(majorVehiclesPerHour: 600, criticalGapSeconds: 4.5)).utf8
        ),
        weight: 240),
      FuzzSeed(name: "one crossing", kind: .utdf, bytes: crossing(1, 1), weight: 200),
      FuzzSeed(name: "four crossings", kind: .utdf, bytes: crossing(2, 2), weight: 4),
      FuzzSeed(name: "count sheet", kind: .counts, bytes: Array(countSheet.utf8), weight: 80),
      FuzzSeed(name: "count list", kind: .counts, bytes: Array(countList.utf8), weight: 80),
    ]
    let root = URL(fileURLWithPath: folder)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
      let file = root.appendingPathComponent(name).appendingPathComponent("scenario.json")
      guard let data = try? Data(contentsOf: file) else { continue }
      // The effort spent on a file stays about the same whatever its size.
      let weight = min(120, max(1, 600_000 / max(1, data.count)))
      seeds.append(FuzzSeed(name: name, kind: .scenario, bytes: [UInt8](data), weight: weight))
    }
    return seeds
  }

  /// A junction in UTDF that counts can be put on.
  static var oneCrossing: String { GeneratedUTDF(rows: 1, columns: 1).text }

  private static func crossing(_ rows: Int, _ columns: Int) -> [UInt8] {
    Array(GeneratedUTDF(rows: rows, columns: columns).text.utf8)
  }

  private static let countSheet = #"""
    Turning Movement Count
    15 Minute Counts
    DATE,TIME,INTID,NBL,NBT,NBR,SBL,SBT,SBR,EBL,EBT,EBR,WBL,WBT,WBR,
    03/18/2026,700,1,12,96,8,15,131,20,9,44,11,7,52,13,
    03/18/2026,"=""0715""",1,14,108,9,17,149,22,8,47,12,9,58,15,
    03/18/2026,="0730",1,10,*,9,17,140,22,8,47,12,9,58,15,
    03/18/2026,7:45,1,11,100,9,17,130,22,8,47,12,9,58,15,
    03/18/2026,0800,1,5,50,4,8,60,10,4,20,6,4,30,7,

    """#

  private static let countList = #"""
    site,start,interval_s,approach,turn,class,count
    1,2026-03-18T07:00:00,900,NB,L,car,12
    1,2026-03-18T07:00:00,900,NB,T,car,96
    1,2026-03-18T07:00:00,900,NB,T,heavy,4
    1,2026-03-18T07:15:00,900,NB,L,car,14
    1,2026-03-18T07:15:00,900,NB,T,car,108
    1,2026-03-18T07:15:00,900,WB,R,car,

    """#
}
