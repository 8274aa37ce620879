using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Gpio;

namespace EdgeAgent.Pipeline.Tests.Gpio;

/// <summary>A board with lines that a test may take away. Lines are at 0 until driven; names are their offsets' text.</summary>
internal sealed class FakeLines : ILineDriver
{
    public Dictionary<LineAddress, bool> Levels { get; } = [];
    public HashSet<LineAddress> Held { get; } = [];
    /// <summary>What went over the lines, in order.</summary>
    public List<string> Log { get; } = [];
    /// <summary>While set, every request and every use of a line fails with it.</summary>
    public string? Trouble { get; set; }
    public int Requests { get; private set; }

    public LineAddress Find(LineChoice choice)
    {
        Check();
        return new LineAddress(0, choice.Name is null ? choice.Offset : int.Parse(choice.Name));
    }

    public ILine Output(LineAddress address, bool isHigh)
    {
        var line = Request(address);
        line.Write(isHigh);
        return line;
    }

    public ILine Input(LineAddress address, LineBias bias) => Request(address);

    private FakeLine Request(LineAddress address)
    {
        Requests++;
        Check();
        if (!Held.Add(address)) throw new LineException($"{address} is in use");
        return new FakeLine(this, address);
    }

    private void Check()
    {
        if (Trouble is not null) throw new LineException(Trouble);
    }

    private sealed class FakeLine(FakeLines lines, LineAddress address) : ILine
    {
        public void Write(bool isHigh)
        {
            lines.Check();
            lines.Levels[address] = isHigh;
            lines.Log.Add($"{address.Offset}={(isHigh ? 1 : 0)}");
        }

        public bool Read()
        {
            lines.Check();
            return lines.Levels.GetValueOrDefault(address);
        }

        public void Dispose()
        {
            if (lines.Held.Remove(address)) lines.Log.Add($"{address.Offset} let go");
        }
    }
}

/// <summary>A guard that writes down what it hears.</summary>
internal sealed class FakeGuard : ILineGuard
{
    public List<string> Heard { get; } = [];
    public string? Trouble { get; set; }

    public void Hold(LineAddress address, bool safeLevel) => Heard.Add($"{address.Offset} {(safeLevel ? "high" : "low")}");
    public void Release(LineAddress address) => Heard.Add($"{address.Offset} free");


    public void Check()
    {
    }

    public void Done() => Heard.Add("done");

    public void Dispose()
    {
    }
}
