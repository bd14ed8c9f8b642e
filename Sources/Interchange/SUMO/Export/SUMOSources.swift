import TrafficModel

/// A scenario as SUMO's own sources, which `netconvert` makes a network of.
public struct SUMOSources: Hashable, Sendable {
  /// By file name, in the order in which they are to be written.
  public var files: [(name: String, text: String)] = []
  /// What could not be said in SUMO's words.
  public var warnings: [Finding] = []
  /// The words that make the network: `netconvert` and its arguments.
  public var netconvertArguments: [String] = []

  public static func == (a: SUMOSources, b: SUMOSources) -> Bool {
    a.files.map(\.name) == b.files.map(\.name) && a.files.map(\.text) == b.files.map(\.text)
      && a.warnings == b.warnings
  }

  public func hash(into hasher: inout Hasher) { for file in files { hasher.combine(file.text) } }

  /// - Parameters:
  ///   - name: of the files.
  ///   - seed: of the vehicles that sources and flows send; trips have times of their own.
  ///   - replication: from 1; each has other vehicles.
  ///   - programs: how controllers are written.
  public static func make(
    _ scenario: Scenario, name: String, seed: UInt64 = 1, replication: Int = 1,
    programs: SUMOProgramKind = .fixed
  ) throws(TimelineFailure) -> SUMOSources {
    var exporter = SUMOExporter(scenario)
    exporter.buildEdges()
    exporter.buildConnections()
    try exporter.buildSignals(as: programs)
    let demand = SUMODemandWriter(exporter, seed: seed, replication: replication)
    var result = SUMOSources()
    result.files = [
      ("\(name).nod.xml", exporter.nodesText()), ("\(name).edg.xml", exporter.edgesText()),
      ("\(name).con.xml", exporter.connectionsText()), ("\(name).tll.xml", exporter.signalsText()),
      ("\(name).rou.xml", demand.text()), ("\(name).sumocfg", configuration(scenario, name)),
    ]
    result.netconvertArguments = [
      "netconvert", "-n", "\(name).nod.xml", "-e", "\(name).edg.xml", "-x", "\(name).con.xml", "-i",
      "\(name).tll.xml", "-o", "\(name).net.xml", "--no-turnarounds", "true",
      "--offset.disable-normalization",
      "true",
    ]
    result.warnings = exporter.notes.all()
    return result
  }

  private static func configuration(_ scenario: Scenario, _ name: String) -> String {
    """
    <configuration>
      <input>
        <net-file value="\(name).net.xml"/>
        <route-files value="\(name).rou.xml"/>
      </input>
      <time>
        <begin value="0"/>
        <end value="\(SUMOText.number(scenario.run.end.seconds))"/>
      </time>
      <processing>
        <time-to-teleport value="-1"/>
      </processing>
    </configuration>

    """
  }
}
