import Foundation

/// SUMO as a child of this process: started with a port to talk to, and never left behind.
public final class SUMOProcess {
  private let process = Process()
  private let messages: URL
  public let port: Int

  /// - Parameters:
  ///   - program: see ``SUMOBinary``.
  ///   - arguments: everything but the port.
  ///   - port: to listen at; a free one if `nil`.
  /// - Throws: `absent` if it cannot be started, `port` if another program listens at the port.
  public convenience init(program: String, arguments: [String], port: Int? = nil) throws(LinkError) {
    try self.init(program: program, arguments: arguments, port: port, talks: true)
  }

  private init(program: String, arguments: [String], port: Int? = nil, talks: Bool) throws(LinkError) {
    if let port {
      // Otherwise the other program would be taken for ours.
      if !TCPStream.isFree(port) {
        throw LinkError(
          .port, "port \(port) is taken by another program; name another, or none for a free one")
      }
      self.port = port
    } else {
      self.port = try TCPStream.freePort()
    }
    messages = FileManager.default.temporaryDirectory.appendingPathComponent("sumo-\(UUID().uuidString).txt")
    try? Data().write(to: messages)
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments + (talks ? ["--remote-port", "\(self.port)"] : [])
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    do {
      process.standardError = try FileHandle(forWritingTo: messages)
      try process.run()
    } catch {
      throw LinkError(.absent, "\(program): cannot be started: \(error.localizedDescription)")
    }
  }

  deinit {
    stop()
    try? FileManager.default.removeItem(at: messages)
  }

  public var isRunning: Bool { process.isRunning }
  public var identifier: Int32 { process.processIdentifier }

  /// The last things that SUMO said about itself.
  public var lastWords: String {
    let text = (try? String(contentsOf: messages, encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let errors = lines.filter { $0.hasPrefix("Error:") }
    // Remarks about its installation say nothing about the run.
    let others = lines.filter { !$0.hasPrefix("Warning:") && !$0.hasPrefix("pj_") }
    return (errors.isEmpty ? others.suffix(3) : errors.prefix(3)).joined(separator: "; ")
  }

  /// Connects as soon as SUMO listens.
  /// - Throws: `refused` with SUMO's words if it ends instead (wrong files, port taken), `dead` if it never listens.
  public func connect(seconds: Double = 120) throws(LinkError) -> TCPStream {
    let deadline = Date().addingTimeInterval(seconds)
    while Date() < deadline {
      if let stream = try? TCPStream(port: port) { return stream }
      if !process.isRunning {
        throw LinkError(.refused, "SUMO ended before it could be talked to: \(lastWords)")
      }
      Thread.sleep(forTimeInterval: 0.05)
    }
    throw LinkError(.dead, "SUMO does not listen at port \(port) after \(Int(seconds)) s")
  }

  /// Runs SUMO by itself, without anybody to talk to.
  /// - Throws: `refused` with SUMO's words if it does not end well.
  public static func runToEnd(program: String, arguments: [String]) throws(LinkError) {
    let run = try SUMOProcess(program: program, arguments: arguments, talks: false)
    run.process.waitUntilExit()
    if run.process.terminationStatus != 0 { throw LinkError(.refused, "SUMO failed: \(run.lastWords)") }
  }

  /// Waits for SUMO to write its files and end by itself; ends it if it does not.
  public func finish(seconds: Double = 30) {
    let deadline = Date().addingTimeInterval(seconds)
    while process.isRunning, Date() < deadline { Thread.sleep(forTimeInterval: 0.02) }
    stop()
  }

  /// Ends SUMO whatever it does.
  public func stop() {
    guard process.isRunning else { return }
    process.terminate()
    let deadline = Date().addingTimeInterval(2)
    while process.isRunning, Date() < deadline { Thread.sleep(forTimeInterval: 0.02) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }
}
