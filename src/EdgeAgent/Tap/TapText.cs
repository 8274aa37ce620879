using System.Globalization;
using System.Text;
using EdgeAgent.Cli;
using EdgeAgent.Listening;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Tap;

/// <summary>Messages as lines for people: when, where, whose, of when, and what; or why not.</summary>
internal sealed class TapText(TextWriter output, Palette palette, LineRate? rate) : ITapView
{
    private const int DeviceLimit = 8;
    private const int ChannelLimit = 6;
    private const int ExcerptLimit = 60;
    private const int TopicWidthLimit = 48;
    private const int DeviceWidthLimit = 24;

    private int _topicWidth, _deviceWidth;

    public long Hidden { get; private set; }

    public void Show(SourceOptions source, HeardMessage message, ProbedMessage probed)
    {
        var withheld = 0L;
        if (rate is not null && !rate.TryTake(out withheld))
        {
            Hidden++;
            return;
        }
        if (withheld > 0) output.WriteLine(palette.Faint($"  … {Words.Count(withheld)} more, too fast for a terminal"));
        _topicWidth = Math.Min(TopicWidthLimit, Math.Max(_topicWidth, message.Topic.Length));
        var head = $"{Clock(message.ArrivalTicks)}  {Words.Printable(message.Topic).PadRight(_topicWidth)}  ";
        if (probed.IsLeftAlone)
        {
            output.WriteLine(palette.Faint($"{head}kept from before (retained), not taken"));
            return;
        }
        if (probed.Outcome == ProbedOutcome.LeftOut)
        {
            output.WriteLine(palette.Faint($"{head}left out, {Reason(source, probed)}  {Excerpt(message.Payload)}"));
            return;
        }
        if (!probed.IsUsable)
        {
            output.WriteLine($"{head}{palette.Bad($"× {Reason(source, probed)}")}  {palette.Faint(Excerpt(message.Payload))}");
            return;
        }
        foreach (var line in Lines(message.ArrivalTicks, probed))
        {
            output.WriteLine($"{head}{line}");
            head = new string(' ', head.Length);
        }
        if (probed.ArraysLeftOut.Count > 0) output.WriteLine(palette.Faint($"{head}{Arrays(probed.ArraysLeftOut)}"));
    }

    private static string Reason(SourceOptions source, ProbedMessage probed) =>
        $"{probed.Failure.Word()}: {probed.Failure.Explain(source).What}";

    private static string Arrays(IReadOnlyList<string> names) =>
        $"arrays left out: {string.Join(", ", names.Take(ChannelLimit).Select(n => Words.Printable(n)))}"
            + (names.Count > ChannelLimit ? $" and {names.Count - ChannelLimit} more" : "")
            + $" (set sample_rate, or name elements in channels: \"{Words.Printable(names[0])}[0]\")";

    private IEnumerable<string> Lines(long arrivalTicks, ProbedMessage probed)
    {
        var devices = probed.Readings.GroupBy(r => r.Device).ToList();
        foreach (var device in devices.Take(DeviceLimit))
        {
            var last = device.Last();
            _deviceWidth = Math.Min(DeviceWidthLimit, Math.Max(_deviceWidth, device.Key.Length));
            var time = last.TimeTicks == arrivalTicks ? "" : $"{Clock(last.TimeTicks)}  ";
            var many = device.Count() > 1 ? $"  ({(devices.Count == 1 ? probed.Count : device.Count())} readings)" : "";
            yield return $"{Words.Printable(device.Key).PadRight(_deviceWidth)}  {time}{Values(last)}{palette.Faint(many)}";
        }
        if (devices.Count > DeviceLimit) yield return palette.Faint($"… {devices.Count - DeviceLimit} more devices");
    }

    private static string Values(ProbedReading reading)
    {
        var shown = reading.Values.Take(ChannelLimit)
            .Select(v => $"{Words.Printable(v.Key)}={v.Value.ToString("G5", CultureInfo.InvariantCulture)}");
        var more = reading.Values.Count > ChannelLimit ? $" +{reading.Values.Count - ChannelLimit}" : "";
        return string.Join(' ', shown) + more;
    }

    /// <summary>The date only where it is not today's.</summary>
    private static string Clock(long ticks)
    {
        var time = new DateTime(ticks, DateTimeKind.Utc);
        var format = time.Date == DateTime.UtcNow.Date ? "HH:mm:ss.fff" : "yyyy-MM-dd HH:mm:ss.fff";
        return time.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string Excerpt(byte[] payload)
    {
        var text = Words.Printable(Encoding.UTF8.GetString(payload.AsSpan(0, Math.Min(payload.Length, ExcerptLimit))));
        return payload.Length > ExcerptLimit ? $"{text}…" : text;
    }
}
