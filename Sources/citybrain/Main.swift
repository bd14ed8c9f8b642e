import Foundation

@main
struct CityBrain {
  static func main() {}
}
