import CabinetProtocols
import Foundation
import Testing
import TrafficModel

@Suite("Line protocol schema")
struct LineSchemaTests {
  private static func members(_ value: Any, into names: inout Set<String>) {
    if let object = value as? [String: Any] {
      for (name, member) in object {
        names.insert(name)
        members(member, into: &names)
      }
    } else if let list = value as? [Any] {
      for element in list { members(element, into: &names) }
    }
  }

  /// Names that `properties` of the schema give.
  private static func properties(_ value: Any, into names: inout Set<String>, _ types: inout Set<String>) {
    guard let object = value as? [String: Any] else {
      for element in value as? [Any] ?? [] { properties(element, into: &names, &types) }
      return
    }
    if let properties = object["properties"] as? [String: Any] {
      names.formUnion(properties.keys)
      if let type = (properties["type"] as? [String: Any])?["const"] as? String { types.insert(type) }
    }
    for member in object.values { properties(member, into: &names, &types) }
  }

  @Test("the published schema knows every member that is ever written, and no other")
  func names() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appendingPathComponent(
      "Sources/CabinetProtocols/CabinetProtocols.docc/line-protocol.schema.json")
    var known: Set<String> = []
    var types: Set<String> = []
    Self.properties(try JSONSerialization.jsonObject(with: Data(contentsOf: file)), into: &known, &types)
    var written: Set<String> = []
    var random = RandomStream.test(1)
    for _ in 0..<3000 {
      let line = LineProtocolTests.randomMessage(&random).bytes
      Self.members(try JSONSerialization.jsonObject(with: Data(line)), into: &written)
    }
    #expect(written == known)
    #expect(types.count == 11)
  }
}
