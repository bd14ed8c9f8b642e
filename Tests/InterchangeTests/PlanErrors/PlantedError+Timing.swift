import TrafficModel

extension PlantedError {
  static let timing: [PlantedError] = [
    PlantedError("a ring that is shorter than the other before a barrier") {
      $0.split(1, "6", 42)
    } expecting: {
      ["?"]
    },
    PlantedError("a split that cannot hold the minimum green") {
      $0.split(1, "1", 8)
      $0.split(1, "2", 52)
    } expecting: {
      ["?"]
    },
    PlantedError("an offset beyond the cycle") {
      $0.controller.patterns[1].offset = TimeSpan(seconds: 130)
    } expecting: {
      ["?"]
    },
    PlantedError("a yellow that is too short for the approach") {
      $0.clearance(of: "2", yellow: 3.4, red: 2.1)
    } expecting: {
      ["?"]
    },
    PlantedError("a red clearance that is too short for the way across") {
      $0.clearance(of: "3", yellow: 3.5, red: 0.2)
    } expecting: {
      ["?"]
    },
    PlantedError("a pedestrian clearance that is too short for the crosswalk") {
      $0.group("3P") { $0.losing[0].duration = TimeSpan(seconds: 14) }
    } expecting: {
      ["?"]
    },
    PlantedError("a walk that leaves slow walkers on the road") {
      $0.group("3P") { $0.minimumGreen = TimeSpan(seconds: 5) }
    } expecting: {
      ["?"]
    },
    PlantedError("a minimum green above the maximum") {
      $0.phase("3") { $0.maximumGreen = TimeSpan(seconds: 6) }
    } expecting: {
      ["?"]
    },
    PlantedError("a minimum green below what drivers expect") {
      $0.phase("4") { $0.minimumGreen = TimeSpan(seconds: 3) }
    } expecting: {
      ["?"]
    },
    PlantedError("a minimum gap above the passage time") {
      $0.phase("2") { $0.actuation.minimumGap = TimeSpan(seconds: 3.5) }
    } expecting: {
      ["?"]
    },
    PlantedError("a variable initial that no detector counts for") {
      for index in $0.controller.detectors.indices { $0.controller.detectors[index].addsInitial = false }
    } expecting: {
      ["?"]
    },
    PlantedError("an actuated phase that nothing calls") {
      $0.removeDetectors(calling: "5")
    } expecting: {
      ["?"]
    },
    PlantedError("a missing conflict between movements that cross") {
      $0.relate("2", "4", .compatible)
    } expecting: {
      ["?"]
    },
    PlantedError("an intergreen shorter than the colours in it") {
      $0.intergreen("3", "2", 3)
    } expecting: {
      ["?"]
    },
    PlantedError("two groups for one movement") {
      $0.movement("S-C", "C-E") { $0.protectedGroups.append(1) }
    } expecting: {
      ["?"]
    },
    PlantedError("a yellow trap") {
      $0.lag("1", behind: "2")
      $0.movement("W-C", "C-N") { $0.permittedGroups = [1] }
    } expecting: {
      ["?"]
    },
  ]
}
