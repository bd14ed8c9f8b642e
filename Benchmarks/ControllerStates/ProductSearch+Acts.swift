import SignalControl
import TrafficModel

/// Acts on whole sets of states at a time.
extension ProductSearch {
  /// Does every act in every state that is fresh, and in those that come of it.
  mutating func doActs(limit: Int) {
    while let core = queue.popLast() {
      doCalls(of: core)
      let list = cores[core].fresh
      cores[core].fresh = []
      cores[core].isQueued = false
      if cores[core].waiting.isEmpty { waitingCores.append(core) }
      cores[core].waiting += list
      if !cores[core].isChecked { checkCalls(of: core, list[0]) }
      doOthers(list, of: core)
      if result.failure != nil || result.states >= limit { return }
    }
  }

  // MARK: - Calls

  private mutating func doCalls(of core: Int) {
    let context = cores[core].context
    let width = callActs.count
    var place = 0
    while place < cores[core].fresh.count {
      let call = cores[core].fresh[place]
      let from = Self.key(core, call)
      let first = Int(call) * width
      if width > 0, first >= callTargets[context].count || callTargets[context][first] == CallStates.none {
        learnCalls(of: core, call)
      }
      for act in 0..<width {
        let target = callTargets[context][first + act]
        if target != call { insert(Self.key(core, target), from: from, act: callActs[act]) }
      }
      place += 1
    }
    result.transitions += place * width
  }

  /// Where the calls lead from a call state, on a unit of that core.
  private mutating func learnCalls(of core: Int, _ call: UInt32) {
    let context = cores[core].context
    let first = Int(call) * callActs.count
    let missing = first + callActs.count - callTargets[context].count
    if missing > 0 {
      callTargets[context].append(contentsOf: repeatElement(CallStates.none, count: missing))
    }
    var node = cores[core].node
    for (place, act) in callActs.enumerated() {
      node.calls = calls.states[Int(call)]
      node.call(acts[act])
      callTargets[context][first + place] = calls.number(of: node.calls)
    }
    result.steps += callActs.count
  }

  /// Holds a core against the rule that calls lead where their context says, and leave the core alone.
  private mutating func checkCalls(of core: Int, _ call: UInt32) {
    cores[core].isChecked = true
    let first = Int(call) * callActs.count
    for (place, act) in callActs.enumerated() {
      var node = cores[core].node
      node.calls = calls.states[Int(call)]
      node.act(acts[act])
      let isRight =
        node.coreDigest == cores[core].digest
        && calls.number(of: node.calls) == callTargets[cores[core].context][first + place]
      if !isRight {
        return fail("a call does not keep to its rule", at: Self.key(core, call), acts[act].name)
      }
    }
    result.steps += callActs.count
  }

  // MARK: - Other acts

  private mutating func doOthers(_ list: [UInt32], of core: Int) {
    let width = otherActs.count
    for act in 0..<width {
      for call in list {
        let deadline = calls.deadlines[Int(call)]
        let place = Int(deadline) * width + act
        if place >= cores[core].actTargets.count || cores[core].actTargets[place] == SearchCore.unknown {
          learnOther(of: core, call, act, list)
          if result.failure != nil { return }
        }
        let target = cores[core].actTargets[place]
        let next = calls.number(call, withDeadline: UInt32(truncatingIfNeeded: target))
        insert(Self.key(Int(target >> 32), next), from: Self.key(core, call), act: otherActs[act])
      }
    }
    result.transitions += list.count * width
  }

  /// Where an act leads from a core and a deadline: found with one call state, checked with another.
  private mutating func learnOther(of core: Int, _ call: UInt32, _ act: Int, _ list: [UInt32]) {
    let deadline = calls.deadlines[Int(call)]
    let place = Int(deadline) * otherActs.count + act
    let missing = (Int(deadline) + 1) * otherActs.count - cores[core].actTargets.count
    if missing > 0 {
      cores[core].actTargets.append(contentsOf: repeatElement(SearchCore.unknown, count: missing))
    }
    let target = doOther(core, call, act)
    let newDeadline = calls.deadlines[Int(target.call)]
    cores[core].actTargets[place] = UInt64(target.core) << 32 | UInt64(newDeadline)
    let other = list.last { calls.deadlines[Int($0)] == deadline } ?? call
    let again = doOther(core, other, act)
    let isRight =
      calls.pressed[Int(call)] == calls.pressed[Int(target.call)] && again.core == target.core
      && again.call == calls.number(other, withDeadline: newDeadline)
    if !isRight {
      fail("an act looks at calls or changes them", at: Self.key(core, call), acts[otherActs[act]].name)
    }
  }

  private mutating func doOther(_ core: Int, _ call: UInt32, _ act: Int) -> (core: Int, call: UInt32) {
    let origin = cores[core].node
    var node = origin
    node.calls = calls.states[Int(call)]
    node.act(acts[otherActs[act]])
    result.steps += 1
    result.note(node.unit.rows(since: origin.unit))
    return (number(of: node, node.coreDigest), calls.number(of: node.calls))
  }
}
