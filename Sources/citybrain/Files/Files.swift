import Foundation

/// Reading and writing whole files, with failures that name the file.
enum Files {
  static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
    if !exists(path) { throw CommandFailure(.inputOutput, "\(path): there is no such file") }
    if isDirectory(path) { throw CommandFailure(.inputOutput, "\(path): is a folder, not a file") }
    do {
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw CommandFailure(.inputOutput, "\(path): cannot be read: \(error.localizedDescription)")
    }
  }

  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  static func isDirectory(_ path: String) -> Bool { type(path) == .typeDirectory }

  /// Whether something stands at `path` that is neither a file nor a folder; links to pipes lead to no path.
  private static func isStream(_ path: String) -> Bool {
    exists(path) && ![.typeRegular, .typeDirectory].contains(type(path))
  }

  /// What stands at `path`, links followed.
  private static func type(_ path: String) -> FileAttributeType? {
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let attributes = try? FileManager.default.attributesOfItem(atPath: target)
    return attributes?[.type] as? FileAttributeType
  }

  /// Writes a file whole or not at all: into a neighbour first, which then takes its place.
  ///
  /// A link stays, and the file that it names is replaced. A device or a pipe (`/dev/stdout`) is written to.
  static func write(_ bytes: [UInt8], to path: String) throws(CommandFailure) {
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    do {
      if isStream(path) {
        let stream = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try stream.write(contentsOf: bytes)
        try stream.close()
      } else {
        try Data(bytes).write(to: target, options: .atomic)
      }
    } catch {
      throw CommandFailure(.inputOutput, "\(path): cannot be written: \(error.localizedDescription)")
    }
  }

  static func write(_ text: String, to path: String) throws(CommandFailure) {
    try write(Array(text.utf8), to: path)
  }

  /// Gives a file another name; what stood there before is gone.
  static func move(_ path: String, to target: String) throws(CommandFailure) {
    try write(try read(path), to: target)
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw CommandFailure(.inputOutput, "\(path): cannot be removed: \(error.localizedDescription)")
    }
  }

  /// Makes a folder and those above it, where they are missing.
  static func makeDirectory(_ path: String) throws(CommandFailure) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure(.inputOutput, "\(path): cannot be made: \(error.localizedDescription)")
    }
  }

  /// `path` inside `folder`.
  static func join(_ folder: String, _ path: String) -> String {
    folder.isEmpty ? path : folder.hasSuffix("/") ? folder + path : folder + "/" + path
  }

  /// A path that starts from `base` unless it is absolute or there is no base.
  static func located(_ path: String, from base: String) -> String {
    base.isEmpty || path.hasPrefix("/") ? path : join(base, path)
  }
}
