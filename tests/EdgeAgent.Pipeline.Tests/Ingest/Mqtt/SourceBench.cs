using System.Text;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Mqtt;

namespace EdgeAgent.Pipeline.Tests.Ingest.Mqtt;

/// <summary>A source on its way to a scripted broker, with an inbox that the test empties as a lane would.</summary>
internal sealed class SourceBench : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;
    private readonly Lock _gate = new();
    private readonly List<string> _payloads = [];
    private readonly List<Message> _messages = [];

    public SourceBench(int port, Action<SourceOptions>? change = null, TimeProvider? time = null, string? memory = null, ShareGroup? share = null)
    {
        var options = Some.Source(s =>
        {
            s.Mqtt.Url = $"mqtt://127.0.0.1:{port}";
            change?.Invoke(s);
        });
        time ??= TimeProvider.System;
        var inbox = new LaneInbox();
        var deadLetter = new DeadLetter(null, Log, time);
        Source = new MqttSource(options, "agent", new DeviceDirectory(options, 0, 1), [inbox], deadLetter, time, Log,
            memory is null ? null : new SubscriptionMemory(memory, Log), share);
        _run = Task.Run(() => Source.RunAsync(Task.CompletedTask, _stop.Token));
        new Thread(() => Drain(inbox)) { IsBackground = true }.Start();
    }

    public MqttSource Source { get; }
    public LogLines Log { get; } = new();
    /// <summary>Whether messages are acknowledged as they are taken.</summary>
    public bool FinishesAtOnce { get; set; } = true;

    public string[] Payloads
    {
        get
        {
            lock (_gate) return [.. _payloads];
        }
    }

    public Message[] Messages
    {
        get
        {
            lock (_gate) return [.. _messages];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(TimeSpan.FromSeconds(8));
    }

    private void Drain(LaneInbox inbox)
    {
        while (inbox.TryTake(out var batch))
        {
            foreach (var message in batch.Messages)
            {
                lock (_gate)
                {
                    _payloads.Add(Encoding.UTF8.GetString(batch.Payload(message)));
                    _messages.Add(message);
                }
                if (!FinishesAtOnce) continue;
                message.Acks?.Finish(message.AckSlot);
                message.Acks?.Flush();
            }
            batch.Return();
        }
    }
}
