@main
struct CodecFuzz {
  static func main() {}
}
