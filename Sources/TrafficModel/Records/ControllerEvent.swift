/// What happened in a controller, as the Indiana high-resolution enumerations number it (edition of August 2020).
public enum ControllerEventCode: Int16, Sendable, CaseIterable {
  case phaseOn = 0
  case beginGreen = 1
  /// A conflicting call was seen.
  case phaseCheck = 2
  case minimumComplete = 3
  case gapOut = 4
  case maxOut = 5
  case forceOff = 6
  case greenTermination = 7
  case beginYellow = 8
  case endYellow = 9
  case beginRedClearance = 10
  case endRedClearance = 11
  case phaseInactive = 12
  case extensionTimerGapOut = 13
  case phaseSkipped = 14
  case gapReductionStart = 15
  case gapReductionComplete = 16
  case addedInitialComplete = 17
  case nextPhaseDecision = 18
  case priorityForceOff = 19
  case preemptForceOff = 20
  case beginWalk = 21
  case beginPedestrianClearance = 22
  case beginDontWalk = 23
  case pedestriansDark = 24
  case extendedPedestrianClearance = 25
  case oversizedPedestrianService = 26
  case barrierTermination = 31
  case flashingYellowArrowBegin = 32
  case flashingYellowArrowEnd = 33
  case holdOn = 41
  case holdOff = 42
  case vehicleCallRegistered = 43
  case vehicleCallDropped = 44
  case pedestrianCallRegistered = 45
  case omitOn = 46
  case omitOff = 47
  case pedestrianOmitOn = 48
  case pedestrianOmitOff = 49
  case maximum1InEffect = 50
  case maximum2InEffect = 51
  case dynamicMaximumInEffect = 52
  case dynamicMaximumUp = 53
  case dynamicMaximumDown = 54
  case overlapBeginGreen = 61
  case overlapBeginTrailingGreen = 62
  case overlapBeginYellow = 63
  case overlapBeginRedClearance = 64
  case overlapOff = 65
  case overlapDark = 66
  case detectorOff = 81
  case detectorOn = 82
  case detectorRestored = 83
  case detectorFaultOther = 84
  case detectorFaultWatchdog = 85
  case detectorFaultOpen = 86
  case detectorFaultShort = 87
  case detectorFaultExcessive = 88
  case pedestrianDetectorOff = 89
  case pedestrianDetectorOn = 90
  case preemptAdvanceWarning = 101
  case preemptCallOn = 102
  case preemptGateDown = 103
  case preemptCallOff = 104
  case preemptEntryStarted = 105
  case preemptTrackClearance = 106
  case preemptDwell = 107
  case preemptLinkOn = 108
  case preemptLinkOff = 109
  case preemptMaximumPresence = 110
  case preemptExit = 111
  case priorityCheckIn = 112
  case priorityEarlyGreen = 113
  case priorityExtendGreen = 114
  case priorityCheckOut = 115
  case preemptForceOffByNumber = 116
  case priorityForceOffByNumber = 117
  case priorityServiceStart = 118
  case priorityServiceEnd = 119
  case patternChange = 131
  case cycleLengthChange = 132
  case offsetChange = 133
  /// Split of phase 1; the splits of phases 2 to 16 follow.
  case split1Change = 134
  case split2Change = 135
  case split3Change = 136
  case split4Change = 137
  case split5Change = 138
  case split6Change = 139
  case split7Change = 140
  case split8Change = 141
  case split9Change = 142
  case split10Change = 143
  case split11Change = 144
  case split12Change = 145
  case split13Change = 146
  case split14Change = 147
  case split15Change = 148
  case split16Change = 149
  case coordinationState = 150
  case coordinatedPhaseYield = 151
  case coordinatedPhaseBegin = 152
  case unitControlStatus = 155
  case cycleLengthAbove255 = 156
  case unitFlashStatus = 173
  case unitAlarm1 = 174
  case alarmGroup = 175
  case manualControl = 178
  case intervalAdvance = 179
  case stopTime = 180
  case clockUpdated = 181
  case powerFailure = 182
  case powerRestored = 184
  case alarmOn = 200
  case alarmOff = 201
}

/// One line of a controller's event log.
public struct ControllerEvent: Hashable, Sendable {
  /// A cabinet tick.
  public var time: SimTime
  public var code: ControllerEventCode
  /// Number of the phase, overlap, detector channel or preempt, or a value: see ``ControllerEventCode``.
  public var parameter: Int16

  public init(time: SimTime, code: ControllerEventCode, parameter: Int16) {
    self.time = time
    self.code = code
    self.parameter = parameter
  }
}
