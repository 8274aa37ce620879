using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Mqtt;

namespace EdgeAgent.Pipeline.Tests.Sources.Mqtt;

/// <summary>A source on its way to a scripted broker, with a recorder where its lane would be.</summary>
internal sealed class SourceBench : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    public SourceBench(
        int port, Action<SourceOptions>? change = null, TimeProvider? time = null, string? memory = null, ShareGroup? share = null,
        IPayloadDecoder? decoder = null)
    {
        var options = Some.Source(s =>
        {
            s.Mqtt.Url = $"mqtt://127.0.0.1:{port}";
            change?.Invoke(s);
        });
        time ??= TimeProvider.System;
        var counters = new SourceCounters();
        var intake = new RowIntake(options, [Lane], new DeadLetter(null, Log, time), counters, decoder ?? new TextDecoder());
        Source = new MqttSource(
            options, "agent", intake, counters, time, Log, memory is null ? null : new SubscriptionMemory(memory, "agent", Log), share);
        _run = Source.RunAsync(Task.CompletedTask, _stop.Token);
    }

    public MqttSource Source { get; }
    public RowRecorder Lane { get; } = new();
    public LogLines Log { get; } = new();

    public string[] Payloads => [.. Lane.Messages.Select(m => m.Text)];

    public MessageRows[] Messages => [.. Lane.Messages.Select(m => m.Message)];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(TimeSpan.FromSeconds(8));
    }
}
