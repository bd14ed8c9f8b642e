/// The vehicle types of demand files, for files of routes that name them and do not hold them.
public enum SUMOVehicleTypes {
  /// A demand file with nothing but the types, in the order of the files.
  public static func text(of files: [SUMOFile]) throws(DocumentError) -> String {
    var text = "<routes>\n"
    for file in files {
      try SUMODocument.read(file.bytes, file: file.name) { (element, _) throws(DocumentError) in
        guard element.name == "vType" else { return }
        let words = element.attributes.sorted { $0.key < $1.key }.map {
          "\($0.key)=\"\(SUMOText.escaped($0.value))\""
        }
        text += "  <vType \(words.joined(separator: " "))/>\n"
      }
    }
    return text + "</routes>\n"
  }
}
