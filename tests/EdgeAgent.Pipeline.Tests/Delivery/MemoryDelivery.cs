using System.Threading.Channels;
using EdgeAgent.Pipeline.Connections;
using EdgeAgent.Pipeline.Delivery;

namespace EdgeAgent.Pipeline.Tests.Delivery;

/// <summary>The smallest delivery: a receiver in memory, whose answers the test gives.</summary>
internal sealed class MemoryDelivery(string name) : IDelivery
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly SemaphoreSlim _connects = new(0);
    private readonly Dictionary<string, OwedEvent> _underWay = [];
    private readonly Channel<string> _received = Channel.CreateUnbounded<string>();
    private IOwedEvents _owed = null!;
    private volatile bool _isEnded;

    public string Name => name;

    public DeliveryCounters Counters { get; } = new();

    public string? Trouble => null;

    public DeliveryTrouble? LastTrouble => null;

    /// <summary>Ids of the events in the order in which they came.</summary>
    public ChannelReader<string> Received => _received.Reader;

    public void Connect() => _connects.Release();

    public void End()
    {
        _isEnded = true;
        _wake.Release();
    }

    public void Answer(string id, DeliveryAnswer answer)
    {
        OwedEvent owed;
        lock (_gate) _underWay.Remove(id, out owed);
        if (answer.Outcome == DeliveryOutcome.Accepted) Counters.Published++;
        _owed.Settle(owed, answer);
    }

    public async Task RunAsync(IOwedEvents owed, CancellationToken stop)
    {
        _owed = owed;
        owed.Wake = () => _wake.Release();
        try
        {
            while (true)
            {
                await _connects.WaitAsync(stop);
                await SendAsync(owed, stop);
                Counters.IsConnected = false;
                owed.Close(new ConnectionException(ConnectionFault.Lost, "the receiver went away"));
                while (_received.Reader.TryRead(out _)) { }
                lock (_gate) _underWay.Clear();
            }
        }
        catch (OperationCanceledException)
        {
            owed.Close(null);
        }
    }

    private async Task SendAsync(IOwedEvents owed, CancellationToken stop)
    {
        _isEnded = false;
        owed.Open(places: 8);
        Counters.IsConnected = true;
        while (!_isEnded)
        {
            while (owed.TryTake(out var next))
            {
                lock (_gate) _underWay[next.Id] = next;
                _received.Writer.TryWrite(next.Id);
            }
            await _wake.WaitAsync(stop);
        }
    }
}
