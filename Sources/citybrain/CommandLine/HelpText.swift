/// The help of the tool and of its commands: examples first, then options, then what else is worth knowing.
enum HelpText {
  static func overview(_ commands: [CommandSpecification]) -> String {
    var text = """
      citybrain: simulate traffic signals, compare timing strategies, and say how sure the answer is

      Examples
        citybrain compare Scenarios/arterial
            which of two strategies is better on a shipped corridor, and by how much
        citybrain compare UTDF.csv --strategies fixed,actuated --replications 20 --out study
            the same for a file from Synchro, with a report in study/report.html
        citybrain validate Scenarios/grid
            check an input before using it

      Usage: citybrain COMMAND INPUT [options]
      INPUT is a scenario folder, a scenario.json, or a combined UTDF file (.csv).

      Commands

      """
    let width = commands.map(\.name.count).max() ?? 0
    for command in commands { text += "  \(padded(command.name, width))  \(command.summary)\n" }
    text += """

      citybrain COMMAND --help shows the options of a command; citybrain --version the version.

      Data go to standard output, words and progress to standard error.


      """
    return text + exitCodes()
  }

  static func command(_ specification: CommandSpecification) -> String {
    var text = "citybrain \(specification.name): \(specification.summary)\n\nExamples\n"
    for example in specification.examples {
      text += "  \(example.line)\n      \(example.meaning)\n"
    }
    text += "\nUsage: citybrain \(specification.name) \(specification.operands) [options]\n\nOptions\n"
    let options = specification.allOptions
    let width = options.map(\.synopsis.count).max() ?? 0
    for option in options { text += "  \(padded(option.synopsis, width))  \(option.help)\n" }
    for note in specification.notes { text += "\n\(note)\n" }
    return text + "\n" + exitCodes()
  }

  private static func exitCodes() -> String {
    var text = "Exit codes\n"
    for code in ExitCode.allCases {
      let number = "\(code.rawValue)"
      text += "  \(String(repeating: " ", count: 3 - number.count))\(number)  \(code.meaning)\n"
    }
    return text
  }

  static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
