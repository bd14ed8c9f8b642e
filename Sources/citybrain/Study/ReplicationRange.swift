/// The replications that a command runs: `10` is 1 to 10, `11-20` a slice of a study that other jobs complete.
enum ReplicationRange {
  static let limit = 100_000

  /// `nil` unless the text is a count or a slice within the limit.
  static func parse(_ text: String) -> ClosedRange<Int>? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { number($0) }
    guard numbers.count == parts.count else { return nil }
    switch numbers.count {
    case 1: return 1...numbers[0]
    case 2 where numbers[0] <= numbers[1]: return numbers[0]...numbers[1]
    default: return nil
    }
  }

  /// Digits only: `Int` would take a sign.
  private static func number(_ text: Substring) -> Int? {
    guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let value = Int(text) else { return nil }
    return (1...limit).contains(value) ? value : nil
  }

  static func read(_ arguments: ParsedArguments, default standard: Int) throws(CommandFailure) -> ClosedRange<
    Int
  > {
    guard let text = arguments["replications"] else { return 1...standard }
    guard let range = parse(text) else {
      throw arguments.failure(
        "--replications is \(text); it must be a count such as 10 or a slice such as 11-20, up to \(limit)")
    }
    return range
  }
}
