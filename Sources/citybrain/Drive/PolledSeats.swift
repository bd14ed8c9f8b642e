import CabinetLink
import CabinetProtocols
import Foundation
import Interchange
import Reporting
import TrafficModel

/// Controllers behind field protocols in the cabinets' seats of a simulation (hardware in the loop).
struct PolledSeats {
  static let options: [OptionSpecification] = [
    .value(
      "speed", "N",
      "the controller before simulated vehicles runs N times real time (default 1)")
  ]

  private let input: ScenarioInput
  private let cabinets: [FieldCabinet]
  private let sessions: FieldSessions
  private let journal: SeatJournal?
  private let speed: Int
  private let pace: Pace

  /// - Returns: `nil` where there are no such controllers.
  init?(
    _ cabinets: [FieldCabinet], _ arguments: ParsedArguments, _ input: ScenarioInput, strategy: String
  ) throws(CommandFailure) {
    self.cabinets = cabinets
    if cabinets.isEmpty { return nil }
    self.input = input
    sessions = try FieldSessions(arguments, input)
    speed = try arguments.integer("speed", in: 1...100, default: 1)
    pace = Pace(speed: Double(speed))
    do {
      journal = try arguments["journal"].map { path throws(JournalFailure) in
        try SeatJournal(appendingTo: path, at: Date())
      }
      try journal?.record(sessions.opening(strategy))
    } catch { throw CommandFailure(error) }
  }

  /// The seat of a controller; `nil` where it is none of these.
  func seat(of controller: ControllerID) throws(CommandFailure) -> PolledCabinet? {
    guard let cabinet = cabinets.first(where: { $0.controller == controller }) else { return nil }
    let session = try sessions.session(of: cabinet, speed: speed)
    do {
      return try PolledCabinet(
        session, at: cabinet.way, input.scenario.controllers[controller.index], id: controller,
        network: input.scenario.network, pace: pace, arms: sessions.isArmed, journal: journal)
    } catch { throw CommandFailure(.foreignProgram, error.message) }
  }

  /// Throws why a controller cannot stay in its seat, if one cannot.
  static func check(_ records: [PolledCabinetRecord]) throws(CommandFailure) {
    for record in records {
      if let failure = record.figures.failure { throw CommandFailure(.foreignProgram, failure) }
    }
  }

  static func json(_ seats: [PolledCabinet], _ controllers: [SignalController]) -> JSONValue {
    .array(
      seats.map { seat in
        let figures = seat.record.figures
        return .object([
          ("controller", .string(controllers[seat.controller.index].name)),
          ("state", .string(figures.state.rawValue)), ("commandsSent", .integer(figures.commandsSent)),
          ("commandsRefused", .integer(figures.commandsRefused)),
          ("cannotBeCarried", .array(figures.lost.sorted().map { .string($0) })),
          ("longestDelaySeconds", .number(figures.longestDelay.seconds)),
          ("roundTrips", .integer(figures.roundTrips.count)),
          ("roundTripP50Seconds", .number(figures.roundTrips.percentile(50).seconds)),
          ("roundTripP99Seconds", .number(figures.roundTrips.percentile(99).seconds)),
          ("longestRenewalSeconds", .number(figures.renewals.longestGap.seconds)),
          ("leaseMarginSeconds", figures.leaseMargin.map { .number($0.seconds) } ?? .null),
        ])
      })
  }
}
