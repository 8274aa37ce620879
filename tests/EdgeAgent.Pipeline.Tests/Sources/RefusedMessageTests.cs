using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Sources;

public class RefusedMessageTests(ITestOutputHelper output)
{
    [Fact]
    public void One_that_is_not_shown_allocates_nothing()
    {
        var (counters, log) = (new SourceCounters(), new LogLines());
        var intake = new RowIntake(
            Some.Source(), [new RowRecorder()], new DeadLetter(null, log, Some.Clock()), counters, new TextDecoder());
        Play(20);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Play(1000);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        output.WriteLine($"{bytes / 1000.0} bytes a message");
        Assert.Equal(0, bytes);
        Assert.Equal((1020, 5), (counters.Refused(DecodeFailure.BadJson), log.Lines.Count));

        void Play(int count)
        {
            for (var i = 0; i < count; i++) intake.Take("plant/pump-7/telemetry"u8, "junk"u8, 0, null, 0, false, out _);
        }
    }
}
