/// An option of a command: `--name VALUE`, or a flag without a value.
struct OptionSpecification: Hashable, Sendable {
  /// Without the dashes.
  var name: String
  /// A single letter for `-x`.
  var letter: Character?
  /// What stands for the value in the help; `nil` makes it a flag.
  var value: String?
  var help: String

  static func flag(_ name: String, _ help: String, letter: Character? = nil) -> OptionSpecification {
    OptionSpecification(name: name, letter: letter, value: nil, help: help)
  }

  static func value(
    _ name: String, _ value: String, _ help: String, letter: Character? = nil
  ) -> OptionSpecification {
    OptionSpecification(name: name, letter: letter, value: value, help: help)
  }

  /// `-o, --out FILE`
  var synopsis: String {
    (letter.map { "-\($0), " } ?? "") + "--\(name)" + (value.map { " \($0)" } ?? "")
  }
}

/// What a command is called, takes and does: the source of both its parser and its help.
struct CommandSpecification: Hashable, Sendable {
  struct Example: Hashable, Sendable {
    var line: String
    var meaning: String

    init(_ line: String, _ meaning: String) {
      self.line = line
      self.meaning = meaning
    }
  }

  var name: String
  /// One line for the list of commands.
  var summary: String
  var examples: [Example]
  /// The positional arguments as the usage line shows them.
  var operands: String
  /// How many positional arguments it takes.
  var operandCount: ClosedRange<Int>
  /// Options of its own; ``common`` ones are added to every command.
  var options: [OptionSpecification]
  /// Paragraphs after the options.
  var notes: [String] = []

  static let common: [OptionSpecification] = [
    .flag("json", "print one JSON object on standard output"),
    .flag("quiet", "no progress and no remarks; errors are still told", letter: "q"),
    .flag("no-color", "plain text (as does the variable NO_COLOR)"),
    .flag("help", "show this help", letter: "h"),
  ]

  var allOptions: [OptionSpecification] { options + Self.common }
}
