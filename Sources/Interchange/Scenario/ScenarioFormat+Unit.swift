/// The keys of what a full controller unit has beyond phases, groups, stages and splits.
extension ScenarioFormat {
  static let actuation = ScenarioObject(
    title: "the actuation of a phase", definition: "actuation",
    keys: [
      "addedInitial_s", "maximumInitial_s", "maximumGreen2_s", "dynamicMaximumLimit_s",
      "dynamicMaximumStep_s",
      "timeBeforeReduction_s", "carsBeforeReduction", "timeToReduce_s", "minimumGap_s", "locksCalls",
      "gapsOutSimultaneously", "guaranteesPassage", "conditionalService", "conditionalServiceMinimum_s",
      "redRevert_s",
    ])

  static let pedestrianTiming = ScenarioObject(
    title: "the pedestrian timing of a phase", definition: "pedestrianTiming",
    keys: ["restsInWalk", "leadingInterval_s", "buffer_s", "extendedClearance_s", "recycles"])

  static let coordination = ScenarioObject(
    title: "the coordination of a pattern", definition: "coordination",
    keys: ["phases", "forceOff", "permissive", "maximum", "restsInWalk", "splitModes"])

  static let diagnostics = ScenarioObject(
    title: "the diagnostics of a detector", definition: "diagnostics",
    keys: ["longestAbsence_s", "longestPresence_s", "mostActuationsPerMinute", "failTime_s"])

  static let overlap = ScenarioObject(
    title: "an overlap", definition: "overlap",
    keys: ["number", "group", "kind", "includedPhases", "modifierPhases", "trailingGreen_s"])

  static let preempt = ScenarioObject(
    title: "a preempt", definition: "preempt",
    keys: [
      "number", "kind", "failSafe", "locking", "delay_s", "minimumDuration_s", "minimumGreen_s",
      "minimumWalk_s", "pedestrianClearance_s", "trackPhases", "trackGreen_s", "dwellPhases",
      "dwellPedestrians", "minimumDwell_s", "cyclingPhases", "flashesInDwell", "maximumPresence_s",
      "exitPhases", "advanceTime_s",
    ])

  static let priority = ScenarioObject(
    title: "a transit priority", definition: "priority",
    keys: ["number", "phases", "maximumExtension_s", "maximumReduction_s", "timeOut_s", "lockout_s"])

  static let unit = ScenarioObject(
    title: "the unit's options", definition: "unit",
    keys: [
      "startUpFlash_s", "startUpAllRed_s", "redRevert_s", "flashingYellowGroups", "transition",
      "cycleFaultCycles", "failedDetectorShare", "restsInRed",
    ])

  static let transition = ScenarioObject(
    title: "the rule of transitions", definition: "transition",
    keys: ["mode", "longestAdd", "largestSubtract", "longestDwell_s"])

  static let schedule = ScenarioObject(
    title: "a schedule", definition: "schedule",
    keys: ["entries", "dayPlans", "standardTime", "daylightSaving", "synchronisation"])

  static let scheduleEntry = ScenarioObject(
    title: "an entry of a schedule", definition: "scheduleEntry",
    keys: ["months", "dates", "weekdays", "dayPlan"])

  static let dayPlan = ScenarioObject(
    title: "a day plan", definition: "dayPlan", keys: ["number", "events"])

  static let scheduleEvent = ScenarioObject(
    title: "an event of a day plan", definition: "scheduleEvent", keys: ["time", "run", "maximum2"])

  static let unitObjects = [
    actuation, pedestrianTiming, coordination, diagnostics, overlap, preempt, priority, unit, transition,
    schedule, scheduleEntry, dayPlan, scheduleEvent,
  ]
}
