using System.Globalization;
using System.Text;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Modeling.Bundling;

/// <summary>
/// The part of a bundle's card that its manifest tells: what the model is given, when it speaks, where it comes from,
/// what it reached. It stands between two marks, so that it can be renewed and what people wrote around it stays.
/// </summary>
internal static class ManifestCard
{
    public const string FileName = "README.md";

    private const string Begin = "<!-- from manifest.json, renewed by edgeagent-model card -->";
    private const string End = "<!-- end of what the manifest says -->";

    /// <summary>Writes a bundle's card, its part from the manifest renewed.</summary>
    /// <param name="folder">The bundle's.</param>
    /// <param name="card">The rest of the card, or null where there is none yet.</param>
    /// <returns>The card's path.</returns>
    public static string Write(string folder, string? card)
    {
        var path = Path.Combine(folder, FileName);
        File.WriteAllText(path, Renew(ModelBundle.Load(folder), card));
        return path;
    }

    /// <summary>The card with its part renewed; where there is none yet, it is put behind the heading.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="card">The card so far, or null.</param>
    public static string Renew(ModelBundle bundle, string? card)
    {
        var heading = $"# {bundle.Manifest.Name} {bundle.Manifest.Version}\n";
        if (string.IsNullOrWhiteSpace(card))
            return $"{heading}\n{Begin}\n{Block(bundle, "")}{End}\n";
        card = card.ReplaceLineEndings("\n");
        var (start, end) = (card.IndexOf(Begin, StringComparison.Ordinal), card.IndexOf(End, StringComparison.Ordinal));
        var before = start < 0 || end < start ? Heading(card) : card[..start];
        var after = start < 0 || end < start ? $"\n{card[before.Length..].TrimStart('\n')}" : card[(end + End.Length)..].TrimStart('\n');
        var block = $"{Begin}\n{Block(bundle, before + after)}{End}\n";
        // The manifest may have another version by now.
        var firstLine = before.IndexOf('\n', StringComparison.Ordinal);
        before = before.StartsWith("# ", StringComparison.Ordinal) ? heading + before[(firstLine + 1)..] : $"{heading}\n{before}";
        return $"{before.TrimEnd('\n')}\n\n{block}{(after.Trim('\n').Length > 0 ? "\n" + after.TrimStart('\n') : "")}";
    }

    private static string Heading(string card) =>
        card.StartsWith("# ", StringComparison.Ordinal) ? card[..(card.IndexOf('\n', StringComparison.Ordinal) + 1)] : "";

    /// <summary>
    /// What the manifest tells, but for what the rest of the card tells itself: a figure that stands twice is renewed once.
    /// </summary>
    private static string Block(ModelBundle bundle, string rest)
    {
        var m = bundle.Manifest;
        var text = new StringBuilder();
        if (m.Description is { Length: > 0 } description && !rest.Contains(description.TrimEnd('.'), StringComparison.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{description.TrimEnd('.')}.\n\n");
        Judging(text, bundle);
        CalibrationCard.Write(text, m);
        if (!Tells(rest, "Figures"))
            Table(text, "Figures", m.Figures?.Select(f => (f.Key, f.Value.ToString("0.####", CultureInfo.InvariantCulture))));
        if (!Tells(rest, "Data") && !Tells(rest, "Provenance"))
            Table(text, "Provenance", m.Provenance?.Select(p => (p.Key, p.Value)));
        if (!Tells(rest, "Limits"))
            Limits(text, m);
        return text.ToString();
    }

    private static bool Tells(string rest, string title) => rest.Contains($"\n## {title}", StringComparison.Ordinal);

    private static void Judging(StringBuilder text, ModelBundle bundle)
    {
        var m = bundle.Manifest;
        var given = m.Input.Features is { } features
            ? $"{string.Join(", ", features.Select(f => $"{f.Stat} over {f.Over}{(f.Squash == "none" ? "" : $" ({f.Squash})")}"))} of each channel"
            : $"the last {m.Window.Length} readings as they are";
        var says = m.Output.Kind switch
        {
            "reconstruction" => "a reconstruction of them, whose mean squared error is the raw number",
            "forecast" => "a forecast of the last of them by those before, whose mean squared error is the raw number",
            _ => "the raw number",
        };
        text.Append(CultureInfo.InvariantCulture, $"""
            - Model: `{m.Model}`, {new FileInfo(bundle.ModelPath).Length} bytes, SHA-256 {(m.Sha256.Length > 0 ? m.Sha256 : "not given")}
            - Every {(m.Window.Stride == 1 ? "reading" : $"{m.Window.Stride} readings")} the model is given {given}, {(m.Calibration.Over == "none" ? "in their units" : "as z")}, and gives {says}
            - Score 0 is a raw {m.Output.Zero:g6}, score 1, the threshold, a raw {m.Output.One:g6}
            - On after {m.Decision.OnAfter} judgements at 1 or more{(m.Decision.Smooth > 1 ? $" (averaged over {m.Decision.Smooth})" : "")}, off after {m.Decision.OffAfter} below {m.Decision.Clear:0.##}{(m.Decision.Critical is { } critical ? $", critical from {critical.ToString("0.##", CultureInfo.InvariantCulture)}" : "")}

            """);
    }

    private static void Table(StringBuilder text, string title, IEnumerable<(string Key, string Value)>? rows)
    {
        if (rows is null)
            return;
        text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n");
        foreach (var (key, value) in rows)
            text.Append(CultureInfo.InvariantCulture, $"- {key}: {value}\n");
    }

    private static void Limits(StringBuilder text, BundleManifest m)
    {
        text.Append(CultureInfo.InvariantCulture, $"""

            ## Limits

            - For devices with these {m.Channels.Count} channels in these units; no judgement before {m.Calibration.Provisional ?? Math.Max(m.Calibration.Needed, m.Window.Length)} readings.

            """);
        if (!m.Calibration.IsGiven) text.Append("- A fault that is already on while a device calibrates becomes its normal.\n");
        if (m.Figures is null or { Count: 0 })
            text.Append("- No figures: nothing says yet how well it finds faults.\n");
        if (m.Provenance is null or { Count: 0 })
            text.Append("- No provenance: nothing says what it learned from, nor under which licence.\n");
    }
}
