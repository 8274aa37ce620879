using System.Text.Json;

namespace EdgeAgent.Publish.Tests.Faults;

/// <summary>Which readings the sensors handed over, and which events the hub has heard, each with how often.</summary>
internal sealed class SensorLedger
{
    /// <summary>Event time of a device's reading 0; one second for each.</summary>
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The ledger begins with this reading of each device: what comes before is learned from.</summary>
    public const int First = 460;

    private readonly Lock _gate = new();
    private readonly HashSet<(string Device, int Reading)> _sent = [];
    private readonly HashSet<(string Device, int Reading)> _heard = [];
    /// <summary>A hash of the payload that came first under each id.</summary>
    private readonly Dictionary<string, int> _payloads = [];

    public int Sent { get { lock (_gate) return _sent.Count; } }

    /// <summary>Readings whose event the hub has heard.</summary>
    public int Heard { get { lock (_gate) return _heard.Count; } }

    /// <summary>Events by their ids, of every kind.</summary>
    public int Events { get { lock (_gate) return _payloads.Count; } }

    /// <summary>Arrivals beyond the first of an id.</summary>
    public int Repeats { get; private set; }

    /// <summary>
    /// Events of windows, by their ids, beyond one for each reading; and arrivals whose payload differs from the first of the id.
    /// </summary>
    public int Phantoms { get; private set; }
    public int Differing { get; private set; }

    public IReadOnlyList<(string Device, int Reading)> Missing { get { lock (_gate) return [.. _sent.Except(_heard)]; } }

    public void NoteSent(string device, int reading)
    {
        lock (_gate)
            if (reading >= First)
                _sent.Add((device, reading));
    }

    /// <summary>One event as the hub's client prints it.</summary>
    public void NoteHeard(string line)
    {
        using var json = JsonDocument.Parse(line);
        var e = json.RootElement;
        var id = e.GetProperty("id").GetString()!;
        var hash = line.GetHashCode(StringComparison.Ordinal);
        lock (_gate)
        {
            var isFirst = _payloads.TryAdd(id, hash);
            if (!isFirst)
            {
                Repeats++;
                if (_payloads[id] != hash) Differing++;
            }
            if (!e.GetProperty("type").ValueEquals("io.edgeagent.window.scored")) return;
            var reading = (int)Math.Round((e.GetProperty("time").GetDateTimeOffset() - Start).TotalSeconds);
            if (reading < First) return;
            if (!_heard.Add((e.GetProperty("subject").GetString()!, reading)) && isFirst) Phantoms++;
        }
    }
}
