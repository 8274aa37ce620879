namespace EdgeAgent.Discovery;

/// <summary>What a source leaves out that somebody may miss.</summary>
internal static class ProposalNotes
{
    private const int NamedLimit = 4;

    /// <summary>Lists of numbers that are not read, by path.</summary>
    public static IReadOnlyList<string> ListsLeftOut(PlanTrial trial, IReadOnlyList<DocumentPlace> places) => trial.HasBlocks ? [] :
    [
        .. places.Where(p => p.Arrays > 0 && !trial.Source.Channels.Exists(c => c.Path.StartsWith($"{p.Path}[", StringComparison.Ordinal)))
            .Select(p => p.Path),
    ];

    public static IReadOnlyList<string> Of(PlanTrial trial, IReadOnlyList<DocumentPlace> places)
    {
        var notes = new List<string>();
        var lists = ListsLeftOut(trial, places);
        if (lists.Count > 0)
            notes.Add($"lists of numbers are left out: {Named(lists)}; samples need sample_rate, other elements a channel each, "
                + $"as in path = \"{lists[0]}[0]\"");
        if (JsonInText(places) is { } json) notes.Add(json);
        return notes;
    }

    /// <summary>Texts that hold the real document; null: there are none.</summary>
    public static string? JsonInText(IReadOnlyList<DocumentPlace> places) => places.Where(p => p.JsonTexts > 0).Select(p => p.Path).ToList()
        is { Count: > 0 } paths ? $"{Named(paths)} holds JSON in a text, which is not read: have the sender write it as an object" : null;

    private static string Named(IReadOnlyList<string> paths) =>
        Cli.Words.Printable(string.Join(", ", paths.Take(NamedLimit)))
        + (paths.Count > NamedLimit ? $" and {paths.Count - NamedLimit} more" : "");
}
