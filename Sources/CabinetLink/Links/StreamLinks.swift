import Foundation

/// Standard input and output of this process.
public struct StandardStreamsLink: Link {
  public let endpoint = Endpoint.standardStreams
  private let input = Descriptor(FileHandle.standardInput.fileDescriptor, closes: false)
  private let output = Descriptor(FileHandle.standardOutput.fileDescriptor, closes: false)
  public var descriptor: Descriptor? { input }

  public init() throws(LinkFailure) {
    BrokenPipes.ignore()
    try input.setNonBlocking(endpoint)
  }

  public mutating func send(_ bytes: [UInt8]) throws(LinkFailure) { try output.writeAll(bytes, endpoint) }

  public mutating func receive(into bytes: inout [UInt8]) throws(LinkFailure) -> Bool {
    try input.readAvailable(into: &bytes, endpoint)
  }
}

/// Standard input and output of a program that this process starts and ends.
///
/// The command is given to `/bin/sh -c`. What the program writes to standard error goes where ours goes. It is told to
/// end (SIGTERM) when the link goes away.
public struct ProgramLink: Link {
  public let endpoint: Endpoint
  private let program: RunningProgram
  public var descriptor: Descriptor? { program.output }

  public init(running command: String) throws(LinkFailure) {
    endpoint = .program(command)
    program = try RunningProgram(command, endpoint)
  }

  public mutating func send(_ bytes: [UInt8]) throws(LinkFailure) {
    try program.input.writeAll(bytes, endpoint)
  }

  public mutating func receive(into bytes: inout [UInt8]) throws(LinkFailure) -> Bool {
    try program.output.readAvailable(into: &bytes, endpoint)
  }
}

/// A child process with both its pipes; ends with its last owner.
private final class RunningProgram: Sendable {
  let input: Descriptor
  let output: Descriptor
  private let identifier: Int32

  init(_ command: String, _ endpoint: Endpoint) throws(LinkFailure) {
    BrokenPipes.ignore()
    let process = Process()
    let toProgram = Pipe()
    let fromProgram = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    // `exec` makes the shell become the program, so that a signal reaches it.
    process.arguments = ["-c", "exec \(command)"]
    process.standardInput = toProgram
    process.standardOutput = fromProgram
    do { try process.run() } catch {
      throw .system(operation: "starting /bin/sh", endpoint: "\(endpoint)", code: ENOENT)
    }
    identifier = process.processIdentifier
    // The pipes close their own ends with themselves; ours live on as duplicates.
    input = Descriptor(dup(toProgram.fileHandleForWriting.fileDescriptor))
    output = Descriptor(dup(fromProgram.fileHandleForReading.fileDescriptor))
    try input.setNonBlocking(endpoint)
    try output.setNonBlocking(endpoint)
  }

  deinit { kill(identifier, SIGTERM) }
}
