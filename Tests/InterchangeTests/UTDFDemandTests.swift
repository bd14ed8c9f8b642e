import Interchange
import Testing
import TrafficModel

@Suite struct UTDFDemandTests {
  @Test("flow is volume times growth over peak hour factor, or without the factor on request")
  func flow() throws {
    var sample = UTDFSample()
    sample.lanes("Growth", "NBT", "110")
    sample.lanes("Growth", "NBL", "1.1")
    let result = try sample.read()
    #expect(abs((result.flow("1 NBT") ?? 0) - 460 * 1.1 / 0.92) < 1e-9)
    #expect(abs((result.flow("1 NBL") ?? 0) - 92 * 1.1 / 0.92) < 1e-9)
    #expect(result.rules("growth-as-factor").map(\.place) == ["1 NBL"])
    let plain = try sample.read(UTDFOptions(appliesPeakHourFactor: false))
    #expect(abs((plain.flow("1 NBT") ?? 0) - 506) < 1e-9)
    #expect(plain.rules("convention-flow").first?.message.contains("PHF is ignored") == true)
  }

  @Test("links from the edge get sources with the approach's flow and its share of heavy vehicles")
  func sources() throws {
    var sample = UTDFSample()
    sample.lanes("HeavyVehicles", "NBL", "15")
    let result = try sample.read()
    let sources = result.scenario.demand.sources
    #expect(sources.map(\.name) == ["from 2", "from 3", "from 4", "from 5"])
    #expect(abs(sources[0].flow[0].vehiclesPerHour - 650) < 1e-9)
    #expect(abs(sources[0].heavyVehicleShare - (100 * 0.15 + 550 * 0.02) / 650) < 1e-12)
    #expect(sources.allSatisfy { !$0.isMidblock && $0.process == .poisson })
    #expect(result.scenario.run.warmUp == TimeSpan(seconds: 600))
    #expect(result.scenario.run.duration == TimeSpan(seconds: 3600))
  }

  /// Two signals, 1 and 6, on Cross Rd.
  private func twoSignals() -> UTDFSample {
    var sample = UTDFSample()
    sample.nodes[4] = (6, 0, 1000, 0)
    sample.nodes += [(7, 1, 2000, 0)]
    sample.rows.removeAll { $0.section == "Links" && $0.node == 5 }
    sample.link("WB", from: 6, to: 1, lanes: 3)
    sample.link("EB", from: 1, to: 6, lanes: 2)
    sample.link("WB", from: 7, to: 6, lanes: 2)
    sample.link("EB", from: 6, to: 7, lanes: 2)
    sample.approach("EB", at: 6, from: 1, left: nil, through: 7, right: nil, phases: ("", "8"))
    sample.approach("WB", at: 6, from: 7, left: nil, through: 1, right: nil, phases: ("", "4"))
    for index in sample.rows.indices
    where sample.rows[index].section == "Lanes" && sample.rows[index].node == 1
      && sample.rows[index].name.hasSuffix("Node")
    {
      for (column, value) in sample.rows[index].cells where value == "5" {
        sample.rows[index].cells[column] = "6"
      }
    }
    sample.plan(6)
    return sample
  }

  @Test("volumes that do not balance between two signals get mid-block sources and exits, with numbers")
  func balance() throws {
    let result = try twoSignals().read()
    let demand = result.scenario.demand
    // East-bound 650 are sent and 500 received; west-bound 500 sent and 650 received.
    let east = try #require(result.scenario.network.links.firstIndex { $0.name == "6 EB" })
    #expect(abs(demand.turning[0].midblockExitShare[east] - 150.0 / 650) < 1e-9)
    let source = try #require(demand.sources.first { $0.isMidblock })
    #expect(result.scenario.network[source.link].name == "1 WB")
    #expect(abs(source.flow[0].vehiclesPerHour - 150) < 1e-9)
    let messages = result.rules("volume-balance").map(\.message)
    #expect(messages.count == 2)
    #expect(
      messages.contains(
        "Node 1 sends 650 veh/h, node 6 receives 500 veh/h: 150 veh/h (23 %) leave in mid-block."))
    #expect(
      messages.contains("Node 6 sends 500 veh/h, node 1 receives 650 veh/h: 150 veh/h come in mid-block."))
  }

  @Test("a Midblock percentage starts in mid-block even where volumes balance")
  func midblock() throws {
    var sample = twoSignals()
    sample.lanes("Midblock", "WBT", "20")
    let result = try sample.read()
    let source = try #require(result.scenario.demand.sources.first { $0.isMidblock })
    // 20 % of 650 are 130; 520 must come from node 6, which sends 500.
    #expect(abs(source.flow[0].vehiclesPerHour - 150) < 1e-9)
    sample.lanes("Midblock", "WBT", "40")
    let more = try sample.read()
    let larger = try #require(more.scenario.demand.sources.first { $0.isMidblock })
    #expect(abs(larger.flow[0].vehiclesPerHour - 260) < 1e-9)
    #expect(abs(more.scenario.demand.turning[0].midblockExitShare[larger.link.index] - 110.0 / 500) < 1e-9)
  }

  @Test("the corridor is the street with most signals, from edge to edge")
  func corridor() throws {
    let result = try twoSignals().read()
    let names = result.scenario.corridor.map { result.scenario.network[$0].name }
    #expect(names == ["1 EB", "6 EB", "7 EB"])
    #expect(try UTDFSample().read().scenario.corridor.isEmpty)
  }

  @Test("pedestrians exist only where someone walks")
  func pedestrians() throws {
    var sample = UTDFSample()
    #expect(try sample.read().scenario.network.crosswalks.isEmpty)
    sample.lanes("Peds", "NBR", "120")
    sample.lanes("Peds", "SBL", "120")
    let result = try sample.read()
    let network = result.scenario.network
    let controller = result.scenario.controllers[0]
    #expect(network.crosswalks.map(\.name) == ["1 leg 5"])
    let group = try #require(network.crosswalks[0].group)
    #expect(controller.groups[group].name == "2P")
    #expect(controller.groups[group].minimumGreen == TimeSpan(seconds: 7))
    #expect(controller.groups[group].losingDuration == TimeSpan(seconds: 11))
    #expect(abs(network.crosswalks[0].lengthMeters - 5 * 3.6) < 1e-9)
    #expect(
      result.scenario.demand.pedestrians == [
        PedestrianFlow(crosswalk: CrosswalkID(0), pedestriansPerHour: 120)
      ])
    let timeline = try controller.timeline(of: controller.patterns[0])
    #expect(
      timeline.greens[group] == [GreenInterval(start: TimeSpan(seconds: 10), duration: TimeSpan(seconds: 19))]
    )
  }

  @Test("pedestrian calls count where Peds are missing, and walk is shortened to what the green leaves")
  func shortWalk() throws {
    var sample = UTDFSample()
    sample.phases("PedCalls", ["", "0", "", "30", "", "0", "", "0"])
    sample.phases("DontWalk", ["", "11", "", "15", "", "11", "", "11"])
    let result = try sample.read()
    #expect(result.rules("walk-shortened").first?.place == "controller 1, phase 4")
    let group = try #require(result.scenario.network.crosswalks.first?.group)
    #expect(result.scenario.controllers[0].groups[group].minimumGreen == TimeSpan(seconds: 5))
    #expect(result.scenario.demand.pedestrians.map(\.pedestriansPerHour) == [30])
    sample.phases("DontWalk", ["", "11", "", "18", "", "11", "", "11"])
    let without = try sample.read()
    #expect(without.scenario.network.crosswalks.isEmpty)
    #expect(without.rules("pedestrians-left-out").count == 1)
  }
}
