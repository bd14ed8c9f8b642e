/// What is wrong with an input document: the place, what stands there, what should, and how to mend it.
public struct DocumentError: Error, Hashable, Sendable, CustomStringConvertible {
  /// As the user named it.
  public var file: String
  /// From 1; 0 where the whole file is meant.
  public var line: Int
  /// In characters, from 1; 0 where the whole line is meant.
  public var column: Int
  /// JSON path such as `$.links[3].lanes`; a section and record name for other formats.
  public var path: String
  public var found: String
  public var expected: String
  public var mend: String

  public init(
    file: String, line: Int, column: Int, path: String, found: String, expected: String, mend: String
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.path = path
    self.found = found
    self.expected = expected
    self.mend = mend
  }

  public var description: String {
    // Compilers' way of naming a place; a file as a whole has none.
    let position = line == 0 ? "" : ":\(line):\(column)"
    return "\(file)\(position): at \(path): found \(found); expected \(expected); to mend: \(mend)"
  }
}
