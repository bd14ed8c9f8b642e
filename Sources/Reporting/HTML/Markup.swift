/// Text that may stand in an HTML or SVG document as it is.
///
/// Everything that comes from outside goes through ``escaped(_:)``; elements are written so that an XML parser reads
/// them too.
enum Markup {
  /// Replaces the characters that mean something in markup; control characters, which XML forbids, become spaces.
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{FFFE}", "\u{FFFF}": result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// An element around content that is markup already; attribute values are escaped here.
  static func element(_ name: String, _ attributes: [(String, String)], _ content: String) -> String {
    var result = "<\(name)"
    for (key, value) in attributes { result += " \(key)=\"\(escaped(value))\"" }
    return result + ">\(content)</\(name)>"
  }

  /// An element without attributes around content that is markup already.
  static func element(_ name: String, _ content: String) -> String { element(name, [], content) }

  /// An element around text.
  static func text(_ name: String, _ text: String, class className: String = "") -> String {
    element(name, className.isEmpty ? [] : [("class", className)], escaped(text))
  }

  /// A table cell with a number: aligned to the right.
  static func number(_ text: String, class className: String = "") -> String {
    element("td", [("class", className.isEmpty ? "n" : "n " + className)], escaped(text))
  }
}
