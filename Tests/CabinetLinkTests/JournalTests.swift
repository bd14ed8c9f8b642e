import Foundation
import Testing

@testable import CabinetLink

@Suite("The journal")
struct JournalTests {
  private let moment = Date(timeIntervalSince1970: 1_700_000_000.25)

  private func withPath(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  private func write(_ count: Int, to path: String) throws {
    let journal = try Journal(appendingTo: path, at: moment)
    for index in 0..<count {
      try journal.append(JournalEntry(.command, cabinet: "main/1st", ["pattern": "\(index)"]), at: moment)
    }
    try journal.synchronize()
  }

  private func bytes(_ path: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: path))) }

  @Test("a journal that is continued holds together from its first line")
  func continued() throws {
    try withPath { path in
      try write(3, to: path)
      try write(2, to: path)
      let check = JournalCheck(try bytes(path))
      #expect(check.lineCount == 5)
      #expect(check.broken == nil)
      #expect(check.firstTime == "2023-11-14T22:13:20.250Z")
    }
  }

  @Test("killed at any byte, the whole lines survive and the torn one is told of")
  func killedAnywhere() throws {
    try withPath { path in
      try write(3, to: path)
      let whole = try bytes(path)
      let ends = whole.indices.filter { whole[$0] == 0x0A }
      // Every byte of the last line, and every seventh before it.
      for cut in (0...whole.count) where cut % 7 == 0 || cut > ends[1] {
        try Data(whole[..<cut]).write(to: URL(filePath: path))
        let kept = ends.count { $0 < cut }
        let isTorn = cut > 0 && !ends.contains(cut - 1)
        do { try Journal(appendingTo: path, at: moment).synchronize() }
        let check = JournalCheck(try bytes(path))
        #expect(check.broken == nil, "cut at \(cut)")
        #expect(check.lineCount == kept + (isTorn ? 1 : 0), "cut at \(cut)")
        #expect(check.tornByteCount == 0, "cut at \(cut)")
      }
    }
  }

  @Test("no byte (of every third tried) can be changed without breaking the chain there")
  func changedAnywhere() throws {
    try withPath { path in
      try write(3, to: path)
      let whole = try bytes(path)
      for index in stride(from: 0, to: whole.count, by: 3) {
        var changed = whole
        changed[index] ^= 1
        let check = JournalCheck(changed)
        #expect(check.broken != nil || check.tornByteCount > 0, "byte \(index)")
      }
    }
  }

  @Test("a removed line is found by its number")
  func removedLine() throws {
    try withPath { path in
      try write(3, to: path)
      let lines = try bytes(path).split(separator: 0x0A)
      let check = JournalCheck(Array((lines[0] + [0x0A] + lines[2] + [0x0A])))
      #expect(check.broken?.line == 2)
      #expect(check.broken?.found == "sequence 3")
    }
  }

  @Test("a second writer is refused while the first has the journal")
  func secondWriter() throws {
    try withPath { path in
      let first = try Journal(appendingTo: path, at: moment)
      #expect(throws: JournalFailure.self) { try Journal(appendingTo: path, at: moment) }
      try first.synchronize()
    }
  }

  @Test("a device is no journal")
  func device() {
    #expect(throws: JournalFailure.self) { try Journal(appendingTo: "/dev/null", at: moment) }
  }

  @Test("a full disk is an error before anything may be sent")
  func fullDisk() throws {
    // Only Linux has a device that is always full.
    guard let full = FileHandle(forWritingAtPath: "/dev/full") else { return }
    let journal = Journal(beginningIn: full, path: "/dev/full")
    try journal.append(JournalEntry(.command), at: moment)
    let failure = #expect(throws: JournalFailure.self) { try journal.synchronize() }
    #expect(failure?.message.contains("no command leaves without its line") == true)
  }
}
