import RoadSimulation
import TrafficModel

/// What a run is made of, to be changed by an ablation.
struct AblationSubject {
  var scenario: Scenario
  var constants: DriverConstants
  var details = ModelDetails()
}

/// One detail of the road model that is left out or changed.
struct Ablation: Sendable {
  var name: String
  var change: @Sendable (inout AblationSubject) -> Void

  init(_ name: String, _ change: @escaping @Sendable (inout AblationSubject) -> Void) {
    self.name = name
    self.change = change
  }

  /// By topic: driving, discharge and change of signals, yielding, lanes and storage, demand.
  static let all: [Ablation] = driving + signals + yielding + lanes + demand

  private static let driving = [
    Ablation("no acceleration, braking or start-up loss") {
      $0.multiplyDriving(acceleration: .infinity, deceleration: .infinity)
      $0.constants.standingStartSpeed = .infinity
      $0.constants.startDelaySeconds = 0
      $0.constants.gapStartDelaySeconds = 0
    },
    Ablation("no braking loss") { $0.multiplyDriving(deceleration: .infinity) },
    Ablation("acceleration + 20 %") { $0.multiplyDriving(acceleration: 1.2) },
    Ablation("no spread of desired speeds") { $0.constants.speedFactorDeviation = 0 },
    Ablation("no platoons behind slow vehicles") { $0.details.hasPlatoons = false },
    Ablation("turns as fast as straight on") { subject in
      for index in subject.scenario.network.movements.indices {
        subject.scenario.network.movements[index].turningSpeedMetersPerSecond = nil
      }
    },
    Ablation("heavy vehicles are cars") { subject in
      subject.constants.heavySpacingMeters = subject.constants.carSpacingMeters
      subject.constants.heavyLengthMeters = subject.constants.carLengthMeters
      subject.constants.heavyEquivalent = 1
    },
    Ablation("vehicle classes are cars") { subject in
      subject.scenario.demand.vehicleClasses = subject.scenario.demand.vehicleClasses.map {
        VehicleClass(name: $0.name, personsPerVehicle: $0.personsPerVehicle)
      }
    },
  ]

  private static let signals = [
    Ablation("no start delay at green") { $0.constants.startDelaySeconds = 0 },
    Ablation("saturation headway + 5 %") { subject in
      subject.constants.saturationHeadwaySeconds *= 1.05
      for link in subject.scenario.network.links.indices {
        for lane in subject.scenario.network.links[link].lanes.indices {
          subject.scenario.network.links[link].lanes[lane].saturationHeadwaySeconds? *= 1.05
        }
      }
    },
    Ablation("no turn factors of saturation flow") {
      $0.constants.leftTurnFactor = 1
      $0.constants.rightTurnFactor = 1
    },
    Ablation("nobody goes on yellow") { $0.details.yellow = .nobody },
    Ablation("everybody goes on yellow") { $0.details.yellow = .everybody },
  ]

  private static let yielding = [
    Ablation("no yielding") { subject in
      for index in subject.scenario.network.movements.indices {
        subject.scenario.network.movements[index].yieldsTo = []
      }
    },
    Ablation("critical gap 3 s") { $0.setCriticalGap(3) },
    Ablation("critical gap 6 s") { $0.setCriticalGap(6) },
    Ablation("no look over short links for gaps") { $0.details.looksOverShortLinks = false },
    Ablation("no waiting place inside the junction") { subject in
      for index in subject.scenario.network.movements.indices {
        subject.scenario.network.movements[index].waitingPlaceMeters = 0
      }
    },
    Ablation("first in line for room yields as usual") { $0.details.takesTurnsForRoom = false },
  ]

  private static let lanes = [
    Ablation("no limit to storage") { $0.details.hasFiniteStorage = false },
    Ablation("no start wave: space back at once") { $0.details.hasStartWave = false },
    Ablation("room for the whole vehicle, always") { $0.details.asksRoomForWholeVehicle = true },
    Ablation("first lane that leads on") { $0.details.choosesEmptiestLane = false },
    Ablation("no preference for the natural lane") { $0.details.prefersNaturalLane = false },
    Ablation("no headway where streams merge") { $0.details.hasMergeHeadway = false },
    Ablation("tails may hang back into junctions") { $0.details.keepsJunctionsClear = false },
    Ablation("changing lanes costs nothing") { $0.details.hasLaneChangeFriction = false },
    Ablation("choice again at a queue's end") { $0.details.choosesAgainAtQueueEnd = true },
    Ablation("nobody squeezes out of a lock") { $0.details.squeezesOutOfLocks = false },
    Ablation("pockets as long as their links") { subject in
      for link in subject.scenario.network.links.indices {
        for lane in subject.scenario.network.links[link].lanes.indices {
          subject.scenario.network.links[link].lanes[lane].pocketMeters = nil
        }
      }
    },
  ]

  private static let demand = [
    Ablation("no pedestrians") { $0.scenario.demand.pedestrians = [] },
    Ablation("equal headways of arrivals") { subject in
      for index in subject.scenario.demand.sources.indices {
        subject.scenario.demand.sources[index].process = .uniform
      }
      for index in subject.scenario.demand.routeFlows.indices {
        subject.scenario.demand.routeFlows[index].process = .uniform
      }
    },
  ]
}

extension AblationSubject {
  /// Changes how vehicles speed up and brake: those of the driver profile, and of classes with numbers of their own.
  fileprivate mutating func multiplyDriving(acceleration: Double = 1, deceleration: Double = 1) {
    constants.acceleration *= acceleration
    constants.deceleration *= deceleration
    for index in scenario.demand.vehicleClasses.indices {
      scenario.demand.vehicleClasses[index].acceleration? *= acceleration
      scenario.demand.vehicleClasses[index].deceleration? *= deceleration
    }
  }

  fileprivate mutating func setCriticalGap(_ seconds: Double) {
    constants.criticalGapSeconds = seconds
    for index in scenario.network.movements.indices {
      scenario.network.movements[index].criticalGapSeconds = seconds
    }
  }
}
