import Synchronization
import Testing

@testable import citybrain

@Suite("Tasks on several threads")
struct TaskPoolTests {
  @Test("results come in the order of the tasks for any number of jobs", arguments: [1, 2, 5, 64])
  func order(jobs: Int) throws {
    let pool = TaskPool(jobs: jobs, interruption: Interruption())
    let squares = try pool.map(100) { (index) throws(CommandFailure) in index * index }
    #expect(squares == (0..<100).map { $0 * $0 })
  }

  @Test("the failure with the lowest number is told for any number of jobs", arguments: [1, 2, 5])
  func failures(jobs: Int) {
    let pool = TaskPool(jobs: jobs, interruption: Interruption())
    #expect(throws: CommandFailure(.infeasible, "task 13")) {
      try pool.map(50) { (index) throws(CommandFailure) -> Int in
        if index >= 13 { throw CommandFailure(.infeasible, "task \(index)") }
        return index
      }
    }
  }

  @Test("after an interruption no further task starts and nothing is returned", arguments: [1, 2])
  func interruption(jobs: Int) {
    let interruption = Interruption()
    let started = Mutex(0)
    #expect(throws: CommandFailure(.interrupted, "interrupted; no file was changed")) {
      try TaskPool(jobs: jobs, interruption: interruption).map(1000) { (index) throws(CommandFailure) in
        started.withLock { $0 += 1 }
        if index == 4 { interruption.request(.interrupted) }
      }
    }
    #expect(started.withLock { $0 } < 1000)
  }

  @Test("no task at all gives no result and waits for nothing")
  func nothing() throws {
    let pool = TaskPool(jobs: 4, interruption: Interruption())
    #expect(try pool.map(0) { (index) throws(CommandFailure) in index } == [])
  }
}

@Suite("Interruptions")
struct InterruptionTests {
  @Test("the first signal is noted with its exit code, the second only tells that it is one")
  func signals() {
    let interruption = Interruption()
    #expect(throws: Never.self) { try interruption.check() }
    #expect(interruption.request(.terminated))
    #expect(!interruption.request(.interrupted))
    #expect(interruption.isRequested)
    #expect(throws: CommandFailure(.terminated, "interrupted; no file was changed")) {
      try interruption.check()
    }
  }
}
