import SignalControl
import TestSupport
import Testing
import TrafficModel

/// Walks in the middle of a green that coordination will force off: phase 4 is green from 36 to 56 s of 60 s, walk 4 s
/// and clearance 6 s.
@Suite("Walks under coordination")
struct CoordinatedWalkTests {
  private func walks(recycles: Bool, _ maximum: Coordination.Maximum, second: Double) throws -> [[Double]] {
    var data = SignalFixture.twoPhase { $0[1].walk = (4, 6) }
    data.phases[1].pedestrians.recycles = recycles
    data.patterns = [
      Pattern(
        number: 1, cycle: TimeSpan(seconds: 60), offset: .zero,
        timing: .ringBarrier(
          diagram: data.diagram, splits: [TimeSpan(seconds: 36), TimeSpan(seconds: 24)], referencePhases: [0]),
        operation: .coordinated(Coordination(maximum: maximum)))
    ]
    var bench = try Bench(data, free: false)
    bench.detector(1, true, at: 30)
    bench.push(1, at: 33)
    bench.push(1, at: second)
    bench.run(to: 62)
    bench.expectSafe()
    #expect(bench.greens(1) == [[36, 56]])
    return bench.greens(2)
  }

  @Test(
    "a phase that recycles serves a button in its green as long as its force-off leaves the time",
    arguments: Coordination.Maximum.allCases)
  func recycles(maximum: Coordination.Maximum) throws {
    #expect(try walks(recycles: true, maximum, second: 45) == [[36, 40], [46, 50]])
    #expect(try walks(recycles: true, maximum, second: 46.1) == [[36, 40]])
  }

  @Test("one that does not recycle leaves the button for the next green")
  func keeps() throws {
    #expect(try walks(recycles: false, .inhibited, second: 45) == [[36, 40]])
  }
}
