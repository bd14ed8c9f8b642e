import TrafficModel

extension CyclicFlowModel {
  /// Bounds of the correction of saturation flows, and of the weights of waiting.
  private static let saturationBounds = (least: 0.75, greatest: 1.0)
  private static let weightBounds = (least: 0.5, greatest: 2.0)

  /// The model with what the simulator has measured under one plan: where more vehicles wait than the queues here can
  /// explain, the saturation flow is lowered until they do; what remains becomes a weight.
  ///
  /// - Parameters:
  ///   - waiting: vehicles that wait by movement, as means over time; `nil` where nothing was measured.
  ///   - evaluator: with the plan under which they were measured, over this model.
  func calibrated(waiting: [Double?], at evaluator: PlanEvaluator) -> CyclicFlowModel {
    var result = self
    for junction in junctions.indices {
      for group in junctions[junction].groups.indices where junctions[junction].groups[group].volume > 0 {
        let streams = junctions[junction].groups[group].streams
        var measured = 0.0
        var isMeasured = true
        for stream in streams {
          if let own = waiting[junctions[junction].streams[stream].movement.index] {
            measured += own
          } else {
            isMeasured = false
          }
        }
        if !isMeasured { continue }
        result.fit(junction, group, to: measured, evaluator)
      }
    }
    return result
  }

  private mutating func fit(_ junction: Int, _ group: Int, to measured: Double, _ evaluator: PlanEvaluator) {
    let original = junctions[junction]
    func waiting(_ factor: Double) -> Double {
      var changed = self
      changed.junctions[junction] = original.scaled(group: group, saturation: factor)
      return evaluator.waiting(junction, group, under: changed)
    }
    junctions[junction].groups[group].weight = 1
    let plain = waiting(1)
    var factor = 1.0
    if measured > 1.3 * plain {
      var low = Self.saturationBounds.least
      var high = Self.saturationBounds.greatest
      for _ in 0..<8 {
        let middle = (low + high) / 2
        if waiting(middle) < measured / 1.15 { high = middle } else { low = middle }
      }
      factor = (low + high) / 2
    }
    junctions[junction] = original.scaled(group: group, saturation: factor)
    let explained = max(waiting(factor), 1e-6)
    junctions[junction].groups[group].weight =
      min(max(measured / explained, Self.weightBounds.least), Self.weightBounds.greatest)
  }
}

extension CyclicFlowModel.Junction {
  /// One lane group with saturation flows multiplied.
  fileprivate func scaled(group: Int, saturation factor: Double) -> CyclicFlowModel.Junction {
    var result = self
    for stream in groups[group].streams {
      result.streams[stream].saturation *= factor
      result.streams[stream].unopposed *= factor
    }
    result.groups[group].weight = 1
    return result
  }
}
