import Testing
import TimingOptimization
import TrafficModel

@Suite("Bands, change intervals and critical movements")
struct PracticeFormulaTests {
  @Test(
    "yellow and red clearance have the printed values on the level, over 80 ft",
    arguments: [
      (25.0, 2.83, 3.0, 2.73), (30, 3.20, 3.5, 2.27), (35, 3.57, 4.0, 1.95), (40, 3.93, 4.0, 1.70),
      (45, 4.30, 4.5, 1.52), (50, 4.67, 5.0, 1.36),
    ])
  func changeIntervals(mph: Double, yellow: Double, practical: Double, red: Double) {
    let intervals = ChangeIntervals()
    let speed = mph * Conversion.metersPerSecondPerMilePerHour
    #expect(abs(intervals.yellow(metersPerSecond: speed) - yellow) < 0.0051)
    #expect(intervals.practicalYellow(metersPerSecond: speed) == practical)
    let width = 80 * Conversion.metersPerFoot
    #expect(abs(intervals.redClearance(metersPerSecond: speed, widthMeters: width) - red) < 0.0051)
  }

  @Test("people who need longer from the button than walk and clearance get a longer walk")
  func pedestrians() {
    let intervals = PedestrianIntervals()
    #expect(abs(intervals.clearance(crossingMeters: 16.002) - 15) < 1e-9)
    #expect(intervals.walk(crossingMeters: 16.002, buttonToFarSideMeters: 18) == 7)
    #expect(abs(intervals.walk(crossingMeters: 16.002, buttonToFarSideMeters: 22.86) - 10) < 1e-9)
  }

  @Test("the band is what remains open on the way: the overlap of greens moved by the travel times")
  func bandwidth() {
    let band = Bandwidth(
      greens: [[0..<40], [25..<60], [55..<85]], travelSeconds: [20, 20], cycleSeconds: 90)
    // In departures: 0–40, 5–40, 15–45.
    #expect(abs(band.width - 25) < 1e-9 && abs(band.start - 15) < 1e-9)
    #expect(abs(band.efficiency - 25.0 / 90) < 1e-12)
    #expect(abs(band.attainability - 25.0 / 30) < 1e-12)
    let none = Bandwidth(greens: [[0..<20], [40..<60]], travelSeconds: [0], cycleSeconds: 90)
    #expect(none.width == 0)
  }

  @Test("a band runs over the end of the cycle")
  func bandOverTheEnd() {
    let band = Bandwidth(greens: [[80..<110], [10..<40]], travelSeconds: [20], cycleSeconds: 90)
    #expect(abs(band.width - 30) < 1e-9 && abs(band.start - 80) < 1e-9)
  }

  @Test(
    "an initial queue of 10 vehicles at v = 500 and c = 600 in a quarter hour costs what the geometry says")
  func initialQueue() {
    // Q_e = 10 + 0.1·(−100) = 0 after t_A = 0.1 h: 3600/125·(0.1·5 − 100/1200) s.
    let delay = ControlDelay.initialQueue(
      vehicles: 10, vehiclesPerHour: 500, capacityVehiclesPerHour: 600, hours: 0.25)
    #expect(abs(delay - 12) < 1e-9)
    #expect(
      ControlDelay.initialQueue(vehicles: 0, vehiclesPerHour: 500, capacityVehiclesPerHour: 600, hours: 1)
        == 0)
  }
}
