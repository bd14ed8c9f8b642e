import TrafficModel

extension PlantedError {
  static let unit: [PlantedError] = [
    PlantedError("a flashing yellow arrow that follows its own through traffic") {
      $0.controller.overlaps[0].includedPhases = [5]
    } expecting: {
      [
        """
        node C, left from E-C to C-S: its arrow of overlap 1 flashes with phase 6, under which nobody \
        goes that it yields to: it could turn yellow while the opposing traffic keeps its green. To \
        mend: Include the phase of the opposing through traffic instead
        """
      ]
    },
    PlantedError("a walk across the way of through traffic") {
      $0.relate("2", "4P", .compatible)
    } expecting: {
      [
        """
        node C, through from W-C to C-E: it crosses crosswalk west leg, and group 4P may walk while \
        group 2 is green. To mend: Exclude the two groups
        """,
        """
        node C, right from W-C to C-S: it crosses crosswalk west leg, and group 4P may walk while \
        group 2 is green. To mend: Exclude the two groups, or let group 2 yield to group 4P
        """,
      ]
    },
    PlantedError("a preempt whose dwell phases cannot be green together") {
      $0.controller.preempts[2].dwellPhases = [0, 3]
    } expecting: {
      [
        """
        controller C, emergency preempt 1: dwell phases 1 and 4 are to be green together, and a \
        barrier lies between them. To mend: Name phases of different rings on one side of the barriers
        """
      ]
    },
    PlantedError("a train that comes before the tracks are clear") {
      $0.controller.preempts[0].advanceTime = TimeSpan(seconds: 25)
    } expecting: {
      [
        """
        controller C, rail preempt 1: delay 0.0 s, right-of-way transfer 15.5 s (walk 0.0 s and \
        clearance 10.0 s, yellow and red clearance 5.5 s of phase 4) and track clearance green 14.0 s \
        take 29.5 s, and the train comes after 25.0 s. To mend: Ask the railway for 4.5 s more, or \
        shorten what the preempt may shorten
        """
      ]
    },
    PlantedError("a rail input that a cut cable silences") {
      $0.controller.preempts[0].isFailSafe = false
    } expecting: {
      [
        """
        controller C, rail preempt 1: a cut cable would go unnoticed: the call is an input that is on. \
        To mend: Use an input that calls while it is off
        """
      ]
    },
    PlantedError("a schedule that runs a pattern which does not exist") {
      $0.controller.schedule?.dayPlans[0].events[1].action = .pattern(7)
    } expecting: {
      [
        """
        controller C, schedule, day plan 1: at 06:30 it runs pattern 7, which does not exist. To mend: \
        Use one of the patterns 1, 2, 3, or add pattern 7
        """
      ]
    },
    PlantedError("a second maximum by schedule for a phase without one") {
      $0.controller.schedule?.dayPlans[0].events[4].maximum2 = [1, 3]
    } expecting: {
      [
        """
        controller C, schedule, day plan 1: from 19:00 MAX 2 is in force for phase 4, which has none. \
        To mend: Give the phase a second maximum, or take it out of the event
        """
      ]
    },
    PlantedError("a coordinated phase that the pattern omits") {
      $0.coordination(2) { $0.splitModes[1] = .omitted }
    } expecting: {
      [
        """
        controller C, pattern 2: phase 2 is coordinated, and the pattern omits it. To mend: Give it a \
        split and no omission, or coordinate another phase
        """
      ]
    },
    PlantedError("recalled pedestrians that the split cannot hold") {
      $0.split(3, "3", 28)
      $0.split(3, "4", 32)
      $0.coordination(3) { $0.splitModes[2] = .pedestrianRecall }
    } expecting: {
      [
        """
        controller C, pattern 3, phase 3: the split of 28.0 s is below walk, clearance and buffer of \
        its pedestrians (24.0 s) + yellow 3.5 s + red clearance 2.0 s, and they are served in every \
        cycle. To mend: Lengthen the split by 1.5 s
        """
      ]
    },
    PlantedError("a maximum that ends greens before their force-off") {
      $0.phase("6") { $0.maximumGreen = TimeSpan(seconds: 35) }
    } expecting: {
      [
        """
        controller C, pattern 2, phase 6: its maximum of 35.0 s ends the green before its split of \
        45.0 s, which holds 39.5 s. To mend: Raise the maximum to 39.5 s, or inhibit maximums in this \
        pattern
        """
      ]
    },
    PlantedError("a bus priority that cuts a minimum green") {
      $0.controller.priorities[0].maximumReduction[2] = TimeSpan(seconds: 20)
    } expecting: {
      [
        """
        controller C, priority 1: in pattern 1 it would leave phase 3 4.5 s of green, and its minimum \
        is 7.0 s. To mend: Reduce phase 3 by at most 17.5 s
        """,
        """
        controller C, priority 1: in pattern 2 it would leave phase 3 4.5 s of green, and its minimum \
        is 7.0 s. To mend: Reduce phase 3 by at most 17.5 s
        """,
        """
        controller C, priority 1: in pattern 3 it would leave phase 3 4.5 s of green, and its minimum \
        is 7.0 s. To mend: Reduce phase 3 by at most 17.5 s
        """,
      ]
    },
    PlantedError("a movement that a plan forgets") {
      $0.split(1, "4", 0)
      $0.split(1, "3", 60)
    } expecting: {
      [
        """
        controller C, pattern 1: the left from N-C to C-E never gets green: this pattern has none for \
        group 4. To mend: Give a phase or stage of these groups its time, or close the movement
        """,
        """
        controller C, pattern 1: the through from N-C to C-S never gets green: this pattern has none \
        for group 4. To mend: Give a phase or stage of these groups its time, or close the movement
        """,
        """
        controller C, pattern 1: the right from N-C to C-W never gets green: this pattern has none for \
        group 4. To mend: Give a phase or stage of these groups its time, or close the movement
        """,
      ]
    },
    PlantedError("two phases of a ring with dual entry on one side") {
      $0.phase("1") { $0.dualEntry = true }
    } expecting: {
      [
        """
        controller C, ring 1, side 1: phases 1 and 2 are all meant to go along with the other rings, \
        and only one of them can. To mend: Leave dual entry to one of them, mostly the through phase
        """
      ]
    },
    PlantedError("a cycle that cannot get into step") {
      $0.controller.options.transition.mode = .add
      $0.controller.options.transition.longestAdd = 0
    } expecting: {
      [
        """
        controller C, unit: by the rule "add" a cycle never gets into step. To mend: Allow a change of \
        the cycle above zero
        """
      ]
    },
    PlantedError("two crossing streets that both flash yellow") {
      $0.controller.options.flashingYellowGroups = [1, 2]
    } expecting: {
      [
        """
        controller C, unit: in flash group 2 and group 3 both show yellow, and they exclude each \
        other. To mend: Let one of the two flash red
        """
      ]
    },
    PlantedError("two detectors on one channel") {
      $0.controller.detectors[1].channel = 31
    } expecting: {
      [
        """
        controller C, detector assignment 2: its channel 31 is that of detector assignment 1 too. To \
        mend: Give each detector its own channel
        """
      ]
    },
  ]
}
