/// One subcommand.
protocol Command {
  static var specification: CommandSpecification { get }
  static func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure)
}

/// What a command may use of the world beside files.
struct CommandContext: Sendable {
  var console: Console
  var interruption: Interruption
}

/// The tool as a function from words to an exit code, so that tests can call it.
struct Tool: Sendable {
  static let version = "0.1.0"

  var console: Console
  var interruption: Interruption

  static var commands: [any Command.Type] {
    [
      ValidateCommand.self, ConvertCommand.self, SimulateCommand.self, CompareCommand.self, MergeCommand.self,
      RerunCommand.self, OptimizeCommand.self, AnalyzeCommand.self, ReportCommand.self, ReplayCommand.self,
      DriveCommand.self, FidelityCommand.self, CabinetRunCommand.self, DownloadCommand.self,
      JournalCommand.self,
      ExportCommand.self,
    ]
  }

  func run(_ words: [String]) -> ExitCode {
    do {
      try dispatch(words)
      return .success
    } catch {
      console.error(error.message)
      return error.code
    }
  }

  private func dispatch(_ words: [String]) throws(CommandFailure) {
    guard let name = words.first else {
      console.writeError(HelpText.overview(Self.commands.map { $0.specification }))
      throw CommandFailure(.usage, "no command is given")
    }
    if ["--help", "-h", "help"].contains(name) {
      return try console.output(help(for: words.dropFirst().first))
    }
    if name == "--version" { return try console.output("citybrain \(Self.version)\n") }
    guard let command = Self.commands.first(where: { $0.specification.name == name }) else {
      let names = Self.commands.map { $0.specification.name }
      throw CommandFailure(
        .usage, "unknown command \(name)\(Suggestion.phrase(for: name, among: names))\nSee citybrain --help.")
    }
    let arguments = try ParsedArguments(Array(words.dropFirst()), for: command.specification)
    if arguments.has("help") { return try console.output(HelpText.command(command.specification)) }
    let context = CommandContext(console: console.applying(arguments), interruption: interruption)
    try command.run(arguments, in: context)
  }

  private func help(for name: String?) -> String {
    let specifications = Self.commands.map { $0.specification }
    if let specification = specifications.first(where: { $0.name == name }) {
      return HelpText.command(specification)
    }
    return HelpText.overview(specifications)
  }
}
