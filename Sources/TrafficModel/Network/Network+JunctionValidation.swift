/// Rules about stopping and yielding at junctions: where turns on red, stop signs and crosswalks belong.
extension Network {
  func stoppingFindings() -> [Finding] {
    var findings: [Finding] = []
    for movement in movements {
      func error(_ rule: String, _ message: String, _ mend: String) {
        findings.append(Finding(.error, rule: rule, place: place(of: movement), message: message, mend: mend))
      }
      let isGoverned = !(movement.protectedGroups.isEmpty && movement.permittedGroups.isEmpty)
      let isSignal = self[movement.node].control == .signal
      if movement.turnsOnRed && !(isSignal && isGoverned) {
        error(
          "turns-on-red", "a turn on red without lamps that could be red; expected a signal that governs it",
          "remove turnsOnRed, or say which phases or groups protect it")
      }
      if movement.turnsOnRed && movement.turn == .through {
        error("turns-on-red", "going straight on at red; expected a turn", "remove turnsOnRed")
      }
      if movement.stopsFirst && isSignal && isGoverned {
        error(
          "stops-first", "a stop sign beside lamps; expected one or the other",
          "remove stopsFirst, or the lamps")
      }
      if let time = movement.followUpSeconds, !(time > 0 && time.isFinite) {
        error(
          "movement-follow-up", "a follow-up time of \(time) s; expected more than 0", "write it in seconds")
      }
      for id in movement.crosses where self[id].node != movement.node || self[id].leg == nil {
        let isElsewhere = self[id].node != movement.node
        error(
          "movement-crosses",
          isElsewhere
            ? "crosswalk \(self[id].name) of another node; expected crosswalks of node \(self[movement.node].name)"
            : "crosswalk \(self[id].name) without a leg; expected to know which leg people cross on it",
          isElsewhere ? "remove it" : "write the crosswalk's leg")
      }
    }
    return findings
  }

  func crosswalkFindings() -> [Finding] {
    var findings: [Finding] = []
    for crosswalk in crosswalks {
      func error(_ rule: String, _ message: String, _ mend: String) {
        findings.append(
          Finding(.error, rule: rule, place: "crosswalk \(crosswalk.name)", message: message, mend: mend))
      }
      if !(crosswalk.lengthMeters > 0 && crosswalk.lengthMeters.isFinite) {
        error(
          "crosswalk-length", "a length of \(crosswalk.lengthMeters) m; expected more than 0",
          "write its length")
      }
      if let leg = crosswalk.leg, self[leg].to != crosswalk.node && self[leg].from != crosswalk.node {
        error(
          "crosswalk-leg",
          "a leg of link \(self[leg].name), which does not meet node \(self[crosswalk.node].name); expected a link "
            + "to it or from it", "name a link of the leg that it crosses")
      }
    }
    return findings
  }
}
