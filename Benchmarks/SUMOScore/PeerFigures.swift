/// What others reach on the eight RESCO maps in SUMO 1.28.0: `delay_all` in seconds, means of five seeds, teleporting
/// off, yellow 3 s, decisions every 10 s for the two rules.
struct PeerFigures {
  var fixed: Double
  var actuated: Double
  var maxPressure: Double
  var maxWave: Double
  /// Greedy with exact knowledge of next turns.
  var greedy: Double
  /// Mean trip under the network's own plan.
  var fixedTrip: Double

  static let byMap: [String: PeerFigures] = [
    "cologne1": PeerFigures(
      fixed: 42.9, actuated: 68.6, maxPressure: 23.6, maxWave: 19.4, greedy: 17.2, fixedTrip: 61.4),
    "cologne3": PeerFigures(
      fixed: 36.1, actuated: 35.7, maxPressure: 49.4, maxWave: 19.8, greedy: 17.6, fixedTrip: 71.5),
    "cologne8": PeerFigures(
      fixed: 49.1, actuated: 42.5, maxPressure: 24.0, maxWave: 17.9, greedy: 44.0, fixedTrip: 114.1),
    "ingolstadt1": PeerFigures(
      fixed: 29.7, actuated: 19.8, maxPressure: 14.5, maxWave: 14.3, greedy: 12.0, fixedTrip: 48.2),
    "ingolstadt7": PeerFigures(
      fixed: 84.5, actuated: 33.3, maxPressure: 40.3, maxWave: 71.7, greedy: 22.0, fixedTrip: 117.0),
    "ingolstadt21": PeerFigures(
      fixed: 160.2, actuated: 82.1, maxPressure: 587.5, maxWave: 281.1, greedy: 58.8, fixedTrip: 298.0),
    "grid4x4": PeerFigures(
      fixed: 91.4, actuated: 69.1, maxPressure: 46.6, maxWave: 31.7, greedy: 18.2, fixedTrip: 202.4),
    "arterial4x4": PeerFigures(
      fixed: 1470, actuated: 782, maxPressure: 1260, maxWave: 825, greedy: 884, fixedTrip: 828.7),
  ]
}
