/// Opens the link that an endpoint names.
public enum Links {
  /// The client's side: connects, opens or starts.
  public static func open(_ endpoint: Endpoint) throws(LinkFailure) -> any Link {
    switch endpoint {
    case .udp(let host, let port): try UDPLink(to: host, port: port)
    case .tcp(let host, let port): try TCPLink(to: host, port: port)
    case .serial(let device, let settings): try SerialLink(device: device, settings)
    case .standardStreams: try StandardStreamsLink()
    case .program(let command): try ProgramLink(running: command)
    }
  }
}
