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
/// The command is given to `/bin/sh -c`. What the program writes to standard error goes where ours goes. When the link
/// goes away, the program hears the end of its input and has two seconds to end by itself; then it and whatever it has
/// started are ended.
public struct ProgramLink: Link {
  public let endpoint: Endpoint
  private let program: RunningProgram
  public var descriptor: Descriptor? { program.output }

  public init(running command: String) throws(LinkFailure) {
    endpoint = .program(command)
    program = try RunningProgram(command, endpoint)
  }

  public mutating func send(_ bytes: [UInt8]) throws(LinkFailure) {
    try program.write(bytes)
  }

  public mutating func receive(into bytes: inout [UInt8]) throws(LinkFailure) -> Bool {
    do throws(LinkFailure) {
      if try program.output.readAvailable(into: &bytes, endpoint) { return true }
      guard let how = program.howItEnded(within: 0) else { return false }
      // What it has started may keep its streams open, and its last words may have come in between.
      if try program.output.readAvailable(into: &bytes, endpoint) { return true }
      throw .ended(endpoint: "\(endpoint)", how: how)
    } catch {
      guard case .closed = error, let how = program.howItEnded(within: 0.5) else { throw error }
      throw .ended(endpoint: "\(endpoint)", how: how)
    }
  }
}
