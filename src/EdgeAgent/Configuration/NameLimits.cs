using EdgeAgent.Pipeline.Formats.Documents;
using EdgeAgent.Pipeline.Formats.Names;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Configuration;

/// <summary>Checks that names are made of no more texts of a payload than a decoder keeps at once.</summary>
internal static class NameLimits
{
    public static void Check(TomlScope source, SourceOptions options)
    {
        CheckStars(source, options);
        if (Places([options.Device, options.Channel], options) <= CapturedTexts.PartLimit)
            return;
        var key = options.Channel is not null && Places([options.Channel], options) > 1 ? "channel" : "device";
        if (source.Find(key) is { } written)
            source.Report(key, written, $"makes device and channel of more than {CapturedTexts.PartLimit} places in the payload",
                "make names of fewer places");
    }

    private static void CheckStars(TomlScope source, SourceOptions options)
    {
        if (source.Find("rows") is { } rows && options.Rows is not null && Stars(options.Rows) > CapturedTexts.KeyLimit)
            source.Report("rows", rows, $"has more than {CapturedTexts.KeyLimit} `*` for names", "write the names that stay the same");
        foreach (var (key, template) in new[] { ("device", options.Device), ("channel", options.Channel) })
            if (source.Find(key) is { } written && Parts(template).Any(IsBeyond))
                source.Report(key, written, $"asks for a key beyond the {CapturedTexts.KeyLimit} that there may be",
                    $"key[0] to key[{CapturedTexts.KeyLimit - 1}] stand for the `*` of rows");
    }

    private static bool IsBeyond(NamePart part) => part is { Place: NamePlace.Key, Index: >= CapturedTexts.KeyLimit };

    private static int Stars(string path) =>
        PathSyntax.TryParse(path)?.Count(step => step is { Name: null, Index: PathStep.NoIndex }) ?? 0;

    /// <summary>Places that are asked for twice count once.</summary>
    private static int Places(IEnumerable<string?> templates, SourceOptions options) => templates.SelectMany(Parts)
        .Where(p => p.Place is NamePlace.Payload or NamePlace.Row)
        .Select(p => (p.Place == NamePlace.Row || options.Rows is null, p.Text)).Distinct().Count();

    private static IReadOnlyList<NamePart> Parts(string? template) =>
        template is not null && NameTemplate.TryParse(template) is { } name ? name.Parts : [];
}
