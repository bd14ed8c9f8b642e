import Interchange
import Testing
import TrafficModel

@Suite struct UTDFSaturationTests {
  /// Headway of the kerb-most own lane of a north-bound lane group.
  private func headway(_ lane: Int, _ change: (inout UTDFSample) -> Void) throws -> Double {
    var sample = UTDFSample()
    change(&sample)
    return try sample.read().headway("1 NB", lane)
  }

  private let plain = 3600.0 / 1900

  @Test("an exclusive left at 1770 veh/h is a lane of 1900 cars per hour")
  func exclusiveLeft() throws {
    #expect(abs(try headway(2) { _ in } - plain) < 0.002)
  }

  @Test(
    "two through lanes at 3539 veh/h, use of lanes and heavy vehicles taken out, are 1900 cars per hour each")
  func throughLanes() throws {
    let value = try headway(0) {
      $0.lanes("Volume", "NBR", "0")
      $0.lanes("SatFlow", "NBT", "3539")
    }
    #expect(abs(value - plain) < 0.001)
  }

  @Test("a shared right turn lowers the file's saturation flow by its share, not the lane's headway")
  func sharedRight() throws {
    // 50 of 550 vehicles turn right: 3539.2 × (1 − 0.15 / 11) = 3490.9.
    let value = try headway(0) { $0.lanes("SatFlow", "NBT", "3490.9") }
    #expect(abs(value - plain) < 0.0005)
  }

  @Test("an exclusive right at 1583 veh/h is a lane of 1900 cars per hour")
  func exclusiveRight() throws {
    let value = try headway(0) {
      $0.lanes("Lanes", "NBR", "1")
      $0.lanes("Shared", "NBT", "0")
      $0.lanes("SatFlow", "NBR", "1583")
    }
    #expect(abs(value - plain) < 0.001)
  }

  @Test("two left lanes at 3433 veh/h are 1900 cars per hour each")
  func twoLeftLanes() throws {
    let value = try headway(3) {
      $0.lanes("Lanes", "NBL", "2")
      $0.lanes("SatFlow", "NBL", "3433")
    }
    #expect(abs(value - plain) < 0.001)
  }

  @Test("the only lane of an approach has a milder right-turn factor")
  func singleLane() throws {
    // Left 100, through 0, right 50: f_RT 1 − 0.135 / 3, f_LT 1 / (1 + 0.05 · 2 / 3).
    let flow = 1900 / 1.02 * (1 - 0.135 / 3) / (1 + 0.05 * 2 / 3)
    let value = try headway(0) {
      $0.lanes("Lanes", "NBT", "0")
      $0.lanes("Volume", "NBT", "0")
      $0.lanes("Shared", "NBT", "0")
      $0.lanes("Dest Node", "NBT", "")
      $0.lanes("Shared", "NBL", "2")
      $0.lanes("Storage", "NBL", "")
      $0.lanes("SatFlow", "NBL", "\(flow)")
    }
    #expect(abs(value - plain) < 1e-6)
  }

  @Test("left turns spread over their own and a shared lane by 'Traffic in shared lane'")
  func sharedLeft() throws {
    // One left lane, one through lane shared with left; 40 % of 100 left-turners use it; 50 right-turners too.
    func change(_ sample: inout UTDFSample) {
      sample.lanes("Lanes", "NBT", "1")
      sample.lanes("Shared", "NBT", "3")
      sample.lanes("Storage", "NBL", "")
      sample.lanes("Traffic in shared lane", "NBL", "40")
      // Both lanes work as one group of two: 0.95.
      sample.lanes("SatFlow", "NBL", "\(1900 / 1.02 * 0.95 * 0.95)")
      let share = (left: 40.0 / 590, right: 50.0 / 590)
      sample.lanes(
        "SatFlow", "NBT", "\(1900 / 1.02 * 0.95 / (1 + 0.05 * share.left) * (1 - 0.15 * share.right))")
    }
    #expect(abs(try headway(1, change) - plain) < 1e-6)
    #expect(abs(try headway(0, change) - plain) < 1e-6)
  }

  @Test("what the simulator does not represent stays in the headway and is told when it is much")
  func narrowLane() throws {
    var sample = UTDFSample()
    sample.lanes("SatFlow", "NBL", "1500*")
    let result = try sample.read()
    let headway = try result.headway("1 NB", 2)
    #expect(abs(headway - 3600 / (1500 * 1.02 / 0.95)) < 1e-9)
    #expect(result.rules("satflow-adjusted").map(\.place) == ["1 NBL"])
  }

  @Test("without SatFlow, and with one that no traffic reaches, IdealFlow gives the headway")
  func missing() throws {
    var sample = UTDFSample()
    sample.lanes("SatFlow", "NBL", "0")
    sample.lanes("SatFlow", "SBL", "9000")
    let result = try sample.read()
    for name in ["1 NB", "1 SB"] {
      #expect(abs(try result.headway(name, 2) - plain) < 1e-9)
    }
    #expect(result.rules("satflow-missing").first?.place == "1 NBL")
    #expect(result.rules("satflow-implausible").first?.place == "1 SBL")
  }

  @Test("v/c is v over s·g/C with the file's saturation flow, and X above 1.5 marks a suspect count")
  func loads() throws {
    var sample = UTDFSample()
    sample.lanes("Volume", "WBT", "1700")
    let result = try sample.read()
    let left = try #require(result.laneGroupLoads.first { $0.label == "1 NBL" })
    #expect(abs(left.flowVehiclesPerHour - 100) < 1e-9)
    #expect(abs(left.greenRatio - 11.0 / 90) < 1e-9)
    #expect(abs(left.saturationDegree - 100 / (1770 * 11.0 / 90)) < 1e-9)
    let suspect = try #require(result.suspectCounts.first)
    #expect(result.suspectCounts.count == 1)
    #expect(suspect.label == "1 WBT")
    #expect(abs(suspect.saturationDegree - (1700 / 0.92 + 50) / (3497 * 20.0 / 90)) < 1e-9)
    #expect(result.suspectJunctions == [NodeID(0)])
    #expect(result.rules("suspect-count").first?.message.contains("v/c = 2.4") == true)
  }
}
