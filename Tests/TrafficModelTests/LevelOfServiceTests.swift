import Testing
import TrafficModel

@Suite("Level of service")
struct LevelOfServiceTests {
  @Test(
    "each letter ends at its greatest delay and the next begins just above",
    arguments: [
      (NodeControl.signal, [10.0, 20, 35, 55, 80]), (NodeControl.priority, [10.0, 15, 25, 35, 50]),
    ])
  func thresholds(control: NodeControl, limits: [Double]) {
    let letters = LevelOfService.allCases
    for (place, limit) in limits.enumerated() {
      #expect(LevelOfService(controlDelaySeconds: limit, control: control) == letters[place])
      #expect(LevelOfService(controlDelaySeconds: limit + 0.001, control: control) == letters[place + 1])
    }
    #expect(LevelOfService(controlDelaySeconds: 0, control: control) == .a)
  }

  @Test("demand above capacity is F whatever the delay, at capacity the delay decides")
  func overCapacity() {
    #expect(LevelOfService(controlDelaySeconds: 5, degreeOfSaturation: 1.01) == .f)
    #expect(LevelOfService(controlDelaySeconds: 5, degreeOfSaturation: 1) == .a)
    #expect(LevelOfService(controlDelaySeconds: .nan) == .f)
    #expect(LevelOfService(controlDelaySeconds: .infinity) == .f)
  }

  @Test("letters are ordered from good to bad")
  func order() {
    #expect(LevelOfService.allCases.sorted() == LevelOfService.allCases)
    #expect(LevelOfService.a < .f)
  }
}
