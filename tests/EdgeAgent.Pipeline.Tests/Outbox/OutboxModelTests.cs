using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.TestData;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Outbox;

/// <summary>
/// The store against a plain queue that knows what must be owed: random commands, with crashes that leave what was committed
/// and damage that costs a row at most. What fails is shrunk to the few commands that matter.
/// </summary>
public sealed class OutboxModelTests(ITestOutputHelper output)
{
    private enum Kind { Append, Writeback, Send, Acknowledge, Expire, Crash, Corrupt }

    private readonly record struct Command(Kind Kind, int Number);

    [Fact]
    public void Whatever_happens_the_store_owes_what_the_model_owes()
    {
        var seed = Seed.Take(output);
        var rounds = Seed.Rounds(60);
        for (var round = 0; round < rounds; round++)
        {
            var random = new Random(seed + round);
            var commands = Enumerable.Range(0, 120).Select(_ => new Command(Pick(random), random.Next())).ToList();
            if (Play(commands) is not { } trouble) continue;
            var shrunk = Shrink(commands);
            Assert.Fail(
                $"round {round} of seed {seed}: {trouble}\nshrunk to {shrunk.Count} of {commands.Count}: "
                    + $"{Play(shrunk)}\n{string.Join('\n', shrunk)}");
        }
        output.WriteLine($"{rounds} runs of 120 commands");
    }

    [Fact]
    public void The_shrinker_finds_the_commands_that_matter()
    {
        var commands = Enumerable.Range(0, 100).Select(i => new Command(i % 10 == 3 ? Kind.Crash : Kind.Append, i)).ToList();
        var shrunk = Shrink(commands, c => c.Any(x => x.Number == 13) && c.Any(x => x.Number == 77));
        Assert.Equal([13, 77], shrunk.Select(c => c.Number));
    }

    private static Kind Pick(Random random) => random.Next(100) switch
    {
        < 40 => Kind.Append,
        < 60 => Kind.Writeback,
        < 72 => Kind.Send,
        < 84 => Kind.Acknowledge,
        < 89 => Kind.Expire,
        < 96 => Kind.Crash,
        _ => Kind.Corrupt,
    };

    private static List<Command> Shrink(List<Command> commands) => Shrink(commands, c => Play(c) is not null);

    /// <summary>Drops ever smaller pieces as long as it still fails without them.</summary>
    private static List<Command> Shrink(List<Command> commands, Func<List<Command>, bool> fails)
    {
        for (var piece = commands.Count / 2; piece > 0; piece /= 2)
            for (var at = 0; at < commands.Count;)
            {
                List<Command> fewer = [.. commands.Take(at), .. commands.Skip(at + piece)];
                if (fails(fewer)) commands = fewer;
                else at += piece;
            }
        return commands;
    }

    /// <summary>Null: it went as it must.</summary>
    private static string? Play(List<Command> commands)
    {
        using var run = new Run();
        try
        {
            foreach (var command in commands)
                if (run.Do(command) is { } trouble) return $"{command}: {trouble}";
            return run.Do(new Command(Kind.Crash, 0));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return e.ToString();
        }
    }

    private sealed class Run : IDisposable
    {
        private readonly TempFolder _temp = new();
        private readonly LogLines _log = new();
        private readonly Dictionary<long, byte[]> _payloads = [];
        private readonly List<StoredEvent> _memory = [];
        private readonly List<long> _acknowledged = [];
        // The model: what is owed, in order; what may be gone through damage; what may come back through it.
        private readonly SortedSet<long> _owed = [];
        private readonly HashSet<long> _done = [];
        private readonly Queue<long> _sent = new();
        private OutboxStore _store;
        private string _file;
        private long _sequence;
        private int _crashes, _forgiven;
        private bool _isDamaged;

        public Run()
        {
            _file = _temp.File("outbox-0.db");
            _store = OutboxStore.Open(_file, TimeProvider.System, _log);
        }

        public string? Do(Command command)
        {
            switch (command.Kind)
            {
                case Kind.Append:
                    var entry = Some.Entry($"e{++_sequence}", bytes: command.Number % 3000,
                        severity: (Severity)(command.Number % 3), createdTicks: _sequence).At(_sequence);
                    new Random(command.Number).NextBytes(entry.Payload);
                    _payloads[_sequence] = entry.Payload;
                    _memory.Add(entry);
                    return null;
                case Kind.Writeback:
                    _store.Commit(_memory, _acknowledged);
                    _owed.UnionWith(_memory.Select(e => e.Sequence));
                    Forget(_acknowledged);
                    _memory.Clear();
                    _acknowledged.Clear();
                    return null;
                case Kind.Send:
                    foreach (var row in _store.ReadAfter(0, 1 + command.Number % 20)) _sent.Enqueue(row.Sequence);
                    return Compare();
                case Kind.Acknowledge:
                    if (_sent.TryDequeue(out var done) && !_acknowledged.Contains(done)) _acknowledged.Add(done);
                    return null;
                case Kind.Expire:
                    var old = _store.Oldest(command.Number % 3, 3).Select(r => r.Sequence).ToList();
                    _store.Commit([], old);
                    Forget(old);
                    return null;
                default:
                    Crash(command);
                    return Compare();
            }
        }

        private void Forget(IEnumerable<long> gone)
        {
            foreach (var sequence in gone)
            {
                _owed.Remove(sequence);
                _done.Add(sequence);
            }
        }

        /// <summary>What is not committed is gone; the files stay as they are, or with one bit turned.</summary>
        private void Crash(Command command)
        {
            var next = _temp.File($"outbox-{++_crashes}.db");
            foreach (var suffix in new[] { "", "-wal", "-shm" })
                if (File.Exists(_file + suffix)) File.Copy(_file + suffix, next + suffix);
            _store.Dispose();
            _file = next;
            if (command.Kind == Kind.Corrupt) Flip(next + (command.Number % 2 == 0 ? "" : "-wal"), command.Number);
            _memory.Clear();
            _acknowledged.Clear();
            _sent.Clear();
            _store = OutboxStore.Open(_file, TimeProvider.System, _log);
        }

        private void Flip(string file, int number)
        {
            var bytes = File.ReadAllBytes(file);
            if (bytes.Length == 0) return;
            var bit = new Random(number).NextInt64(bytes.Length * 8L);
            bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8));
            File.WriteAllBytes(file, bytes);
            _forgiven++;
            _isDamaged = true;
        }

        private string? Compare()
        {
            var rows = _store.ReadAfter(0, int.MaxValue);
            foreach (var row in rows)
                if (!row.Payload.AsSpan().SequenceEqual(_payloads[row.Sequence])) return $"the payload of {row.Id} is another";
            var read = rows.Select(r => r.Sequence).ToList();
            if (!read.SequenceEqual(read.Order())) return "out of order";
            var missing = _owed.Except(read).ToList();
            if (missing.Count > _forgiven) return $"{missing.Count} are missing: {string.Join(' ', missing)}";
            // Where there was damage, what had been delivered may be owed again, and what was under way may have made it.
            var more = read.Except(_owed).ToList();
            if (more.Count > 0 && !_isDamaged) return $"{string.Join(' ', more)} should not be owed";
            foreach (var lost in missing) _owed.Remove(lost);
            _forgiven -= missing.Count;
            _owed.UnionWith(more);
            return _store.Measure().Count == rows.Count ? null : $"{_store.Measure().Count} counted, {rows.Count} read";
        }

        public void Dispose()
        {
            _store.Dispose();
            _temp.Dispose();
        }
    }
}
