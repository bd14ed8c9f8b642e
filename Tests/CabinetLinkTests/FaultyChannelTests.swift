import Testing
import TrafficModel

@testable import CabinetLink

@Suite("A faulty channel")
struct FaultyChannelTests {
  private func channel(_ faults: ChannelFaults, seed: UInt64 = 1) -> FaultyChannel {
    FaultyChannel(faults, random: RandomStream(state: seed))
  }

  private func second(_ value: Int) -> SimTime { SimTime(milliseconds: Int64(value) * 1000) }

  @Test("without faults every message arrives at once and in order")
  func sound() {
    var line = channel(.none)
    for index in 0..<10 { line.send([UInt8(index)], at: second(1)) }
    #expect(line.receive(at: second(1)).map(\.bytes) == (0..<10).map { [UInt8($0)] })
    #expect(line.nextDeadline == .distantFuture)
  }

  @Test("a delayed message arrives after its delay and not before")
  func delay() {
    var faults = ChannelFaults()
    faults.delay = TimeSpan(milliseconds: 2000)
    var line = channel(faults)
    line.send([7], at: second(1))
    #expect(line.nextDeadline == second(3))
    #expect(line.receive(at: SimTime(milliseconds: 2999)).isEmpty)
    #expect(line.receive(at: second(3)).map(\.bytes) == [[7]])
  }

  @Test("shares of lost, doubled and damaged messages are what was asked for", arguments: 1...5)
  func shares(seed: UInt64) {
    var faults = ChannelFaults()
    faults.loss = 0.3
    faults.duplication = 0.2
    faults.bitFlip = 0.1
    var line = channel(faults, seed: seed)
    for _ in 0..<10_000 { line.send([0, 0, 0, 0], at: second(0)) }
    // Five standard deviations of a binomial share.
    #expect(abs(line.lostCount - 3000) < 230)
    #expect(abs(line.duplicateCount - 1400) < 175)
    let arrived = line.receive(at: second(0))
    #expect(arrived.count == 10_000 - line.lostCount + line.duplicateCount)
    #expect(arrived.count { $0.bytes != [0, 0, 0, 0] } == line.damagedCount)
  }

  @Test("the same seed gives the same line")
  func repeatable() {
    var faults = ChannelFaults()
    faults.loss = 0.3
    faults.reordering = 0.5
    faults.delay = TimeSpan(milliseconds: 300)
    faults.jitter = TimeSpan(milliseconds: 900)
    var first = channel(faults, seed: 9)
    var again = channel(faults, seed: 9)
    for index in 0..<200 {
      first.send([UInt8(index)], at: second(index / 10))
      again.send([UInt8(index)], at: second(index / 10))
    }
    let arrivals = first.receive(at: second(100))
    #expect(arrivals == again.receive(at: second(100)))
    #expect(arrivals.map(\.bytes) != arrivals.map(\.bytes).sorted { $0[0] < $1[0] }, "some overtake others")
  }
}
