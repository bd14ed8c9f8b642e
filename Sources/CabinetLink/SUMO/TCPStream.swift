import Foundation

/// A connection over which questions and answers go in turn: ``TCPLink`` for callers who wait.
///
/// Copies of a struct that holds one share the connection; it closes with the last of them.
public final class TCPStream: Sendable {
  private let connection: Descriptor
  private let endpoint: Endpoint
  private let silence: Double

  /// - Parameters:
  ///   - address: such as 127.0.0.1.
  ///   - silence: a read that gets nothing for so many seconds fails.
  /// - Throws: `port` if nobody listens there.
  public init(address: String = "127.0.0.1", port: Int, silence: Int = 120) throws(LinkError) {
    guard (1...65_535).contains(port) else {
      throw LinkError(.port, "\(address):\(port) is no address; write it as 127.0.0.1:8813")
    }
    do {
      let link = try TCPLink(to: address, port: port)
      connection = link.connection
      endpoint = link.endpoint
    } catch {
      throw LinkError(.port, "nobody answers at \(address):\(port) (\(error.message))")
    }
    self.silence = Double(silence)
  }

  /// Ends the conversation; whoever still reads is told that it is over.
  public func close() { _ = shutdown(connection.number, Int32(SHUT_RDWR)) }

  /// Sends all of it.
  /// - Throws: `dead` if the other side has gone.
  public func send(_ bytes: [UInt8]) throws(LinkError) {
    do { try connection.writeAll(bytes, endpoint, patience: silence) } catch {
      throw LinkError(.dead, "the connection has gone (\(error.message))")
    }
  }

  /// Waits for exactly so many bytes.
  /// - Throws: `dead` if the other side has gone or is silent for too long.
  public func receive(_ wanted: Int) throws(LinkError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < wanted {
      let isReady = !Readiness.wait(for: [connection], milliseconds: Int(silence * 1000)).isEmpty
      if !isReady { throw LinkError(.dead, "no answer for too long") }
      do {
        _ = try connection.readAvailable(into: &bytes, endpoint, atMost: wanted - bytes.count)
      } catch .closed {
        throw LinkError(.dead, "the connection was closed by the other side")
      } catch {
        throw LinkError(.dead, "the connection has gone (\(error.message))")
      }
    }
    return bytes
  }

  /// Whether nobody listens at a port of this machine.
  public static func isFree(_ port: Int) -> Bool { (try? TCPListener(at: "127.0.0.1", port: port)) != nil }

  /// A port of this machine that nobody uses now.
  public static func freePort() throws(LinkError) -> Int {
    do { return try TCPListener(at: "127.0.0.1", port: 0).port } catch {
      throw LinkError(.port, "no port can be had (\(error.message))")
    }
  }
}
