import Testing
import TrafficModel

@testable import RoadSimulation

@Suite("Pending events")
struct EventQueueTests {
  @Test("events come out in the order of their keys, however far ahead they were put in", arguments: 0..<20)
  func order(seed: Int) {
    var random = RandomStream(seed: UInt64(seed), purpose: .testing, place: 1)
    var queue = EventQueue()
    var pending: [EventKey] = []
    var now: Int32 = 0
    var entity: Int32 = 0
    for step in 0..<4_000 {
      // Now and then nothing is added, so that the queue runs empty; times reach over many rounds of its slots.
      let count = step % 500 < 300 ? Int(random.next() % 3) : 0
      for _ in 0..<count {
        let reach: UInt64 = [1, 40, 5_000, 900_000][Int(random.next() % 4)]
        let kind: EventKind = random.uniform() < 0.5 ? .laneHead : .detectorEntry
        entity += 1
        let key = EventKey(
          milliseconds: now + Int32(random.next() % reach), kind: kind, entity: entity)
        pending.append(key)
        queue.insert(key)
      }
      guard let earliest = pending.min() else {
        #expect(queue.isEmpty)
        continue
      }
      #expect(queue.first() == earliest)
      #expect(queue.removeFirst() == earliest)
      pending.removeAll { $0 == earliest }
      now = earliest.milliseconds
    }
    while let earliest = pending.min() {
      #expect(queue.removeFirst() == earliest)
      pending.removeAll { $0 == earliest }
    }
    #expect(queue.isEmpty)
  }

  @Test("an event earlier than one that has been looked at comes before it")
  func earlier() {
    var queue = EventQueue()
    queue.insert(EventKey(milliseconds: 500_000, kind: .laneHead, entity: 1))
    #expect(queue.first().milliseconds == 500_000)
    queue.insert(EventKey(milliseconds: 20, kind: .laneHead, entity: 2))
    #expect(queue.removeFirst().milliseconds == 20)
    #expect(queue.removeFirst().milliseconds == 500_000)
    #expect(queue.isEmpty)
  }
}
