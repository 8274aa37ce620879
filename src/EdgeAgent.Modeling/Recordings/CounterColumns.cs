using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Modeling.Recordings;

/// <summary>Finds channels that count, and makes of them what a model sees on a device: how fast they rise.</summary>
internal static class CounterColumns
{
    // Beyond it a float no longer tells one count from the next.
    private const float ExactLimit = 1 << 24;

    /// <param name="recordings">All with the same channels.</param>
    /// <param name="notes">Told which channels count.</param>
    /// <returns>The recordings with rates a second in their place, without the first row, and which those are.</returns>
    public static (IReadOnlyList<Recording> Recordings, string[] Counters) TakeRates(
        IReadOnlyList<Recording> recordings, List<string> notes)
    {
        var channels = recordings[0].Channels;
        var counters = Enumerable.Range(0, channels.Length)
            .Where(c => ChannelSense.Of([.. recordings.Select(r => Column(r, c))]) == ChannelKind.Counter).ToArray();
        if (counters.Length == 0) return (recordings, []);
        foreach (var c in counters)
        {
            var highest = recordings.Max(r => Column(r, c).Max());
            notes.Add($"column \"{channels[c]}\" counts up, so the model sees how fast it rises, a second (`counts` in the manifest)"
                + (highest > ExactLimit ? $"; at {highest:g6} the agent tells no single counts apart any more" : ""));
        }
        return ([.. recordings.Where(r => r.Rows > 1).Select(r => Rates(r, counters))], [.. counters.Select(c => channels[c])]);
    }

    private static float[] Column(Recording recording, int channel) =>
        [.. Enumerable.Range(0, recording.Rows).Select(r => recording.Row(r)[channel])];

    /// <summary>By the agent's own reckoning.</summary>
    private static Recording Rates(Recording recording, int[] counters)
    {
        var rates = new CounterRates(recording.Channels.Length, counters);
        var (present, rows) = (new int[recording.Channels.Length], new List<int>());
        var values = new List<float>(recording.Values.Length);
        for (var r = 0; r < recording.Rows; r++)
        {
            if (!rates.Take(recording.Row(r), present, recording.Times[r].Ticks)) continue;
            rows.Add(r);
            values.AddRange(rates.Row);
        }
        return recording.Select([.. rows]) with { Values = [.. values] };
    }
}
