using EdgeAgent.Configuration;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Discovery;

/// <summary>A key of a source, as it is written.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Value">Its value in TOML.</param>
/// <param name="Comment">What to know of it; null: it explains itself.</param>
internal sealed record PlanLine(string Key, string Value, string? Comment = null);

/// <summary>
/// A way to read a shape's payloads, as the lines of a configuration: what is tried is what is written, read by the same reader.
/// </summary>
internal sealed record ReadingPlan(IReadOnlyList<PlanLine> Lines)
{
    /// <summary>The preset that it takes; null: none.</summary>
    public string? Preset { get; init; }

    /// <summary>How the quality of a value is read; null: payloads say none. A plan is chosen by all that it reads, good or bad.</summary>
    public PlanLine? Quality { get; init; }

    /// <summary>Nothing that it leaves out is measured.</summary>
    public bool IsOnly { get; init; }

    /// <summary>Why it leaves the time in payloads out; null: it takes it, or there is none.</summary>
    public string? TimeRemark { get; init; }

    public ReadingPlan Without(string key) => this with { Lines = [.. Lines.Where(l => l.Key != key)] };

    public ReadingPlan With(string key, string value, string? comment = null) => this with
    {
        Lines = [.. Lines.Where(l => l.Key != key), new PlanLine(key, value, comment)],
    };

    /// <summary>The source that it makes; null where the configuration knows no such thing.</summary>
    /// <param name="filter">Its topics.</param>
    public SourceOptions? Read(string filter)
    {
        var text = $"""
            [sources.shape]
            mqtt = {"{"} url = "mqtt://127.0.0.1", topics = [{Toml.Text(filter)}] {"}"}
            {string.Join('\n', Lines.Select(l => $"{l.Key} = {l.Value}"))}
            """;
        var errors = new List<ConfigurationError>();
        var root = new TomlScope(TomlTree.Read(text, "shape", errors), "", "/", errors);
        var source = root.NamedTables("sources").Select(SourceReader.Read).FirstOrDefault();
        root.ReportUnknownKeys();
        return errors.Count == 0 ? source : null;
    }
}
