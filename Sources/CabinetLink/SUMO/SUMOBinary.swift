import Foundation

/// Where SUMO's program lies.
public enum SUMOBinary {
  /// Finds the program: as named (a file, or a folder of an installation or of a Python environment), in `SUMO_HOME`,
  /// or on the path.
  ///
  /// The script that Python's wheel puts on the path starts the program as a child of its own, which would outlive it;
  /// so the program behind it is taken.
  /// - Throws: `absent`, with what was looked at.
  public static func find(_ named: String?, environment: [String: String]) throws(LinkError) -> String {
    if let named {
      for path in [named, named + "/bin/sumo", named + "/sumo"] {
        if let program = program(at: path) { return program }
      }
      throw LinkError(
        .absent, "\(named): there is no SUMO; name the program itself, or the folder of its installation")
    }
    if let home = environment["SUMO_HOME"], let program = program(at: home + "/bin/sumo") { return program }
    for folder in (environment["PATH"] ?? "").split(separator: ":") {
      if let program = program(at: folder + "/sumo") { return program }
    }
    throw LinkError(
      .absent,
      "SUMO is not found on the path or in SUMO_HOME; install it (pip install eclipse-sumo==1.28.0) or name it with "
        + "--sumo-binary")
  }

  private static func program(at path: String) -> String? {
    let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let type = try? FileManager.default.attributesOfItem(atPath: url.path)[.type] as? FileAttributeType
    guard type == .typeRegular, FileManager.default.isExecutableFile(atPath: path) else { return nil }
    guard let handle = try? FileHandle(forReadingFrom: url), let start = try? handle.read(upToCount: 2) else {
      return nil
    }
    try? handle.close()
    if start != Data("#!".utf8) { return path }
    return behindWheel(URL(fileURLWithPath: path)) ?? path
  }

  /// `ENV/bin/sumo` → `ENV/lib/pythonX.Y/site-packages/sumo/bin/sumo`.
  private static func behindWheel(_ script: URL) -> String? {
    let library = script.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("lib")
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? []
    for version in versions.sorted() where version.hasPrefix("python") {
      let path = library.path + "/\(version)/site-packages/sumo/bin/sumo"
      if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    return nil
  }
}
