/// What never changes of a segment, apart from where it lies: many segments of a city have the same, so that theirs is
/// always at hand.
struct SegmentShape: Hashable, Sendable {
  var lengthCentimeters: Int32
  var speedLimit: Float
  /// Time that freed space needs from the end to the start.
  var waveMilliseconds: Int32
  /// From the segment's end to the stop line of its link.
  var distanceToStopLine: Int32
  /// What vehicles do at the end; for stop lines it depends on the vehicle and −1 stands here.
  var connector: Int32
  /// Where the segments that follow stand in the table of shapes.
  fileprivate(set) var firstOffset: Int32 = -1
}

/// A segment's shape while a network is compiled, with the segments that follow it by lane at the stop line: −1 where a
/// lane is not reached from here; empty behind the last segment of a link.
struct SegmentOutline {
  var shape: SegmentShape
  var followers: [Int32] = []
}

/// The shapes of a network, each once.
struct ShapeTable: Sendable {
  private var shapes = Table<SegmentShape>()
  /// How much further on the following segments stand, by lane at the stop line; 0 where a lane is not reached.
  private var offsets = Table<Int32>()
  // While the network is compiled.
  private var numbers: [SegmentShape: Int32] = [:]
  private var firstOffsets: [[Int32]: Int32] = [:]

  subscript(_ number: Int32) -> SegmentShape {
    @inline(__always) get { shapes[Int(number)] }
  }

  /// The segment behind `segment`, which has the shape, on the way to a lane at the stop line; −1 if it leads elsewhere.
  @inline(__always)
  func follower(of segment: Int, _ shape: SegmentShape, lane: UInt8) -> Int {
    let offset = offsets[Int(shape.firstOffset) + Int(lane)]
    return offset == 0 ? -1 : segment + Int(offset)
  }

  /// The number of a segment's shape.
  mutating func share(_ outline: SegmentOutline, of segment: Int) -> Int32 {
    var shape = outline.shape
    if !outline.followers.isEmpty {
      shape.firstOffset = share(outline.followers.map { $0 < 0 ? 0 : $0 - Int32(segment) })
    }
    if let number = numbers[shape] { return number }
    let number = Int32(shapes.count)
    shapes.append(shape)
    numbers[shape] = number
    return number
  }

  private mutating func share(_ list: [Int32]) -> Int32 {
    if let first = firstOffsets[list] { return first }
    let first = Int32(offsets.count)
    offsets.append(contentsOf: list)
    firstOffsets[list] = first
    return first
  }

  /// Drops what only compiling needs.
  mutating func close() {
    numbers = [:]
    firstOffsets = [:]
  }
}
