import Testing
import TrafficModel

@testable import TimingOptimization

@Suite("Queue accumulation over a cycle")
struct ServiceProfileTests {
  static func profile(_ greens: [Range<Double>], cycle: Double, rate: Double = 1800) -> ServiceProfile {
    let intervals = CyclicIntervals(cycle: cycle, union: greens)
    return ServiceProfile(cycle: cycle, edges: intervals.edges) { intervals.contains($0) ? rate : 0 }
  }

  @Test("one green anywhere in the cycle gives the closed form of the uniform delay", arguments: 0..<60)
  func closedForm(case index: Int) {
    var random = RandomStream(seed: UInt64(index), purpose: .testing, place: 0)
    let cycle = 40 + 100 * random.uniform()
    let green = cycle * (0.1 + 0.8 * random.uniform())
    let start = cycle * random.uniform()
    let profile = Self.profile([start..<(start + green)], cycle: cycle)
    let saturation = 0.05 + 1.3 * random.uniform()
    let expected = ControlDelay.uniform(
      cycleSeconds: cycle, greenSeconds: green, degreeOfSaturation: saturation)
    let actual = profile.uniformDelay(arrivalsPerHour: saturation * profile.capacity)
    #expect(
      abs(actual - expected) < 1e-6 * expected + 1e-6, "cycle \(cycle), green \(green), X \(saturation)")
  }

  @Test("two equal greens half a cycle apart delay like one green of half the cycle")
  func doubleService() {
    let twice = Self.profile([0..<15, 45..<60], cycle: 90)
    let once = Self.profile([0..<15], cycle: 45)
    #expect(abs(twice.uniformDelay(arrivalsPerHour: 400) - once.uniformDelay(arrivalsPerHour: 400)) < 1e-9)
  }

  @Test("a green that runs over the end of the cycle counts once and whole")
  func wrapping() {
    let intervals = CyclicIntervals(cycle: 90, union: [80..<100, 5..<12, 40..<50])
    #expect(intervals.parts == [40..<50, 80..<102])
    #expect(intervals.total == 32)
    #expect(intervals.contains(1) && intervals.contains(85) && !intervals.contains(13))
    #expect(CyclicIntervals(cycle: 90, union: [0..<60, 55..<90]).isWholeCycle)
  }

  @Test("what is taken out of a green leaves the rest in place, over the end of the cycle too")
  func subtraction() {
    let whole = CyclicIntervals(cycle: 60, union: [50..<80])
    let part = CyclicIntervals(cycle: 60, union: [55..<62])
    #expect(whole.subtracting(part).parts == [2..<20, 50..<55])
    #expect(part.subtracting(whole).isEmpty)
  }

  @Test("start-up loss and end use shift a green, and a green shorter than its loss serves nobody")
  func effectiveGreen() {
    let greens = CyclicIntervals(cycle: 60, union: [0..<20, 30..<31])
    #expect(greens.shifted(lost: 2, gained: 1).parts == [2..<21])
    let always = CyclicIntervals(cycle: 60, union: [0..<60])
    #expect(always.shifted(lost: 2, gained: 2).isWholeCycle)
  }
}
