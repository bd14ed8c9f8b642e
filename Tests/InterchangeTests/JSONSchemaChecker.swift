@testable import Interchange

/// Holds documents against a JSON Schema (draft 2020-12), as far as the published scenario schema goes.
///
/// A keyword that it does not know is a fault of the schema, so that no rule is passed over in silence.
final class JSONSchemaChecker {
  let schema: JSONValue
  private(set) var failures: [String] = []
  /// Keys that were met, by definition of the schema; the document itself counts as "".
  private(set) var keysSeen: [String: Set<String>] = [:]
  private var definition = ""

  init(_ schema: JSONValue) { self.schema = schema }

  /// What a document breaks, one line each.
  func check(_ document: JSONValue) -> [String] {
    failures = []
    definition = ""
    check(document, against: schema, at: "$")
    return failures
  }

  private func accepts(_ value: JSONValue, _ rule: JSONValue, at path: String) -> Bool {
    let before = failures
    check(value, against: rule, at: path)
    let isAccepted = failures.count == before.count
    failures = before
    return isAccepted
  }

  private func check(_ value: JSONValue, against rule: JSONValue, at path: String) {
    guard let keywords = rule.object else { return failures.append("\(path): a rule that is no object") }
    for (keyword, argument) in keywords { check(value, keyword, argument, of: rule, at: path) }
  }

  private func check(
    _ value: JSONValue, _ keyword: String, _ argument: JSONValue, of rule: JSONValue, at path: String
  ) {
    switch keyword {
    case "$schema", "$id", "title", "description", "default", "$defs": break
    case "$ref": checkReference(value, argument, at: path)
    case "type":
      require(isOfType(value, argument.string ?? ""), "\(path): not of type \(argument.string ?? "")")
    case "const": require(value == argument, "\(path): not the constant")
    case "enum": require(argument.array?.contains(value) == true, "\(path): not among the words")
    case "minimum", "maximum": checkBound(value, keyword, argument, at: path)
    case "minLength", "maxLength", "pattern": checkText(value, keyword, argument, at: path)
    case "minItems", "maxItems", "items": checkList(value, keyword, argument, at: path)
    case "properties", "required", "additionalProperties", "propertyNames", "dependentRequired":
      checkObject(value, keyword, argument, of: rule, at: path)
    case "allOf": for part in argument.array ?? [] { check(value, against: part, at: path) }
    case "anyOf":
      require(argument.array?.contains { accepts(value, $0, at: path) } == true, "\(path): none of the forms")
    case "oneOf":
      let count = argument.array?.filter { accepts(value, $0, at: path) }.count ?? 0
      require(count == 1, "\(path): \(count) of the forms")
    case "not": require(!accepts(value, argument, at: path), "\(path): a form that is excluded")
    default: failures.append("\(path): the keyword \(keyword), which the checker does not know")
    }
  }

  private func require(_ holds: Bool, _ failure: @autoclosure () -> String) {
    if !holds { failures.append(failure()) }
  }

  private func checkReference(_ value: JSONValue, _ argument: JSONValue, at path: String) {
    let name = String(argument.string?.dropFirst("#/$defs/".count) ?? "")
    guard let target = schema["$defs"]?[name] else {
      return failures.append("\(path): a dangling $ref \(name)")
    }
    let before = definition
    definition = name
    check(value, against: target, at: path)
    definition = before
  }

  private func isOfType(_ value: JSONValue, _ type: String) -> Bool {
    switch (type, value) {
    case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool),
      ("integer", .integer),
      ("number", .integer), ("number", .number):
      true
    default: false
    }
  }

  private func checkBound(_ value: JSONValue, _ keyword: String, _ argument: JSONValue, at path: String) {
    guard let number = value.double, let bound = argument.double else { return }
    require(keyword == "minimum" ? number >= bound : number <= bound, "\(path): \(number) beyond \(bound)")
  }

  private func checkText(_ value: JSONValue, _ keyword: String, _ argument: JSONValue, at path: String) {
    guard let text = value.string else { return }
    switch keyword {
    case "minLength": require(text.count >= argument.int ?? 0, "\(path): too short")
    case "maxLength": require(text.count <= argument.int ?? 0, "\(path): too long")
    default:
      switch argument.string {
      case "^[0-9]+$":
        require(!text.isEmpty && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }, "\(path): not digits")
      case "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$":
        require(
          text.wholeMatch(of: /([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?/) != nil, "\(path): no time of day"
        )
      case "^[+-](0[0-9]|1[0-4]):[0-5][0-9]$":
        require(text.wholeMatch(of: /[+\-](0[0-9]|1[0-4]):[0-5][0-9]/) != nil, "\(path): no offset")
      case #"^[^/\\]+$"#:
        require(!text.isEmpty && !text.contains("/") && !text.contains("\\"), "\(path): a path")
      default: failures.append("\(path): a pattern that the checker does not know")
      }
    }
  }

  private func checkList(_ value: JSONValue, _ keyword: String, _ argument: JSONValue, at path: String) {
    guard let elements = value.array else { return }
    switch keyword {
    case "minItems": require(elements.count >= argument.int ?? 0, "\(path): too few entries")
    case "maxItems": require(elements.count <= argument.int ?? 0, "\(path): too many entries")
    default:
      for (index, element) in elements.enumerated() {
        check(element, against: argument, at: "\(path)[\(index)]")
      }
    }
  }

  private func checkObject(
    _ value: JSONValue, _ keyword: String, _ argument: JSONValue, of rule: JSONValue, at path: String
  ) {
    guard let members = value.object else { return }
    switch keyword {
    case "properties":
      for (key, member) in members {
        guard let property = argument[key] else { continue }
        keysSeen[definition, default: []].insert(key)
        check(member, against: property, at: "\(path).\(key)")
      }
    case "required":
      for key in argument.array ?? [] {
        require(value[key.string ?? ""] != nil, "\(path): no \(key.string ?? "")")
      }
    case "additionalProperties":
      for (key, member) in members where rule["properties"]?[key] == nil {
        if argument.bool == false {
          failures.append("\(path): the key \(key)")
        } else {
          check(member, against: argument, at: "\(path).\(key)")
        }
      }
    case "propertyNames":
      for (key, _) in members { check(.string(key), against: argument, at: "\(path).\(key)") }
    default:
      for (key, others) in argument.object ?? [] where value[key] != nil {
        for other in others.array ?? [] { require(value[other.string ?? ""] != nil, "\(path): no \(other)") }
      }
    }
  }
}
