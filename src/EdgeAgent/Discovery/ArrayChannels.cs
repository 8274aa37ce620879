namespace EdgeAgent.Discovery;

/// <summary>
/// Tells lists of samples from lists of phases or inputs, whose elements are channels of their own: these are short, and no rate stands
/// beside them.
/// </summary>
internal static class ArrayChannels
{
    private const int SamplesFrom = 16;
    private const int ListedLimit = 64;

    /// <summary>The rate of samples that payloads say; null: they say none.</summary>
    public static DocumentPlace? Rate(IReadOnlyList<DocumentPlace> places) =>
        places.FirstOrDefault(p => p.Numbers > 0 && (CommonNames.IsRate(p.Name) || IsFrequencyOfSamples(p, places)));

    /// <summary>Whether a place holds samples, where no rate says so.</summary>
    public static bool AreSamples(DocumentPlace place) => place.Arrays > 0 && place.ArrayLength >= SamplesFrom;

    /// <summary>All channels, each element of a short list among them; null: there is no such list, or there are too many.</summary>
    public static PlanLine? Line(IReadOnlyList<DocumentPlace> places, DocumentPlace? time)
    {
        if (Rate(places) is not null || !places.Any(AreElements)) return null;
        var used = new HashSet<string>(StringComparer.Ordinal);
        var channels = places.Where(p => !p.IsInList && p != time && !CommonNames.IsCounter(p.Path) && (p.Numbers > 0 || AreSamples(p)))
            .Select(p => Channel(NameOf(p), p.Path, used)).ToList();
        foreach (var place in places.Where(AreElements))
            for (var i = 0; i < place.ArrayLength; i++)
                channels.Add(Channel(Free($"{NameOf(place)}{(place.ArrayLength > 1 ? i + 1 : "")}", used), $"{place.Path}[{i}]", used));
        if (channels.Count > ListedLimit) return null;
        return new PlanLine("channels", $"[\n{string.Concat(channels.Select(c => $"    {c},\n"))}]",
            "short lists are taken for phases or inputs; lists of samples need a sample_rate");
    }

    private static bool AreElements(DocumentPlace place) =>
        place is { Arrays: > 0, ArrayLength: > 0 and < SamplesFrom, IsInList: false } && !CommonNames.IsCounter(place.Path);

    /// <summary>A frequency may be that of the grid; beside a list and the number of its elements it is that of samples.</summary>
    private static bool IsFrequencyOfSamples(DocumentPlace place, IReadOnlyList<DocumentPlace> places)
    {
        if (!place.Name.Equals("frequency", StringComparison.OrdinalIgnoreCase)) return false;
        var beside = places.Where(p => DocumentPlaces.Parent(p.Path) == DocumentPlaces.Parent(place.Path)).ToList();
        return beside.Exists(list => list.Arrays > 0
            && beside.Exists(count => count.Name == "count" && count.Values.SetEquals([$"{list.ArrayLength}"])));
    }

    private static string Channel(string name, string path, HashSet<string> used)
    {
        used.Add(name);
        return name == path ? Toml.Text(name) : $"{{ name = {Toml.Text(name)}, path = {Toml.Text(path)} }}";
    }

    private static string NameOf(DocumentPlace place) => place.Path.Replace("\"", "", StringComparison.Ordinal);

    private static string Free(string name, HashSet<string> used) => used.Contains(name) ? $"{name}-{used.Count}" : name;
}
