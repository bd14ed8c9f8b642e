import ControlLoop
import ProcessFigures
import SignalControl
import TestSupport
import TrafficModel

/// How fast one cabinet is, and how large: eight phases running free, a detector of each actuated every 2 s, event
/// log, invariants and monitor on.
enum SoakSpeed {
  private static let cabinetCount = 1000
  private static let phaseCount = 8

  /// - Returns: The figures as JSON.
  static func measure(seconds: Double) -> String {
    let data = SignalFixture.eightPhase()
    let network = SignalFixture.network(for: data)
    guard let first = try? EmulatedCabinet(data, id: ControllerID(0), network: network) else { return "{}" }
    var cabinet = first
    let time = ProcessorTime()
    var tally = SoakTally()
    drive(&cabinet, seconds: seconds, &tally)
    let elapsed = max(time.elapsedSeconds, 1e-9)
    return """
      {
        "controllerSeconds": \(Int(seconds)),
        "cpuSeconds": \(elapsed),
        "timesRealTime": \(Int(seconds / elapsed)),
        "steps": \(tally.steps),
        "inputs": \(tally.inputs),
        "terminations": \(tally.terminations),
        "violations": \(tally.violations),
        "bytesPerCabinet": \(bytesPerCabinet(data, network))
      }
      """
  }

  private static func drive(_ cabinet: inout EmulatedCabinet, seconds: Double, _ tally: inout SoakTally) {
    var changes: ContiguousArray<IndicationChange> = []
    cabinet.recordsEvents = true
    cabinet.start(at: .zero, into: &changes)
    var free = CabinetCommand(lease: TimeSpan(seconds: 120))
    free.program = .free
    for tenth in 0..<Int(seconds * 10) {
      let now = SimTime(milliseconds: Int64(tenth) * 100)
      if tenth % 600 == 0 { cabinet.apply(free, at: now) }
      // Each detector on for 0.3 s in every 2 s, one after the other.
      for phase in 0..<phaseCount {
        let place = (tenth + phase * 2) % 20
        if place == 0 || place == 3 {
          cabinet.handle(.detector(DetectorID(phase), isOn: place == 0), at: now)
          tally.inputs += 1
        }
      }
      if cabinet.nextDeadline <= now {
        changes.removeAll(keepingCapacity: true)
        cabinet.advance(to: now, into: &changes)
        tally.steps += 1
        tally.count(cabinet.takeEvents())
      }
    }
    if cabinet.violation != nil { tally.violations += 1 }
  }

  /// Growth of the largest resident size by a thousand cabinets that have run for ten minutes, when their lists have
  /// the size that they keep.
  private static func bytesPerCabinet(_ data: SignalController, _ network: Network) -> Int {
    let before = ProcessFigures.peakMegabytes
    var cabinets: [EmulatedCabinet] = []
    cabinets.reserveCapacity(cabinetCount)
    var tally = SoakTally()
    for index in 0..<cabinetCount {
      guard
        var cabinet = try? EmulatedCabinet(data, id: ControllerID(rawValue: UInt32(index)), network: network)
      else {
        return 0
      }
      drive(&cabinet, seconds: 600, &tally)
      cabinets.append(cabinet)
    }
    let growth = ProcessFigures.peakMegabytes - before
    return Int(growth * 1e6) / max(cabinets.count, 1)
  }
}
