import Foundation

/// Waits for bytes on several links at once.
public enum Readiness {
  /// Waits until one of the descriptors has bytes (or an error) to be read.
  ///
  /// - Parameter milliseconds: At most this long.
  /// - Returns: Places in `descriptors` that are ready; empty after the time or when interrupted by a signal.
  public static func wait(for descriptors: [Descriptor], milliseconds: Int) -> [Int] {
    var entries = descriptors.map { pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0) }
    let limit = Int32(clamping: max(0, milliseconds))
    let count = unsafe poll(&entries, nfds_t(entries.count), limit)
    guard count > 0 else { return [] }
    return entries.indices.filter { entries[$0].revents != 0 }
  }

  static func waitToWrite(_ descriptor: Descriptor, milliseconds: Int32) {
    var entry = pollfd(fd: descriptor.number, events: Int16(POLLOUT), revents: 0)
    // What poll says does not matter: the next write tells.
    _ = unsafe poll(&entry, 1, milliseconds)
  }
}
