/// The words of a command line, sorted into options and operands.
struct ParsedArguments: Hashable, Sendable {
  let specification: CommandSpecification
  private(set) var operands: [String] = []
  /// By option name; flags have an empty text.
  private var values: [String: String] = [:]

  func has(_ option: String) -> Bool { values[option] != nil }
  subscript(option: String) -> String? { values[option] }

  /// Reads the words after the command's name.
  ///
  /// Options may stand before, between and after operands, as `--name value` or `--name=value`; after `--` all is
  /// operand. With `--help` nothing else is asked for.
  init(_ words: [String], for specification: CommandSpecification) throws(CommandFailure) {
    self.specification = specification
    var rest = words[...]
    var isOperandOnly = false
    while let word = rest.popFirst() {
      if word == "--" && !isOperandOnly {
        isOperandOnly = true
      } else if isOperandOnly || !word.hasPrefix("-") || word == "-" {
        operands.append(word)
      } else {
        try readOption(word, &rest)
      }
    }
    if !has("help") { try checkOperands() }
  }

  private mutating func readOption(_ word: String, _ rest: inout ArraySlice<String>) throws(CommandFailure) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let key = String(parts[0])
    let option = specification.allOptions.first { option in
      key == "--\(option.name)" || (option.letter.map { key == "-\($0)" } ?? false)
    }
    guard let option else {
      let known = specification.allOptions.map { "--\($0.name)" }
      throw failure("unknown option \(key)\(Suggestion.phrase(for: key, among: known))")
    }
    if values[option.name] != nil { throw failure("the option --\(option.name) is given twice") }
    if option.value == nil {
      if parts.count > 1 { throw failure("the option --\(option.name) takes no value") }
      values[option.name] = ""
    } else if parts.count > 1 {
      values[option.name] = String(parts[1])
    } else if let value = rest.first, value == "-" || !value.hasPrefix("--") {
      rest = rest.dropFirst()
      values[option.name] = value
    } else {
      throw failure("the option --\(option.name) needs a value: \(option.synopsis)")
    }
  }

  private func checkOperands() throws(CommandFailure) {
    let count = specification.operandCount
    if operands.count < count.lowerBound {
      throw failure("\(specification.name) needs \(specification.operands)")
    }
    if operands.count > count.upperBound {
      throw failure("one argument too many: \(operands[count.upperBound])")
    }
  }

  /// A usage error that points to this command's help.
  func failure(_ message: String) -> CommandFailure {
    CommandFailure(.usage, "\(message)\nSee citybrain \(specification.name) --help.")
  }
}

extension ParsedArguments {
  /// The value of an option as a whole number within bounds, or the default.
  func integer(_ option: String, in bounds: ClosedRange<Int>, default standard: Int) throws(CommandFailure)
    -> Int
  {
    guard let text = self[option] else { return standard }
    guard let value = Int(text), bounds.contains(value) else {
      throw failure(
        "--\(option) is \(text); it must be a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    return value
  }

  /// The value of an option as a list of words separated by commas, none empty, none twice.
  func list(_ option: String, default standard: [String]) throws(CommandFailure) -> [String] {
    guard let text = self[option] else { return standard }
    let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    if words.contains("") {
      throw failure("--\(option) is \"\(text)\"; it must be words separated by commas")
    }
    for (index, word) in words.enumerated() where words[..<index].contains(word) {
      throw failure("--\(option) names \(word) twice")
    }
    return words
  }
}
