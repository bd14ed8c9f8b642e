import Foundation

/// The process: it lends its streams and signals to ``Tool`` and ends with the tool's exit code.
@main
struct CityBrain {
  static func main() {
    let environment = ProcessInfo.processInfo.environment
    let console = Console.standard(environment: environment)
    let interruption = Interruption()
    let watch = SignalWatch(interruption) { console.writeError($0) }
    let code = Tool(console: console, interruption: interruption)
      .run(Array(ProcessInfo.processInfo.arguments.dropFirst()))
    watch.cancel()
    exit(code.rawValue)
  }
}
