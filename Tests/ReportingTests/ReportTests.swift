import Foundation
import FoundationXML
import Reporting
import Testing
import TrafficModel

/// Walks a document and notes what a report must not or must have.
private final class MarkupReader: NSObject, XMLParserDelegate {
  var elements: [String: Int] = [:]
  var identifiers: [String] = []
  var references: [String] = []
  var text = ""
  var unnamedDrawings = 0
  var sawEnd = false

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements[name, default: 0] += 1
    if let id = attributes["id"] { identifiers.append(id) }
    for key in ["href", "src", "xlink:href"] {
      if let value = attributes[key] { references.append(value) }
    }
    if name == "svg" && attributes["role"] != "img" { unnamedDrawings += 1 }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if name == "html" { sawEnd = true }
  }
}

@Suite("The HTML report")
struct ReportTests {
  /// Reads the report as XML and fails the test if it is not well-formed or not whole.
  private func read(_ html: String) throws -> MarkupReader {
    let parser = XMLParser(data: Data(html.utf8))
    let reader = MarkupReader()
    parser.delegate = reader
    _ = parser.parse()
    let error = parser.parserError.map { "\($0) in line \(parser.lineNumber), column \(parser.columnNumber)" }
    #expect(error == nil)
    #expect(reader.sawEnd)
    return reader
  }

  private func report(_ options: SyntheticStudy.Options) -> String {
    reportHTML(ReportInput(SyntheticStudy.result(options), manifest: SyntheticStudy.manifest(options)))
  }

  private static let situations: [(String, @Sendable (inout SyntheticStudy.Options) -> Void)] = [
    ("full", { $0.hasTrace = true }),
    ("one strategy", { $0.strategies = ["fixed"] }),
    (
      "four strategies",
      {
        $0.strategies = ["fixed", "actuated", "webster", "longest-queue"]; $0.hasTrace = true
      }
    ),
    ("one replication", { $0.replications = 3...3 }),
    (
      "no demand",
      {
        $0.hasVehicles = false; $0.hasTrace = false
      }
    ),
    (
      "no signals",
      {
        $0.hasSignals = false; $0.hasAnalysis = false
      }
    ),
    (
      "no corridor",
      {
        $0.hasCorridor = false; $0.hasTrace = true
      }
    ),
    ("no pedestrians", { $0.hasPedestrians = false }),
    ("one junction", { $0.junctions = 1 }),
    (
      "no junctions",
      {
        $0.junctions = 0; $0.hasSignals = false; $0.hasCorridor = false
      }
    ),
    (
      "suspects",
      {
        $0.junctions = 5; $0.suspects = [1, 3]; $0.units = .usCustomary; $0.hasTrace = true
      }
    ),
  ]

  @Test("every situation gives one well-formed document that loads nothing", arguments: situations.indices)
  func wellFormed(index: Int) throws {
    var options = SyntheticStudy.Options()
    Self.situations[index].1(&options)
    let html = report(options)
    let reader = try read(html)
    #expect(Set(reader.identifiers).count == reader.identifiers.count, "identifiers repeat")
    #expect(
      reader.references.allSatisfy {
        $0.hasPrefix("#") && reader.identifiers.contains(String($0.dropFirst()))
      })
    for forbidden in ["script", "link", "img", "iframe", "object"] {
      #expect(reader.elements[forbidden] == nil)
    }
    let rest = html.replacing("http://www.w3.org/2000/svg", with: "")
      .replacing("http://www.w3.org/1999/xhtml", with: "")
    #expect(!rest.contains("http:") && !rest.contains("https:") && !rest.contains("@import"))
    #expect(!rest.contains("url(") || !rest.replacing("url(#", with: "").contains("url("))
    #expect(!rest.contains("NaN") && !rest.contains("nan\"") && !rest.contains("inf\""))
    #expect(reader.unnamedDrawings == 0)
  }

  @Test("text from files cannot become markup")
  func escaping() throws {
    var options = SyntheticStudy.Options()
    options.name = "<script>alert('x & \"y\"')</script>\u{1}"
    options.strategies = ["fixed", "a<b>&\"c'"]
    options.hasTrace = true
    options.warnings = [
      Finding(.warning, rule: "<i>", place: "</section>", message: "1 < 2 & 3", mend: "\"'<b>")
    ]
    let html = report(options)
    let reader = try read(html)
    #expect(reader.elements["script"] == nil && reader.elements["i"] == nil)
    #expect(reader.text.contains("1 < 2 & 3"))
    #expect(reader.text.contains("<script>alert('x & \"y\"')</script>"))
  }

  @Test("a network of 250 junctions is drawn in detail at its twelve worst, and says so")
  func largeNetwork() throws {
    var options = SyntheticStudy.Options()
    options.junctions = 250
    options.replications = 1...2
    let html = report(options)
    let reader = try read(html)
    #expect(reader.text.contains("Of 250 junctions the 12 with the most delay per vehicle are shown"))
    #expect(html.components(separatedBy: "class=\"plan\"").count - 1 == 12)
    #expect(html.utf8.count < 3_000_000)
  }

  @Test("eight junctions with trajectories stay below three megabytes")
  func size() {
    var options = SyntheticStudy.Options()
    options.junctions = 8
    options.replications = 1...10
    options.hasTrace = true
    #expect(report(options).utf8.count < 3_000_000)
  }

  @Test("a stored result gives the same report as the run that wrote it")
  func storedResult() throws {
    var options = SyntheticStudy.Options()
    options.suspects = [0]
    let result = SyntheticStudy.result(options)
    let document = try StudyDocument.decode(
      Array(SyntheticStudy.document(options).text().utf8), file: "result.json")
    let stored = try ReportInput(scenario: result.scenario, document: document)
    #expect(reportHTML(stored) == report(options))
  }

  @Test("a result is not drawn on another network")
  func otherScenario() {
    var options = SyntheticStudy.Options()
    let document = SyntheticStudy.document(options)
    options.junctions = 3
    options.name = "three"
    let other = SyntheticStudy.result(options).scenario
    #expect(throws: ReportFailure.otherScenario(expected: "two-signals", found: "three")) {
      try ReportInput(scenario: other, document: document)
    }
  }

  @Test("a pattern that does not compile is named in place of its drawing")
  func brokenPattern() throws {
    let options = SyntheticStudy.Options()
    var result = SyntheticStudy.result(options)
    result.scenario.controllers[0].patterns[0].cycle = TimeSpan(seconds: 70)
    let html = reportHTML(ReportInput(result, manifest: SyntheticStudy.manifest(options)))
    #expect(try read(html).text.contains("The pattern cannot be drawn."))
  }

  /// For the eye: set `REPORT_PREVIEW` to a folder to get the situations as files of fabricated figures.
  @Test(
    "previews are written on request",
    .enabled(if: ProcessInfo.processInfo.environment["REPORT_PREVIEW"] != nil))
  func previews() throws {
    let folder = URL(fileURLWithPath: try #require(ProcessInfo.processInfo.environment["REPORT_PREVIEW"]))
    for (name, change) in Self.situations {
      var options = SyntheticStudy.Options()
      options.name = "synthetic-preview"
      options.replications = 1...10
      options.junctions = name == "full" ? 8 : options.junctions
      change(&options)
      let file = folder.appendingPathComponent(name.replacing(" ", with: "-") + ".html")
      try Data(report(options).utf8).write(to: file)
    }
  }
}
