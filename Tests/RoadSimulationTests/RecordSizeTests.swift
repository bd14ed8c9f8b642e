import Testing

@testable import RoadSimulation

/// A run is as fast as its records come from memory: one more field can make two cache lines of one.
@Suite("Records and cache lines")
struct RecordSizeTests {
  @Test("what events touch fills whole cache lines, or halves of one")
  func sizes() {
    #expect(MemoryLayout<Vehicle>.stride == 64)
    #expect(MemoryLayout<LaneSegment>.stride == 128)
    #expect(MemoryLayout<MovementState>.stride == 64)
    #expect(MemoryLayout<Connector>.stride == 64)
    #expect(MemoryLayout<MovementLane>.stride == 32)
    #expect(MemoryLayout<LaneAccount>.stride == 32)
    #expect(MemoryLayout<PassageSums>.stride == 32)
  }

  @Test("what a passing vehicle needs of a segment is its first cache line")
  func firstLine() {
    for offset in [
      MemoryLayout<LaneSegment>.offset(of: \.head), MemoryLayout<LaneSegment>.offset(of: \.due),
      MemoryLayout<LaneSegment>.offset(of: \.lastDeparture), MemoryLayout<LaneSegment>.offset(of: \.present),
      MemoryLayout<LaneSegment>.offset(of: \.usedCentimeters),
      MemoryLayout<LaneSegment>.offset(of: \.returnTime), MemoryLayout<LaneSegment>.offset(of: \.mergeTime),
      MemoryLayout<LaneSegment>.offset(of: \.lampsDue),
    ] {
      #expect((offset ?? 64) < 64)
    }
    #expect(MemoryLayout<LaneSegment>.offset(of: \.queueReleased) ?? 0 >= 64)
  }
}
