/// A kind of object in a scenario file: its name in the JSON Schema and the keys that it may have.
struct ScenarioObject: Sendable {
  /// As an error message calls it: "a link".
  let title: String
  /// Its name under `$defs` of the schema; `nil` for the document itself.
  let definition: String?
  let keys: [String]
}

/// The keys of a scenario file. The reader knows no others; the published schema lists the same.
enum ScenarioFormat {
  static let schema = "citybrain.scenario/1"

  static let scenario = ScenarioObject(
    title: "a scenario", definition: nil,
    keys: [
      "$schema", "schema", "name", "summary", "units", "driverProfile", "walking", "run", "nodes", "links",
      "movements", "crosswalks", "detectors", "controllers", "demand", "incidents", "corridor",
    ])

  static let run = ScenarioObject(
    title: "the run settings", definition: "run", keys: ["warmUp_s", "duration_s"])

  static let walking = ScenarioObject(
    title: "the walking speeds", definition: "walking",
    keys: ["speed_mps", "deviation_mps", "slowShare", "slowSpeed_mps"])

  static let node = ScenarioObject(
    title: "a node", definition: "node", keys: ["name", "title", "control", "position_m", "position_ft"])

  static let link = ScenarioObject(
    title: "a link", definition: "link",
    keys: [
      "name", "title", "from", "to", "length_m", "length_ft", "speedLimit_kmh", "speedLimit_mph",
      "speedLimit_mps", "lanes", "shape_m", "shape_ft", "grade",
    ])

  static let lane = ScenarioObject(
    title: "a lane", definition: "lane",
    keys: ["pocket_m", "pocket_ft", "width_m", "width_ft", "saturationHeadway_s"])

  static let movement = ScenarioObject(
    title: "a movement", definition: "movement",
    keys: [
      "from", "to", "turn", "lanes", "targetLanes", "protectedBy", "permittedBy", "yieldsTo", "innerLength_m",
      "innerLength_ft", "turningSpeed_kmh", "turningSpeed_mph", "turningSpeed_mps", "waitingPlace_m",
      "waitingPlace_ft", "criticalGap_s", "followUp_s", "turnsOnRed", "stopsFirst", "crosses",
    ])

  static let crosswalk = ScenarioObject(
    title: "a crosswalk", definition: "crosswalk",
    keys: [
      "name", "node", "leg", "length_m", "length_ft", "phase", "group", "hasPriority",
      "designWalkingSpeed_mps",
    ])

  static let detector = ScenarioObject(
    title: "a detector", definition: "detector",
    keys: ["name", "link", "lane", "distance_m", "distance_ft", "length_m", "length_ft"])

  static let controller = ScenarioObject(
    title: "a controller", definition: "controller",
    keys: [
      "name", "nodes", "phases", "rings", "groups", "intergreens_s", "yields", "stages", "patterns",
      "detectors", "detection", "pedestrianClearance", "overlaps", "preempts", "priorities", "schedule",
      "unit",
    ])

  static let phase = ScenarioObject(
    title: "a phase", definition: "phase",
    keys: [
      "number", "minimumGreen_s", "maximumGreen_s", "passage_s", "yellow_s", "redClearance_s",
      "minimumSplit_s", "recall", "dualEntry", "walk_s", "pedestrianClearance_s", "groups", "pedestrianGroup",
      "actuation",
      "pedestrians",
    ])

  static let group = ScenarioObject(
    title: "a signal group", definition: "group",
    keys: [
      "name", "kind", "minimumGreen_s", "yellow_s", "clearance_s", "redYellow_s", "gaining", "losing",
      "proceed",
    ])

  static let timedIndication = ScenarioObject(
    title: "a colour of a sequence", definition: "timedIndication", keys: ["indication", "duration_s"])

  static let stage = ScenarioObject(
    title: "a stage", definition: "stage",
    keys: ["name", "groups", "minimum_s", "maximum_s", "lateStart_s", "earlyEnd_s", "onDemand"])

  static let pattern = ScenarioObject(
    title: "a pattern", definition: "pattern",
    keys: [
      "number", "name", "cycle_s", "offset_s", "offsetReference", "referencePhases", "splits_s", "rings",
      "stages", "coordination",
    ])

  static let stageInterval = ScenarioObject(
    title: "a stage of a pattern", definition: "stageInterval", keys: ["stage", "duration_s"])

  static let assignment = ScenarioObject(
    title: "a detector's assignment", definition: "assignment",
    keys: [
      "detector", "channel", "calls", "extends", "delay_s", "prolongation_s", "switchPhase", "queueLimit_s",
      "locksInRed", "locksInYellow", "addsInitial", "diagnostics",
    ])

  static let detection = ScenarioObject(
    title: "the default detection", definition: "detection",
    keys: [
      "stopLineLength_m", "stopLineLength_ft", "advanceDistance_m", "advanceDistance_ft", "advanceLength_m",
      "advanceLength_ft",
    ])

  static let demand = ScenarioObject(
    title: "the demand", definition: "demand",
    keys: [
      "vehicleClasses", "sources", "turning", "pedestrians", "routes", "routeFlows", "odFlows", "trips",
      "busLines",
    ])

  static let vehicleClass = ScenarioObject(
    title: "a vehicle class", definition: "vehicleClass",
    keys: [
      "name", "length_m", "length_ft", "minimumGap_m", "minimumGap_ft", "acceleration_mps2",
      "deceleration_mps2", "headwayFactor", "maximumSpeed_kmh", "maximumSpeed_mph", "maximumSpeed_mps",
      "persons", "heavy",
    ])

  static let source = ScenarioObject(
    title: "a source of vehicles", definition: "source",
    keys: [
      "name", "link", "midblock", "flow_vehPerHour", "flow", "heavyVehicleShare", "classShares", "arrivals",
    ])

  static let flowStep = ScenarioObject(
    title: "a step of a flow", definition: "flowStep", keys: ["start_s", "flow_vehPerHour"])

  static let turningStep = ScenarioObject(
    title: "a step of the turning volumes", definition: "turningStep",
    keys: ["start_s", "volumes_vehPerHour", "midblockExitShare"])

  static let pedestrianFlow = ScenarioObject(
    title: "a flow of pedestrians", definition: "pedestrianFlow", keys: ["crosswalk", "flow_pedPerHour"])

  static let route = ScenarioObject(title: "a route", definition: "route", keys: ["name", "links"])

  static let routeFlow = ScenarioObject(
    title: "a flow along a route", definition: "routeFlow",
    keys: ["name", "route", "flow_vehPerHour", "flow", "heavyVehicleShare", "classShares", "arrivals"])

  static let odFlow = ScenarioObject(
    title: "a flow from link to link", definition: "odFlow",
    keys: ["name", "from", "to", "flow_vehPerHour", "flow", "heavyVehicleShare", "classShares", "arrivals"])

  static let trip = ScenarioObject(
    title: "a trip", definition: "trip", keys: ["departure_s", "route", "heavy", "class"])

  static let busLine = ScenarioObject(
    title: "a bus line", definition: "busLine",
    keys: ["name", "route", "headway_s", "first_s", "stops", "class", "persons"])

  static let busStop = ScenarioObject(
    title: "a bus stop", definition: "busStop", keys: ["link", "distance_m", "distance_ft", "dwell_s"])

  static let incident = ScenarioObject(
    title: "an incident", definition: "incident",
    keys: [
      "name", "link", "lanes", "distance_m", "distance_ft", "length_m", "length_ft", "start_s", "end_s",
      "capacityShare",
    ])

  static let objects = roadObjects + unitObjects

  private static let roadObjects = [
    scenario, run, walking, node, link, lane, movement, crosswalk, detector, controller, phase, group,
    timedIndication, stage, pattern, stageInterval, assignment, detection, demand, vehicleClass, source,
    flowStep, turningStep, pedestrianFlow, route, routeFlow, odFlow, trip, busLine, busStop, incident,
  ]
}

/// Bounds on what a scenario file may ask for, so that a slip of the pen is an error and not a long wait.
enum ScenarioLimits {
  static let lengthMeters = 100_000.0
  static let coordinateMeters = 100_000_000.0
  static let speedMetersPerSecond = 70.0
  static let lanesPerLink = 16
  static let spanSeconds = 3600.0
  static let runSeconds = 604_800.0
  static let vehiclesPerHour = 1_000_000_000.0
  static let entries = 1_000_000
  /// Links of all routes that are looked for together.
  static let routedLinks = 10_000_000
  /// Links that searches for routes may look at: origins times the size of the network.
  static let searchedLinks = 100_000_000
}
