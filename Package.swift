// swift-tools-version: 6.3
import PackageDescription

/// What libFuzzer needs in every target; only with `CITYBRAIN_LIBFUZZER=1`, because packages that others depend on
/// may not use such options.
let isForFuzzer = Context.environment["CITYBRAIN_LIBFUZZER"] == "1"
let fuzzing: [SwiftSetting] = isForFuzzer ? [.unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"])] : []

/// Settings that every target shares: the Swift 6 language mode, no warning let through, and every unsafe
/// expression marked where it stands.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict + fuzzing)
}

func tests(of name: String, _ more: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .testTarget(
    name: name + "Tests",
    dependencies: [.target(name: name), "TestSupport"] + (name == "TrafficModel" ? [] : ["TrafficModel"])
      + more,
    exclude: exclude,
    swiftSettings: strict)
}

func benchmark(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name,
    dependencies: dependencies,
    path: "Benchmarks/\(name)",
    swiftSettings: strict)
}

/// The readers under libFuzzer; its own file says how to build it.
let libFuzzer: [Target] =
  isForFuzzer
  ? [
    .executableTarget(
      name: "LibFuzzer", dependencies: ["TrafficModel", "BenchmarkSupport"], path: "Benchmarks/LibFuzzer",
      swiftSettings: strict + fuzzing,
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])])
  ] : []

let package = Package(
  name: "CityBrain",
  platforms: [.macOS(.v26)],
  products: [.executable(name: "citybrain", targets: ["citybrain"])],
  targets: [
    library("TrafficModel"),
    library("SignalControl", ["TrafficModel"]),
    library("ControlLoop", ["TrafficModel", "SignalControl"]),
    library("RoadSimulation", ["TrafficModel", "SignalControl", "ControlLoop"]),
    library(
      "TimingOptimization", ["TrafficModel", "SignalControl", "ControlLoop", "RoadSimulation"]),
    library("CabinetProtocols", ["TrafficModel"]),
    library(
      "CabinetLink",
      ["TrafficModel", "SignalControl", "ControlLoop", "CabinetProtocols", "Interchange"]),
    library("Interchange", ["TrafficModel"]),
    library("Reporting", ["TrafficModel", "Interchange"]),
    .executableTarget(
      name: "citybrain",
      dependencies: [
        "TrafficModel", "SignalControl", "ControlLoop", "RoadSimulation", "TimingOptimization",
        "Interchange", "Reporting", "CabinetProtocols", "CabinetLink",
      ],
      swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["TrafficModel"], path: "Tests/Support",
      swiftSettings: strict),
    .target(
      name: "ProcessFigures", dependencies: ["TrafficModel"], path: "Benchmarks/ProcessFigures",
      swiftSettings: strict),
    .target(
      name: "BenchmarkSupport",
      dependencies: ["TrafficModel", "RoadSimulation", "TimingOptimization", "Interchange", "TestSupport"],
      path: "Benchmarks/Support", swiftSettings: strict),
    benchmark(
      "RoadBenchmark",
      [
        "TrafficModel", "RoadSimulation", "TimingOptimization", "Interchange", "TestSupport",
        "BenchmarkSupport", "ProcessFigures",
      ]),
    benchmark(
      "ControllerSoak", ["TrafficModel", "SignalControl", "ControlLoop", "TestSupport", "ProcessFigures"]),
    benchmark("ControllerStates", ["TrafficModel", "SignalControl", "TestSupport"]),
    benchmark("CodecFuzz", ["TrafficModel", "CabinetProtocols", "ProcessFigures"]),
    benchmark(
      "FieldSupervision",
      [
        "TrafficModel", "SignalControl", "ControlLoop", "CabinetProtocols", "CabinetLink", "Interchange",
        "ProcessFigures",
      ]),
    .target(name: "SUMOMaps", path: "Benchmarks/SUMOMaps", swiftSettings: strict),
    benchmark("SUMOScore", ["SUMOMaps"]),
    benchmark("SUMORanking", ["TrafficModel", "Interchange", "SUMOMaps"]),
    benchmark("ReaderFuzz", ["TrafficModel", "BenchmarkSupport", "ProcessFigures"]),
    benchmark("OptimizerGap", ["TrafficModel", "RoadSimulation", "TimingOptimization", "TestSupport"]),
    benchmark(
      "RoadAblation",
      ["TrafficModel", "RoadSimulation", "TimingOptimization", "Interchange", "Reporting"]),
    benchmark(
      "BrainBenchmark",
      [
        "TrafficModel", "RoadSimulation", "TimingOptimization", "Interchange", "Reporting",
        "BenchmarkSupport",
      ]),
    tests(of: "TrafficModel"),
    tests(of: "SignalControl"),
    tests(of: "ControlLoop", ["SignalControl"]),
    tests(of: "RoadSimulation", ["SignalControl", "ControlLoop", "TimingOptimization", "Interchange"]),
    tests(of: "TimingOptimization", ["RoadSimulation", "ControlLoop", "Interchange"]),
    tests(of: "CabinetLink", ["CabinetProtocols", "SignalControl", "ControlLoop", "Interchange"]),
    tests(of: "Interchange", exclude: ["Fixtures"]),
    tests(of: "Reporting", ["Interchange"]),
    tests(of: "CabinetProtocols", exclude: ["Judges"]),
    tests(
      of: "citybrain",
      ["Interchange", "Reporting", "RoadSimulation", "ControlLoop", "CabinetProtocols", "CabinetLink"],
      exclude: ["Judges"]),
  ] + libFuzzer
)
