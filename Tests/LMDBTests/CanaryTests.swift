import Foundation
import LMDB
import Testing

// The compiler refuses a C type in a public signature as long as the C module is imported `internal`, and clients then
// do not see it. A declaration of the same name here would prove nothing, since it hides an imported one.
@Test("every import of the C module is internal, so that no client sees it")
func cModuleIsHidden() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let folder = root.appendingPathComponent("Sources/LMDB").resolvingSymlinksInPath()
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    var imports: [String] = []
    for file in files where file.pathExtension == "swift" {
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        imports += lines.filter { $0.contains("import CLMDB") }.map(String.init)
    }
    #expect(imports.isEmpty == false)
    #expect(Set(imports) == ["internal import CLMDB"])
}
