internal import Journal
internal import LMDB

/// A projection and where its tables are.
struct DerivedTables {
    var projection: any Projection
    /// Where the store notes how far they are, under the projection's number.
    var meta: Table
}
