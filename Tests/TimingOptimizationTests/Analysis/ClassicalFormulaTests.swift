import Testing
import TimingOptimization
import TrafficModel

/// Values worked by hand from the papers, to their last printed digit.
@Suite("Classical formulas")
struct ClassicalFormulaTests {
  static func isPrinted(_ value: Double, _ printed: Double, digits: Int) -> Bool {
    var unit = 1.0
    for _ in 0..<digits { unit /= 10 }
    return abs(value - printed) <= unit / 2 + 1e-12
  }

  @Test("Webster's delay of the worked stream is 29.775 s")
  func websterDelay() {
    let delay = Webster.delay(
      cycleSeconds: 90, greenRatio: 0.4, degreeOfSaturation: 0.8, vehiclesPerSecond: 0.16)
    #expect(Self.isPrinted(delay, 29.775, digits: 3))
    #expect(
      Webster.delay(cycleSeconds: 90, greenRatio: 0.4, degreeOfSaturation: 1, vehiclesPerSecond: 0.2)
        == .infinity)
  }

  @Test("Webster's cycle for L = 12 s and Y = 0.75 is 92 s, and its greens share what is left in proportion")
  func websterCycle() {
    #expect(Webster.cycle(lostSeconds: 12, flowRatio: 0.75) == 92)
    #expect(Webster.cycle(lostSeconds: 12, flowRatio: 1) == .infinity)
    let greens = Webster.greens(cycleSeconds: 92, lostSeconds: 12, flowRatios: [0.5, 0.25])
    #expect(abs(greens[0] - 160.0 / 3) < 1e-12 && abs(greens[1] - 80.0 / 3) < 1e-12)
    #expect(abs(Webster.shortestCycle(lostSeconds: 12, flowRatio: 0.75, greatest: 0.9) - 72) < 1e-9)
  }

  @Test(
    "the manual's control delay of the worked lane group is 23.824 + 9.083 = 32.907 s, and above capacity 27 + 64.258",
    arguments: [(0.8, 23.824, 9.083), (1.1, 27.000, 64.258)])
  func controlDelay(saturation: Double, uniform: Double, incremental: Double) {
    let first = ControlDelay.uniform(cycleSeconds: 90, greenSeconds: 36, degreeOfSaturation: saturation)
    let second = ControlDelay.incremental(
      degreeOfSaturation: saturation, capacityVehiclesPerHour: 720, hours: 0.25)
    #expect(Self.isPrinted(first, uniform, digits: 3))
    #expect(Self.isPrinted(second, incremental, digits: 3))
    if saturation < 1 { #expect(Self.isPrinted(first + second, 32.907, digits: 3)) }
  }

  @Test(
    "Akçelik's overflow queue and delay of the worked stream",
    arguments: [(0.8, 0.7211, 27.429), (0.95, 3.9800, 46.029), (1.1, 13.1168, 92.584)])
  func akcelik(saturation: Double, queue: Double, delay: Double) {
    let stream = Akcelik(saturationFlow: 0.5, cycleSeconds: 90, greenSeconds: 36, periodSeconds: 900)
    #expect(Self.isPrinted(stream.overflowQueue(degreeOfSaturation: saturation), queue, digits: 4))
    #expect(Self.isPrinted(stream.delay(degreeOfSaturation: saturation), delay, digits: 3))
  }

  @Test("the generalised formula gives Akçelik's own overflow delay with the Australian constants")
  func generalised() {
    let stream = Akcelik(saturationFlow: 0.5, cycleSeconds: 90, greenSeconds: 36, periodSeconds: 900)
    let formula = GeneralisedDelay.australian(saturationFlow: 0.5, greenSeconds: 36)
    let delay = formula.delay(degreeOfSaturation: 0.95, capacityVehiclesPerHour: 720, hours: 0.25)
    #expect(abs(delay - stream.overflowQueue(degreeOfSaturation: 0.95) / stream.capacity) < 1e-9)
    #expect(formula.delay(degreeOfSaturation: 0.6, capacityVehiclesPerHour: 720, hours: 0.25) == 0)
  }

  @Test("a platoon of 30 steps' travel is smoothed with F = 0.10638")
  func dispersion() {
    let standard = PlatoonDispersion()
    #expect(Self.isPrinted(standard.smoothing(cruiseSteps: 30), 0.10638, digits: 5))
  }

  @Test("a dispersed platoon keeps its vehicles, and its mean comes a cruise time later")
  func dispersedPlatoon() {
    var profile = [Double](repeating: 0, count: 400)
    for step in 20..<40 { profile[step] = 0.5 }
    let arrived = PlatoonDispersion().dispersed(profile, cruiseSteps: 30)
    #expect(abs(arrived.reduce(0, +) - 10) < 1e-9)
    let mean = arrived.enumerated().reduce(0.0) { $0 + Double($1.offset) * $1.element } / 10
    // β·T_a of shift and αβ·T_a of smoothing.
    #expect(abs(mean - (29.5 + 0.8 * 30 + 0.35 * 0.8 * 30)) < 0.05)
  }
}
