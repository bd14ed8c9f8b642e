import Testing

@testable import Interchange

/// What a run in SUMO comes to.
@Suite struct SUMOScoreTests {
  @Test("vehicles that are kept out count with their whole wait")
  func keptOut() throws {
    let text = """
      <tripinfos>
        <tripinfo id="a" depart="10" arrival="60" duration="50" timeLoss="20" waitingTime="12" departDelay="4"/>
        <tripinfo id="b" depart="30" arrival="-1" duration="70" timeLoss="30" waitingTime="25" departDelay="0"/>
        <tripinfo id="c" depart="-1" arrival="-1" duration="-1" timeLoss="0" waitingTime="0" departDelay="80"/>
      </tripinfos>
      """
    let trips = try SUMOTripReader.read(SUMOFile(name: "t.xml", bytes: Array(text.utf8)))
    let score = SUMOScore(trips, due: ["a": 6, "b": 30, "c": 20, "d": 90], end: 100)
    #expect(score.inserted == 2 && score.finished == 1 && score.notInserted == 2 && score.due == 4)
    // (20 + 4 + 30 + 0 + 80 + 10) / 4
    #expect(score.delayAllSeconds == 36)
    #expect(score.durationSeconds == 60 && score.longestWaitSeconds == 25)
  }

  @Test("only departures within the window are due")
  func due() throws {
    let text =
      "<routes><trip id=\"a\" depart=\"9\" from=\"x\" to=\"y\"/><trip id=\"b\" depart=\"10\" from=\"x\" to=\"y\"/>"
      + "<trip id=\"c\" depart=\"20\" from=\"x\" to=\"y\"/></routes>"
    let due = try SUMOScore.departures(
      [SUMOFile(name: "a.rou.xml", bytes: Array(text.utf8))], begin: 10, end: 20)
    #expect(due == ["b": 10])
  }

  @Test("counts of edges are summed over intervals, inner edges included")
  func edges() throws {
    let text = """
      <meandata>
        <interval begin="0" end="10"><edge id="a" sampledSeconds="5" timeLoss="1" left="2"/></interval>
        <interval begin="10" end="20"><edge id="a" sampledSeconds="7" timeLoss="2" left="3"/>
          <edge id=":J_0" sampledSeconds="1"/></interval>
      </meandata>
      """
    let edges = try SUMOEdgeData.read(SUMOFile(name: "e.xml", bytes: Array(text.utf8)))
    #expect(edges["a"]?.sampledSeconds == 12 && edges["a"]?.left == 5 && edges["a"]?.timeLossSeconds == 3)
    #expect(edges[":J_0"]?.sampledSeconds == 1)
  }
}
