import ControlLoop
import Interchange
import TrafficModel

/// Turns the inputs that a log tells of back into what the cabinets of a scenario sense.
///
/// Detector channels (82, 81), push buttons (90, in the order of the crosswalks), preempt inputs (102, 104), manual
/// control, interval advance and stop time (178 to 180). A long push looks like a short one in a log.
struct RecordedInputs {
  /// By device of the log: its controller in the scenario.
  let controllers: [ControllerID]
  /// In order of time.
  let inputs: ContiguousArray<TimedInput>
  /// The first tick and the last of the log.
  let start: SimTime
  let end: SimTime

  /// - Parameter epoch: What the clock showed when the time of the machines was zero.
  init(
    _ log: HighResolutionLog, of scenario: Scenario, epoch: LocalTimestamp, file: String
  ) throws(CommandFailure) {
    func time(_ stamp: LocalTimestamp) -> SimTime {
      SimTime(milliseconds: stamp.milliseconds - epoch.milliseconds)
    }
    let names = scenario.controllers.map(\.name)
    var controllers: [ControllerID] = []
    for device in log.devices {
      guard let index = names.firstIndex(of: device) else {
        throw CommandFailure(
          .invalidInput,
          "\(file): the device \(device) is no controller of the scenario\(Suggestion.phrase(for: device, among: names)); name one of them with --controller"
        )
      }
      controllers.append(ControllerID(index))
    }
    guard let first = log.records.first, let last = log.records.last else {
      throw CommandFailure(.invalidInput, "\(file): holds no events; record some first")
    }
    start = time(first.time).firstTick()
    end = time(last.time).firstTick() + .tick
    var inputs: ContiguousArray<TimedInput> = []
    let sense = controllers.map { Channels(scenario.controllers[$0.index], scenario.network) }
    for record in log.records {
      // What came in the very first tick is sensed in the second.
      let tick = max(time(record.time).firstTick(), start + .tick)
      for input in sense[record.device].inputs(of: record) {
        inputs.append(TimedInput(time: tick, controller: controllers[record.device], input: input))
      }
    }
    self.controllers = controllers
    self.inputs = inputs
  }

  /// What the numbers of one controller's log stand for.
  private struct Channels {
    private var detectors: [Int16: [DetectorID]] = [:]
    private var buttons: [Int16: CrosswalkID] = [:]
    private var failSafePreempts: Set<Int16> = []

    init(_ controller: SignalController, _ network: Network) {
      for (index, assignment) in controller.detectors.enumerated() {
        let channel = Int16(clamping: controller.channel(ofDetector: index))
        if detectors[channel]?.contains(assignment.detector) != true {
          detectors[channel, default: []].append(assignment.detector)
        }
      }
      for (index, crosswalk) in network.crosswalks.enumerated()
      where crosswalk.group != nil && controller.nodes.contains(crosswalk.node) {
        buttons[Int16(clamping: buttons.count + 1)] = CrosswalkID(index)
      }
      for preempt in controller.preempts where preempt.isFailSafe {
        failSafePreempts.insert(Int16(clamping: preempt.number))
      }
    }

    func inputs(of record: HighResolutionLog.Record) -> [CabinetInput] {
      let number = record.parameter
      switch ControllerEventCode(rawValue: record.code) {
      case .detectorOn: return (detectors[number] ?? []).map { .detector($0, isOn: true) }
      case .detectorOff: return (detectors[number] ?? []).map { .detector($0, isOn: false) }
      case .pedestrianDetectorOn: return buttons[number].map { [.pushButton($0)] } ?? []
      case .preemptCallOn: return [.preempt(Int(number), isEnergised: !failSafePreempts.contains(number))]
      case .preemptCallOff: return [.preempt(Int(number), isEnergised: failSafePreempts.contains(number))]
      case .manualControl: return [.manualControl(number != 0)]
      case .intervalAdvance: return number != 0 ? [.intervalAdvance] : []
      case .stopTime: return [.stopTime(number != 0)]
      default: return []
      }
    }
  }
}
