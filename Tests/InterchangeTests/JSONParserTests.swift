import Testing

@testable import Interchange

@Suite("Reading JSON and JSON5")
struct JSONParserTests {
  private func parse(_ text: String) throws(DocumentError) -> JSONValue {
    try JSONValue.parse(Array(text.utf8), file: "test.json").value
  }

  private func failure(_ text: String) -> DocumentError? {
    do {
      _ = try parse(text)
      return nil
    } catch {
      return error
    }
  }

  @Test("plain JSON gives the same values in the same order")
  func plainJSON() throws {
    let value = try parse(#"{"b": [1, -2.5, 1e3, true, false, null], "a": {"x": "y"}}"#)
    #expect(value == ["b": [1, -2.5, 1000.0, true, false, nil], "a": ["x": "y"]])
  }

  @Test("comments, bare keys, single quotes, hexadecimal and trailing commas are read as JSON5 does")
  func json5() throws {
    let value = try parse(
      """
      // a scenario
      { a: +1, 'b': .5, "c": 5., d_1: 0x1F, /* not
        this */ e: -0xa, f: 'say "hi"', g: [1, 2,], }
      """)
    #expect(
      value == ["a": 1, "b": 0.5, "c": 5.0, "d_1": 31, "e": -10, "f": "say \"hi\"", "g": [1, 2]])
  }

  @Test(
    "escapes give the characters they name",
    arguments: [
      (#""a\nb\t\"\\\/""#, "a\nb\t\"\\/"), (#""\u00e9\u4e2d""#, "é中"), (#""\ud83d\ude00""#, "😀"),
      ("'it\\'s'", "it's"), ("\"one \\\nline\"", "one line"), ("\"中文 é\"", "中文 é"),
    ])
  func escapes(text: String, expected: String) throws {
    #expect(try parse(text) == .string(expected))
  }

  @Test(
    "numbers are correctly rounded",
    arguments: [
      "0.1", "3.6", "1e22", "1e23", "123456789012345678", "9007199254740993.0", "2.2250738585072014e-308",
      "5e-324",
      "1.7976931348623157e308", "0.30000000000000004", "179769313486231570000000000000000000000", "-0.0",
      "3.14159265358979323846264338327950288", "8.5e-7",
    ])
  func numbers(text: String) throws {
    let value = try #require(try parse(text).double)
    let expected = try #require(Double(text))
    #expect(value.bitPattern == expected.bitPattern)
  }

  @Test(
    "every double reads back from its text with the same bits",
    arguments: 0..<50 as Range<UInt64>)
  func doublesRoundTrip(seed: UInt64) throws {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 12345
    for _ in 0..<200 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let double = Double(bitPattern: state ^ (state >> 29))
      if !double.isFinite { continue }
      let read = try #require(try parse(JSONValue.number(double).text(pretty: false)).double)
      #expect(read.bitPattern == double.bitPattern)
    }
  }

  @Test("values know their line and column, counted in characters")
  func places() throws {
    let node = try JSONValue.parse(Array("{\n  \"straße\": [1,\r\n    {\"é\": 2, b: 3}]\n}".utf8), file: "x")
    guard case .object(let members) = node.content, case .array(let elements) = members[0].value.content,
      case .object(let inner) = elements[1].content
    else {
      Issue.record("unexpected shape")
      return
    }
    #expect((node.line, node.column) == (1, 1))
    #expect((members[0].line, members[0].column) == (2, 3))
    #expect((members[0].value.line, members[0].value.column) == (2, 13))
    #expect((elements[1].line, elements[1].column) == (3, 5))
    #expect((inner[1].line, inner[1].column) == (3, 14))
    #expect((inner[1].value.line, inner[1].value.column) == (3, 17))
  }

  @Test(
    "what is no JSON is refused with its place",
    arguments: [
      ("", "1:1", "an empty file"), ("  \n// nothing\n", "3:1", "a file without any value"),
      ("{\"a\": 1", "1:8", "the end of the file"), ("[1, 2", "1:6", "the end of the file"),
      ("{\"a\": 1, \"a\": 2}", "1:10", "a second time"), ("[1 2]", "1:4", "the word 2"),
      ("{\"a\" 1}", "1:6", "the word 1"), ("[NaN]", "1:2", "the number NaN"),
      ("[-Infinity]", "1:2", "the number -Infinity"), ("[1e999]", "1:2", "the number 1e999"),
      ("[01]", "1:2", "the number 01"), ("[1.2.3]", "1:5", "the character ."),
      ("[12ft]", "1:2", "the number 12ft"),
      ("[\"abc]", "1:2", "a text without closing quote"), ("[\"a\nb\"]", "1:4", "a line break in a text"),
      ("[\"\\x\"]", "1:3", "the escape \\x"), ("[\"\\ud800\"]", "1:3", "half of a surrogate pair"),
      ("[True]", "1:2", "the word True"), ("{} {}", "1:4", "the character {"),
      ("[1,,2]", "1:4", "the character ,"),
      ("/* open", "1:1", "a comment without end"), ("[0x]", "1:2", "the number 0x"),
      ("{1a: 2}", "1:4", "begins with a digit"),
    ])
  func refusals(text: String, place: String, found: String) throws {
    let error = try #require(failure(text))
    #expect("\(error.line):\(error.column)" == place)
    #expect(error.found.contains(found), "\(error.found)")
    #expect(!error.expected.isEmpty && !error.mend.isEmpty)
  }

  @Test("errors name the JSON path of their value")
  func paths() throws {
    #expect(failure(#"{"links": [{"a": 1}, {"lanes": [1, oops]}]}"#)?.path == "$.links[1].lanes[1]")
    #expect(failure(#"{"odd key": {"a": NaN}}"#)?.path == "$[\"odd key\"].a")
    #expect(failure(#"{"a": {"b": 1, "b": 2}}"#)?.path == "$.a.b")
  }

  @Test("an object of many keys finds a duplicate too")
  func manyKeys() throws {
    let members = (0..<1000).map { "\"k\($0)\": \($0)" }
    #expect(try parse("{\(members.joined(separator: ","))}").object?.count == 1000)
    #expect(failure("{\(members.joined(separator: ",")), \"k500\": 1}")?.path == "$.k500")
  }

  @Test("brackets may nest 128 deep and no deeper")
  func nesting() throws {
    let deep = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    _ = try parse(deep)
    let error = try #require(failure("[" + deep + "]"))
    #expect(error.found.contains("128"))
    #expect(failure(String(repeating: "{\"a\":", count: 100_000))?.found.contains("128") == true)
  }

  @Test("a UTF-8 byte order mark is skipped, other encodings are refused")
  func encodings() throws {
    let text = Array("{\"a\": 1}".utf8)
    let node = try JSONValue.parse([0xEF, 0xBB, 0xBF] + text, file: "x")
    #expect((node.line, node.column) == (1, 1))
    #expect(node.value == ["a": 1])
    let broken: [([UInt8], String)] = [
      ([0xFF, 0xFE, 0x7B, 0x00], "UTF-16"), ([0xFE, 0xFF, 0x00, 0x7B], "UTF-16"),
      ([0x7B, 0x00, 0x7D, 0x00], "UTF-16"),
      (Array("[\"caf".utf8) + [0xE9, 0x22, 0x5D], "0xE9"), ([0x5B, 0xC0, 0x80, 0x5D], "0xC0"),
      ([0x22, 0xED, 0xA0, 0x80, 0x22], "0xED"), ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], "0xF4"),
      ([0x22, 0xE2, 0x82], "0xE2"),
    ]
    for (bytes, found) in broken {
      let error = #expect(throws: DocumentError.self) { try JSONValue.parse(bytes, file: "x") }
      #expect(error?.found.contains(found) == true, "\(error?.found ?? "")")
    }
  }

  @Test("truncation at any byte is an error and nothing else")
  func truncation() throws {
    let text = Array("{ \"a\": [1, 2.5, 'x', \"\\u00e9\", {b: true, c: null}], /* c */ \"d\": -1e-5 } ".utf8)
    for count in 0..<(text.count - 2) {
      #expect(throws: DocumentError.self) { try JSONValue.parse(Array(text.prefix(count)), file: "x") }
    }
    _ = try JSONValue.parse(text, file: "x")
  }

  @Test("any change of one byte gives a value or an error, never a crash", arguments: 0..<20)
  func mutations(seed: Int) {
    let text = Array(#"{"a": [1, -2.5e3, "xé\n"], 'b': {c: 0x1F, /* k */ d: [true, null]}} // end"#.utf8)
    for index in text.indices {
      var changed = text
      changed[index] = UInt8(truncatingIfNeeded: (index &* 31 &+ seed &* 57) ^ Int(text[index]))
      _ = try? JSONValue.parse(changed, file: "x")
    }
  }
}

@Suite("Writing JSON")
struct JSONTextTests {
  @Test("compact text has no blanks, pretty text is indented by two")
  func layouts() {
    let value: JSONValue = ["a": 1, "b": [1, 2.5, "x"], "c": [:], "d": [["e": nil]]]
    #expect(value.text(pretty: false) == #"{"a":1,"b":[1,2.5,"x"],"c":{},"d":[{"e":null}]}"#)
    #expect(
      value.text(pretty: true) == """
        {
          "a": 1,
          "b": [1, 2.5, "x"],
          "c": {},
          "d": [
            { "e": null }
          ]
        }

        """)
  }

  @Test("numbers are short and never invalid")
  func numbers() {
    let value: JSONValue = [
      5.0, 0.1, 1e21, 1e-7, .number(.nan), .number(.infinity), .number(-0.0), 100_000.0,
    ]
    #expect(value.text(pretty: false) == "[5,0.1,1e+21,1e-07,null,null,-0.0,100000]")
  }

  @Test("texts are escaped where JSON demands it and nowhere else")
  func strings() {
    #expect(JSONValue.string("a\"b\\c\n\u{1}/é").text(pretty: false) == #""a\"b\\c\n\u0001/é""#)
  }

  @Test("pretty and compact text read back to the same value")
  func readBack() throws {
    let row: JSONValue = ["name": "W-C", "lanes": [0, 1, 2], "volumes": ["C-N": 120, "C-E": 12.5]]
    let value: JSONValue = [
      "rows": .array(Array(repeating: row, count: 5)), "long": .array((0..<100).map { .integer($0) }),
    ]
    for pretty in [true, false] {
      let read = try JSONValue.parse(Array(value.text(pretty: pretty).utf8), file: "x").value
      #expect(read == value)
    }
  }

  @Test("lookups find what is there and nil for what is not")
  func lookups() {
    let value: JSONValue = ["a": [1, 2.5, "x", true], "n": nil]
    #expect(value["a"]?[0]?.int == 1)
    #expect(value["a"]?[1]?.double == 2.5)
    #expect(value["a"]?[1]?.int == nil)
    #expect(value["a"]?[2]?.string == "x")
    #expect(value["a"]?[3]?.bool == true)
    #expect(value["a"]?[4] == nil)
    #expect(value["b"] == nil)
    #expect(value["n"]?.isNull == true)
  }
}
