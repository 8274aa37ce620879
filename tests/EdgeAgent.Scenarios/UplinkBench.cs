using System.Collections.Concurrent;
using System.Text;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Delivery;
using EdgeAgent.Pipeline.Delivery.Mqtt;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Scenarios;

/// <summary>The real outbox and link in this process, on their way to a port; no sensors, the test says what happens.</summary>
internal sealed class UplinkBench : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lines _log = new();
    private readonly OwedEvents _owed;
    private readonly Task _run;

    public UplinkBench(int port, TimeProvider time, Action<UpstreamOptions>? change = null)
    {
        var options = new UpstreamOptions();
        options.Mqtt.Url = $"mqtt://127.0.0.1:{port}";
        options.Delivery.Reconnect.RetryDelayLimit = TimeSpan.FromSeconds(1);
        change?.Invoke(options);
        options.Outbox.InFlightLimit = options.Delivery.InFlightLimit;
        Outbox = new EventOutbox(OutboxStore.Open(_folder.File("outbox.db"), time, _log), options.Outbox, time, _log);
        Link = new MqttDelivery(
            "upstream", new AgentIdentity("test", "gateway"), options.Delivery, () => default, time, _log, random: new Random(1));
        _owed = new OwedEvents(Outbox, options.Delivery, time, _log);
        _run = Task.Run(() => Link.RunAsync(_owed, _stop.Token));
    }

    public EventOutbox Outbox { get; }
    public MqttDelivery Link { get; }
    public string Log => string.Join('\n', _log.All);

    /// <summary>Appends report <paramref name="number"/> of the device's anomaly; the message is DEVICE NUMBER.</summary>
    public void Append(string device, int number, Severity severity = Severity.Warning)
    {
        var anomaly = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(device)))[..32];
        Outbox.Append(new OutboxEntry(
            $"{anomaly}-{number}", $"anomalies/test/{device}", Encoding.UTF8.GetBytes($"{device} {number}"), severity, Outbox.Clock.Ticks));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(TimeSpan.FromSeconds(20));
        _owed.Dispose();
        Outbox.Dispose();
        _folder.Dispose();
    }

    private sealed class Lines : ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue(formatter(state, exception));
    }
}
