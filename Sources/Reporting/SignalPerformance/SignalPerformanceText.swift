import Interchange
import TrafficModel

/// Signal performance as a table: one line per controller, 15 minutes and phase.
public struct SignalPerformanceText {
  private let performance: SignalPerformance

  public init(_ log: HighResolutionLog, detectors: DetectorTable) {
    performance = SignalPerformance(log, detectors: detectors)
  }

  /// Cells of what was not measured are empty.
  public func csv() -> String {
    var lines: [SignalPerformance.Place: [Int: String]] = [:]
    func set(_ place: SignalPerformance.Place, _ column: Int, _ text: String) {
      lines[place, default: [:]][column] = text
    }
    for row in performance.terminations {
      set(row.place, 0, "\(row.gapOuts)")
      set(row.place, 1, "\(row.maxOuts)")
      set(row.place, 2, "\(row.forceOffs)")
    }
    for row in performance.splits {
      switch row.kind {
      case .green:
        set(row.place, 3, "\(row.count)")
        set(row.place, 4, NumberText.fixed(row.meanSeconds, decimals: 2))
      case .split: set(row.place, 5, NumberText.fixed(row.meanSeconds, decimals: 2))
      case .yellow, .redClearance, .walk, .pedestrianClearance: break
      }
    }
    for row in performance.arrivals {
      set(row.place, 6, "\(row.total)")
      set(row.place, 7, NumberText.fixed(row.share, decimals: 4))
    }
    for row in performance.splitFailures {
      set(row.place, 8, "\(row.cycles)")
      set(row.place, 9, "\(row.failures)")
      set(row.place, 10, NumberText.fixed(row.greenOccupancy, decimals: 4))
      set(row.place, 11, NumberText.fixed(row.redOccupancy, decimals: 4))
    }
    for row in performance.pedestrianDelays {
      set(row.place, 12, "\(row.services)")
      set(row.place, 13, NumberText.fixed(row.meanSeconds, decimals: 2))
    }
    var text = Self.header
    for place in lines.keys.sorted() {
      let cells = (0..<Self.columnCount).map { lines[place]?[$0] ?? "" }
      let device = performance.devices[place.device].replacing(",", with: " ")
      text += "\(place.bin),\(device),\(place.number)," + cells.joined(separator: ",") + "\n"
    }
    return text
  }

  private static let columnCount = 14
  private static let header = """
    bin,controller,phase,gapOuts,maxOuts,forceOffs,greens,meanGreen_s,meanSplit_s,arrivals,arrivalsOnGreen_share,\
    judgedCycles,splitFailures,greenOccupancy,redOccupancy5s,pedestrianServices,meanPedestrianDelay_s

    """
}
