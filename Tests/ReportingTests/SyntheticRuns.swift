import Reporting
import TrafficModel

/// Plausible numbers from a random stream, without any simulation behind them.
struct SyntheticRuns {
  let scenario: Scenario
  let options: SyntheticStudy.Options

  func run(replication: Int, strategy: Int) -> RunMeasures {
    var run = RunMeasures(replication: replication, measuredSeconds: 3600, network: scenario.network)
    guard options.hasVehicles else { return run }
    // The same stream for all strategies: common random numbers.
    var random = RandomStream(seed: 11, purpose: .testing, place: UInt64(replication))
    let gain = 1 - 0.18 * Double(strategy)
    let load = 1 + 0.05 * random.standardNormal()
    for index in run.movements.indices {
      let movement = scenario.network.movements[index]
      let base = movement.turn == .left ? 45.0 : 22.0
      let trouble = 1 + 0.35 * Double(movement.node.index % 5)
      var measures = MovementMeasures()
      measures.passed = Int(200 * load + 10 * random.uniform())
      measures.unfinished = Int(4 * random.uniform())
      measures.delaySeconds =
        Double(measures.vehicles) * base * trouble * gain * load * (1 + 0.05 * random.standardNormal())
      measures.stops = Int(Double(measures.vehicles) * 0.7 * gain)
      measures.arrivedOnGreen = Int(Double(measures.vehicles) * (0.45 + 0.1 * Double(strategy)))
      measures.greenSeconds = 900
      run.movements[index] = measures
    }
    for index in run.lanes.indices {
      let reach = 25 + Double((index * 7) % 60)
      run.lanes[index].queueMaximaMeters = (0..<40).map { _ in reach * gain * load * random.uniform() }
      run.lanes[index].overflowSeconds = run.lanes[index].queue95Meters > 60 ? 42 * random.uniform() : 0
    }
    for index in run.crosswalks.indices {
      run.crosswalks[index].pedestrians = 60
      run.crosswalks[index].delaySeconds = 60 * (31 + 4 * random.uniform() - 6 * Double(strategy))
    }
    run.network.demanded = run.movements.reduce(0) { $0 + $1.vehicles } / 2
    run.network.driving = 22
    run.network.neverInserted = strategy == 0 && replication % 3 == 0 ? 2 : 0
    run.network.finished = run.network.demanded - run.network.driving - run.network.neverInserted
    run.network.leftNetwork = run.network.finished + 15
    run.network.delaySeconds = run.movements.reduce(0) { $0 + $1.delaySeconds }
    run.network.finishedTravelSeconds =
      run.network.delaySeconds + Double(run.network.finished) * 62
    run.network.stops = run.movements.reduce(0) { $0 + $1.stops }
    run.network.crossingsOnRed = Int(6 * random.uniform())
    return run
  }

  func analyses(strategy: Int) -> [MovementAnalysis?] {
    scenario.network.movements.indices.map { index in
      let volume = 180 + Double((index * 37) % 120)
      return MovementAnalysis(
        volumeVehiclesPerHour: volume, capacityVehiclesPerHour: 320, degreeOfSaturation: volume / 280,
        hcmDelaySeconds: 20 + Double(index % 9) * 4.5)
    }
  }

  /// Cars that stop at every red of a fixed plan and drive at the limit otherwise.
  func trace(strategy: Int) -> RunTrace {
    var trace = RunTrace()
    let end = scenario.run.end.seconds
    trace.greens = scenario.controllers.enumerated().map { index, controller in
      controller.groups.indices.map { group in
        let start = Double((index * 29 + (group % 4) * 20) % 90)
        return stride(from: start, to: end, by: 90).map { $0...($0 + (group % 4 == 1 ? 34 : 14)) }
      }
    }
    var random = RandomStream(seed: 5, purpose: .testing, place: 1)
    var time = 0.0
    var vehicle: UInt32 = 0
    let opposite = scenario.corridor.reversed().compactMap { id in
      let link = scenario.network[id]
      return scenario.network.links.firstIndex { $0.from == link.to && $0.to == link.from }.map { LinkID($0) }
    }
    while time < end {
      time += random.exponential(mean: 4)
      vehicle += 1
      var clock = time
      for link in vehicle % 2 == 0 ? scenario.corridor : opposite {
        let meters = scenario.network[link].lengthMeters
        var piece = TrajectoryPiece(
          vehicle: vehicle, link: link, enteredSeconds: clock, stoppedAtMeters: nil, stoppedSeconds: 0,
          leftSeconds: clock + meters / 13)
        let node = scenario.network[link].to.index
        if node < trace.greens.count {
          let arrival = piece.leftSeconds
          let green = trace.greens[node][1].first { $0.upperBound > arrival }
          if let green, green.lowerBound > arrival {
            let waiting = 40 * random.uniform()
            piece.stoppedAtMeters = waiting
            piece.stoppedSeconds = clock + (meters - waiting) / 13
            piece.leftSeconds = green.lowerBound + 1 + waiting / 4
          }
        }
        clock = piece.leftSeconds + 1.5
        if piece.leftSeconds < end { trace.trajectories.append(piece) } else { break }
      }
    }
    trace.sampleSeconds = 10
    trace.queuesMeters = (0..<LaneNumbering(scenario.network).count).map { lane in
      (0..<360).map { sample in
        let wave = Double((sample + lane * 3) % 9) / 9
        return Double(8 + (lane * 13) % 55) * wave * (1 - 0.15 * Double(strategy))
      }
    }
    return trace
  }
}
