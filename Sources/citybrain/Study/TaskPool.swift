import Dispatch
import Foundation
import Synchronization

/// Runs independent tasks on a few threads; what it returns does not depend on how many.
struct TaskPool: Sendable {
  var jobs: Int
  var interruption: Interruption

  static var processorCount: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

  /// The results of `task(0) ..< task(count)` in the order of their numbers.
  ///
  /// Tasks start in order. After a failure or an interruption no further task starts; the failure with the lowest
  /// number is thrown, which is the same for any number of jobs, because all tasks below it have been started.
  func map<Result: Sendable>(
    _ count: Int, _ task: @escaping @Sendable (Int) throws(CommandFailure) -> Result
  ) throws(CommandFailure) -> [Result] {
    let next = Atomic(0)
    let hasFailed = Atomic(false)
    let results = Mutex([Swift.Result<Result, CommandFailure>?](repeating: nil, count: count))
    let work: @Sendable () -> Void = {
      while !hasFailed.load(ordering: .relaxed) && !interruption.isRequested {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if index >= count { return }
        let result: Swift.Result<Result, CommandFailure>
        do throws(CommandFailure) {
          result = .success(try task(index))
        } catch {
          result = .failure(error)
          hasFailed.store(true, ordering: .relaxed)
        }
        results.withLock { $0[index] = result }
      }
    }
    let threads = max(1, min(jobs, count))
    if threads == 1 {
      work()
    } else {
      DispatchQueue.concurrentPerform(iterations: threads) { _ in work() }
    }
    let finished = results.withLock { $0 }
    for case .failure(let failure)? in finished { throw failure }
    try interruption.check()
    return finished.compactMap { try? $0?.get() }
  }
}

extension TaskPool {
  /// The number of threads that the user asked for.
  static func jobs(_ arguments: ParsedArguments) throws(CommandFailure) -> Int {
    try arguments.integer("jobs", in: 1...1024, default: processorCount)
  }
}
