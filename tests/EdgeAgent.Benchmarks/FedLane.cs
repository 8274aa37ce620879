using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Benchmarks;

/// <summary>A lane that is fed the readings of a real pump, spread over devices, decoded from JSON and in batches of one size.</summary>
internal sealed class FedLane : IDisposable
{
    private readonly IReadOnlyList<byte[]> _payloads = Bench.Payloads();
    private readonly BenchLane _lane;
    private readonly byte[][] _topics;
    private readonly int _batch;
    private readonly long _judgedBefore;
    private long _fed;
    // Time must rise for ever, so the same payloads serve with a new time stamp each; patching it costs nothing here.
    private long _clock = 1_700_000_000_000L;

    public FedLane(ModelBundle bundle, OnnxModel model, int batch, int devices, bool isKept)
    {
        _lane = new BenchLane(new SourceOptions { ChannelsBelow = "values", Time = "ts" }, bundle, model, isKept);
        _topics = [.. Enumerable.Range(0, devices).Select(i => Encoding.UTF8.GetBytes($"pump-{i}"))];
        _batch = batch;
        Feed(devices * 500);
        (_fed, _judgedBefore) = (0, _lane.Judged);
    }

    public void Feed(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var payload = _payloads[i % _payloads.Count];
            Stamp(payload, _clock++);
            _lane.Intake.Take(
                new IncomingMessage { Topic = _topics[i % _topics.Length], Payload = payload, ArrivalTicks = 0 }, null, 0, out _);
            if ((i + 1) % _batch == 0) _lane.Intake.HandOver();
        }
        _lane.Intake.HandOver();
        _fed += count;
    }

    public void CheckJudged()
    {
        if (_lane.Judged - _judgedBefore < _fed) throw new InvalidOperationException("the lane did not judge every reading");
    }

    public void Dispose() => _lane.Dispose();

    /// <summary>Writes 13 digits of Unix milliseconds over those of the payload, which begins <c>{"ts":</c>.</summary>
    public static void Stamp(byte[] payload, long milliseconds)
    {
        for (var at = "{\"ts\":".Length + 12; at >= "{\"ts\":".Length; at--, milliseconds /= 10)
            payload[at] = (byte)('0' + milliseconds % 10);
    }
}
