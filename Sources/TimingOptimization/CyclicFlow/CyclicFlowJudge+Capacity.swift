import TrafficModel

extension CyclicFlowJudge {
  /// Fills the scratch capacity of a lane group, in vehicles by step.
  /// - Returns: vehicles per cycle.
  func fillCapacity(
    _ index: Int, _ groupIndex: Int, steps: Int, step: Double, _ scratch: inout Scratch
  ) -> Double {
    let junction = model.junctions[index]
    let group = junction.groups[groupIndex]
    for (place, stream) in group.streams.enumerated() {
      fillRate(index, stream, steps: steps, step: step, &scratch, into: place)
    }
    if group.streams.count == 1 {
      let perStep = group.lanes * step
      var sum = 0.0
      for position in 0..<steps {
        let rate = scratch.rates[0][position] * perStep
        scratch.capacity[position] = rate
        sum += rate
      }
      return sum
    }
    return share(group, junction, steps: steps, step: step, &scratch)
  }

  /// Lanes that several movements share: each vehicle takes its part of a lane's time, and a turn that has to wait
  /// blocks the lanes that it uses, once the vehicles that stand before the first such turn have gone.
  private func share(
    _ group: CyclicFlowModel.Group, _ junction: CyclicFlowModel.Junction, steps: Int, step: Double,
    _ scratch: inout Scratch
  ) -> Double {
    var sum = 0.0
    var ahead = 0.0
    for position in 0..<steps {
      var slowest = -1
      var slowestRate = Double.infinity
      for (place, stream) in group.streams.enumerated() where junction.streams[stream].share > 0 {
        let rate = scratch.rates[place][position]
        if rate < slowestRate {
          slowestRate = rate
          slowest = place
        }
      }
      var time = 0.0
      var rest = 0.0
      for (place, stream) in group.streams.enumerated() where place != slowest {
        let part = junction.streams[stream].share
        if part == 0 { continue }
        rest += part
        time += part / max(scratch.rates[place][position], 1e-6)
      }
      guard slowest >= 0 else {
        scratch.capacity[position] = 0
        continue
      }
      let slow = junction.streams[group.streams.lowerBound + slowest]
      let free = rest > 0 ? rest / time : slowestRate
      let part = min(1, slow.share * group.lanes / slow.lanes)
      var rate = 0.0
      if free > 1e-5 {
        let mixed = 1 / (part / max(slowestRate, 1e-6) + (1 - part) / free)
        let before = (1 - part) / part * slow.lanes
        if ahead < before && slowestRate < 0.5 * free {
          rate = group.lanes * free
          ahead += slow.lanes * free * step
        } else {
          rate = (group.lanes - slow.lanes) * free + slow.lanes * mixed
        }
      } else {
        ahead = 0
      }
      scratch.capacity[position] = rate * step
      sum += rate * step
    }
    return sum
  }

  /// Fills vehicles per second and lane of one stream by step.
  private func fillRate(
    _ index: Int, _ streamIndex: Int, steps: Int, step: Double, _ scratch: inout Scratch, into place: Int
  ) {
    let stream = model.junctions[index].streams[streamIndex]
    let service = services[index].streams[streamIndex]
    let shift = offsets[index]
    for position in 0..<steps { scratch.right[position] = 0 }
    for window in service.right { scratch.right.cover(window, shiftedBy: shift, step: step) }
    if service.permitted.isEmpty {
      for position in 0..<steps {
        scratch.rates[place][position] = stream.saturation * min(1, scratch.right[position])
      }
      return
    }
    for position in 0..<steps {
      scratch.permitted[position] = 0
      scratch.sneaking[position] = 0
    }
    for window in service.permitted { scratch.permitted.cover(window, shiftedBy: shift, step: step) }
    var tail = 1.0
    for window in service.sneaking {
      scratch.sneaking.cover(window, shiftedBy: shift, step: step)
      tail = window.end - window.start
    }
    let gaps = GapAcceptance(stream)
    for position in 0..<steps {
      let right = min(1, scratch.right[position])
      var rate = stream.saturation * right
      let allowed = min(1 - right, scratch.permitted[position])
      if allowed > 0 {
        var opposing = 0.0
        var isBlocked = false
        for opponent in stream.opponents {
          opposing += scratch.groupOutflow[opponent][position]
          if scratch.groupQueue[opponent][position] > 0.5 && scratch.groupOutflow[opponent][position] > 0 {
            isBlocked = true
          }
        }
        if !isBlocked { rate += allowed * gaps.rate(opposing: opposing / step) }
      }
      rate += scratch.sneaking[position] * stream.sneakers / tail
      scratch.rates[place][position] = rate
    }
  }
}

/// How many turns per second and lane find a gap: q·e^(−q·t_c)/(1 − e^(−q·t_f)), by a fraction without exponentials.
///
/// e^(−x) is taken as 1/(1 + x/32)³²: 1.5 % above at x = 1, 13 % at x = 3.
struct GapAcceptance: Sendable {
  private let criticalGap: Double
  private let followUp: Double
  private let unopposed: Double

  init(_ stream: CyclicFlowModel.Stream) {
    criticalGap = stream.criticalGap
    followUp = stream.followUp
    unopposed = stream.unopposed
  }

  func rate(opposing flow: Double) -> Double {
    if flow < 0.005 { return unopposed }
    let rate = flow * Self.decay(flow * criticalGap) / (1 - Self.decay(flow * followUp))
    return min(rate, unopposed)
  }

  private static func decay(_ x: Double) -> Double {
    let base = 1 / (1 + x / 32)
    let second = base * base
    let fourth = second * second
    let eighth = fourth * fourth
    let sixteenth = eighth * eighth
    return sixteenth * sixteenth
  }
}
