// swift-tools-version: 6.3
import PackageDescription

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
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
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
    library("Interchange", ["TrafficModel"]),
    library("Reporting", ["TrafficModel", "Interchange"]),
    .executableTarget(
      name: "citybrain",
      dependencies: [
        "TrafficModel", "SignalControl", "ControlLoop", "RoadSimulation", "TimingOptimization",
        "Interchange", "Reporting",
      ],
      swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["TrafficModel"], path: "Tests/Support",
      swiftSettings: strict),
    benchmark(
      "RoadBenchmark",
      ["TrafficModel", "RoadSimulation", "TimingOptimization", "Interchange", "TestSupport"]),
    tests(of: "TrafficModel"),
    tests(of: "SignalControl"),
    tests(of: "ControlLoop", ["SignalControl"]),
    tests(of: "RoadSimulation", ["SignalControl", "ControlLoop", "TimingOptimization", "Interchange"]),
    tests(of: "TimingOptimization", ["RoadSimulation"]),
    tests(of: "Interchange", exclude: ["Fixtures"]),
    tests(of: "Reporting", ["Interchange"]),
    tests(of: "citybrain", ["Interchange", "Reporting", "RoadSimulation"]),
  ]
)
