using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgeAgent.Tests.Control;

/// <summary>
/// Reads Prometheus' text format as strictly as its linter: every family with help and type before its samples, in one
/// piece, each series once, counters named _total, histograms whole.
/// </summary>
internal sealed partial class MetricsPageParser
{
    private readonly Dictionary<string, string> _types = [];
    private readonly HashSet<string> _closed = [];
    private string _family = "";

    /// <summary>Values by series, written as in the page.</summary>
    public Dictionary<string, double> Series { get; } = [];

    public IReadOnlyCollection<string> Families => _types.Keys;

    public static MetricsPageParser Read(string page)
    {
        var parser = new MetricsPageParser();
        Assert.EndsWith("\n", page);
        Assert.DoesNotContain('\r', page);
        foreach (var line in page[..^1].Split('\n'))
            parser.ReadLine(line);
        parser.CheckHistograms();
        return parser;
    }

    private void ReadLine(string line)
    {
        if (Help().Match(line) is { Success: true } help)
            Begin(help.Groups[1].Value);
        else if (Type().Match(line) is { Success: true } type)
            SetType(type.Groups[1].Value, type.Groups[2].Value);
        else if (Sample().Match(line) is { Success: true } sample)
            Add(line, sample.Groups[1].Value, sample.Groups[2].Value, sample.Groups[3].Value);
        else
            Assert.Fail($"not a line of the format: {line}");
    }

    private void Begin(string name)
    {
        if (_family.Length > 0) Assert.True(_closed.Add(_family), $"{_family} comes in two pieces");
        Assert.DoesNotContain(name, _closed);
        Assert.Matches("^(edgeagent|process|dotnet)_[a-z0-9_]+$", name);
        _family = name;
    }

    private void SetType(string name, string type)
    {
        Assert.Equal(_family, name);
        Assert.True(_types.TryAdd(name, type), $"{name} has two types");
        Assert.True(type == "counter" == name.EndsWith("_total", StringComparison.Ordinal), $"{name} is a {type}");
        Assert.DoesNotMatch("(_ms|_milliseconds|_kb|_mb|_mib)(_|$)", name);
    }

    private void Add(string line, string name, string labels, string value)
    {
        var family = _types.GetValueOrDefault(_family) == "histogram" ? HistogramSuffix().Replace(name, "") : name;
        Assert.True(_family == family && _types.ContainsKey(family), $"outside its family: {line}");
        var names = Label().Matches(labels).Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.DoesNotContain("device", names);
        var number = value == "+Inf" ? double.PositiveInfinity : double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture);
        Assert.True(_types[family] == "gauge" || number >= 0, line);
        Assert.True(Series.TryAdd(name + labels, number), $"twice: {line}");
    }

    private void CheckHistograms()
    {
        foreach (var family in _types.Where(t => t.Value == "histogram").Select(t => t.Key))
        {
            var buckets = Series.Where(s => s.Key.StartsWith($"{family}_bucket", StringComparison.Ordinal)).ToList();
            foreach (var one in buckets.GroupBy(b => Bound().Replace(b.Key, "")))
            {
                Assert.Equal(one.Select(b => b.Value).Order(), one.Select(b => b.Value));
                Assert.Contains("le=\"+Inf\"", one.Last().Key);
                var labels = one.Key[(family.Length + "_bucket".Length)..];
                Assert.Equal(one.Last().Value, Series[$"{family}_count{labels}"]);
                Assert.Contains($"{family}_sum{labels}", Series.Keys);
            }
        }
    }

    [GeneratedRegex(@"^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) \S.*\.$")]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$")]
    private static partial Regex Type();

    [GeneratedRegex("""^([a-zA-Z_:][a-zA-Z0-9_:]*)((?:\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*")(?:,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*")*\})?) (-?[0-9.]+(?:E[-+]?[0-9]+)?|\+Inf)$""")]
    private static partial Regex Sample();

    [GeneratedRegex("([a-zA-Z_][a-zA-Z0-9_]*)=\"")]
    private static partial Regex Label();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex HistogramSuffix();

    [GeneratedRegex(",le=\"[^\"]*\"")]
    private static partial Regex Bound();
}
