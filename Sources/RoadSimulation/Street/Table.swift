/// The records of one run at fixed places in memory: an array that nobody can copy.
///
/// An array asks at each write whether somebody else holds it, and a departure writes a hundred times. Since nobody
/// can share a table, nothing has to be asked; that places exist is still checked. It is the one place of the road
/// that handles memory by itself.
@safe
struct Table<Element: BitwiseCopyable>: ~Copyable {
  private var base: UnsafeMutablePointer<Element>
  private var capacity: Int
  private(set) var count: Int

  init(capacity: Int = 0) {
    self.capacity = max(capacity, 1)
    unsafe base = Self.memory(for: self.capacity)
    count = 0
  }

  init(repeating element: Element, count: Int) {
    self.init(capacity: count)
    unsafe base.initialize(repeating: element, count: count)
    self.count = count
  }

  init(_ elements: ContiguousArray<Element>) {
    self.init(capacity: elements.count)
    for element in elements { append(element) }
  }

  deinit { unsafe UnsafeMutableRawPointer(base).deallocate() }

  /// Records of a power of two of bytes never lie on more cache lines than they must.
  private static func memory(for count: Int) -> UnsafeMutablePointer<Element> {
    unsafe UnsafeMutableRawPointer.allocate(
      byteCount: count * MemoryLayout<Element>.stride, alignment: max(64, MemoryLayout<Element>.alignment)
    ).bindMemory(to: Element.self, capacity: count)
  }

  var isEmpty: Bool { count == 0 }
  var indices: Range<Int> { 0..<count }

  subscript(_ index: Int) -> Element {
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

  /// - Complexity: O(1) in the mean.
  mutating func append(_ element: Element) {
    if count == capacity { grow() }
    unsafe (base + count).initialize(to: element)
    count += 1
  }

  /// The table must not be empty.
  mutating func removeLast() -> Element {
    precondition(count > 0, "no record")
    count -= 1
    return unsafe base[count]
  }

  private mutating func grow() {
    let larger = unsafe Self.memory(for: 2 * capacity)
    unsafe larger.moveInitialize(from: base, count: count)
    unsafe UnsafeMutableRawPointer(base).deallocate()
    unsafe base = larger
    capacity *= 2
  }
}
