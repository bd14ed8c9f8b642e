/// Runs independent tasks, on as many threads as it likes; what they return must not depend on that.
public protocol WorkRunner: Sendable {
  /// The results of `task(0) ..< task(count)` in the order of their numbers.
  func map<Result: Sendable>(_ count: Int, _ task: @escaping @Sendable (Int) -> Result) -> [Result]
}

/// One task after the other.
public struct SerialRunner: WorkRunner {
  public init() {}

  public func map<Result: Sendable>(_ count: Int, _ task: @escaping @Sendable (Int) -> Result) -> [Result] {
    (0..<count).map(task)
  }
}
