import TrafficModel

/// A lane of an approach while it is laid out.
private struct LaneDraft {
  /// Index of the group whose `Lanes` count it belongs to.
  var owner: Int
  var served: [Int]
  var pocketMeters: Double?
}

extension UTDFImporter {
  /// Decides which lanes each approach has, which movements each lane serves and how long pockets are.
  ///
  /// Groups own lanes by their `Lanes` count, from left to right in the order U, L2, L, T, R, R2; lanes are
  /// numbered from the kerb, so the last group's last lane is lane 0. `Shared` 1 or 3 lets the group's leftmost
  /// lane serve its left neighbour too, 2 or 3 the rightmost lane its right neighbour. A movement with demand and
  /// without lanes that no `Shared` covers uses the nearest lane towards the middle. A group with `Storage` > 0
  /// has `StLanes` (1 if empty) pockets of that length, the outer ones of its lanes; a pocket as long as the link
  /// is a full lane, and if all lanes were pockets the longest is taken as a full lane.
  mutating func layOutLanes() {
    for index in approaches.indices where nodes[approaches[index].node].kind.hasLaneGroups {
      let total = approaches[index].groups.reduce(0) { $0 + $1.laneCount }
      if approaches[index].groups.isEmpty && approaches[index].laneCount > 0 {
        notes.note(
          "approach-without-lane-groups", at: name(approaches[index]),
          "[Links] gives \(approaches[index].laneCount) lanes and [Lanes] no movement; the link is left out.",
          mend: "add the approach's movements to [Lanes]")
      }
      approaches[index].laneCount = total
      guard total > 0 else {
        noteLostVolume(index)
        continue
      }
      var lanes = ownedLanes(approaches[index].groups)
      applySharing(&lanes, index)
      assignRemaining(&lanes, index)
      setPockets(&lanes, index)
      approaches[index].lanes = lanes.reversed().map { lane in
        let width = approaches[index].groups[lane.owner].widthMeters ?? 0
        return Lane(
          pocketMeters: lane.pocketMeters, widthMeters: width > 0 ? width : defaults.widthMeters)
      }
      for group in approaches[index].groups.indices {
        let own = lanes.indices.filter { lanes[$0].owner == group }
        let served = lanes.indices.filter { lanes[$0].served.contains(group) }
        approaches[index].groups[group].ownLanes = own.map { lanes.count - 1 - $0 }.reversed()
        approaches[index].groups[group].servedLanes = served.map { lanes.count - 1 - $0 }.reversed()
      }
    }
  }

  private func ownedLanes(_ groups: [UTDFLaneGroup]) -> [LaneDraft] {
    groups.indices.flatMap { group in
      Array(repeating: LaneDraft(owner: group, served: [group]), count: groups[group].laneCount)
    }
  }

  private func applySharing(_ lanes: inout [LaneDraft], _ approach: Int) {
    let groups = approaches[approach].groups
    for (group, data) in groups.enumerated() where data.laneCount > 0 {
      let sharesLeft = data.shared == 1 || data.shared == 3
      let sharesRight = data.shared == 2 || data.shared == 3
      if sharesLeft, let neighbour = neighbour(of: group, in: groups, step: -1),
        let lane = lanes.firstIndex(where: { $0.owner == group })
      {
        lanes[lane].served.append(neighbour)
      }
      if sharesRight, let neighbour = neighbour(of: group, in: groups, step: 1),
        let lane = lanes.lastIndex(where: { $0.owner == group })
      {
        lanes[lane].served.append(neighbour)
      }
    }
  }

  /// The next group to the left (−1) or right (+1) that has lanes or demand, else the next one at all.
  private func neighbour(of group: Int, in groups: [UTDFLaneGroup], step: Int) -> Int? {
    let candidates = stride(from: group + step, to: step < 0 ? -1 : groups.count, by: step).filter {
      groups[$0].turn != .uTurn
    }
    return candidates.first { groups[$0].laneCount > 0 || groups[$0].flowVehiclesPerHour > 0 }
      ?? candidates.first
  }

  private mutating func assignRemaining(_ lanes: inout [LaneDraft], _ approach: Int) {
    let groups = approaches[approach].groups
    for (group, data) in groups.enumerated() where data.laneCount == 0 && data.flowVehiclesPerHour > 0 {
      if lanes.contains(where: { $0.served.contains(group) }) { continue }
      // Turns to the left of through use the leftmost lane of what follows; the others the rightmost before.
      let after = lanes.firstIndex { $0.owner > group }
      let before = lanes.lastIndex { $0.owner < group }
      let lane = (data.turn < .through ? after ?? before : before ?? after) ?? 0
      lanes[lane].served.append(group)
      notes.collect(
        "lane-assumed", at: data.label,
        "The movement has a volume and neither a lane nor a Shared code: it uses the nearest lane.",
        mend: "give the neighbouring lane group its Shared code")
    }
  }

  private mutating func setPockets(_ lanes: inout [LaneDraft], _ approach: Int) {
    let link = approaches[approach]
    for (group, data) in link.groups.enumerated() where data.laneCount > 0 {
      guard let storage = data.storageMeters, storage > 0 else { continue }
      let count = min(data.storageLaneCount ?? 1, data.laneCount)
      if count == 0 { continue }
      if storage >= link.distanceMeters {
        notes.collect(
          "storage-longer-than-link", at: data.label,
          "Storage is as long as the link or longer: the pocket is a full lane of the link.",
          mend: "nothing, or extend the pocket by lanes of the link upstream")
        continue
      }
      let own = lanes.indices.filter { lanes[$0].owner == group }
      let pockets = data.turn < .through ? own.prefix(count) : own.suffix(count)
      for lane in pockets { lanes[lane].pocketMeters = storage }
    }
    guard !lanes.contains(where: { $0.pocketMeters == nil }) else { return }
    let longest = lanes.map { $0.pocketMeters ?? 0 }.max() ?? 0
    if let lane = lanes.firstIndex(where: { $0.pocketMeters == longest }) {
      lanes[lane].pocketMeters = nil
      notes.collect(
        "no-full-lane", at: name(link),
        "All lanes are pockets; the longest is taken as a lane of the whole link.",
        mend: "leave Storage empty for the lanes that begin at the link's start")
    }
  }

  private mutating func noteLostVolume(_ approach: Int) {
    for group in approaches[approach].groups where group.flowVehiclesPerHour > 0 {
      notes.note(
        "volume-without-lane", at: group.label,
        "\(Int(group.flowVehiclesPerHour.rounded())) veh/h on an approach without lanes; they are left out.",
        mend: "give the approach lanes, or set the volume to 0")
    }
  }
}
