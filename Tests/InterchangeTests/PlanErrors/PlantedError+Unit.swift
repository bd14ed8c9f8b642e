import TrafficModel

extension PlantedError {
  static let unit: [PlantedError] = [
    PlantedError("a flashing yellow arrow that follows its own through traffic") {
      $0.controller.overlaps[0].includedPhases = [5]
    } expecting: {
      ["?"]
    },
    PlantedError("a walk across the way of through traffic") {
      $0.relate("2", "4P", .compatible)
    } expecting: {
      ["?"]
    },
    PlantedError("a preempt whose dwell phases cannot be green together") {
      $0.controller.preempts[2].dwellPhases = [0, 3]
    } expecting: {
      ["?"]
    },
    PlantedError("a train that comes before the tracks are clear") {
      $0.controller.preempts[0].advanceTime = TimeSpan(seconds: 25)
    } expecting: {
      ["?"]
    },
    PlantedError("a rail input that a cut cable silences") {
      $0.controller.preempts[0].isFailSafe = false
    } expecting: {
      ["?"]
    },
    PlantedError("a schedule that runs a pattern which does not exist") {
      $0.controller.schedule?.dayPlans[0].events[1].action = .pattern(7)
    } expecting: {
      ["?"]
    },
    PlantedError("a second maximum by schedule for a phase without one") {
      $0.controller.schedule?.dayPlans[0].events[4].maximum2 = [1, 3]
    } expecting: {
      ["?"]
    },
    PlantedError("a coordinated phase that the pattern omits") {
      $0.coordination(2) { $0.splitModes[1] = .omitted }
    } expecting: {
      ["?"]
    },
    PlantedError("recalled pedestrians that the split cannot hold") {
      $0.split(3, "3", 28)
      $0.split(3, "4", 32)
      $0.coordination(3) { $0.splitModes[2] = .pedestrianRecall }
    } expecting: {
      ["?"]
    },
    PlantedError("a maximum that ends greens before their force-off") {
      $0.phase("6") { $0.maximumGreen = TimeSpan(seconds: 35) }
    } expecting: {
      ["?"]
    },
    PlantedError("a bus priority that cuts a minimum green") {
      $0.controller.priorities[0].maximumReduction[2] = TimeSpan(seconds: 20)
    } expecting: {
      ["?"]
    },
    PlantedError("a movement that a plan forgets") {
      $0.split(1, "4", 0)
      $0.split(1, "3", 60)
    } expecting: {
      ["?"]
    },
    PlantedError("two phases of a ring with dual entry on one side") {
      $0.phase("1") { $0.dualEntry = true }
    } expecting: {
      ["?"]
    },
    PlantedError("a cycle that cannot get into step") {
      $0.controller.options.transition.mode = .add
      $0.controller.options.transition.longestAdd = 0
    } expecting: {
      ["?"]
    },
    PlantedError("two crossing streets that both flash yellow") {
      $0.controller.options.flashingYellowGroups = [1, 2]
    } expecting: {
      ["?"]
    },
    PlantedError("two detectors on one channel") {
      $0.controller.detectors[1].channel = 31
    } expecting: {
      ["?"]
    },
  ]
}
