internal import Domain
internal import Journal
internal import Store
internal import Synchronization

/// The parts of an engine, once the directory is open and recovered.
struct EngineParts {
    var directory: DataDirectory
    var publicIDs: PublicIDs
    var history: Hash128
    var configuration: EngineConfiguration
    var seams: EngineSeams
    var store: StateStore
    var inbox: Inbox
    var applier: Applier
    var shared: EngineShared
    var loop: SequencerLoop
    var journal: JournalConfiguration
    var time: NodeClock
    var quorum: ReplicaQuorum
}
