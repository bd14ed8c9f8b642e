import Testing

@testable import citybrain

@Suite("Words of a command line")
struct ParsedArgumentsTests {
  static let specification = CommandSpecification(
    name: "sample", summary: "a command for tests", examples: [.init("citybrain sample a", "an example")],
    operands: "FILE [OTHER]", operandCount: 1...2,
    options: [
      .value("seed", "N", "a number"), .value("out", "FILE", "a file", letter: "o"), .flag("fast", "a flag"),
    ])

  static func parse(_ line: String) throws(CommandFailure) -> ParsedArguments {
    try ParsedArguments(line.split(separator: " ").map(String.init), for: specification)
  }

  @Test(
    "options may stand anywhere and carry their value after a space or an equals sign",
    arguments: ["--seed 7 a --fast -o x", "a --seed=7 -o x --fast", "--fast -o=x --seed 7 -- a"])
  func placesOfOptions(line: String) throws {
    let arguments = try Self.parse(line)
    #expect(arguments.operands == ["a"])
    #expect(arguments["seed"] == "7")
    #expect(arguments["out"] == "x")
    #expect(arguments.has("fast"))
    #expect(!arguments.has("json"))
  }

  @Test("after two dashes a word that looks like an option is an operand")
  func endOfOptions() throws {
    #expect(try Self.parse("-- --seed -").operands == ["--seed", "-"])
  }

  @Test(
    "what cannot be understood is a usage error that says what was meant",
    arguments: [
      ("--sede 7 a", "unknown option --sede (did you mean --seed?)"),
      ("--zebra a", "unknown option --zebra\n"),
      ("-x a", "unknown option -x"), ("a b c", "one argument too many: c"), ("", "sample needs FILE [OTHER]"),
      ("a --seed", "the option --seed needs a value: --seed N"), ("a --seed --fast", "needs a value"),
      ("a --fast=1", "takes no value"), ("a --seed 1 --seed 2", "given twice"),
    ])
  func usageErrors(line: String, message: String) {
    #expect {
      try Self.parse(line)
    } throws: { error in
      guard let failure = error as? CommandFailure else { return false }
      return failure.code == .usage && failure.message.contains(message)
        && failure.message.contains("See citybrain sample --help.")
    }
  }

  @Test("with --help nothing else is asked for")
  func helpAlone() throws {
    #expect(try Self.parse("--help").has("help"))
  }

  @Test(
    "numbers outside their bounds and words that are no numbers are refused", arguments: ["0", "11", "x", ""])
  func integers(text: String) throws {
    let arguments = try Self.parse("a --seed=\(text)")
    #expect(throws: CommandFailure.self) { try arguments.integer("seed", in: 1...10, default: 3) }
    #expect(try Self.parse("a").integer("seed", in: 1...10, default: 3) == 3)
    #expect(try Self.parse("a --seed 10").integer("seed", in: 1...10, default: 3) == 10)
  }

  @Test("lists are words between commas, none empty and none twice")
  func lists() throws {
    #expect(try Self.parse("a --out x,y").list("out", default: []) == ["x", "y"])
    #expect(try Self.parse("a").list("out", default: ["z"]) == ["z"])
    for text in ["x,", ",", "x,x"] {
      let arguments = try Self.parse("a --out=\(text)")
      #expect(throws: CommandFailure.self) { try arguments.list("out", default: []) }
    }
  }
}

@Suite("Suggestions for mistyped words")
struct SuggestionTests {
  @Test("edits count insertions, deletions, replacements and swapped neighbours")
  func distances() {
    func distance(_ a: String, _ b: String) -> Int { Suggestion.editDistance(Array(a.utf8), Array(b.utf8)) }
    #expect(distance("compare", "compare") == 0)
    #expect(distance("comapre", "compare") == 1)
    #expect(distance("compar", "compare") == 1)
    #expect(distance("", "abc") == 3)
    #expect(distance("kitten", "sitting") == 3)
  }

  @Test("a word that resembles nothing gets no suggestion")
  func nothingNear() {
    #expect(Suggestion.nearest(to: "optimize", among: ["merge", "rerun"]) == nil)
    #expect(Suggestion.nearest(to: "mrege", among: ["merge", "rerun"]) == "merge")
  }
}

@Suite("Counts and slices of replications")
struct ReplicationRangeTests {
  @Test("a count starts at one, and a slice keeps its numbers")
  func understood() {
    #expect(ReplicationRange.parse("10") == 1...10)
    #expect(ReplicationRange.parse("11-20") == 11...20)
    #expect(ReplicationRange.parse("7-7") == 7...7)
  }

  @Test(
    "everything else is refused",
    arguments: [
      "", "0", "-3", "3-", "-", "20-11", "1-2-3", "+5", "1e3", "0-4", "100001", "99999999999999999999",
    ])
  func refused(text: String) {
    #expect(ReplicationRange.parse(text) == nil)
  }
}
