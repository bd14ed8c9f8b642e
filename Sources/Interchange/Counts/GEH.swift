/// A modelled flow beside its count.
public struct FlowComparison: Hashable, Sendable {
  public var name: String
  /// Vehicles per hour.
  public var modelled: Double
  public var counted: Double
  /// √(2 (m − c)² / (m + c)) for hourly flows; 0 where both are 0. UK Design Manual for Roads and Bridges.
  public var geh: Double

  public init(name: String, modelled: Double, counted: Double) {
    self.name = name
    self.modelled = modelled
    self.counted = counted
    let sum = modelled + counted
    let difference = modelled - counted
    geh = sum > 0 ? (2 * difference * difference / sum).squareRoot() : 0
  }
}

/// How well a model reproduces counts: usual practice asks for GEH < 5 at 85 % of them.
public struct GEHTable: Hashable, Sendable {
  /// In the order of the movements given.
  public var rows: [FlowComparison]

  /// - Parameters:
  ///   - names: of the movements, one for each flow.
  ///   - modelled: hourly flows out of the simulation.
  ///   - counted: hourly flows out of the counts.
  public init(names: [String], modelled: [Double], counted: [Double]) {
    precondition(
      names.count == modelled.count && names.count == counted.count,
      "A GEH table needs one modelled and one counted flow for each name")
    rows = names.indices.map {
      FlowComparison(name: names[$0], modelled: modelled[$0], counted: counted[$0])
    }
  }

  /// Share of rows with GEH below a limit, 0 to 1; 1 for an empty table.
  public func share(below limit: Double = 5) -> Double {
    rows.isEmpty ? 1 : Double(rows.count { $0.geh < limit }) / Double(rows.count)
  }

  /// GEH of the sums of both columns; FHWA (2004) asks for less than 4.
  public var gehOfSum: Double {
    FlowComparison(
      name: "sum", modelled: rows.reduce(0) { $0 + $1.modelled }, counted: rows.reduce(0) { $0 + $1.counted }
    ).geh
  }
}
