using System.Net.Sockets;
using System.Security.Authentication;
using EdgeAgent.Pipeline.Decode;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Ingest.Mqtt;

/// <summary>Keeps one source connected, whatever its broker does: it starts without one and outlives every failure.</summary>
internal sealed partial class MqttSource(
    SourceOptions options, string clientId, DeviceDirectory devices, LaneInbox[] inboxes, DeadLetter deadLetter,
    TimeProvider time, ILogger logger, SubscriptionMemory? memory = null, ShareGroup? share = null)
{
    private static readonly TimeSpan RetryDelayLimit = TimeSpan.FromSeconds(15);
    private const int BatchesPerLane = 4;

    private readonly MessageBatchPool _pool = new(inboxes.Length * BatchesPerLane);
    private readonly Backoff _backoff = new(TimeSpan.FromMilliseconds(200), RetryDelayLimit);

    public string Name => options.Name;
    public SourceOptions Options => options;
    public SourceCounters Counters { get; } = new();
    public int Devices => devices.Count;

    /// <summary>Who shares the devices; null where nobody does.</summary>
    public IReadOnlyList<string>? Members => share?.Members;

    /// <summary>Why there is no connection; null while there is one.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Ends when the source was told to stop and has handed over all it held.</summary>
    public Task Quiet => _quiet.Task;
    private readonly TaskCompletionSource _quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs until <paramref name="stop"/> is set; then acknowledges what is still under way until <paramref name="drained"/>.</summary>
    public async Task RunAsync(Task drained, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            try
            {
                await RunSessionAsync(drained, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (IsExpected(e))
            {
                SetConnected(false);
                Trouble = TlsTroubles.IsAlert(e) ? TlsTroubles.Explain(e) : e.Message;
                // Only a connection that held calms the source: brokers that accept and then close, as they do for two
                // agents under one client id, would be asked ten times a second otherwise.
                if (time.GetElapsedTime(began) > RetryDelayLimit) _backoff.Reset();
                var pause = _backoff.Next();
                SourceDisconnected(options.Name, options.Mqtt.Url, Trouble, pause.TotalSeconds);
                await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        _quiet.TrySetResult();
    }

    private async Task RunSessionAsync(Task drained, CancellationToken stop)
    {
        var stream = await MqttTransport.OpenAsync(options.Mqtt, stop).ConfigureAwait(false);
        var intake = new SourceIntake(devices, inboxes, _pool, deadLetter, time, Counters, Subscribed, Unsubscribed);
        using var session = new MqttSession(stream, options, intake, Counters, time, memory, share);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var keepAlive = Task.CompletedTask;
        try
        {
            await session.OpenAsync(clientId, stop).ConfigureAwait(false);
            keepAlive = session.KeepAliveAsync(ended.Token);
            await session.ReceiveAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            intake.HandOver();
            _quiet.TrySetResult();
            await drained.ConfigureAwait(false);
            session.Disconnect();
        }
        finally
        {
            // Batches that were being filled belong to lanes; they must not be lost with the connection.
            intake.HandOver();
            await ended.CancelAsync().ConfigureAwait(false);
            await keepAlive.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            SetConnected(false);
        }
    }

    private void SetConnected(bool isConnected)
    {
        if (Counters.IsConnected == isConnected) return;
        Counters.ChangedTicks = time.GetUtcNow().UtcTicks;
        Counters.IsConnected = isConnected;
    }

    private void Unsubscribed(IReadOnlyList<string> filters) => FiltersGone(options.Name, string.Join(", ", filters));

    private void Subscribed()
    {
        Trouble = null;
        SetConnected(true);
        Counters.Connections++;
        SourceConnected(options.Name, options.Mqtt.Url, string.Join(", ", options.Topics));
    }

    private static bool IsExpected(Exception e) =>
        e is IOException or SocketException or MqttProtocolException or ObjectDisposedException or AuthenticationException
            or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException;

    [LoggerMessage(LogLevel.Information, "source {Source} subscribed at {Url} to {Topics}")]
    private partial void SourceConnected(string source, string url, string topics);

    [LoggerMessage(LogLevel.Information, "source {Source} unsubscribes from {Topics}: its session had them from an earlier configuration")]
    private partial void FiltersGone(string source, string topics);

    [LoggerMessage(LogLevel.Warning, "source {Source} has no connection to {Url}: {Failure}. Next try in {Pause:0.0} s")]
    private partial void SourceDisconnected(string source, string url, string failure, double pause);
}
