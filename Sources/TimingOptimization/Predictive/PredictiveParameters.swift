/// The one set of numbers of the predictive brain; it is the same for every map.
///
/// Seconds unless said otherwise. Values marked † come from the prototype's ablations on eight maps, the others from the
/// road model's field profile (HCM 6th edition, chapter 19).
struct PredictiveParameters: Sendable {
  /// A decision is made so often †.
  var decisionMilliseconds: Int64 = 1_000
  /// From green to the crossing of the first vehicle that stood †.
  var startUp: Float = 1.5
  /// How long into yellow a queue goes on †.
  var endGain: Float = 1.5
  /// A permitted movement needs this much before the next vehicle it yields to, and starts so long after one.
  var gapBefore: Float = 3.5
  var gapAfter: Float = 1
  var followUp: Float = 2.5
  /// Crossing traffic that nobody sees yet is reckoned with so long after the last place that is seen.
  var gapReserve: Float = 2.5
  /// Of turns on red.
  var followUpAfterStop: Float = 3.3
  /// Of a vehicle that goes freely, in m/s².
  var acceleration: Float = 2.6
  /// A first vehicle that has not moved for so long although its movement may go is thought to be stuck †; the same where it
  /// must yield.
  var stuckSeconds: Float = 4
  var stuckPermittedSeconds: Float = 12
  /// A vehicle that stands at the stop line for so long while its guessed movement may go wants another †.
  var inferenceMilliseconds: Int32 = 4_000
  /// Who stands for so long before a full link that leads to the stop line wants to go there.
  var upstreamPatience: Float = 4
  /// Vehicles at most that count with the one which keeps them from going elsewhere.
  var mostBehind: Float = 3
  /// Links that are shorter are full only if somebody on them stands or crawls †.
  var shortLinkMeters: Float = 75
  /// Links between two signals that are shorter than the first keep their true room; below the second only whole vehicles
  /// count †.
  var ownedLinkMeters: Float = 30
  var tinyLinkMeters: Float = 16
  /// What a stop costs a vehicle that was moving, at most, and the delay that makes it a full stop †.
  var stopCost: Float = 3
  var fullStopDelay: Float = 4
  /// Waiting weighs 1 + stood / ageing, with at most ageingLimit of standing †.
  var ageing: Float = 50
  var ageingLimit: Float = 150
  /// Beyond this wait every second of a vehicle costs so much more †.
  var longWait: Float = 80
  var longWaitCost: Float = 3
  /// A pause this long between two departures ends a platoon.
  var platoonGap: Float = 3
  /// Arrivals that nobody has seen yet are assumed so far ahead, at the learnt rate.
  var arrivalHorizon: Float = 60
  /// Plans are followed so far; what is left is charged as if every lane drained alone.
  var horizon: Float = 100
  /// At the end of a plan, lanes with red wait so much longer, and all drain so many times slower than alone: they share
  /// the greens to come.
  var closedDelay: Float = 20
  var sharedHeadways: Float = 2.5
  /// What a second costs in which no ring has green, in vehicle-seconds: at a load of one half, where loads above the
  /// second count as that, and for each vehicle that stands and cannot be served within the last, where it counts more
  /// than one who has just come.
  var lostTimePrice: Float = 2
  var highestLoad: Float = 0.98
  var leftPrice: Float = 3
  var queueSeconds: Float = 30
  /// The base policy goes to a phase whose deadline is not farther than this.
  var urgentSeconds: Float = 60
  /// Longest green that the base policy gives.
  var longestBaseGreen: Float = 45
  /// Per second that a green head stands because its exit is full †.
  var blockedCost: Float = 2
  /// Of the waiting time of a pedestrian call, in vehicles.
  var pedestrianWeight: Float = 1
  /// First changes that are looked at again, and plans that are followed to the end.
  var firstBeam = 16
  var secondBeam = 24
  /// Ends of one green that are tried.
  var endCandidates = 5
  /// From a registered call to green, vehicles and pedestrians.
  var maximumWait: Float = 120
  var maximumPedestrianWait: Float = 90
  /// Reserve for decisions that come late and calls that are seen late.
  var waitReserve: Float = 3
  /// A junction that could not trust its sensors is left to its own plan for so long after that. From this load / (1 − load)
  /// on it has to see all of its lanes whole.
  var blindMilliseconds: Int32 = 600_000
  var busyPeriodToSee: Float = 2
  /// Inside a junction: below the first speed a turn waits for a gap, below the second a vehicle may be kept by one of its
  /// lane, below the third by any; so long after that one it starts, this is the speed that it reaches, and the length that
  /// has to leave as well.
  var insideCrawl: Float = 3
  var insideKept: Float = 4
  var insideStanding: Float = 1
  var insideStart: Float = 2
  var insideSpeed: Float = 9
  var vehicleMeters: Float = 4
  /// The next green may begin so long before the last vehicle has left, and a red clearance is lengthened by so much at most.
  var insidePatience: Float = 4
  var longestRedExtension: Float = 8
}
