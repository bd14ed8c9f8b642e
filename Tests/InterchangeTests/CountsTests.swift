import Interchange
import Testing
import TrafficModel

@Suite struct CountsTests {
  private func read(_ text: String) throws -> TurningCounts {
    try TurningCountReader.read([UInt8](text.utf8), file: "counts.csv")
  }

  private let sheet = #"""
    Turning Movement Count
    15 Minute Counts
    DATE,TIME,INTID,NBL,NBT,NBR,SBL,SBT,SBR,EBL,EBT,EBR,WBL,WBT,WBR,
    03/18/2026,700,1,12,96,8,15,131,20,9,44,11,7,52,13,
    03/18/2026,"=""0715""",1,14,108,9,17,149,22,8,47,12,9,58,15,
    03/18/2026,="0730",1,10,*,9,17,140,22,8,47,12,9,58,15,
    03/18/2026,7:45,1,11,100,9,17,130,22,8,47,12,9,58,15,
    03/18/2026,0800,1,5,50,4,8,60,10,4,20,6,4,30,7,
    """#

  @Test("times of all spellings are read, and an asterisk is a missing count")
  func sheetForm() throws {
    let counts = try read(sheet)
    #expect(counts.sites == ["1"])
    #expect(counts.movements.count == 12)
    let starts = Set(counts.counts.map(\.startSeconds)).sorted()
    #expect(starts == [25_200, 26_100, 27_000, 27_900, 28_800])
    #expect(counts.counts.allSatisfy { $0.intervalSeconds == 900 })
    let missing = counts.counts.filter { $0.vehicles == nil }
    #expect(missing.map { $0.movement.label } == ["1 NBT"])
    #expect(counts.warnings.first { $0.rule == "count-missing" }?.place == "1 NBT 7:30")
  }

  @Test("the peak hour is the fullest of four quarters, its factor V60 over four times the fullest quarter")
  func peakHour() throws {
    let text = """
      DATE,TIME,INTID,NBT
      d,0700,1,80
      d,0715,1,100
      d,0730,1,120
      d,0745,1,100
      d,0800,1,90
      """
    let peak = try #require(try read(text).peakHour(site: "1"))
    #expect(peak.startSeconds == 26_100)
    #expect(peak.volume == 410)
    #expect(abs(peak.peakHourFactor - 410.0 / 480) < 1e-12)
    #expect(try read("DATE,TIME,INTID,NBT\nd,0700,1,80\n").peakHour(site: "1") == nil)
  }

  @Test("columns of second turns and diagonal legs are read, others are told")
  func extendedColumns() throws {
    let counts = try read("DATE,TIME,INTID,NBL2,NEL,SER2,Cyclists\n3/1/2026,700,9,1,2,3,4\n")
    #expect(counts.movements.map(\.label) == ["9 NBL2", "9 NEL", "9 SER2"])
    #expect(counts.warnings.first { $0.rule == "count-column" }?.place == "CYCLISTS")
    #expect(counts.warnings.contains { $0.rule == "count-interval" })
  }

  @Test("the [Volume] section of a UTDF file is a count sheet")
  func volumeSection() throws {
    let text = """
      [Network]
      Network Settings
      RECORDNAME,DATA
      Metric,0

      [Volume]
      Turning Movement Counts
      DATE,TIME,INTID,NBL,NBT
      01/02/2026,0700,1,5,6
      01/02/2026,0715,1,7,8

      [Extras]
      Other
      A,B
      """
    let counts = try read(text)
    #expect(counts.counts.map(\.vehicles) == [5, 6, 7, 8])
  }

  @Test("the tidy form has classes, dates in its times and any order of columns")
  func tidyForm() throws {
    let text = """
      count,class,turn,approach,interval_s,start,site
      10,car,left,NB,900,2026-03-18T07:00:00,1
      2,truck,L,nb,900,2026-03-18T07:00:00,1
      5,bike,L,NB,900,2026-03-18T07:00:00,1
      *,car,thru,NB,900,2026-03-18T07:15:00,1
      """
    let counts = try read(text)
    #expect(counts.counts.map(\.vehicles) == [10, 2, nil])
    #expect(counts.counts.map(\.isHeavy) == [false, true, false])
    #expect(counts.dates == ["2026-03-18"])
    #expect(counts.movements.map(\.label) == ["1 NBL", "1 NBT"])
    #expect(counts.warnings.first { $0.rule == "count-class" }?.place == "line 4")
  }

  @Test(
    "what is no count is an error with its place",
    arguments: [
      ("DATE,TIME,INTID,NBL\nd,2560,1,5\n", "\"2560\"", 2),
      ("DATE,TIME,INTID,NBL\nd,0700,1,-5\n", "\"-5\"", 2),
      ("DATE,TIME,INTID,NBL\nd,0700,,5\n", "nothing", 2), ("DATE,TIME,INTID,NBL\nd,0700,1,x\n", "\"x\"", 2),
      ("site,start,approach,turn,count\n1,0700,N,L,5\n", "\"N\"", 2),
      ("site,start,approach,turn,count\n1,0700,NB,Z,5\n", "\"Z\"", 2),
      ("site,start,count\n1,0700,5\n", "no column approach", 1), ("", "no header of a count sheet", 0),
    ])
  func errors(text: String, found: String, line: Int) {
    do {
      _ = try read(text)
      Issue.record("the text was read")
    } catch let error as DocumentError {
      #expect(error.found == found)
      #expect(error.line == line)
    } catch {
      Issue.record("another error: \(error)")
    }
  }

  @Test("counts become one demand step per quarter hour, used as they are")
  func demand() throws {
    let base = try UTDFSample().read().scenario
    let counted = try #require(try read(sheet).applied(to: base, window: 25_200..<28_800))
    let demand = counted.scenario.demand
    #expect(demand.turning.map(\.startSeconds) == [0, 1500, 2400, 3300])
    #expect(counted.scenario.run.duration == TimeSpan(seconds: 3600))
    #expect(counted.scenario.run.warmUp == base.run.warmUp)
    let names = MovementNames(base.network)
    let through = try #require(
      names.movement(CountedMovement(site: "1", approach: "NB", turn: "T")))
    // The missing third count is the mean of its neighbours.
    #expect(demand.turning.map { $0.vehiclesPerHour[through.index] } == [384, 432, 416, 400])
    let source = try #require(demand.sources.first { $0.name == "from 2" })
    #expect(source.flow.map(\.startSeconds) == [0, 1500, 2400, 3300])
    #expect(source.flow[0].vehiclesPerHour == 4 * (12 + 96 + 8))
    #expect(counted.warnings.contains { $0.rule == "count-filled" })
    #expect(counted.warnings.contains { $0.rule == "convention-counts" })
  }

  @Test("movements without counts keep their volume and counts without movement are told")
  func partial() throws {
    let base = try UTDFSample().read().scenario
    let text = "DATE,TIME,INTID,NBT,NEL\nd,0700,1,100,7\nd,0715,1,100,7\n"
    let counted = try #require(try read(text).applied(to: base))
    let left = try #require(
      MovementNames(base.network).movement(CountedMovement(site: "1", approach: "NB", turn: "L")))
    #expect(abs(counted.scenario.demand.turning[1].vehiclesPerHour[left.index] - 100) < 1e-9)
    #expect(
      counted.warnings.first { $0.rule == "count-unmatched" }?.message.contains("14 counted vehicles") == true
    )
    #expect(counted.warnings.first { $0.rule == "count-absent" }?.message.contains("11 places") == true)
    #expect(try read(text).applied(to: base, window: 0..<3600) == nil)
  }

  @Test("counts hold everybody, so routes and buses give way to them, which is told")
  func routesGiveWay() throws {
    var base = try UTDFSample().read().scenario
    #expect(try read(sheet).applied(to: base)?.warnings.contains { $0.rule == "count-routes" } == false)
    base.demand.routes = [Route(name: "r", links: [LinkID(0)])]
    base.demand.busLines = [BusLine(name: "b", route: 0, headwaySeconds: 600)]
    let counted = try #require(try read(sheet).applied(to: base))
    #expect(counted.scenario.demand.routes.isEmpty && counted.scenario.demand.busLines.isEmpty)
    #expect(counted.warnings.contains { $0.rule == "count-routes" })
  }

  @Test("heavy vehicles of the tidy form become the source's share")
  func heavyShare() throws {
    let base = try UTDFSample().read().scenario
    let text = """
      site,start,interval_s,approach,turn,class,count
      1,07:00,900,NB,L,car,20
      1,07:00,900,NB,T,car,60
      1,07:00,900,NB,T,truck,15
      1,07:00,900,NB,R,bus,5
      """
    let counted = try #require(try read(text).applied(to: base))
    let source = try #require(counted.scenario.demand.sources.first { $0.name == "from 2" })
    #expect(abs(source.heavyVehicleShare - 0.2) < 1e-12)
    #expect(source.flow[0].vehiclesPerHour == 400)
  }

  @Test("names of movements follow link names, or the compass where links have other names")
  func names() throws {
    var network = try UTDFSample().read().scenario.network
    let before = MovementNames(network).names.compactMap { $0?.label }
    for index in network.links.indices { network.links[index].name = "link \(index)" }
    #expect(MovementNames(network).names.compactMap { $0?.label } == before)
    #expect(before.prefix(3) == ["1 NBL", "1 NBT", "1 NBR"])
  }

  @Test("hourly flows of a window compare with modelled ones by GEH")
  func geh() throws {
    let counts = try read(sheet)
    let flows = counts.hourlyFlows(from: 25_200, until: 28_800)
    #expect(flows[0] == 47)
    #expect(abs((flows[1] ?? 0) - (96 + 108 + 100) * 4.0 / 3) < 1e-9)
    let table = GEHTable(names: ["a", "b", "c"], modelled: [620, 0, 100], counted: [560, 0, 200])
    #expect(abs(table.rows[0].geh - 2.47) < 0.005)
    #expect(table.rows[1].geh == 0)
    #expect(abs(table.rows[2].geh - (20_000.0 / 300).squareRoot()) < 1e-12)
    #expect(abs(table.share() - 2.0 / 3) < 1e-12)
    #expect(abs(table.gehOfSum - (2 * 1600.0 / 1480).squareRoot()) < 1e-12)
  }
}
