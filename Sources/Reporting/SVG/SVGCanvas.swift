/// A drawing in user units, written as inline SVG; colours and strokes come from the report's style sheet by class.
struct SVGCanvas {
  enum Anchor: String {
    case start
    case middle
    case end
  }

  let width: Double
  let height: Double
  private(set) var body = ""

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// At most one decimal, without a trailing zero: finer than any screen shows.
  static func coordinate(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let tenths = (value * 10).rounded()
    guard abs(tenths) < 1e12 else { return "0" }
    let whole = Int(tenths)
    let magnitude = whole.magnitude
    let sign = whole < 0 ? "-" : ""
    return magnitude % 10 == 0 ? "\(sign)\(magnitude / 10)" : "\(sign)\(magnitude / 10).\(magnitude % 10)"
  }

  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class className: String
  ) {
    body +=
      "<line class=\"\(className)\" x1=\"\(Self.coordinate(x1))\" y1=\"\(Self.coordinate(y1))\""
      + " x2=\"\(Self.coordinate(x2))\" y2=\"\(Self.coordinate(y2))\"/>"
  }

  /// A rectangle, with a tooltip if `title` is not empty.
  mutating func rect(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, class className: String, title: String = ""
  ) {
    let shape =
      "<rect class=\"\(className)\" x=\"\(Self.coordinate(x))\" y=\"\(Self.coordinate(y))\""
      + " width=\"\(Self.coordinate(max(width, 0)))\" height=\"\(Self.coordinate(max(height, 0)))\""
    body += title.isEmpty ? shape + "/>" : shape + "><title>\(Markup.escaped(title))</title></rect>"
  }

  mutating func circle(_ x: Double, _ y: Double, radius: Double, class className: String, title: String = "")
  {
    let shape =
      "<circle class=\"\(className)\" cx=\"\(Self.coordinate(x))\" cy=\"\(Self.coordinate(y))\""
      + " r=\"\(Self.coordinate(radius))\""
    body += title.isEmpty ? shape + "/>" : shape + "><title>\(Markup.escaped(title))</title></circle>"
  }

  /// An open line through points.
  mutating func polyline(_ points: [(Double, Double)], class className: String, title: String = "") {
    guard points.count > 1 else { return }
    let shape = "<path class=\"\(className)\" d=\"\(Self.path(points))\""
    body += title.isEmpty ? shape + "/>" : shape + "><title>\(Markup.escaped(title))</title></path>"
  }

  mutating func polygon(_ points: [(Double, Double)], class className: String, title: String = "") {
    guard points.count > 2 else { return }
    let shape = "<path class=\"\(className)\" d=\"\(Self.path(points))Z\""
    body += title.isEmpty ? shape + "/>" : shape + "><title>\(Markup.escaped(title))</title></path>"
  }

  /// Text that is escaped here.
  mutating func text(
    _ text: String, _ x: Double, _ y: Double, anchor: Anchor = .start, class className: String = "t"
  ) {
    let place = "x=\"\(Self.coordinate(x))\" y=\"\(Self.coordinate(y))\""
    let side = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
    body += "<text class=\"\(className)\" \(place)\(side)>\(Markup.escaped(text))</text>"
  }

  /// Text that reads upwards, for a vertical axis.
  mutating func verticalText(_ text: String, _ x: Double, _ y: Double, class className: String = "t") {
    let place = "\(Self.coordinate(x)) \(Self.coordinate(y))"
    body +=
      "<text class=\"\(className)\" text-anchor=\"middle\" transform=\"translate(\(place)) rotate(-90)\">"
      + "\(Markup.escaped(text))</text>"
  }

  /// A mark that tells strategies apart without colour: circle, square, diamond, triangle, and so on in turn.
  mutating func marker(_ index: Int, _ x: Double, _ y: Double, size: Double = 4.5, title: String = "") {
    let className = "mark c\(index % 6)"
    switch index % 4 {
    case 0: circle(x, y, radius: size, class: className, title: title)
    case 1: rect(x - size, y - size, 2 * size, 2 * size, class: className, title: title)
    case 2:
      let r = size * 1.3
      polygon([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], class: className, title: title)
    default:
      let r = size * 1.25
      polygon([(x, y - r), (x + r, y + r * 0.8), (x - r, y + r * 0.8)], class: className, title: title)
    }
  }

  /// Draws `content` cut to a rectangle; `id` must be unique in the document.
  mutating func clipped(
    id: String, _ x: Double, _ y: Double, _ width: Double, _ height: Double,
    _ content: (inout SVGCanvas) -> Void
  ) {
    var inner = SVGCanvas(width: self.width, height: self.height)
    content(&inner)
    body +=
      "<clipPath id=\"\(id)\"><rect x=\"\(Self.coordinate(x))\" y=\"\(Self.coordinate(y))\""
      + " width=\"\(Self.coordinate(width))\" height=\"\(Self.coordinate(height))\"/></clipPath>"
      + "<g clip-path=\"url(#\(id))\">\(inner.body)</g>"
  }

  /// The finished drawing; title and description are what a screen reader says.
  /// - Parameter style: its own style sheet, for a drawing that stands in no report.
  func svg(
    title: String, description: String = "", class className: String = "", style: String = ""
  ) -> String {
    let size = "\(Self.coordinate(width)) \(Self.coordinate(height))"
    let look = className.isEmpty ? "" : " class=\"\(className)\""
    let words = description.isEmpty ? "" : Markup.text("desc", description)
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 \(size)\""
      + " style=\"max-width:\(Self.coordinate(width))px\"\(look)>"
      + Markup.text("title", title) + words + (style.isEmpty ? "" : Markup.text("style", style)) + body
      + "</svg>\n"
  }

  private static func path(_ points: [(Double, Double)]) -> String {
    var result = "M"
    for (index, point) in points.enumerated() {
      if index == 1 { result += "L" } else if index > 1 { result += " " }
      result += "\(coordinate(point.0)) \(coordinate(point.1))"
    }
    return result
  }
}
