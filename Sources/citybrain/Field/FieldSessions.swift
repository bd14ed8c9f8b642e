import CabinetLink
import CabinetProtocols
import Foundation
import Interchange
import Reporting
import TrafficModel

/// Sessions with cabinets on the street as the command line wants them, and who signs for them.
struct FieldSessions {
  let isArmed: Bool
  private let arguments: ParsedArguments
  private let input: ScenarioInput
  private let proofs: FallbackProofs

  init(_ arguments: ParsedArguments, _ input: ScenarioInput) throws(CommandFailure) {
    self.arguments = arguments
    self.input = input
    isArmed = arguments.has("arm")
    for option in ["arm", "prove-fallback"] where arguments.has(option) || arguments[option] != nil {
      for needed in ["operator", "journal"] where arguments[needed] == nil {
        throw arguments.failure("--\(option) needs --\(needed): whoever commands a street signs for it")
      }
    }
    proofs = try FallbackProofs(inJournal: arguments["journal"])
  }

  func sessions(
    of cabinets: [FieldCabinet]
  ) throws(CommandFailure) -> [(controller: ControllerID, session: any CabinetSession)] {
    var sessions: [(controller: ControllerID, session: any CabinetSession)] = []
    for cabinet in cabinets {
      sessions.append((controller: cabinet.controller, session: try session(of: cabinet)))
    }
    return sessions
  }

  /// - Parameter speed: Of the controller's clock against ours. Answers still take the time of the real line, so patience
  ///   grows with it, and only a clock that is not hurried is compared with ours.
  func session(of cabinet: FieldCabinet, speed: Int = 1) throws(CommandFailure) -> any CabinetSession {
    let data = input.scenario.controllers[cabinet.controller.index]
    let poll = try pollInterval()
    if cabinet.isGBT20999 {
      var configuration = GBTUpperSession.Configuration()
      configuration.controller = cabinet.gbtNumber
      if let poll { configuration.pollInterval = poll }
      configuration.timeout = configuration.timeout * speed
      configuration.isFallbackProven = proofs.holds(for: cabinet, named: data.name)
      return GBTUpperSession(data, configuration)
    }
    var configuration = NTCIPManagerSession.Configuration()
    configuration.client.readCommunity = arguments["community"] ?? (isArmed ? "administrator" : "public")
    configuration.client.writeCommunity = configuration.client.readCommunity
    configuration.client.timeout = configuration.client.timeout * speed
    if speed == 1 { configuration.unixSeconds = Int64(Date().timeIntervalSince1970) }
    if let poll { configuration.pollInterval = poll }
    configuration.backupLimitSeconds = try arguments.integer("backup-limit", in: 1...255, default: 30)
    return NTCIPManagerSession(data, configuration)
  }

  private func pollInterval() throws(CommandFailure) -> TimeSpan? {
    guard let text = arguments["poll"] else { return nil }
    guard let seconds = Double(text), (0.1...60).contains(seconds) else {
      throw arguments.failure("--poll is \(text); it must be 0.1 to 60 seconds")
    }
    return TimeSpan(seconds: seconds)
  }

  /// The line of a journal that says who began, with what; a fallback test commands too.
  func opening(_ strategy: String) -> JournalEntry {
    let commands = isArmed || arguments["prove-fallback"] != nil
    return JournalEntry(
      .opened,
      [
        "operator": arguments["operator"] ?? "", "strategy": strategy, "armed": "\(commands)",
        "inputs": input.files.map { "\($0.path) \($0.sha256)" }.joined(separator: ", "),
        "tool": "citybrain \(Tool.version)",
      ])
  }
}
