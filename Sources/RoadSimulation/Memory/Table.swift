/// Records of one kind at fixed places in memory: what a run changes with every event.
///
/// An array asks at each assignment whether somebody else holds it too: twenty-six questions an event, each a call
/// that forgets what stands in the processor's registers. Here the question is asked once, by ``makeUnique()``, at
/// every door by which others make a run go on; what happens behind the door changes the records in place. Indices are
/// checked all the same. Against arrays that saves a fifth of the instructions of a run (callgrind over the loop of
/// `RoadBenchmark --case grid20`).
///
/// Reading does not keep the records alive, their owner does: a table in a stored property is safe, but a local one that is
/// only read must be held to the end of that with `withExtendedLifetime`.
@safe
struct Table<Record: BitwiseCopyable & Sendable>: Sendable {
  private var memory: TableMemory
  // Safe to send as an array is: who changes records is their only holder.
  private nonisolated(unsafe) var base: UnsafeMutablePointer<Record>
  private(set) var count: Int
  private var capacity: Int

  init() { self.init(capacity: 0) }

  private init(capacity: Int) {
    memory = TableMemory(byteCount: capacity * MemoryLayout<Record>.stride)
    unsafe base = memory.start.bindMemory(to: Record.self, capacity: capacity)
    count = 0
    self.capacity = capacity
  }

  init(repeating record: Record, count: Int) {
    self.init(capacity: count)
    unsafe base.initialize(repeating: record, count: count)
    self.count = count
  }

  init(_ records: some Collection<Record>) {
    self.init(capacity: records.count)
    for record in records { append(record) }
  }

  var isEmpty: Bool { count == 0 }
  var indices: Range<Int> { 0..<count }
  var last: Record? { count == 0 ? nil : self[count - 1] }
  var first: Record? { count == 0 ? nil : self[0] }

  subscript(_ index: Int) -> Record {
    @inline(__always)
    unsafeAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such record")
      return unsafe UnsafePointer(base + index)
    }
    @inline(__always)
    unsafeMutableAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such record")
      return unsafe base + index
    }
  }

  @inline(__always)
  mutating func append(_ record: Record) {
    if count == capacity { move(toCapacity: max(16, 2 * capacity)) }
    unsafe (base + count).initialize(to: record)
    count &+= 1
  }

  mutating func append(contentsOf records: some Sequence<Record>) {
    for record in records { append(record) }
  }

  /// The last record, which there must be.
  @inline(__always)
  mutating func removeLast() -> Record {
    precondition(count > 0, "no record is left")
    count &-= 1
    return unsafe base[count]
  }

  /// Forgets the last record, which there must be.
  @inline(__always)
  mutating func dropLast() {
    precondition(count > 0, "no record is left")
    count &-= 1
  }

  mutating func removeAll() { count = 0 }

  mutating func sort(by precedes: (Record, Record) -> Bool) {
    var records = unsafe UnsafeMutableBufferPointer(start: base, count: count)
    unsafe records.sort(by: precedes)
  }

  /// Gives the table records of its own if a copy of it has the same.
  mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&memory) { move(toCapacity: capacity) }
  }

  @inline(never)
  private mutating func move(toCapacity larger: Int) {
    let place = TableMemory(byteCount: larger * MemoryLayout<Record>.stride)
    let start = unsafe place.start.bindMemory(to: Record.self, capacity: larger)
    unsafe start.initialize(from: base, count: count)
    // The compiler sees no use of the old place in the copying, and might give it back before.
    withExtendedLifetime(memory) {}
    memory = place
    unsafe base = start
    capacity = larger
  }
}
