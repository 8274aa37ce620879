using System.Net.Sockets;

namespace EdgeAgent.Scenarios.Hostile;

/// <summary>A sensors' broker that does the same with each connection, in the test's process.</summary>
internal sealed class HostileBroker : IAsyncDisposable
{
    private readonly ScriptedBroker _broker = new(receiveBuffer: 64 * 1024);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<BrokerConnection, CancellationToken, Task> _script;
    private readonly List<BrokerConnection> _connections = [];
    private readonly Task _run;

    /// <param name="script">What it does with a connection; at its end the connection stays open until the test ends.</param>
    public HostileBroker(Func<BrokerConnection, CancellationToken, Task> script)
    {
        _script = script;
        _run = Task.Run(AcceptAsync);
    }

    public string Url => _broker.Url;

    /// <summary>Source and detector that the agent has for it.</summary>
    public string Configuration => $$"""
        [sources.hostile]
        mqtt = { url = "{{Url}}", topics = ["plant/+/telemetry"], version = "5", keep_alive = "2s" }
        device = "topic[1]"
        time = "ts"
        channels = "values.*"

        [detectors.hostile]
        source = "hostile"
        model = "{{Repository.Model}}"
        """;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _broker.Dispose();
        await _run;
        foreach (var connection in _connections) connection.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var connection = await _broker.AcceptAsync();
                _connections.Add(connection);
                _ = PlayAsync(connection);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Nobody came, or the test is over.
            }
        }
    }

    private async Task PlayAsync(BrokerConnection connection)
    {
        try
        {
            await _script(connection, _stop.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The agent has had enough.
        }
    }
}
