import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// One element of an XML document as it begins, with where it stands.
struct SUMOElement: Sendable {
  let file: String
  let name: String
  let attributes: [String: String]
  let line: Int
  let column: Int

  subscript(_ attribute: String) -> String? { attributes[attribute] }

  /// What identifies it to its author: "connection of edge1", "tlLogic J3".
  var label: String { attributes["id"].map { "\(name) \($0)" } ?? name }

  func error(found: String, expected: String, mend: String) -> DocumentError {
    DocumentError(
      file: file, line: line, column: column, path: label, found: found, expected: expected, mend: mend)
  }

  /// The text of an attribute that must be there.
  func text(_ attribute: String) throws(DocumentError) -> String {
    if let text = attributes[attribute] { return text }
    throw error(
      found: "no \(attribute)", expected: "the attribute \(attribute)",
      mend: "write it, or make the file with SUMO's own tools")
  }

  /// A finite number; `nil` where the attribute is missing.
  func number(_ attribute: String) throws(DocumentError) -> Double? {
    guard let text = attributes[attribute] else { return nil }
    if let number = Double(text), number.isFinite { return number }
    throw error(
      found: "\(attribute)=\"\(text)\"", expected: "a finite number", mend: "write it as 12 or 12.5")
  }

  func number(required attribute: String) throws(DocumentError) -> Double {
    _ = try text(attribute)
    return try number(attribute) ?? 0
  }

  /// A whole number from 0 to a million.
  func index(_ attribute: String) throws(DocumentError) -> Int? {
    guard let text = attributes[attribute] else { return nil }
    if let number = Int(text), (0...1_000_000).contains(number) { return number }
    throw error(
      found: "\(attribute)=\"\(text)\"", expected: "a whole number from 0 to 1000000",
      mend: "make the file with SUMO's own tools")
  }

  func index(required attribute: String) throws(DocumentError) -> Int {
    _ = try text(attribute)
    return try index(attribute) ?? 0
  }

  /// A time in seconds, or as `h:mm:ss` or `d:h:mm:ss`.
  func time(_ attribute: String) throws(DocumentError) -> Double? {
    guard let text = attributes[attribute] else { return nil }
    if let seconds = SUMOTime.seconds(text) { return seconds }
    throw error(
      found: "\(attribute)=\"\(text)\"", expected: "seconds, or h:mm:ss",
      mend: "write the time in seconds")
  }
}

/// SUMO's ways to write a time.
enum SUMOTime {
  /// - Returns: seconds, or `nil` where the text is no time.
  static func seconds(_ text: String) -> Double? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 1 { return Double(text).flatMap { $0.isFinite ? $0 : nil } }
    guard parts.count == 3 || parts.count == 4, let seconds = Double(parts[parts.count - 1]),
      seconds.isFinite
    else { return nil }
    var sum = 0.0
    for (part, factor) in zip(parts.dropLast().reversed(), [60.0, 3600, 86_400]) {
      guard let value = Int(part), (0...100_000).contains(value) else { return nil }
      sum += Double(value) * factor
    }
    return sum + seconds
  }
}

/// Reads an XML document from begin to end and hands over one element at a time; nothing of the tree is kept.
enum SUMODocument {
  /// - Parameters:
  ///   - begin: An element begins; the names of those that it stands in, outermost first.
  ///   - end: The element of this name ends.
  /// - Throws: where the document is not XML, or what `begin` finds wrong. External entities are never loaded.
  static func read(
    _ bytes: [UInt8], file: String,
    begin: (SUMOElement, [String]) throws(DocumentError) -> Void,
    end: (String) throws(DocumentError) -> Void = { _ in }
  ) throws(DocumentError) {
    if bytes.starts(with: [0x1F, 0x8B]) {
      throw DocumentError(
        file: file, line: 0, column: 0, path: "the file", found: "a gzip archive", expected: "XML text",
        mend: "unpack it: gzip -dc FILE.gz > FILE")
    }
    // The parser's delegate outlives no call of this function.
    try withoutActuallyEscaping(begin) { begin throws(DocumentError) in
      try withoutActuallyEscaping(end) { end throws(DocumentError) in
        let delegate = Delegate(file: file, begin: begin, end: end)
        let parser = XMLParser(data: Data(bytes))
        parser.delegate = delegate
        let isComplete = parser.parse()
        if let failure = delegate.failure { throw failure }
        if isComplete { return }
        throw DocumentError(
          file: file, line: parser.lineNumber, column: parser.columnNumber, path: "the file",
          found: "text that is no well-formed XML"
            + (parser.parserError.map { " (\($0.localizedDescription))" } ?? ""),
          expected: "an XML document of SUMO", mend: "make the file anew, or look at this line")
      }
    }
  }

  private final class Delegate: NSObject, XMLParserDelegate {
    private let file: String
    private let begin: (SUMOElement, [String]) throws(DocumentError) -> Void
    private let end: (String) throws(DocumentError) -> Void
    private var path: [String] = []
    private(set) var failure: DocumentError?

    init(
      file: String, begin: @escaping (SUMOElement, [String]) throws(DocumentError) -> Void,
      end: @escaping (String) throws(DocumentError) -> Void
    ) {
      self.file = file
      self.begin = begin
      self.end = end
    }

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      let element = SUMOElement(
        file: file, name: name, attributes: attributes, line: parser.lineNumber,
        column: parser.columnNumber)
      do {
        try begin(element, path)
      } catch {
        stop(parser, error)
      }
      path.append(name)
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
      path.removeLast()
      do {
        try end(name)
      } catch {
        stop(parser, error)
      }
    }

    private func stop(_ parser: XMLParser, _ error: DocumentError) {
      if failure == nil { failure = error }
      parser.abortParsing()
    }
  }
}
