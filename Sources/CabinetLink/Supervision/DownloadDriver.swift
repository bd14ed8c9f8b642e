import CabinetProtocols
import Foundation
import TrafficModel

/// Runs one ``NTCIPDownload`` over a line to its end.
public struct DownloadDriver {
  public private(set) var download: NTCIPDownload
  private var link: any Link
  private var decoder: PMPPDecoder?
  private let address: UInt16
  private let origin = MonotonicClock.seconds

  public init(_ download: NTCIPDownload, at endpoint: Endpoint, address: UInt16) throws(LinkFailure) {
    self.download = download
    link = try Links.open(endpoint)
    decoder = link.keepsBorders ? nil : PMPPDecoder()
    self.address = address
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
    if let descriptor = link.descriptor { _ = Readiness.wait(for: [descriptor], milliseconds: Int(wait)) }
    var bytes: [UInt8] = []
    while try link.receive(into: &bytes) {
      guard decoder == nil else { continue }
      download.handle(bytes, at: now)
      bytes.removeAll(keepingCapacity: true)
    }
    decoder?.append(bytes)
    while let frame = decoder?.next() {
      if frame.address == address { download.handle(frame.payload, at: now) }
    }
    download.advance(to: now)
    try send()
  }

  private mutating func send() throws(LinkFailure) {
    while let datagram = download.nextDatagram() {
      try link.send(decoder == nil ? datagram : PMPPFrame(address: address, payload: datagram).bytes())
    }
  }
}
