import Testing
import TestSupport
import TrafficModel

@testable import TimingOptimization

@Suite("Rules by hand")
struct RuleTests {
  @Test("Webster's cycle and greens: L 10, y 0.3 and 0.3 give 50 s and 20 s each")
  func webster() {
    let greens = WebsterStrategy.greens(ratios: [0.3, 0.3], lost: 10, minima: [5, 5])
    #expect(abs(greens[0] - 20) < 0.001 && abs(greens[1] - 20) < 0.001)
    #expect(WebsterStrategy.greens(ratios: [0.5, 0.1], lost: 10, minima: [5, 15])[1] == 15)
  }

  @Test("cyclic max-pressure shares the green by the exponential of pressure")
  func cyclic() {
    let even = CyclicMaxPressureStrategy.shares(of: [2, 2], lengthSeconds: 90, lost: 10)
    #expect(abs(even[0] - 40) < 0.001 && abs(even[1] - 40) < 0.001)
    let uneven = CyclicMaxPressureStrategy.shares(of: [30, 0], lengthSeconds: 90, lost: 10)
    // e^(0.05·30) = 4.4817
    #expect(abs(uneven[0] / uneven[1] - 4.4817) < 0.001)
  }
}
