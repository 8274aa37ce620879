using System.Globalization;
using Xunit.Abstractions;

namespace EdgeAgent.TestSupport;

/// <summary>Chance that can be had again: EDGEAGENT_SEED repeats a run, EDGEAGENT_ROUNDS makes it longer.</summary>
internal static class Seed
{
    public static int Take(ITestOutputHelper output)
    {
        var seed = Number("EDGEAGENT_SEED", Environment.TickCount & 0xFFFFFF);
        output.WriteLine($"seed {seed}; EDGEAGENT_SEED={seed} repeats this");
        return seed;
    }

    public static int Rounds(int usual) => Number("EDGEAGENT_ROUNDS", usual);

    private static int Number(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : usual;
}
