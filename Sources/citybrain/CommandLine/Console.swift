import Foundation

/// Where a command's data and words go.
struct Console: Sendable {
  /// Data, byte for byte.
  var writeOutput: @Sendable (Data) throws -> Void
  /// Words for a person.
  var writeError: @Sendable (String) -> Void
  /// Whether somebody watches standard error.
  var isErrorTerminal: Bool
  var usesColor: Bool
  var isQuiet: Bool

  /// Standard output and standard error of the process.
  static func standard(environment: [String: String]) -> Console {
    let isErrorTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
    let isPlain = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    return Console(
      writeOutput: { try FileHandle.standardOutput.write(contentsOf: $0) },
      writeError: { text in
        // Nobody is left to be told when standard error itself is gone.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
      },
      isErrorTerminal: isErrorTerminal,
      usesColor: isErrorTerminal && !isPlain && environment["TERM"] != "dumb",
      isQuiet: false)
  }

  func applying(_ arguments: ParsedArguments) -> Console {
    var console = self
    if arguments.has("quiet") { console.isQuiet = true }
    if arguments.has("no-color") { console.usesColor = false }
    return console
  }

  func output(_ text: String) throws(CommandFailure) {
    do {
      try writeOutput(Data(text.utf8))
    } catch {
      throw CommandFailure(.inputOutput, "cannot write to standard output: \(error.localizedDescription)")
    }
  }

  /// A remark that `--quiet` keeps back.
  func remark(_ text: String) {
    if !isQuiet { writeError(text + "\n") }
  }

  func warning(_ text: String) {
    if !isQuiet { writeError(colored("warning: ", .yellow) + text + "\n") }
  }

  func error(_ text: String) { writeError(colored("error: ", .red) + text + "\n") }

  enum Color: String {
    case red = "31"
    case yellow = "33"
  }

  private func colored(_ text: String, _ color: Color) -> String {
    usesColor ? "\u{1B}[1;\(color.rawValue)m\(text)\u{1B}[0m" : text
  }
}
