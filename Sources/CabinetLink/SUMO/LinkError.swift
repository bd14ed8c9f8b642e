/// Why a program or a place on the network cannot be talked to, in a sentence with the way out.
public struct LinkError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: Hashable, Sendable {
    /// The program is not there or cannot be started.
    case absent
    /// It is there and of a version that is not understood.
    case version
    /// The port is taken, or nobody listens at it.
    case port
    /// It has gone, or says nothing any more.
    case dead
    /// It refuses what it was given, or what it was asked.
    case refused
    /// What it says is not what it should be.
    case format
  }

  public var kind: Kind
  public var description: String

  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
