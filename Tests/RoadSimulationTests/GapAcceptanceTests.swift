import RoadSimulation
import Testing
import TestSupport
import TrafficModel

@Suite("Gap acceptance")
struct GapAcceptanceTests {
  @Test(
    "a saturated turn that yields gets through as often as the gap formula says",
    arguments: [200.0, 400, 600, 800])
  func capacity(major: Double) throws {
    let scenario = TestRoads.yieldingTurn(majorVehiclesPerHour: major, criticalGapSeconds: 4.5)
    var street = try ScriptedStreet(scenario, constants: .field)
    street.run(to: street.end.seconds)
    let measures = street.road.finish()
    let perHour = Double(measures.movements[1].passed) / measures.measuredSeconds * 3600
    // Tanner 1962, with the least headway Δ = 0.9 · 1.895 s at which vehicles enter the major road:
    // c = q (1 − Δq) e^(−q (t_c − Δ)) / (1 − e^(−q t_f)), q per second. For Δ = 0 it is HCM's formula.
    let q = major / 3600
    let least = 0.9 * 3600 / 1900
    let theory =
      3600 * q * (1 - least * q) * exponential(-q * (4.5 - least)) / (1 - exponential(-q * 2.5))
    #expect(abs(perHour - theory) < 0.1 * theory, "\(perHour) against \(theory) veh/h")
  }
}
