import Foundation

/// Why bytes could not be sent or received.
public enum LinkFailure: Error, Hashable, Sendable {
  /// An endpoint as text cannot be read.
  case badEndpoint(text: String, expected: String)
  /// A name or address cannot be resolved.
  case unresolved(host: String, reason: String)
  /// A call of the operating system failed.
  case system(operation: String, endpoint: String, code: Int32)
  /// The other side closed the connection.
  case closed(endpoint: String)
  /// A program that we started has ended.
  case ended(endpoint: String, how: String)
  /// A datagram is longer than the link can carry.
  case tooLong(endpoint: String, count: Int, limit: Int)

  /// One sentence: where, what was found, how to mend it.
  public var message: String {
    switch self {
    case .badEndpoint(let text, let expected): "\(text) is no endpoint: expected \(expected)"
    case .unresolved(let host, let reason): "\(host) cannot be resolved: \(reason)"
    case .system(let operation, let endpoint, let code):
      "\(endpoint): \(operation) failed: \(Self.text(of: code))\(Self.hint(code, operation))"
    case .closed(let endpoint): "\(endpoint): the other side has closed the connection"
    case .ended(let endpoint, let how): "\(endpoint): the program has ended (\(how))"
    case .tooLong(let endpoint, let count, let limit):
      "\(endpoint): \(count) bytes do not fit into one datagram of at most \(limit)"
    }
  }

  private static func text(of code: Int32) -> String {
    POSIXErrorCode(rawValue: code).map { POSIXError($0).localizedDescription } ?? "error \(code)"
  }

  private static func hint(_ code: Int32, _ operation: String) -> String {
    switch code {
    case EADDRINUSE: "; another program listens there: choose another port"
    case ECONNREFUSED: "; nothing listens there: start the other side first, or check the port"
    case EACCES, EPERM: "; no right to do so: ports below 1024 and serial lines may need a group or root"
    case ENOENT: "; there is no such device or file"
    default: ""
    }
  }
}
