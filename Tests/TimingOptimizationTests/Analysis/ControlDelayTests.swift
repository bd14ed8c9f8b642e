import Testing
import TimingOptimization
import TrafficModel

@Suite("Control delay formulas")
struct ControlDelayTests {
  @Test(
    "the worked lane group of the manual's form: cycle 90, green 36, 600 of 1800 veh/h gives 35.2 s and D")
  func workedLaneGroup() {
    let capacity = 1800.0 * 36 / 90
    let saturation = 600 / capacity
    let uniform = ControlDelay.uniform(cycleSeconds: 90, greenSeconds: 36, degreeOfSaturation: saturation)
    let incremental = ControlDelay.incremental(
      degreeOfSaturation: saturation, capacityVehiclesPerHour: capacity, hours: 0.25)
    #expect(capacity == 720)
    #expect(abs(uniform - 24.30) < 0.005)
    #expect(abs(incremental - 10.91) < 0.005)
    #expect(LevelOfService(controlDelaySeconds: uniform + incremental, degreeOfSaturation: saturation) == .d)
  }

  @Test("a demand above capacity has the uniform delay of saturation and a queue that grows with the period")
  func oversaturation() {
    let at = ControlDelay.uniform(cycleSeconds: 90, greenSeconds: 36, degreeOfSaturation: 1)
    #expect(ControlDelay.uniform(cycleSeconds: 90, greenSeconds: 36, degreeOfSaturation: 1.4) == at)
    #expect(abs(at - 27) < 1e-9)
    let quarter = ControlDelay.incremental(
      degreeOfSaturation: 1.2, capacityVehiclesPerHour: 720, hours: 0.25)
    let hour = ControlDelay.incremental(degreeOfSaturation: 1.2, capacityVehiclesPerHour: 720, hours: 1)
    // Deterministic part: T·3600·(X − 1)/2.
    #expect(quarter > 90 && quarter < 130)
    #expect(hour > 360 && hour < 400)
  }

  @Test("green all the time delays nobody and red all the time has no finite green ratio to help")
  func extremesOfGreen() {
    #expect(ControlDelay.uniform(cycleSeconds: 90, greenSeconds: 90, degreeOfSaturation: 0.5) == 0)
    #expect(ControlDelay.uniform(cycleSeconds: 90, greenSeconds: 0, degreeOfSaturation: 0) == 45)
  }

  @Test("six of ten arrivals on a green of 40 % cut the uniform delay to 0.642 of itself")
  func progression() {
    let factor = ControlDelay.progressionFactor(
      arrivalsOnGreen: 0.6, cycleSeconds: 90, greenSeconds: 36, degreeOfSaturation: 600.0 / 720)
    #expect(abs(factor - 0.64198) < 1e-5)
  }

  @Test(
    "arrivals on green in the share of the green ratio leave the uniform delay as it is", arguments: 1..<20)
  func neutralProgression(step: Int) {
    let green = Double(step) * 4.5
    let factor = ControlDelay.progressionFactor(
      arrivalsOnGreen: green / 90, cycleSeconds: 90, greenSeconds: green, degreeOfSaturation: 0.7)
    #expect(abs(factor - 1) < 1e-9)
  }

  @Test("an actuated phase with 3 s passage time at 80 % saturation has k = 0.343")
  func actuatedFactor() {
    let k = ControlDelay.actuatedIncrementalDelayFactor(passageSeconds: 3, degreeOfSaturation: 0.8)
    #expect(abs(k - 0.34321) < 1e-5)
    #expect(ControlDelay.actuatedIncrementalDelayFactor(passageSeconds: 2, degreeOfSaturation: 0.1) >= 0.04)
    #expect(ControlDelay.actuatedIncrementalDelayFactor(passageSeconds: 3, degreeOfSaturation: 1.5) == 0.5)
  }

  @Test("a saturated neighbour filters arrivals down to the manual's least factor")
  func filtering() {
    #expect(ControlDelay.upstreamFilteringFactor(upstreamDegreeOfSaturation: 0) == 1)
    #expect(abs(ControlDelay.upstreamFilteringFactor(upstreamDegreeOfSaturation: 0.5) - 0.858) < 5e-4)
    #expect(abs(ControlDelay.upstreamFilteringFactor(upstreamDegreeOfSaturation: 1.3) - 0.09) < 1e-12)
  }
}
