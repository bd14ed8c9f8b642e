import TrafficModel

extension PlantedError {
  static let timing: [PlantedError] = [
    PlantedError("a ring that is shorter than the other before a barrier") {
      $0.split(1, "6", 42)
    } expecting: {
      [
        """
        controller C, pattern 1, ring 2, side 1: ring 2 sums to 57.0 s before barrier 1, ring 1 to \
        60.0 s: phase 6 is 3.0 s short. To mend: Lengthen the split of phase 6 or of another phase of \
        that ring and side by 3.0 s
        """
      ]
    },
    PlantedError("a split that cannot hold the minimum green") {
      $0.split(1, "1", 8)
      $0.split(1, "2", 52)
    } expecting: {
      [
        """
        controller C, pattern 1, phase 1: the split of 8.0 s is below minimum green 5.0 s + yellow 3.5 \
        s + red clearance 2.0 s. To mend: Make the split at least 10.5 s
        """,
        """
        controller C, pattern 1, group 1: its green of 2.5 s is below its minimum of 5.0 s. To mend: \
        Lengthen its phase or stage by 2.5 s
        """,
      ]
    },
    PlantedError("an offset beyond the cycle") {
      $0.controller.patterns[1].offset = TimeSpan(seconds: 130)
    } expecting: {
      [
        """
        controller C, pattern 2: the offset of 130.0 s is not below the cycle of 120.0 s. To mend: Use \
        10.0 s
        """
      ]
    },
    PlantedError("a yellow that is too short for the approach") {
      $0.clearance(of: "2", yellow: 3.4, red: 2.1)
    } expecting: {
      [
        """
        controller C, group 2: its yellow of 3.4 s is below the 3.7 s of ITE's y = 1.0 + v/(6.1 + 19.6 \
        G) for 60.0 km/h and a grade of 1.0 % on link W-C. To mend: Make the yellow 3.7 s
        """
      ]
    },
    PlantedError("a red clearance that is too short for the way across") {
      $0.clearance(of: "3", yellow: 3.5, red: 0.2)
    } expecting: {
      [
        """
        controller C, group 3: 0.2 s of red lie between its yellow and the green of group 2; the way \
        across of 20.4 m from link S-C takes (W + L)/v = 1.9 s at 50.0 km/h, less 1.0 s in which the \
        crossing traffic starts. To mend: Make the red clearance at least 1.0 s
        """,
        """
        controller C, pattern 2, phase 3: its maximum of 25.0 s ends the green before its split of \
        30.0 s, which holds 26.3 s. To mend: Raise the maximum to 26.3 s, or inhibit maximums in this \
        pattern
        """,
      ]
    },
    PlantedError("a pedestrian clearance that is too short for the crosswalk") {
      $0.group("3P") { $0.losing[0].duration = TimeSpan(seconds: 14) }
    } expecting: {
      [
        """
        controller C, pattern 1, group 3P to group 4: only 19.5 s lie between their greens, and the \
        intergreen is 20.0 s. To mend: Lengthen the clearance between them by 0.5 s
        """,
        """
        controller C, pattern 2, group 3P to group 4: only 19.5 s lie between their greens, and the \
        intergreen is 20.0 s. To mend: Lengthen the clearance between them by 0.5 s
        """,
        """
        controller C, pattern 3, group 3P to group 4: only 19.5 s lie between their greens, and the \
        intergreen is 20.0 s. To mend: Lengthen the clearance between them by 0.5 s
        """,
        """
        controller C, group 3P: its clearance of 14.0 s is below the 16.9 s that 18.0 m of crosswalk \
        east leg take at 1.07 m/s: 2.9 s short. To mend: Make the clearance 16.9 s
        """,
      ]
    },
    PlantedError("a walk that leaves slow walkers on the road") {
      $0.group("3P") { $0.minimumGreen = TimeSpan(seconds: 4.5) }
    } expecting: {
      [
        """
        controller C, group 3P: its walk of 4.5 s is below 7.0 s; MUTCD allows 4.0 s only where few \
        people cross. To mend: Make the walk 7.0 s
        """,
        """
        controller C, group 3P: walk 4.5 s and clearance 17.0 s are together below the 21.8 s that \
        slow walkers need from 1.8 m behind the kerb over 18.0 m of crosswalk east leg at 0.91 m/s. To \
        mend: Lengthen the walk by 0.3 s
        """,
      ]
    },
    PlantedError("a minimum green above the maximum") {
      $0.phase("3") { $0.maximumGreen = TimeSpan(seconds: 6) }
    } expecting: {
      [
        """
        controller C, phase 3: the minimum green of 7.0 s is above the maximum green of 6.0 s. To \
        mend: Raise the maximum or lower the minimum
        """,
        """
        controller C, pattern 2, phase 3: its maximum of 6.0 s ends the green before its split of 30.0 \
        s, which holds 24.5 s. To mend: Raise the maximum to 24.5 s, or inhibit maximums in this \
        pattern
        """,
      ]
    },
    PlantedError("a minimum green below what drivers expect") {
      $0.phase("4") { $0.minimumGreen = TimeSpan(seconds: 3) }
    } expecting: {
      [
        """
        controller C, phase 4: the minimum green of 3.0 s is below the 4.0 s that through traffic \
        expects. To mend: Make the minimum green at least 4.0 s
        """
      ]
    },
    PlantedError("a minimum gap above the passage time") {
      $0.phase("2") { $0.actuation.minimumGap = TimeSpan(seconds: 3.5) }
    } expecting: {
      [
        """
        controller C, phase 2: the minimum gap of 3.5 s is above the passage time of 3.0 s. To mend: \
        Lower the minimum gap to 3.0 s or less, or raise the passage time
        """
      ]
    },
    PlantedError("a variable initial that no detector counts for") {
      for index in $0.controller.detectors.indices { $0.controller.detectors[index].addsInitial = false }
    } expecting: {
      [
        """
        controller C, phase 2: it adds initial green, and no detector that calls it counts for it. To \
        mend: Let its advance detectors add initial
        """,
        """
        controller C, phase 6: it adds initial green, and no detector that calls it counts for it. To \
        mend: Let its advance detectors add initial
        """,
      ]
    },
    PlantedError("an actuated phase that nothing calls") {
      $0.removeDetectors(calling: "5")
    } expecting: {
      [
        """
        controller C, phase 5: nothing calls it when the controller runs free. To mend: Give it a \
        detector or a recall
        """
      ]
    },
    PlantedError("a missing conflict between movements that cross") {
      $0.relate("2", "4", .compatible)
    } expecting: {
      [
        """
        node C, through from W-C to C-E: it crosses the through from N-C to C-S, and both are \
        protected under group 2 and group 4, which may be green at the same time. To mend: Exclude the \
        two groups, or make one of the movements permitted
        """
      ]
    },
    PlantedError("an intergreen shorter than the colours in it") {
      $0.intergreen("3", "2", 3)
    } expecting: {
      [
        """
        controller C, intergreen from 3 to 2: it is 3.0 s, and the colours between the greens take 3.5 \
        s: losing 3.5 s, gaining 0.0 s. To mend: Make it at least 3.5 s
        """,
        """
        controller C, group 3: -0.5 s of red lie between its yellow and the green of group 2; the way \
        across of 20.4 m from link S-C takes (W + L)/v = 1.9 s at 50.0 km/h, less 1.0 s in which the \
        crossing traffic starts. To mend: Make the red clearance at least 1.0 s
        """,
      ]
    },
    PlantedError("two groups for one movement") {
      $0.movement("S-C", "C-E") { $0.protectedGroups.append(1) }
    } expecting: {
      [
        """
        node C, right from S-C to C-E: group R and group 2 both protect it and exclude each other: \
        between the two it sees red. To mend: Give it one group that belongs to both phases
        """
      ]
    },
    PlantedError("a yellow trap") {
      $0.lag("1", behind: "2")
      $0.movement("W-C", "C-N") { $0.permittedGroups = [1] }
    } expecting: {
      [
        """
        node C, left from W-C to C-N: yellow trap: it is permitted under phase 2, whose green ends \
        while that of the opposing phase 6 in pattern 1 goes on for 15.0 s. To mend: Let the turn \
        lead, or give it a flashing yellow arrow that follows phase 6
        """,
        """
        node C, left from W-C to C-N: it crosses crosswalk north leg, and group 6P may walk while \
        group 2 is green. To mend: Exclude the two groups, or let group 2 yield to group 6P
        """,
        """
        controller C, phase 1: no phase of its ring follows it before the barrier, so it cannot be \
        served again. To mend: Take conditional service out, or put the phase first on its side
        """,
      ]
    },
  ]
}
