import Foundation
import Testing

@testable import Interchange

@Suite("Bad scenario files")
struct ScenarioBadInputTests {
  private static let folder = "Tests/InterchangeTests/Fixtures/bad"

  /// The first error of each file, one line each: `FILE:LINE:COLUMN: at PATH: found ...; expected ...; to mend: ...`.
  private static let table: [String] = {
    let bytes = (try? ScenarioFiles.bytes("\(folder)/expected.txt")) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0) }
  }()

  private func errors(_ bytes: [UInt8], file: String) -> [DocumentError] {
    do {
      _ = try ScenarioReader.read(bytes, file: file)
      return []
    } catch {
      return error.errors
    }
  }

  @Test(
    "a bad file is refused with its place, what stands there, what should, and how to mend it",
    arguments: table)
  func messages(line: String) throws {
    let file = String(line.prefix { $0 != ":" })
    let errors = errors(try ScenarioFiles.bytes("\(Self.folder)/\(file)"), file: file)
    #expect(errors.first?.description == line)
    for error in errors {
      #expect(error.file == file && error.line >= 1 && error.column >= 1 && error.path.hasPrefix("$"))
      #expect(!error.found.isEmpty && !error.expected.isEmpty && !error.mend.isEmpty)
    }
  }

  @Test("every bad file stands in the table, and there are forty at least")
  func tableIsComplete() throws {
    let path = ScenarioFiles.root.appending(path: Self.folder).path
    let files = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".json") }
    #expect(files.count >= 40)
    #expect(files.sorted() == Self.table.map { String($0.prefix { $0 != ":" }) }.sorted())
  }

  @Test("the scenario from which the bad files are made is good")
  func theirOriginIsGood() throws {
    let bytes = try ScenarioFiles.bytes("Tests/InterchangeTests/Fixtures/good/t-junction.json")
    #expect(errors(bytes, file: "t-junction.json") == [])
  }

  @Test("several mistakes are all reported, in the order of the file")
  func severalAtOnce() throws {
    let bytes = try ScenarioFiles.bytes("Tests/InterchangeTests/Fixtures/good/t-junction.json")
    var text = String(decoding: bytes, as: UTF8.self)
    text.replace(
      "\"length_m\": 290, \"speedLimit_kmh\": 50, \"lanes\": 1",
      with: "\"length_m\": -1, \"speedLimit_kmh\": 50, \"lanes\": 0", maxReplacements: 1)
    text.replace("\"cycle_s\": 80", with: "\"cicle_s\": 80")
    text.replace("\"N-C\", \"to\": \"C-W\"", with: "\"N-D\", \"to\": \"C-W\"")
    let paths = errors(Array(text.utf8), file: "x").map(\.path)
    #expect(
      paths == [
        "$.links[1].length_m", "$.links[1].lanes", "$.movements[5].from", "$.controllers[0].patterns[0]",
        "$.controllers[0].patterns[0].cicle_s",
      ])
  }

  @Test("a network of a hundred thousand links and one more is refused")
  func tooManyLinks() throws {
    let link = #"{"name":"%","from":"A","to":"B","length_m":100,"speedLimit_kmh":50},"#
    var text =
      #"{"schema":"citybrain.scenario/1","name":"big","demand":{},"nodes":[{"name":"A","position_m":[0,0]},"#
    text += #"{"name":"B","position_m":[100,0]}],"links":["#
    for index in 0...100_000 { text += link.replacing("%", with: "L\(index)") }
    text += "]}"
    let first = try #require(errors(Array(text.utf8), file: "big.json").first)
    #expect(first.found.contains("100001 links"))
    #expect(first.expected.contains("100000"))
  }

  @Test("truncation anywhere is refused without a crash")
  func truncation() throws {
    let bytes = try ScenarioFiles.bytes("Tests/InterchangeTests/Fixtures/good/t-junction.json")
    for count in stride(from: 0, to: bytes.count - 3, by: 11) {
      #expect(!errors(Array(bytes.prefix(count)), file: "x").isEmpty)
    }
  }

  @Test("lists that are empty or lack an entry never crash the reader", arguments: ["phases", "stages"])
  func lists(name: String) throws {
    let bytes = try ScenarioFiles.bytes("Tests/InterchangeTests/Fixtures/good/\(name).json")
    let document = try JSONValue.parse(bytes, file: name).value
    var refused = 0
    for changed in Mutations.ofLists(document) {
      if !errors(Array(changed.text(pretty: false).utf8), file: "x").isEmpty { refused += 1 }
    }
    #expect(refused > 50)
    // The case in which phases are named but the groups that they need are not there.
    let text = String(decoding: bytes, as: UTF8.self).replacing("\"group\": \"P1\"", with: "\"phase\": 1")
    let groups = try #require(text.firstRange(of: "\"groups\": [") ?? text.firstRange(of: "phases: ["))
    let broken = text.replacingCharacters(in: groups, with: "\"groups\": [], \"oldGroups\": [")
    #expect(!errors(Array(broken.utf8), file: "x").isEmpty)
  }

  @Test("damage at random never crashes the reader", arguments: 0..<40 as Range<UInt64>)
  func damage(seed: UInt64) throws {
    let bytes = try ScenarioFiles.bytes("Tests/InterchangeTests/Fixtures/good/phases.json")
    var state = seed &+ 1
    func next(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let alphabet = Array("0123456789-.,:[]{}\"' \n\\ax".utf8)
    for _ in 0..<10 {
      var damaged = bytes
      for _ in 0...next(below: 3) {
        let index = next(below: damaged.count)
        switch next(below: 3) {
        case 0: damaged[index] = alphabet[next(below: alphabet.count)]
        case 1: damaged.remove(at: index)
        default: damaged.insert(alphabet[next(below: alphabet.count)], at: index)
        }
      }
      for error in errors(damaged, file: "x") { #expect(!error.description.isEmpty) }
    }
  }
}
