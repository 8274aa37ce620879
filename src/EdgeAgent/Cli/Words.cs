using System.Globalization;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Cli;

/// <summary>Figures as people read them.</summary>
internal static class Words
{
    public static string Duration(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => "a moment",
        { TotalMinutes: < 1 } => Invariant($"{span.Seconds} s"),
        { TotalHours: < 1 } => Invariant($"{span.Minutes} min {span.Seconds} s"),
        { TotalDays: < 1 } => Invariant($"{span.Hours} h {span.Minutes} min"),
        _ => Invariant($"{span.Days} d {span.Hours} h"),
    };

    public static string Bytes(long? bytes) => bytes switch
    {
        null => "? bytes",
        < 1 << 10 => Invariant($"{bytes} B"),
        < 1 << 20 => Invariant($"{bytes / 1024.0:0.#} KiB"),
        < 1 << 30 => Invariant($"{bytes / (1024.0 * 1024):0.#} MiB"),
        _ => Invariant($"{bytes / (1024.0 * 1024 * 1024):0.##} GiB"),
    };

    /// <summary>Thousands set apart.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>So many of something, such as <c>1 rule</c>, <c>2 rules</c> or <c>no rules</c>.</summary>
    public static string Number(int count, string what) => count switch { 0 => $"no {what}s", 1 => $"1 {what}", _ => $"{count} {what}s" };

    /// <summary>What a configuration has.</summary>
    public static string Of(AgentOptions options) =>
        $"{Number(options.Sources.Count, "source")}, {Number(options.Detectors.Count, "detector")}, {Number(options.Rules.Count, "rule")}";

    public static string Rate(double perSecond) => perSecond.ToString(perSecond < 10 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    /// <summary>A measured value with the digits that tell it from its neighbours; no exponent from 1e-4 to 1e10.</summary>
    public static string Value(float value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('E') && Math.Abs(value) is >= 1e-4f and < 1e10f
            ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
            : text;
    }

    /// <summary>Nothing from outside may begin a line or move the cursor.</summary>
    public static string Printable(string text) => VisibleText.Of(text);

    /// <summary>All lines of a text in one.</summary>
    public static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The same for a text of several lines, which stay lines.</summary>
    public static string Lines(string text) => string.Join('\n', text.Split('\n').Select(Printable));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
