#if os(Linux)
  import Glibc
#endif

/// The bytes of a table, aligned so that records of 64 bytes are a cache line each.
///
/// Large tables ask for large pages: a city's records are touched at random, and the processor remembers the places of few
/// pages only.
@safe
final class TableMemory: Sendable {
  // What stands behind it belongs to the table that holds this.
  nonisolated(unsafe) let start: UnsafeMutableRawPointer

  private static let largePage = 2 << 20
  private static let cacheLine = 64

  init(byteCount: Int) {
    let isLarge = byteCount >= Self.largePage / 2
    unsafe start = .allocate(
      byteCount: max(byteCount, 1), alignment: isLarge ? Self.largePage : Self.cacheLine)
    #if os(Linux)
      // Where the system has none to give, small ones serve.
      if isLarge { _ = unsafe madvise(start, byteCount, MADV_HUGEPAGE) }
    #endif
  }

  deinit { unsafe start.deallocate() }
}
