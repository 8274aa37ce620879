using EdgeAgent.Hosting;

namespace EdgeAgent.Tests.Hosting;

public sealed class ShortageTests
{
    [Fact]
    public void A_thread_that_is_refused_is_told_as_that()
    {
        // What the runtime throws where the kernel gives no thread.
        Assert.StartsWith("no thread, or no memory, could be had: raise TasksMax",
            Shortage.Explain(new InvalidOperationException("x", new InsufficientMemoryException())));
        Assert.Equal("y", Shortage.Explain(new InvalidOperationException("x", new IOException("y"))));
    }
}
