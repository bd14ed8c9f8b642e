/// The names of one kind of thing, and their indices.
struct NameTable {
  let what: String
  private var indices: [String: Int] = [:]
  private var names: [String] = []

  init(what: String) { self.what = what }

  var count: Int { names.count }

  subscript(name: String) -> Int? { indices[name] }

  /// Gives a name the next index; notes a name that is already taken.
  mutating func add(_ name: String, at place: DocumentPlace, in document: inout DocumentReader) {
    if indices[name] == nil {
      indices[name] = names.count
    } else {
      document.note(
        place, found: "a second \(what) named \"\(name.shortened)\"",
        expected: "a name of its own for each \(what)",
        mend: "rename one of the two")
    }
    names.append(name)
  }

  /// The index of the name that stands at a place; notes a name that nothing has, and gives 0.
  func find(_ place: DocumentPlace, in document: inout DocumentReader) -> Int {
    guard let name = document.text(place) else { return 0 }
    return find(name, at: place, in: &document)
  }

  func find(_ name: String, at place: DocumentPlace, in document: inout DocumentReader) -> Int {
    if let index = indices[name] { return index }
    let mend: String
    if let nearest = Suggestion.nearest(to: name, among: names) {
      mend = "did you mean \"\(nearest)\"?"
    } else {
      let some = names.prefix(6).map { "\"\($0.shortened)\"" }.joined(separator: ", ")
      mend =
        names.isEmpty ? "add such a \(what) first" : "use one of \(some)\(names.count > 6 ? ", ..." : "")"
    }
    document.note(
      place, found: "\"\(name.shortened)\", which is no \(what)", expected: "the name of a \(what)",
      mend: mend)
    return 0
  }

  /// The index of the name under a required key.
  func find(_ object: DocumentObject, _ key: String, in document: inout DocumentReader) -> Int {
    guard let place = object[key] else {
      document.noteMissing(key, in: object, mend: "add \"\(key)\" with the name of a \(what)")
      return 0
    }
    return find(place, in: &document)
  }
}
