using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Tests.Sources;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Tests;

/// <summary>Gives JSON payloads to lanes as a source does: decoded, gathered by lane, handed over in one batch each.</summary>
internal sealed class LaneFeed
{
    private readonly Dictionary<string, Device> _devices = [];
    private readonly RowIntake _intake;

    public LaneFeed(SourceOptions source, IReadOnlyList<Lane> lanes, ILogger log) =>
        _intake = new RowIntake(
            source, [.. lanes.Select(l => new Watched(l, _devices))], new DeadLetter(null, log, TimeProvider.System), Counters);

    public SourceCounters Counters { get; } = new();

    /// <summary>A device of which a reading has reached its lane.</summary>
    public Device Device(string name) => _devices[name];

    public void Send(
        ReadOnlySpan<byte> device, ReadOnlySpan<byte> json, long arrivalTicks = 0, IAcknowledger? acknowledger = null, int token = 0,
        bool mayRepeat = false)
    {
        var outcome = _intake.Take("topic"u8, json, arrivalTicks, acknowledger, token, mayRepeat, out _, device);
        if (outcome == IntakeOutcome.NoRoom) Assert.Fail("a lane that runs at once has room");
    }

    public void HandOver() => _intake.HandOver();

    private sealed class Watched(Lane lane, Dictionary<string, Device> devices) : IRowReceiver
    {
        private readonly LaneRunner _runner = new(lane);

        public void Put(RowBatch batch)
        {
            foreach (var message in batch.Messages)
                devices.TryAdd(message.Device.Name, message.Device);
            _runner.Put(batch);
        }
    }
}
