using System.Diagnostics;
using System.Globalization;

namespace EdgeAgent.Pipeline.Gpio;

/// <summary>
/// What the guard does: it hears which lines the agent holds, and when the agent is gone without a goodbye, it sets them
/// to their safe levels and lets them go.
/// </summary>
internal static class GuardDuty
{
    /// <summary>What the agent says when it has left the lines in order itself.</summary>
    public const string Goodbye = "goodbye";

    /// <summary>Followed by chip, offset and safe level: the agent holds a line.</summary>
    public const string Hold = "hold";

    /// <summary>Followed by chip and offset: the agent has let a line go.</summary>
    public const string Release = "release";

    /// <summary>The kernel closes the agent's pipe a moment before or after its lines, so these may still be in use.</summary>
    private static readonly TimeSpan TryFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TryEvery = TimeSpan.FromMilliseconds(1);

    /// <summary>Serves until the agent is gone; whether all lines could be set.</summary>
    public static bool Serve(TextReader agent, ILineDriver driver, TextWriter tell)
    {
        var held = new Dictionary<LineAddress, bool>();
        while (agent.ReadLine() is { } words)
        {
            if (words == Goodbye) return true;
            var parts = words.Split(' ');
            if (parts is not [Hold or Release, var chip, var offset, ..] || Address(chip, offset) is not { } address) continue;
            if (parts is [Release, ..])
            {
                held.Remove(address);
            }
            else if (parts is [Hold, _, _, var level])
            {
                held[address] = level == "1";
                Rehearse(driver, address, held[address]);
            }
        }
        return SetAll(held, driver, tell);
    }

    /// <summary>
    /// Asks for the line, which is refused because the agent has it. So all that is needed later has run once and is in
    /// memory: without this the first try took 45 ms in an emulated guest.
    /// </summary>
    private static void Rehearse(ILineDriver driver, LineAddress address, bool level)
    {
        try
        {
            driver.Output(address, level).Dispose();
        }
        catch (LineException)
        {
            // As it should be.
        }
    }

    private static bool SetAll(Dictionary<LineAddress, bool> held, ILineDriver driver, TextWriter tell)
    {
        var clock = Stopwatch.StartNew();
        var said = new List<string>();
        var left = held.ToList();
        while (left.Count > 0 && clock.Elapsed < TryFor)
        {
            left.RemoveAll(line => TrySet(driver, line.Key, line.Value, clock, said));
            if (left.Count > 0) Thread.Sleep(TryEvery);
        }
        foreach (var (address, _) in left)
            said.Add($"{address} could not be set");
        // Only now: the lines come first, and who reads this may be gone.
        tell.WriteLine($"edgeagent guard: the agent is gone; {string.Join("; ", said)}");
        return left.Count == 0;
    }

    private static bool TrySet(ILineDriver driver, LineAddress address, bool level, Stopwatch clock, List<string> said)
    {
        try
        {
            driver.Output(address, level).Dispose();
            said.Add(string.Create(CultureInfo.InvariantCulture, $"{address} is {(level ? "high" : "low")} after {clock.Elapsed.TotalMilliseconds:0.0} ms"));
            return true;
        }
        catch (LineException)
        {
            return false;
        }
    }

    private static LineAddress? Address(string chip, string offset) =>
        int.TryParse(chip, NumberStyles.None, CultureInfo.InvariantCulture, out var chipNumber)
        && int.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var line)
            ? new LineAddress(chipNumber, line)
            : null;
}
