/// An exchange that keeps its answer where that came before the ones before it have left.
protocol Answerable<Answer> {
    associatedtype Answer
    /// The answer; nil as long as it is awaited.
    var answer: Answer? { get }
}
