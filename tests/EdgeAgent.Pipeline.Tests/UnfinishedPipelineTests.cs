using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.TestData;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Pipeline.Tests;

/// <summary>A pipeline that cannot be put together leaves nothing taken: whoever goes back to the one before finds all it needs.</summary>
public sealed class UnfinishedPipelineTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    /// <summary>Each is asked for at another step of the way.</summary>
    [Theory]
    [InlineData("decode")]
    [InlineData("state")]
    [InlineData("outbox")]
    [InlineData("models")]
    [InlineData("upstream")]
    [InlineData("gpio")]
    [InlineData("lane")]
    [InlineData("ingest")]
    public async Task What_fails_at_any_step_leaves_the_state_folder_free(string step)
    {
        Assert.ThrowsAny<Exception>(() => Build(new FailingLogs(step)));

        StateLock.Take(_temp.File("state")).Dispose();
        await using var next = Build(NullLoggerFactory.Instance);
        Assert.Single(next.Options.Detectors);
    }

    [Fact]
    public async Task A_bundle_with_a_batch_beyond_all_memory_takes_its_detector_out_of_service_and_no_more()
    {
        var hostile = TinyBundle.Write(_temp.File("hostile"), TinyBundle.Sum("a"), TinyOnnx.Linear([1], batch: 2_000_000_000));
        await using var pipeline = Build(
            NullLoggerFactory.Instance, new DetectorOptions { Name = "hostile", Source = "pumps", Model = hostile });

        Assert.Equal("good", Assert.Single(pipeline.Options.Detectors).Name);
        Assert.StartsWith(hostile, Assert.Single(pipeline.ModelTroubles), StringComparison.Ordinal);
    }

    private AgentPipeline Build(ILoggerFactory logs, params DetectorOptions[] more)
    {
        var good = TinyBundle.Write(_temp.File("good"), TinyBundle.Sum("a"), TinyBundle.SumModel(1));
        var options = new AgentOptions
        {
            Sources = [Some.Source()], StateFolder = _temp.File("state"), RuntimeFolder = _temp.File("runtime"), Lanes = 2,
            Detectors = [new DetectorOptions { Name = "good", Source = "pumps", Model = good }, .. more],
        };
        return new AgentPipeline(options, TimeProvider.System, logs, isWarm: true);
    }

    private sealed class FailingLogs(string category) : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider provider)
        {
            // None is wanted.
        }

        public ILogger CreateLogger(string categoryName) =>
            categoryName == category ? throw new InvalidOperationException("the step fails") : NullLogger.Instance;

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
