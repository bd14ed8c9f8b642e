import Foundation
import FoundationXML
import Reporting
import Testing

@Suite("The scatter plot")
struct ScatterPlotTests {
  private func plot(_ points: [ScatterPlot.Point]) -> String {
    ScatterPlot(title: "Both <roads>", xTitle: "there, s", yTitle: "here, s", tolerance: 0.1, points: points)
      .svg()
  }

  @Test("it is a document of its own with one dot for each point, large ones first")
  func points() throws {
    let svg = plot([
      .init(name: "small", x: 10, y: 20, weight: 1, agrees: false),
      .init(name: "large & wide", x: 40, y: 40, weight: 100, agrees: true),
    ])
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse())
    #expect(svg.contains("Both &lt;roads&gt;") && svg.contains("1 of 2 points agree"))
    let large = try #require(svg.range(of: "large &amp; wide"))
    let small = try #require(svg.range(of: "small:"))
    #expect(large.lowerBound < small.lowerBound)
    #expect(svg.components(separatedBy: "<circle").count == 3)
    #expect(svg.contains("dot worse") && svg.contains("dot better"))
  }

  @Test("equal answers lie on the line, whatever the scale")
  func equality() throws {
    let svg = plot([
      .init(name: "a", x: 25, y: 25, agrees: true), .init(name: "b", x: 50, y: 50, agrees: true),
    ])
    // Across grows as upwards shrinks: their sum is the same for all points of the line.
    let centres = svg.components(separatedBy: "<circle").dropFirst().compactMap { text -> Double? in
      func number(_ name: String) -> Double? {
        text.components(separatedBy: "\(name)=\"").dropFirst().first?.split(separator: "\"").first.flatMap {
          Double($0)
        }
      }
      guard let x = number(" cx"), let y = number(" cy") else { return nil }
      return x + y
    }
    try #require(centres.count == 2)
    #expect((centres[0] - centres[1]).magnitude < 0.3)
  }

  @Test("no points, or points that are nothing, make an empty drawing")
  func nothing() {
    #expect(!plot([]).contains("<circle"))
    #expect(!plot([.init(name: "a", x: .nan, y: .infinity, agrees: false)]).contains("<circle"))
  }
}
