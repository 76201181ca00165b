import Engine
import Journal
import Store

struct RebuildResult: Encodable {
    var data: String
    var position: String
}
