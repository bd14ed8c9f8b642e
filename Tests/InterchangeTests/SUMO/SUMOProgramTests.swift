import Testing
import TrafficModel

@testable import Interchange

/// States of programs as groups and stages.
@Suite struct SUMOProgramTests {
  private func program(_ phases: [(Double, String)]) -> SUMOProgram {
    let program = SUMONet.Program(
      id: "J", programID: "0", type: "static", offsetSeconds: 0,
      phases: phases.map { SUMONet.Phase(seconds: $0.0, state: Array($0.1.utf8)) }, line: 1)
    let count = phases[0].1.utf8.count
    return SUMOProgram(
      program, isUsed: Array(repeating: true, count: count), isCrossing: Array(repeating: false, count: count)
    )
  }

  @Test(
    "links with the same characters are one group, and a turn that is both permitted and protected has two")
  func groups() {
    let states = program([
      (30, "GGgr"), (3, "yygr"), (6, "rrGr"), (3, "rryr"), (20, "rrrG"), (3, "rrry"),
    ])
    #expect(states.groups.map(\.links) == [[0, 1], [2], [2], [3]])
    #expect(states.groups.map(\.isPermitted) == [false, false, true, false])
    // The permitted group stays green while the protected one is.
    #expect(states.groups[2].green == [true, true, true, false, false, false])
    #expect(states.groups[1].green == [false, false, true, false, false, false])
  }

  @Test("yellow and red between two greens belong to the stage before")
  func stages() {
    let states = program([(30, "Gr"), (3, "yr"), (2, "rr"), (20, "rG"), (4, "ry")])
    #expect(states.stages.map(\.seconds) == [35, 24])
    #expect(states.lossSeconds(of: 0, in: 0) == 5)
    #expect(states.yellowSeconds(of: 0) == [3])
    #expect(states.yellowSeconds(of: 1) == [4])
  }

  @Test("a green that begins while another runs opens a stage")
  func overlappingGreens() {
    let states = program([(15, "Gr"), (5, "GG"), (3, "yG"), (20, "rG"), (3, "ry")])
    #expect(states.stages.map(\.groups) == [[0], [0, 1], [1]])
    #expect(states.stages.map(\.seconds) == [15, 8, 23])
  }

  @Test("a link that never changes keeps its character and has no group")
  func constants() {
    let states = program([(30, "Gg"), (3, "yg"), (20, "rg")])
    #expect(states.links[1].constantCharacter == UInt8(ascii: "g"))
    #expect(states.groups.count == 1)
  }

  @Test("a right turn on red rests at s")
  func turnsOnRed() {
    let states = program([(30, "Gs"), (3, "ys"), (20, "rG"), (3, "ry")])
    #expect(states.links[1].restCharacter == UInt8(ascii: "s"))
    #expect(states.links[0].restCharacter == UInt8(ascii: "r"))
  }

  @Test("lamps make the characters that the program has")
  func characters() {
    let states = program([(30, "Gg"), (3, "yg"), (20, "rG"), (3, "ry")])
    let signal = SUMOMapping.Signal(id: "J", links: states.links, excludedPairs: [])
    // Groups: link 0, protected link 1, permitted link 1.
    #expect(String(decoding: signal.state([.green, .red, .green]), as: UTF8.self) == "Gg")
    #expect(String(decoding: signal.state([.yellow, .red, .green]), as: UTF8.self) == "yg")
    #expect(String(decoding: signal.state([.red, .green, .green]), as: UTF8.self) == "rG")
    #expect(String(decoding: signal.state([.red, .yellow, .yellow]), as: UTF8.self) == "ry")
  }

  @Test("two links that must not go together are found in a state")
  func excludedPairs() {
    let states = program([(30, "Gr"), (3, "yr"), (20, "rG"), (3, "ry")])
    let pair = SUMOMapping.LinkPair(first: 0, second: 1)
    let signal = SUMOMapping.Signal(id: "J", links: states.links, excludedPairs: [pair])
    #expect(signal.excludedPair(in: Array("Gr".utf8)) == nil)
    #expect(signal.excludedPair(in: Array("yG".utf8)) == nil)
    #expect(signal.excludedPair(in: Array("gG".utf8)) == pair)
  }
}
