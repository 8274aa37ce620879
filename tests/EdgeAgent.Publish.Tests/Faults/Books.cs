using System.Text.RegularExpressions;

namespace EdgeAgent.Publish.Tests.Faults;

/// <summary>The line with which an agent that is told to stop closes its books.</summary>
internal static partial class Books
{
    /// <summary>Everything has its place, and nothing is under way, dead-lettered, owed or dropped.</summary>
    public static void AreSettled(string log)
    {
        var (owed, line) = Read(log);
        Assert.True(owed == 0, line);
    }

    /// <summary>Everything has its place, and nothing is under way, dead-lettered or dropped; gives what is owed.</summary>
    public static (long Owed, string Line) Read(string log)
    {
        var match = Line().Match(log);
        Assert.True(match.Success, $"no books:\n{log}");
        var n = match.Groups.Values.Skip(1).Select(g => long.Parse(g.Value)).ToArray();
        Assert.True(n[0] == n[1] + n[2] + n[3] && n[4] == n[5] + n[6] + n[7], match.Value);
        Assert.True(n[3] + n[7] == 0, match.Value);
        return (n[6], match.Value);
    }

    [GeneratedRegex(
        @"received (\d+) = windowed (\d+) \+ filtered (\d+) \+ dead-lettered (\d+); events (\d+) = delivered (\d+) \+ owed (\d+) \+ dropped (\d+)")]
    private static partial Regex Line();
}
