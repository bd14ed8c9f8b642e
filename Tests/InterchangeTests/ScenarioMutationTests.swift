import Testing

@testable import Interchange

/// Files with one thing wrong, made by machine: whatever stands in a file, the reader answers.
@Suite("Scenario files with one value changed")
struct ScenarioMutationTests {
  /// `nil` removes the value.
  private static let replacements: [JSONValue?] = [
    nil, .null, .array([]), .object([]), "", "none", 0, -1, 0.05, .number(1e300),
    .number(.leastNonzeroMagnitude), true,
  ]

  /// Every value that is made from `value` by one replacement somewhere in it.
  private func variants(of value: JSONValue, by replacement: JSONValue?) -> [JSONValue] {
    var result: [JSONValue] = []
    switch value {
    case .array(let elements):
      for index in elements.indices {
        for variant in changes(of: elements[index], by: replacement) {
          var changed = elements
          changed.replaceSubrange(index...index, with: variant.map { [$0] } ?? [])
          result.append(.array(changed))
        }
      }
    case .object(let members):
      for index in members.indices {
        for variant in changes(of: members[index].1, by: replacement) {
          var changed = members
          changed.replaceSubrange(index...index, with: variant.map { [(members[index].0, $0)] } ?? [])
          result.append(.object(changed))
        }
      }
    case .null, .bool, .integer, .number, .string: break
    }
    return result
  }

  private func changes(of value: JSONValue, by replacement: JSONValue?) -> [JSONValue?] {
    [replacement] + variants(of: value, by: replacement)
  }

  @Test(
    "whatever one value is replaced by, the file is read or refused with a place",
    arguments: ["t-junction", "stages", "phases", "unit"])
  func answers(file: String) throws {
    let bytes = try ScenarioFiles.bytes("Tests/InterchangeTests/Fixtures/good/\(file).json")
    let good = try JSONValue.parse(bytes, file: file).value
    var refused = 0
    for (turn, replacement) in Self.replacements.enumerated() {
      // The largest file is sampled: every fifth value by each replacement, so that all values take their turns.
      for (index, variant) in variants(of: good, by: replacement).enumerated()
      where file != "unit" || (index + turn) % 5 == 0 {
        do {
          _ = try ScenarioReader.read(Array(variant.text(pretty: false).utf8), file: file)
        } catch {
          refused += 1
          #expect(error.errors.first?.path.hasPrefix("$") == true)
        }
      }
    }
    #expect(refused > (file == "unit" ? 200 : 500))
  }
}
