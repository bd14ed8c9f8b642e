import Interchange
import Testing
import TestSupport
import TrafficModel

@Suite struct UTDFDocumentTests {
  private func read(_ text: String) throws -> UTDFImport {
    try UTDFReader.read([UInt8](text.utf8), file: "sample.csv")
  }

  @Test("byte order mark, line ends, padding, case and blanks of keys do not change what is read")
  func dialects() throws {
    let plain = try UTDFSample().read()
    var sample = UTDFSample()
    sample.prefix = "\u{FEFF}"
    for end in ["\r\n", "\r", "  ,,,\n", "\n\n\n"] {
      sample.lineEnd = end
      let isSame = try sample.read() == plain
      #expect(isSame, "line end \(end.debugDescription)")
    }
    let shouting = UTDFSample().text.replacing("Dest Node", with: "DESTNODE").replacing(
      "Up ID", with: "UP_ID"
    )
    .replacing("[Lanes]", with: "[LANES]").replacing("RECORDNAME,INTID", with: "RecordName , IntID")
    let result = try read(shouting)
    let isSame =
      result.scenario.network == plain.scenario.network
      && result.scenario.controllers == plain.scenario.controllers
    #expect(isSame)
  }

  @Test("sections may come in any order, and quoted cells may hold commas and quotes")
  func quotedAndShuffled() throws {
    let text = UTDFSample().text
    let parts = text.split(separator: "[Timeplans]", maxSplits: 1)
    let shuffled = "[Timeplans]" + parts[1] + "\n" + parts[0]
    let quoted = shuffled.replacing("Main St", with: "\"Main, \"\"old\"\" St\"")
    let result = try read(quoted)
    #expect(result.link("1 NB")?.title == "Main, \"old\" St")
    #expect(result.scenario.controllers.count == 1)
  }

  @Test("names in Windows Latin are read")
  func latin() throws {
    var bytes = [UInt8](UTDFSample().text.replacing("Main St", with: "Pe#a St").utf8)
    for index in bytes.indices where bytes[index] == UInt8(ascii: "#") { bytes[index] = 0xF1 }
    let result = try UTDFReader.read(bytes, file: "sample.csv")
    #expect(result.link("1 NB")?.title == "Peña St")
  }

  @Test("overrides with an asterisk before or after the number are numbers")
  func overrides() throws {
    var sample = UTDFSample()
    sample.lanes("Volume", "NBT", "*460")
    sample.lanes("Volume", "SBT", "460*")
    let result = try sample.read()
    #expect(abs((result.flow("1 NBT") ?? 0) - 500) < 1e-9)
    #expect(abs((result.flow("1 SBT") ?? 0) - 500) < 1e-9)
  }

  @Test("rows, columns and sections that are not known are told once each, with their number")
  func unknown() throws {
    var sample = UTDFSample()
    for column in ["NBL", "NBT"] { sample.lanes("Fancy Row", column, "1") }
    sample.set("Links", "Fancy Link", 1, "NB", "1")
    sample.set("Links", "Fancy Link", 2, "SB", "1")
    sample.laneColumns.append("XBT")
    sample.suffix = "\n[Extras]\nTitle\nRECORDNAME,INTID,DATA\nA,1,2\nB,1,2\n"
    let result = try sample.read()
    #expect(result.rules("row-unknown").map(\.place) == ["[Links] Fancy Link", "[Lanes] Fancy Row"])
    #expect(result.rules("row-unknown").first?.message.contains("2 times") == true)
    #expect(result.rules("column-unknown").map(\.place) == ["[Lanes], column XBT"])
    #expect(result.rules("section-unknown").first?.message.contains("2 records") == true)
  }

  @Test("a row that comes twice is told and the first one holds")
  func duplicateRow() throws {
    var sample = UTDFSample()
    sample.rows.append(.init(section: "Lanes", name: "Volume", node: 1, cells: ["NBT": "999"]))
    let result = try sample.read()
    #expect(abs((result.flow("1 NBT") ?? 0) - 500) < 1e-9)
    #expect(result.rules("row-duplicate").count == 1)
  }

  @Test("rows that are known and have no effect are named")
  func withoutEffect() throws {
    var sample = UTDFSample()
    sample.lanes("Taper", "NBL", "25")
    let finding = try sample.read().rules("rows-without-effect").first { $0.place == "[Lanes]" }
    #expect(finding?.message.contains("Taper") == true)
  }

  // MARK: - Errors

  @Test(
    "a value that cannot be is an error with line, place and mend",
    arguments: [
      ("Lanes", "Volume", "NBT", "many", "[Lanes] Volume, 1, NBT"),
      ("Lanes", "Volume", "NBT", "-5", "[Lanes] Volume, 1, NBT"),
      ("Lanes", "Volume", "NBT", "nan", "[Lanes] Volume, 1, NBT"),
      ("Lanes", "Volume", "NBT", "1000000000", "[Lanes] Volume, 1, NBT"),
      ("Lanes", "Lanes", "NBT", "1.5", "[Lanes] Lanes, 1, NBT"),
      ("Lanes", "PHF", "NBT", "0", "[Lanes] PHF, 1, NBT"),
      ("Lanes", "Shared", "NBT", "7", "[Lanes] Shared, 1, NBT"),
      ("Lanes", "Dest Node", "NBT", "77", "[Lanes] Dest Node, 1, NBT"),
      ("Lanes", "Up Node", "NBT", "3", "[Lanes] Dest Node, 1, NBT"),
      ("Links", "Distance", "NB", "-100", "[Links] Distance, 1, NB"),
      ("Links", "Speed", "NB", "0", "[Links] Speed, 1, NB"),
      ("Links", "Up ID", "NB", "99", "[Links] Up ID, 1, NB"),
      ("Links", "Up ID", "NB", "1", "[Links] Up ID, 1, NB"),
      ("Timeplans", "Cycle Length", "DATA", "0", "[Timeplans] Cycle Length, 1, DATA"),
      ("Timeplans", "Referenced To", "DATA", "9", "[Timeplans] Referenced To, 1, DATA"),
      ("Phases", "Yellow", "D2", "1e999", "[Phases] Yellow, 1, D2"),
      ("Phases", "BRP", "D2", "7", "[Phases] BRP, 1, D2"),
    ])
  func badValue(section: String, row: String, column: String, value: String, path: String) throws {
    var sample = UTDFSample()
    sample.set(section, row, 1, column, value)
    let error = try #require(sample.error)
    #expect(error.path == path)
    #expect(error.line > 1)
    #expect(!error.found.isEmpty && !error.expected.isEmpty && !error.mend.isEmpty)
    #expect(error.file == "sample.csv")
  }

  @Test("the line and column of an error are those of the cell")
  func place() throws {
    let text = UTDFSample().text.replacing("Volume,1,92,460", with: "Volume,1,92,4x0")
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0.hasPrefix("Volume,1,") })
    do {
      _ = try read(text)
      Issue.record("the file was read")
    } catch let error as DocumentError {
      #expect(error.line == line + 1)
      #expect(error.column == "Volume,1,92,".count + 1)
      #expect(error.found == "\"4x0\"")
    }
  }

  @Test(
    "text that is no UTDF file is an error",
    arguments: [
      ("", "an empty file"), ("\n\n", "no section"), ("hello\n", "\"hello\" before any section"),
      ("[Nodes]\nNode Data\nINTID,TYPE,X,Y\n1,0,0,0\n1,0,5,5\n", "node 1 a second time"),
      ("[Nodes]\nNode Data\nINTID,TYPE,X,Y\n1,9,0,0\n", "\"9\""),
      ("[Nodes]\nNode Data\nINTID,TYPE,X,Y\n1,0,,0\n", "no coordinates"),
      ("[Nodes]\nNode Data\nINTID,TYPE,X\n1,0,0\n", "no column Y"),
      ("[Nodes]\nNode Data\nINTID,TYPE,X,Y\n1,0,0,0\n", "no section [Links]"),
      ("[Links]\nLink Data\nRECORDNAME,INTID,NB\n", "no section [Nodes]"),
      ("[Nodes]\nT\nINTID,TYPE,X,Y\n\"1,0,0,0\n", "a quote that is not closed in its line"),
      ("[Nodes]\nT\nINTID,TYPE,X,Y\nx,0,0,0\n", "INTID \"x\""),
      ("[Nodes]\nT\nINTID,TYPE,X,Y\n[Nodes]\nT\nINTID,TYPE,X,Y\n", "the section a second time"),
      ("a\0b", "a zero byte"),
    ])
  func notUTDF(text: String, found: String) {
    do {
      _ = try read(text)
      Issue.record("the text was read")
    } catch let error as DocumentError {
      #expect(error.found == found)
    } catch {
      Issue.record("another error: \(error)")
    }
  }

  @Test("UTF-16 is named as what is wrong")
  func wideText() {
    do {
      _ = try UTDFReader.read([0xFF, 0xFE, 0x5B, 0x00], file: "wide.csv")
      Issue.record("the text was read")
    } catch {
      #expect(error.found == "UTF-16 text")
    }
  }

  @Test("a file cut off anywhere is read or refused, and never crashes")
  func truncated() {
    let bytes = [UInt8](UTDFSample().text.utf8)
    for length in stride(from: 0, to: bytes.count, by: 97) {
      _ = try? UTDFReader.read(Array(bytes[..<length]), file: "cut.csv")
    }
  }

  @Test("a grid of 250 controllers is read whole", arguments: [false, true])
  func generated(isPadded: Bool) throws {
    let city = GeneratedUTDF(rows: 10, columns: 25, isPadded: isPadded)
    let result = try read(city.text)
    let network = result.scenario.network
    #expect(result.scenario.controllers.count == 250)
    #expect(network.nodes.count { $0.control == .signal } == 250)
    #expect(network.nodes.count { $0.control == .external } == city.externalCount)
    #expect(network.links.count == city.linkCount)
    #expect(network.movements.count == city.movementCount)
    #expect(network.detectors.count == 250 * 4 * 5)
    #expect(result.scenario.demand.sources.count == city.externalCount)
    #expect(result.rules("volume-balance").isEmpty)
    #expect(result.suspectJunctions.isEmpty)
    #expect(result.scenario.corridor.count == 26)
    #expect(result.rules("row-unknown").isEmpty)
  }
}
