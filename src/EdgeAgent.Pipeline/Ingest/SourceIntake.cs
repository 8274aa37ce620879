using System.Text;
using EdgeAgent.Pipeline.Decode;
using EdgeAgent.Pipeline.Ingest.Mqtt;

namespace EdgeAgent.Pipeline.Ingest;

/// <summary>
/// Gathers the messages of one source into a batch for each lane. Batches are handed over whenever the socket has
/// nothing more at hand, so they are as large as the load makes them and nothing waits for company.
/// Belongs to the source's receiving loop.
/// </summary>
internal sealed class SourceIntake(
    DeviceDirectory devices, LaneInbox[] inboxes, MessageBatchPool pool, DeadLetter deadLetter, TimeProvider time,
    SourceCounters counters, Action subscribed, Action<IReadOnlyList<string>> unsubscribed)
{
    private readonly MessageBatch?[] _filling = new MessageBatch?[inboxes.Length];
    private int _wanting;
    private long _arrivalTicks;

    public void ArrivedNow() => _arrivalTicks = time.GetUtcNow().UtcTicks;

    public void Subscribed() => subscribed();

    /// <summary>Filters that the session had kept are taken out of it.</summary>
    public void Unsubscribed(IReadOnlyList<string> filters) => unsubscribed(filters);

    public DecodeFailure TryFind(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, out Device device) =>
        devices.TryFind(topic, payload, out device);

    /// <summary>Whether the device's lane has a batch with room; if not, <see cref="MakeRoomAsync"/> gets one.</summary>
    public bool HasRoom(Device device, int payloadBytes)
    {
        _wanting = device.Lane;
        return _filling[device.Lane] is { } batch && batch.HasRoom(payloadBytes);
    }

    /// <summary>Waits for a batch for the lane that was asked for last. This is where a busy agent slows its input.</summary>
    public async ValueTask MakeRoomAsync(CancellationToken cancel)
    {
        HandOver();
        _filling[_wanting] = await pool.RentAsync(cancel).ConfigureAwait(false);
    }

    public void Add(Device device, ReadOnlySpan<byte> payload, AckWindow? acks, int slot, bool redelivered) =>
        _filling[device.Lane]!.Add(device, payload, _arrivalTicks, acks, slot, redelivered);

    public void DeadLetter(DecodeFailure failure, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload) =>
        deadLetter.Add(failure, Encoding.UTF8.GetString(topic), payload);

    /// <summary>Gives the lanes what has been gathered.</summary>
    public void HandOver()
    {
        for (var lane = 0; lane < _filling.Length; lane++)
        {
            if (_filling[lane] is not { } batch) continue;
            _filling[lane] = null;
            counters.HandedOver += batch.Count;
            inboxes[lane].Put(batch);
        }
    }
}
