import Foundation
import Interchange
import Testing

@testable import citybrain

@Suite("Usage, help and inputs")
struct UsageTests {
  static func bench() throws -> Workbench {
    let bench = try Workbench()
    try bench.write(Workbench.crossing, to: "crossing/scenario.json")
    return bench
  }

  @Test(
    "what cannot be meant is a usage error with a hint",
    arguments: [
      ("comapre @crossing", "did you mean compare?"),
      ("compare @crossing --strategies fixed,actuatd", "actuated"),
      ("compare @crossing --strategies fixed,fixed", "twice"),
      ("compare @crossing --replications 0", "11-20"),
      ("compare @crossing --replications 5-2", "11-20"), ("compare @crossing --seed -1", "whole number"),
      ("compare @crossing --jobs 0", "--jobs"), ("compare @crossing --sede 1", "--seed"),
      ("compare", "compare needs INPUT"), ("", "no command is given"),
      ("simulate @crossing --strategy x", "fixed"),
    ])
  func usageErrors(line: String, hint: String) throws {
    let ending = try Self.bench().run(line)
    #expect(ending.code == .usage)
    #expect(ending.words.contains(hint))
    #expect(ending.output.isEmpty)
  }

  @Test("every command's help begins with examples and ends with the exit codes")
  func help() throws {
    let bench = try Self.bench()
    for name in Tool.commands.map({ $0.specification.name }) {
      let help = bench.run("\(name) --help")
      #expect(help.code == .success)
      #expect(help.output.hasPrefix("citybrain \(name): "))
      let lines = help.output.split(separator: "\n")
      #expect(lines[1] == "Examples")
      for code in ExitCode.allCases { #expect(help.output.contains(code.meaning)) }
      #expect(bench.run("help \(name)").output == help.output)
      #expect(lines.allSatisfy { $0.count <= 120 })
    }
    #expect(bench.run("--version").output == "citybrain \(Tool.version)\n")
    #expect(bench.run("--help").output.contains("merge"))
  }

  @Test("the exit codes are those of the documentation")
  func exitCodes() {
    #expect(ExitCode.allCases.map(\.rawValue) == [0, 2, 3, 4, 5, 6, 7, 8, 130, 143])
  }

  @Test("a folder stands for the scenario in it")
  func folders() throws {
    let bench = try Self.bench()
    let byFolder = bench.run("validate @crossing")
    #expect(byFolder.code == .success, "\(byFolder.output)")
    #expect(byFolder.output == bench.run("validate @crossing/scenario.json").output)
    try bench.write("", to: "empty/other.txt")
    let empty = bench.run("validate @empty")
    #expect(empty.code == .inputOutput)
    #expect(empty.words.contains("no scenario.json"))
  }

  @Test("a missing file is an I/O error, and a file that cannot be written another")
  func files() throws {
    let bench = try Self.bench()
    #expect(bench.run("compare @missing.json").code == .inputOutput)
    #expect(bench.run("simulate @crossing --log @nowhere/events.csv").code == .inputOutput)
    #expect(bench.run("merge @crossing").code == .inputOutput)
  }

  @Test("a link to a file stays, and a pipe is written to and not replaced")
  func linksAndPipes() throws {
    let bench = try Self.bench()
    try bench.write("old", to: "real.json")
    try FileManager.default.createSymbolicLink(
      atPath: bench.path("link.json"), withDestinationPath: bench.path("real.json"))
    #expect(bench.run("simulate @crossing --manifest @link.json").code == .success)
    #expect(try bench.read("real.json").contains("citybrain.manifest/1"))
    #expect(
      try FileManager.default.attributesOfItem(atPath: bench.path("link.json"))[.type] as? FileAttributeType
        == .typeSymbolicLink)
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    #expect(bench.run("simulate @crossing --manifest /dev/fd/\(descriptor)").code == .success)
    try pipe.fileHandleForWriting.close()
    let written = try pipe.fileHandleForReading.readToEnd() ?? Data()
    #expect(String(decoding: written, as: UTF8.self) == (try bench.read("real.json")))
  }

  @Test(
    "bad inputs end with exit code 3 and name the line",
    arguments: [
      ("{", ":1:"), ("[1, 2", ":1:"), ("{ \"schema\": 7 }", ":1:"), ("", "bad.json"),
      ("{\n \"schema\": \"citybrain.scenario/1\",\n \"nam\": \"x\" }", ":3:"),
    ])
  func badInputs(text: String, place: String) throws {
    let bench = try Self.bench()
    try bench.write(text, to: "bad.json")
    for command in ["validate", "simulate", "compare"] {
      let ending = bench.run("\(command) @bad.json")
      #expect(ending.code == .invalidInput)
      #expect((ending.output + ending.words).contains(place))
    }
    #expect(bench.run("merge @bad.json").code == .invalidInput)
    #expect(bench.run("rerun @bad.json").code == .invalidInput)
  }

  @Test("validation in JSON lists errors and sizes, also when the exit code is 3")
  func validationDocument() throws {
    let bench = try Self.bench()
    try bench.write("{ \"schema\": \"citybrain.scenario/1\" }", to: "bad.json")
    let ending = bench.run("validate @crossing @bad.json --json")
    #expect(ending.code == .invalidInput)
    let document = try JSONValue.parse(Array(ending.output.utf8), file: "validate.json").value
    #expect(document["schema"]?.string == "citybrain.validate/1")
    #expect(document["result"]?[0]?["valid"]?.bool == true)
    #expect(document["result"]?[0]?["size"]?["movements"]?.int == 2)
    #expect(document["result"]?[1]?["valid"]?.bool == false)
    #expect((document["result"]?[1]?["errors"]?.array?.count ?? 0) > 0)
  }
}
