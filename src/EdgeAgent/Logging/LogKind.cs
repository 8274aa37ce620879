using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Logging;

/// <summary>Messages of one place in the source. One owner at a time.</summary>
internal sealed class LogKind(int burst, TimeSpan every)
{
    private Allowance _allowance = new(burst, every);

    /// <summary>Messages left out since that was last told.</summary>
    public long LeftOut { get; set; }

    /// <summary>How the last one that was logged began.</summary>
    public string Example { get; set; } = "";

    /// <summary>Whether one more may be logged; if so, that counts.</summary>
    public bool TryTake(long nowTicks)
    {
        if (_allowance.TryTake(nowTicks)) return true;
        LeftOut++;
        return false;
    }
}
