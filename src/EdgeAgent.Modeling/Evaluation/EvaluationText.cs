using System.Globalization;
using System.Text;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>What <c>evaluate</c> found, for people.</summary>
internal static class EvaluationText
{
    public static string Of(Evaluated found, bool table)
    {
        var text = new StringBuilder();
        foreach (var model in found.Models)
            text.Append(Summary(model.Total));
        foreach (var figures in found.Unlabelled)
            text.Append(Summary(figures));
        if (found.Agreement is { } agreement)
            text.Append(CultureInfo.InvariantCulture, $"INT8 and FP32 agree on {100 * agreement:0.00} % of verdicts\n");
        foreach (var reason in found.Skipped)
            text.Append(CultureInfo.InvariantCulture, $"skipped: {reason}\n");
        if (!table) return text.ToString();
        IReadOnlyList<Figures> rows = [.. found.Models is [var first, ..] ? first.Recordings : [], .. found.Unlabelled];
        if (rows.Count > 0) Table(text, rows, found.Protocol == "nab");
        return text.ToString();
    }

    private static string Summary(Figures f)
    {
        var text = new StringBuilder($"{f.Name}:");
        if (f.Nab is { } nab)
            text.Append(CultureInfo.InvariantCulture, $" NAB {nab:F2}  windows {f.EventsFound}/{f.Events} ");
        if (f.F1 is { } f1)
            text.Append(CultureInfo.InvariantCulture, $" F1 {f1:0.0000}  FAR {100 * f.FalseAlarmRate:0.00} %")
                .Append(CultureInfo.InvariantCulture, $"  MAR {100 * f.MissedAlarmRate:0.00} %  events {f.EventsFound}/{f.Events} ");
        if (f.MeanDelaySeconds is { } mean)
            text.Append(CultureInfo.InvariantCulture, $" delay mean {mean:0.0} s, median {f.MedianDelaySeconds:0.0} s ");
        text.Append(f.FalseAlarms is { } count
            ? string.Create(CultureInfo.InvariantCulture, $" false alarms {count} ({f.FalseAlarmsPerDay:0.##} a day)")
            : string.Create(CultureInfo.InvariantCulture, $" alarms {f.Alarms} ({f.AlarmsPerDay:0.##} a day)"));
        text.Append(CultureInfo.InvariantCulture, $"  flagged {100 * f.Flagged:0.00} % of {f.Readings} readings");
        if (f.FlaggedInLastThird is { } last)
            text.Append(CultureInfo.InvariantCulture, $", {100 * last:0.00} % in the last third");
        var share = 100.0 * f.ForwardedBytes / f.ReceivedBytes;
        text.Append(CultureInfo.InvariantCulture,
            $"  about {Size(f.ForwardedBytes)} forwarded of {Size(f.ReceivedBytes)} ({share:0.0} %)\n");
        return text.ToString();
    }

    private static void Table(StringBuilder text, IReadOnlyList<Figures> rows, bool nab)
    {
        var width = Math.Max("recording".Length, rows.Max(r => r.Name.Length));
        var scores = nab ? "   NAB" : "    F1   FAR %   MAR %";
        text.Append(CultureInfo.InvariantCulture,
            $"\n{"recording".PadRight(width)}  readings  flagged %  alarms  false  {scores}  found  delay s  forwarded %\n");
        foreach (var r in rows)
        {
            var score = nab
                ? Cell(r.Nab, "F2", 6)
                : $"{Cell(r.F1, "0.0000", 6)}  {Cell(100 * r.FalseAlarmRate, "0.00", 6)}  {Cell(100 * r.MissedAlarmRate, "0.00", 6)}";
            var found = r.Events is { } events ? $"{r.EventsFound}/{events}" : "-";
            text.Append(CultureInfo.InvariantCulture, $"{r.Name.PadRight(width)}  {r.Readings,8}  {100 * r.Flagged,9:0.00}  {r.Alarms,6}")
                .Append(CultureInfo.InvariantCulture, $"  {Cell(r.FalseAlarms, "0", 5)}  {score}  {found,5}")
                .Append(CultureInfo.InvariantCulture, $"  {Cell(r.MeanDelaySeconds, "0.0", 7)}")
                .Append(CultureInfo.InvariantCulture, $"  {100.0 * r.ForwardedBytes / r.ReceivedBytes,11:0.0}\n");
        }
    }

    private static string Cell(double? value, string format, int width) =>
        (value?.ToString(format, CultureInfo.InvariantCulture) ?? "-").PadLeft(width);

    private static string Size(long bytes) => bytes switch
    {
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        >= 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        _ => $"{bytes} B",
    };
}
