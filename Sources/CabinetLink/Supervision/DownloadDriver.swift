import CabinetProtocols
import Foundation
import TrafficModel

/// Runs one ``NTCIPDownload`` over a line to its end.
public struct DownloadDriver {
  public private(set) var download: NTCIPDownload
  private var line: FieldLine
  private let origin = MonotonicClock.seconds

  public init(_ download: NTCIPDownload, at endpoint: Endpoint, address: UInt16) throws(LinkFailure) {
    self.download = download
    line = try FieldLine(FieldWay(endpoint, speaks: .ntcip(address: address)))
    self.download.start(at: now)
  }

  private var now: SimTime { SimTime(milliseconds: Int64((MonotonicClock.seconds - origin) * 1000)) }

  /// Goes on until the rollback is known, or the download has ended.
  public mutating func readRollback() throws(LinkFailure) {
    while download.outcome == nil && !download.isReadyToWrite { try step() }
  }

  /// Writes, and goes on to the end. ``readRollback()`` comes first.
  public mutating func write() throws(LinkFailure) -> NTCIPDownload.Outcome {
    download.write(at: now)
    while true {
      if let outcome = download.outcome { return outcome }
      try step()
    }
  }

  private mutating func step() throws(LinkFailure) {
    try send()
    let wait = max(0, min(100, (download.nextDeadline - now).milliseconds))
    if let descriptor = line.descriptor { _ = Readiness.wait(for: [descriptor], milliseconds: Int(wait)) }
    for message in try line.receive() { download.handle(message, at: now) }
    download.advance(to: now)
    try send()
  }

  private mutating func send() throws(LinkFailure) {
    while let datagram = download.nextDatagram() { try line.send(datagram) }
  }
}
