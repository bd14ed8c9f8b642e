import CabinetLink
import Interchange
import Reporting

/// `citybrain journal verify`: whether a journal is whole, and what to compare with a copy kept elsewhere.
enum JournalCommand: Command {
  static let specification = CommandSpecification(
    name: "journal", summary: "verify the hash-chained record of what was sent to cabinets",
    examples: [.init("citybrain journal verify field.journal", "is the chain whole, and what is its head")],
    operands: "verify FILE", operandCount: 2...2, options: [],
    notes: [
      """
      Each line holds the hash of the line before it. Who changes, removes or inserts a line breaks the chain; who cuts
      whole lines off the end does not, so keep the printed head somewhere else. The exit code is 7 for a broken chain.
      """
    ])

  static func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) {
    guard arguments.operands[0] == "verify" else {
      throw arguments.failure("journal \(arguments.operands[0]) is unknown; expected journal verify FILE")
    }
    let path = arguments.operands[1]
    let check = JournalCheck(try Files.read(path))
    if arguments.has("json") {
      try context.console.output(
        JSONValue.object([
          ("schema", "citybrain.journal/1"), ("lines", .integer(check.lineCount)),
          ("head", .string(check.head)), ("firstTime", check.firstTime.map { .string($0) } ?? .null),
          ("lastTime", check.lastTime.map { .string($0) } ?? .null),
          ("tornBytes", .integer(check.tornByteCount)),
          ("brokenLine", check.broken.map { .integer($0.line) } ?? .null),
        ]).text(pretty: true))
    } else {
      try context.console.output(
        """
        lines  \(check.lineCount)
        first  \(check.firstTime ?? "none")
        last   \(check.lastTime ?? "none")
        torn   \(check.tornByteCount) bytes at the end
        head   \(check.head)

        """)
    }
    if let place = check.broken {
      throw CommandFailure(
        .disagreement,
        "\(path):\(place.line): the chain is broken: found \(place.found), expected \(place.expected)")
    }
  }
}
