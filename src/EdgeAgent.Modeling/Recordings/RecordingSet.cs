using EdgeAgent.Recordings;

namespace EdgeAgent.Modeling.Recordings;

/// <summary>Something that was unusual about what was read.</summary>
/// <param name="File">Where; empty: all.</param>
/// <param name="Text">What, and what was done about it.</param>
/// <param name="IsLoss">Something was left out.</param>
internal readonly record struct ReadNote(string File, string Text, bool IsLoss = false)
{
    public override string ToString() => File.Length == 0 || Text.StartsWith(File, StringComparison.Ordinal) ? Text : $"{File}: {Text}";
}

/// <summary>Recordings that share their channels, and what was left out on the way to them.</summary>
/// <param name="Recordings">In the order of their names.</param>
/// <param name="Notes">What to tell.</param>
/// <param name="Label">Name of the column that labels some of them; null: none does.</param>
internal sealed record RecordingSet(IReadOnlyList<Recording> Recordings, IReadOnlyList<ReadNote> Notes, string? Label)
{
    private const double MissingLimit = 0.5;
    // A channel that is missing in few files costs these files, not the channel.
    private const double FewFiles = 0.2;

    /// <param name="raws">At least one.</param>
    /// <param name="wanted">Channels to take, in this order; null: those that the files share.</param>
    /// <param name="notes">What is known already.</param>
    /// <param name="place">The folder, for messages.</param>
    /// <exception cref="ModelingException">No recording, or no channel, is left.</exception>
    public static RecordingSet Of(
        IReadOnlyList<RawRecording> raws, IReadOnlyList<string>? wanted, IEnumerable<ReadNote> notes, string place)
    {
        var told = notes.ToList();
        foreach (var dropped in raws.SelectMany(r => r.Dropped.Select(d => (r.Name, d.Column, d.Why))).GroupBy(d => d.Column))
        {
            var where = raws.Count > 1 ? $" ({CsvShape.Count(dropped.Count(), "file")})" : "";
            told.Add(new ReadNote("", $"column \"{dropped.Key}\" is no channel: {dropped.First().Why}{where}"));
        }
        var kept = raws.ToList();
        var channels = wanted is null ? Shared(kept, told, place) : Wanted(kept, wanted, told);
        var recordings = new List<Recording>();
        foreach (var raw in kept)
        {
            var unusual = raw.Notes.ToList();
            try { recordings.Add(Bridging.Take(raw, channels, unusual)); }
            catch (ModelingException e) when (kept.Count > 1) { told.Add(new ReadNote(raw.Name, e.Message, IsLoss: true)); }
            told.AddRange(unusual.Select(n => new ReadNote(raw.Name, n)));
        }
        if (recordings.Count == 0) throw new ModelingException(told[^1].ToString());
        return new RecordingSet(recordings, told, kept.FirstOrDefault(r => r.LabelName is not null)?.LabelName);
    }

    private static IReadOnlyList<string> Wanted(List<RawRecording> kept, IReadOnlyList<string> wanted, List<ReadNote> told)
    {
        string? first = null;
        foreach (var raw in kept.ToArray())
        {
            if (wanted.FirstOrDefault(w => raw.Find(w) is null) is not { } missing) continue;
            var message = $"{raw.Name}:1: column \"{missing}\" is missing or no channel; "
                + $"the file has {string.Join(", ", raw.Columns.Select(c => c.Name))}";
            first ??= message;
            told.Add(new ReadNote(raw.Name, message + "; file left out", IsLoss: true));
            kept.Remove(raw);
        }
        return kept.Count > 0 ? wanted : throw new ModelingException(first!);
    }

    private static List<string> Shared(List<RawRecording> kept, List<ReadNote> told, string place)
    {
        var all = kept.ToArray();
        var names = kept.SelectMany(r => r.Columns.Select(c => c.Name)).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var channels = names.Where(n => kept.All(r => r.Find(n) is not null)).ToList();
        var most = names.Where(n => kept.Count(r => r.Find(n) is not null) * 2 > kept.Count).ToList();
        // One odd file must not cost the others their channels.
        if (channels.Count * 2 < most.Count)
        {
            channels = most;
            foreach (var odd in kept.Where(r => channels.Any(c => r.Find(c) is null)).ToArray())
            {
                var missing = string.Join(", ", channels.Where(c => odd.Find(c) is null).Select(c => $"\"{c}\""));
                told.Add(new ReadNote(odd.Name, $"left out: it has no column {missing}, as most files have", IsLoss: true));
                kept.Remove(odd);
            }
        }
        if (kept.Count == 0 || channels.Count == 0)
            throw new ModelingException(NothingShared.Of(all, place));
        foreach (var name in names.Except(channels))
        {
            var having = kept.Count(r => r.Find(name) is not null);
            told.Add(new ReadNote("", $"column \"{name}\" left out: only {having} of {kept.Count} files have it", IsLoss: true));
        }
        foreach (var channel in channels.ToArray())
            if (Useless(kept, channel, told) is { } why)
            {
                told.Add(new ReadNote("", $"column \"{channel}\" left out: {why}", IsLoss: true));
                channels.Remove(channel);
            }
        if (channels.Count > 0) return channels;
        var where = kept.Count == 1 ? $"{kept[0].Name}:{kept[0].Lines[0]}" : place;
        var losses = told.Where(t => t.IsLoss).Select(t => t.Text);
        throw new ModelingException($"{where}: no channel is left to learn from: {string.Join("; ", losses)}");
    }

    private static string? Useless(List<RawRecording> kept, string channel, List<ReadNote> told)
    {
        var sparse = kept.Where(r => MissingShare(r.Find(channel)!) > MissingLimit).ToArray();
        if (sparse.Length > FewFiles * kept.Count)
            return "more than half of its values are missing in "
                + (kept.Count == 1 ? kept[0].Name : $"{sparse.Length} of {kept.Count} files");
        foreach (var file in sparse)
        {
            told.Add(new ReadNote(file.Name, $"left out: more than half of the values of \"{channel}\" are missing", IsLoss: true));
            kept.Remove(file);
        }
        return ChannelSense.WhyNone([.. kept.Select(r => r.Find(channel)!)]);
    }

    private static double MissingShare(float[] values) => values.Length == 0 ? 1 : values.Count(float.IsNaN) / (double)values.Length;
}
