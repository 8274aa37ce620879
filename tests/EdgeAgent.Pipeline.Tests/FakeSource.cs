using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests;

/// <summary>A connected source that a test counts for.</summary>
internal sealed class FakeSource : ISource
{
    public FakeSource() => Counters.IsConnected = true;

    public string Name { get; init; } = "pumps";
    public SourceOptions Options { get; } = Some.Source();
    public SourceCounters Counters { get; } = new();
    public int Devices => 0;
    public string? Trouble => null;
    public IReadOnlyList<string>? Members => null;
    public IntakeWatch Intake { get; } = new();
    public TopicWatch Heard { get; } = new(["plant/+/telemetry", "b/#"]);
    public Task Quiet => Task.CompletedTask;
    public bool IsDrained => true;
    public bool LeavesForGood { get; set; }
    IntakeWatch? ISource.Intake => Intake;
    TopicWatch? ISource.Heard => Heard;

    public void Refuse(DecodeFailure reason, string payload, DateTimeOffset at) => Refuse(reason, Some.Utf8(payload), at);

    public void Refuse(DecodeFailure reason, byte[] payload, DateTimeOffset at) => Intake.Refused(
        reason, new IncomingMessage { Topic = "plant/p1/telemetry"u8, Payload = payload, ArrivalTicks = at.UtcTicks },
        isKnownTopic: false);

    public bool HasSameSession(SourceOptions other) => true;
    public bool HasSameDevices(SourceOptions other) => true;
    public void GoOnAfter(ISource before)
    {
    }

    public Task RunAsync(Task drained, CancellationToken stop) => Task.CompletedTask;
}
