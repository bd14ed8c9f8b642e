import Interchange
import Reporting

/// A study in a nutshell, as `manifest.json` holds it: everything that is needed to run it again, and the hash of
/// what it gave.
struct StudyManifestFile: Hashable, Sendable {
  static let schema = "citybrain.manifest/1"

  var toolVersion: String
  var command: StudyManifest.Command
  /// The words after the command's name, replications included.
  var arguments: [String]
  var inputs: [InputFile]
  var seed: UInt64
  /// SHA-256 of the study's document, which is what `--json` prints.
  var resultSHA256: String

  func text() -> String {
    JSONValue.object([
      ("schema", .string(Self.schema)),
      ("tool", .object([("name", "citybrain"), ("version", .string(toolVersion))])),
      ("command", .string(command.rawValue)),
      ("arguments", .array(arguments.map { .string($0) })),
      (
        "inputs",
        .array(inputs.map(\.json))
      ),
      ("seed", .integer(Int(clamping: seed))),
      ("resultSHA256", .string(resultSHA256)),
    ]).text(pretty: true)
  }

  /// Reads a manifest, or takes it from a study's document.
  static func read(_ bytes: [UInt8], file: String) throws(CommandFailure) -> StudyManifestFile {
    let root: JSONValue
    do {
      root = try JSONValue.parse(bytes, file: file).value
    } catch {
      throw CommandFailure(.invalidInput, error.description)
    }
    if root["schema"]?.string != Self.schema {
      return StudyManifestFile(
        try StudyDocument.read(bytes, file: file), text: String(decoding: bytes, as: UTF8.self))
    }
    guard let version = root["tool"]?["version"]?.string,
      let command = root["command"]?.string.flatMap(StudyManifest.Command.init(rawValue:)),
      let arguments = Self.texts(root["arguments"]), let inputs = Self.inputs(root["inputs"]),
      let seed = root["seed"]?.int.flatMap({ UInt64(exactly: $0) }),
      let result = root["resultSHA256"]?.string
    else {
      throw CommandFailure(
        .invalidInput,
        "\(file): is no manifest: it must hold tool.version, command, arguments, inputs, seed and resultSHA256"
      )
    }
    return StudyManifestFile(
      toolVersion: version, command: command, arguments: arguments, inputs: inputs, seed: seed,
      resultSHA256: result)
  }

  private static func texts(_ value: JSONValue?) -> [String]? {
    guard let elements = value?.array else { return nil }
    let texts = elements.compactMap(\.string)
    return texts.count == elements.count ? texts : nil
  }

  private static func inputs(_ value: JSONValue?) -> [InputFile]? {
    guard let elements = value?.array else { return nil }
    let files = elements.compactMap { element -> InputFile? in
      guard let path = element["path"]?.string, let hash = element["sha256"]?.string else { return nil }
      return InputFile(path: path, sha256: hash)
    }
    return files.count == elements.count ? files : nil
  }
}

extension StudyManifestFile {
  /// The manifest of a document whose text has been written.
  init(_ document: StudyDocument, text: String) {
    toolVersion = document.manifest.toolVersion
    command = document.manifest.command
    arguments = document.rerunArguments
    inputs = document.manifest.inputs
    seed = document.seed
    resultSHA256 = SHA256.hexadecimal(Array(text.utf8))
  }
}

extension StudyDocument {
  /// Reads a study's document with the failure of a command.
  static func read(_ bytes: [UInt8], file: String) throws(CommandFailure) -> StudyDocument {
    do {
      return try decode(bytes, file: file)
    } catch {
      throw CommandFailure(.invalidInput, error.description)
    }
  }
}
