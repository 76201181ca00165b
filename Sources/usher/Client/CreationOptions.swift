import ArgumentParser

/// The key under which a command that makes something can be repeated.
struct CreationOptions: ParsableArguments {
    @Option(
        help: """
            A text of your own for this command (Idempotency-Key): a repeat with the same text within 24 hours makes \
            nothing more and prints the first answer. Without it the command makes a random one, under which it \
            repeats by itself when the connection is lost.
            """)
    var idempotencyKey: String?

    /// The key for this run.
    func makeKey() -> CreationKey { CreationKey(given: idempotencyKey) }
}
