using System.Text;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Logging;

/// <summary>
/// The agent's log. Whoever logs never waits: a line goes into a ring of fixed size, and one thread writes that to standard error.
/// What is too much of one kind, too much in all, or finds no room because nobody reads is left out, counted, and told when lines
/// flow again. The end waits for a reader a moment only.
/// </summary>
internal sealed class BoundedLog : ILoggerProvider
{
    /// <summary>Room for lines that wait to be read.</summary>
    public const int RingBytes = 256 * 1024;

    private const string Category = "log";
    private const int ChunkBytes = 4096;
    private const int ExampleLimit = 100;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly ByteRing _ring = new(RingBytes);
    private readonly LogBudget _budget;
    private readonly LogDrops _drops;
    private readonly LogLayout _layout;
    private readonly ILogOutput _output;
    private readonly Thread _writer;
    private bool _isEnding;

    public BoundedLog(LogLayout layout, ILogOutput output, LogCounters counters, TimeProvider time)
    {
        (_layout, _output, Counters) = (layout, output, counters);
        _budget = new LogBudget(time);
        _drops = new LogDrops(_budget, counters, time);
        _writer = new Thread(WriteAll) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    /// <summary>What became of the lines.</summary>
    public LogCounters Counters { get; }

    public ILogger CreateLogger(string categoryName) => new BoundedLogger(this, categoryName);

    /// <summary>Whether one more message of a kind may be logged. One that may not is counted.</summary>
    public bool MayTell(string category, EventId id, out LogKind kind)
    {
        lock (_gate)
        {
            if (_budget.MayTell(category, id, out kind)) return true;
            _drops.Add(LogDrop.Alike);
            return false;
        }
    }

    /// <summary>Logs a message, or counts it where there is no room.</summary>
    public void Tell(LogKind kind, LogLevel level, string category, string message, Exception? exception)
    {
        var lines = Encoding.UTF8.GetBytes(_layout.Write(level, category, message, exception));
        lock (_gate)
        {
            kind.Example = message.Length > ExampleLimit ? message[..ExampleLimit] + "…" : message;
            var reserve = (int)(RingBytes * LogBudget.Reserved(level));
            if (!_ring.HasRoom(lines.Length, reserve)) _drops.Add(LogDrop.Unread);
            else if (!_budget.TryTake(level, lines.Length)) _drops.Add(LogDrop.Budget);
            else Add(lines);
        }
    }

    /// <summary>Gives what waits a moment to be read.</summary>
    /// <returns>False: nobody reads it.</returns>
    public bool Flush()
    {
        var end = Environment.TickCount64 + (long)EndLimit.TotalMilliseconds;
        lock (_gate)
        {
            while (_ring.Count > 0 && _writer.IsAlive && Environment.TickCount64 < end) Monitor.Wait(_gate, LookEvery);
            return _ring.Count == 0;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_drops.IsAny) TellDrops();
            _isEnding = true;
            Monitor.PulseAll(_gate);
        }
        _ = Flush();
        _writer.Join(LookEvery * 2);
    }

    private void Add(byte[] lines)
    {
        _ring.Add(lines);
        Monitor.PulseAll(_gate);
    }

    private void TellDrops()
    {
        var lines = Encoding.UTF8.GetBytes(_layout.Write(LogLevel.Warning, Category, _drops.Tell(), null));
        if (_ring.HasRoom(lines.Length, reserve: 0)) Add(lines);
    }

    /// <summary>The writer's thread: what waits, until the end.</summary>
    private void WriteAll()
    {
        var chunk = new byte[ChunkBytes];
        while (Next(chunk) is var length and > 0)
        {
            var taken = TryWrite(chunk.AsSpan(0, length));
            lock (_gate)
            {
                _ring.Remove(taken);
                if (taken > 0) Counters.Flows();
                else Counters.Waits();
                // Whoever ends waits for a reader no longer than that one is there.
                if (taken == 0 && _isEnding) return;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Waits for something to write; 0 at the end.</summary>
    private int Next(byte[] chunk)
    {
        lock (_gate)
        {
            while (_ring.Count == 0 && !_isEnding)
            {
                if (_drops.IsDue) TellDrops();
                else Monitor.Wait(_gate, _drops.IsAny ? LookEvery * 4 : Timeout.InfiniteTimeSpan);
            }
            return _ring.Peek(chunk);
        }
    }

    /// <summary>Gives how much was taken; what cannot be written, as on a full disk, is gone.</summary>
    private int TryWrite(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return _output.Write(bytes, LookEvery);
        }
        catch (IOException)
        {
            lock (_gate) _drops.Add(LogDrop.Unread, bytes.Count((byte)'\n'));
            return bytes.Length;
        }
    }
}
