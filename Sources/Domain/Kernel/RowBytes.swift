/// A range of bytes within a row.
package struct RowBytes {
    package var offset: Int
    package var count: Int
}
