import TrafficModel

/// Joins a ``BoardCabinet`` to a line and to the real clock.
///
/// A line that fails is opened again every second; to the machine that is a board that does not answer.
public struct BoardDriver {
  public private(set) var machine: BoardCabinet
  private let endpoint: Endpoint
  private var link: (any Link)?
  private let origin = MonotonicClock.seconds
  private var nextOpening = 0.0

  public init(_ machine: BoardCabinet, at endpoint: Endpoint) throws(LinkFailure) {
    self.machine = machine
    self.endpoint = endpoint
    link = try Links.open(endpoint)
    self.machine.start(at: now)
  }

  /// Since the driver was made.
  public var now: SimTime { SimTime(milliseconds: Int64((MonotonicClock.seconds - origin) * 1000)) }

  /// Waits for the line or the next deadline, lets the machine act once, and tells what it entered.
  ///
  /// - Parameter patience: Milliseconds to wait at most.
  public mutating func step(patience: Int = 50) -> [BoardCabinet.State] {
    let wait = min(Int64(patience), max(0, (machine.nextDeadline - now).milliseconds))
    receive(waiting: Int(wait))
    if machine.nextDeadline <= now { machine.advance(to: now) }
    return send()
  }

  private mutating func receive(waiting milliseconds: Int) {
    reopen()
    guard let descriptor = link?.descriptor else {
      _ = Readiness.wait(for: [], milliseconds: milliseconds)
      return
    }
    guard !Readiness.wait(for: [descriptor], milliseconds: milliseconds).isEmpty else { return }
    var bytes: [UInt8] = []
    do {
      if try link?.receive(into: &bytes) == true { machine.handle(bytes, at: now) }
    } catch {
      link = nil
    }
  }

  private mutating func send() -> [BoardCabinet.State] {
    var entered: [BoardCabinet.State] = []
    while let output = machine.nextOutput() {
      switch output {
      case .send(let bytes):
        do { try link?.send(bytes) } catch { link = nil }
      case .entered(let state): entered.append(state)
      }
    }
    return entered
  }

  private mutating func reopen() {
    guard link == nil, MonotonicClock.seconds >= nextOpening else { return }
    nextOpening = MonotonicClock.seconds + 1
    link = try? Links.open(endpoint)
  }
}
