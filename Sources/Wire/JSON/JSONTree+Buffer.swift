package import JSONText
package import NIOCore

extension JSONTree {
    /// Reads one value that fills the whole buffer.
    package static func parse(_ buffer: ByteBuffer) throws(JSONError) -> JSONTree {
        let result: Result<JSONTree, JSONError> = buffer.withUnsafeReadableBytes { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { bytes in
                do throws(JSONError) {
                    return .success(try parse(bytes))
                } catch {
                    return .failure(error)
                }
            }
        }
        return try result.get()
    }
}
