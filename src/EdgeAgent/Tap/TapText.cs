using System.Globalization;
using System.Text;
using EdgeAgent.Cli;
using EdgeAgent.Listening;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Tap;

/// <summary>
/// Messages as lines for people: when, where, whose, of when, and what; or why not. The first lines wait until it settles, and give all
/// of them their columns, so that none jump.
/// </summary>
internal sealed class TapText(TextWriter output, Palette palette, LineRate? rate) : ITapView
{
    private const int DeviceLimit = 8;
    private const int ChannelLimit = 6;
    private const int ExcerptLimit = 60;
    private const int HeadWidthLimit = 62;
    private const int DeviceWidthLimit = 24;
    private const int WaitingLimit = 1000;

    private readonly List<TapLine> _waiting = [];
    private bool _isSettled;
    private int _headWidth, _deviceWidth;

    public long Hidden { get; private set; }

    public void Show(SourceOptions source, HeardMessage message, ProbedMessage probed)
    {
        var withheld = 0L;
        if (rate is not null && !rate.TryTake(out withheld))
        {
            Hidden++;
            return;
        }
        if (withheld > 0) Put(new TapLine(null, null, palette.Faint($"  … {Words.Count(withheld)} more, too fast for a terminal")));
        var (clock, topic) = (Clock(message.ArrivalTicks), Words.Printable(message.Topic));
        if (probed.IsLeftAlone)
            Put(new TapLine($"{clock}  {topic}", null, palette.Faint("kept from before (retained), not taken")));
        else if (probed.Outcome == ProbedOutcome.LeftOut)
            Put(new TapLine($"{clock}  {topic}", null, palette.Faint($"left out, {Reason(source, probed)}  {Excerpt(message)}")));
        else if (!probed.IsUsable)
            Put(new TapLine($"{clock}  {topic}", null, Refused(source, message, probed)));
        else
            PutReadings($"{clock}  {topic}", message.ArrivalTicks, probed);
    }

    private static string Reason(SourceOptions source, ProbedMessage probed) =>
        $"{probed.Failure.Word()}: {probed.Failure.Explain(source).What}";

    private static string Arrays(IReadOnlyList<string> names) =>
        $"arrays left out: {string.Join(", ", names.Take(ChannelLimit).Select(n => Words.Printable(n)))}"
            + (names.Count > ChannelLimit ? $" and {names.Count - ChannelLimit} more" : "")
            + $" (set sample_rate, or name elements in channels: \"{Words.Printable(names[0])}[0]\")";

    private static string Excerpt(HeardMessage message) => PrintableText.Of(message.Payload, ExcerptLimit);

    public void Settle()
    {
        _isSettled = true;
        foreach (var line in _waiting) Write(line);
        _waiting.Clear();
        _waiting.TrimExcess();
    }

    private void Put(TapLine line)
    {
        if (_isSettled)
        {
            Write(line);
            return;
        }
        _headWidth = Math.Min(HeadWidthLimit, Math.Max(_headWidth, line.Head?.Length ?? 0));
        _deviceWidth = Math.Min(DeviceWidthLimit, Math.Max(_deviceWidth, line.Device?.Length ?? 0));
        _waiting.Add(line);
        if (_waiting.Count >= WaitingLimit) Settle();
    }

    private void Write(TapLine line)
    {
        var head = line.Head is null ? "" : $"{line.Head.PadRight(_headWidth)}  ";
        var device = line.Device is null ? "" : $"{line.Device.PadRight(_deviceWidth)}  ";
        output.WriteLine($"{head}{device}{line.Rest}");
    }

    private string Refused(SourceOptions source, HeardMessage message, ProbedMessage probed)
    {
        var form = PayloadForms.Of(Encoding.UTF8.GetBytes(message.Topic), message.Payload);
        // What is well-formed or nothing is told by the reason.
        var looks = form is PayloadForm.Json or PayloadForm.Empty ? "" : $"; it {PayloadForms.Describe(form)}";
        return $"{palette.Bad($"× {Reason(source, probed)}{looks}")}  {palette.Faint(Excerpt(message))}";
    }

    private void PutReadings(string head, long arrivalTicks, ProbedMessage probed)
    {
        var devices = probed.Readings.GroupBy(r => r.Device).ToList();
        foreach (var device in devices.Take(DeviceLimit))
        {
            var last = device.Last();
            var time = last.TimeTicks == arrivalTicks ? "" : $"{Clock(last.TimeTicks)}  ";
            var many = device.Count() > 1 ? $"  ({(devices.Count == 1 ? probed.Count : device.Count())} readings)" : "";
            Put(new TapLine(head, Words.Printable(device.Key), $"{time}{Values(last)}{palette.Faint(many)}"));
            head = "";
        }
        if (devices.Count > DeviceLimit) Put(new TapLine("", null, palette.Faint($"… {devices.Count - DeviceLimit} more devices")));
        if (probed.ArraysLeftOut.Count > 0) Put(new TapLine(head, null, palette.Faint(Arrays(probed.ArraysLeftOut))));
    }

    private static string Values(ProbedReading reading)
    {
        var shown = reading.Values.Take(ChannelLimit).Select(v => $"{Name(v.Key)}={Words.Value(v.Value)}");
        var more = reading.Values.Count > ChannelLimit ? $" +{reading.Values.Count - ChannelLimit}" : "";
        return string.Join(' ', shown) + more;
    }

    private static string Name(string channel) => channel.Length == 0 ? "\"\"" : Words.Printable(channel);

    /// <summary>The date only where it is not today's.</summary>
    private static string Clock(long ticks)
    {
        var time = new DateTime(ticks, DateTimeKind.Utc);
        var format = time.Date == DateTime.UtcNow.Date ? "HH:mm:ss.fff" : "yyyy-MM-dd HH:mm:ss.fff";
        return time.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A line in its columns.</summary>
    /// <param name="Head">Time and topic; null: the rest stands alone.</param>
    /// <param name="Device">Null: it has none.</param>
    /// <param name="Rest">What follows.</param>
    private readonly record struct TapLine(string? Head, string? Device, string Rest);
}
