/// How the tool ends; documented in `citybrain --help`.
enum ExitCode: Int32, Sendable, CaseIterable {
  case success = 0
  case usage = 2
  case invalidInput = 3
  case infeasible = 4
  case safetyViolation = 5
  case inputOutput = 6
  case disagreement = 7
  case foreignProgram = 8
  /// 128 + SIGINT, as shells count.
  case interrupted = 130
  /// 128 + SIGTERM.
  case terminated = 143

  var meaning: String {
    switch self {
    case .success: "done"
    case .usage: "wrong usage: unknown command or option, missing or impossible value"
    case .invalidInput: "an input file is invalid, or changed since its manifest was written"
    case .infeasible: "a signal plan cannot be run"
    case .safetyViolation: "a safety rule was violated (conflicting greens, short clearance)"
    case .inputOutput: "a file could not be read or written"
    case .disagreement: "two things that must agree differ: a replayed log, a download, a journal's chain"
    case .foreignProgram:
      "a foreign program (external:) could not be started, ended, fell silent or broke the line protocol"
    case .interrupted: "interrupted by Ctrl-C; nothing half-written is left behind"
    case .terminated: "ended by SIGTERM; nothing half-written is left behind"
    }
  }
}

/// Why a command stops: the exit code and what the user is told.
struct CommandFailure: Error, Hashable, Sendable {
  var code: ExitCode
  /// One sentence per line, the cause first and the way out last.
  var message: String

  init(_ code: ExitCode, _ message: String) {
    self.code = code
    self.message = message
  }
}
