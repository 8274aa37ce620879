using EdgeAgent.Pipeline;

namespace EdgeAgent.Hosting;

/// <summary>The books of a pipeline in one line: every message and every event accounted for.</summary>
internal static class LedgerLine
{
    public static string Of(AgentPipeline pipeline)
    {
        var books = pipeline.Books;
        return $"received {books.Received} = windowed {books.Windowed} + filtered {books.Filtered} + dead-lettered {books.DeadLettered}"
            + (books.InFlight > 0 ? $" + in flight {books.InFlight}" : "")
            + $"; events {books.Events} = delivered {books.Delivered} + owed {books.Owed} + dropped {books.Dropped}";
    }
}
