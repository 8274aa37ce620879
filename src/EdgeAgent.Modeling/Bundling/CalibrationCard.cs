using System.Globalization;
using System.Text;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Modeling.Bundling;

/// <summary>The part of a card that says how a device finds its own normal, doubts it, and keeps up with it.</summary>
internal static class CalibrationCard
{
    public static void Write(StringBuilder text, BundleManifest m)
    {
        var c = m.Calibration;
        if (c.Scale is { } scale)
            Line(text, $"The first {scale} readings of a device give each channel's own level and spread; what follows is of readings brought to them");
        Line(text, m.CalibratesFeatures
            ? (FormattableString)$"A device calibrates on the features of its first {c.Readings} windows: z = (value − mean) / spread of each feature, at most ± {c.Clip}"
            : $"A device calibrates on its first {c.Readings} readings: z = (value − mean) / spread of each channel, at most ± {c.Clip}");
        if (c.Threshold is { } own)
            Line(text, $"A device's threshold is {own.Times:0.00} times the highest raw number of its own calibration, from {own.From:0.##} to {own.To:0.##}");
        if (c.Threshold?.Lasting is { } lasting)
            Line(text, $"A level that stays off counts, too: the root mean square of z of the means, averaged over {lasting.Over} readings, makes the score at least 1 from a bound on that is {lasting.Start:0.##} at first, comes down towards {lasting.From:0.##} over {lasting.Fade} calm readings and goes up by {lasting.Raise:0.##} with every event");
        if (c.Provisional is { } provisional)
            Line(text, $"It is judged from reading {provisional} on, provisionally: the spread of so few is widened by the root of what is still missing, a window that is not full holds their mirror image besides, and what is judged anomalous is not learned");
        if (c.Outlier > 0)
            Line(text, $"Of these readings, blocks whose mean lies more than {c.Outlier:0.##} spreads from the median block's are left out, channel by channel");
        Steady(text, c.Steady ?? new ManifestSteady());
        Renewal(text, c.Renew);
        Channels(text, m.Channels);
    }

    private static void Steady(StringBuilder text, ManifestSteady s) =>
        Line(text, $"A device is marked unsteady when, while it calibrates, the means of blocks lie further apart than {s.Drift:0.##} spreads, or a block's spread is more than {s.Spread:0.##} times the median block's, in {(s.Channels == 0 ? "a third of the channels" : s.Channels == 1 ? "one channel" : $"{s.Channels} channels")}; it is judged all the same");

    private static void Renewal(StringBuilder text, ManifestRenewal? r)
    {
        if (r is null)
        {
            Line(text, $"Calibration stays as it is until an operator resets it");
            return;
        }
        var held = r.Hold switch { 0 => "", 1 => "and followed by as many more, ", _ => $"and followed by {r.Hold} times as many more, " };
        var follows = r.Spread == "keep" ? "the mean follows, the spread stays" : "mean and spread follow";
        Line(text, $"Calibration is renewed: each {r.Every} readings without an event or a score of {r.CalmBelow:0.##}, {held}take the place of the oldest of {r.Blocks} blocks; {follows}");
        if (r.Memory is { } memory)
            Line(text, $"Blocks that were replaced go on counting, fading over {memory} readings");
        Line(text, r.AdoptAfter == 0
            ? (FormattableString)$"While an event is open nothing is learned; a new normal stays an event until an operator resets the calibration"
            : $"An event that is open for {r.AdoptAfter} readings while the channels are steady is the new normal");
        if (r.States > 0) Line(text, $"{r.States} operating states that a device has been in are kept: an event in which it runs as in one of them closes as known");
        if (r.AdoptAtLast > 0) Line(text, $"So is one that is open for {r.AdoptAtLast} readings, unless the sensor stands still");
    }

    private static void Channels(StringBuilder text, List<ManifestChannel> channels)
    {
        if (channels.Exists(c => c.BitSteps is not null))
            Line(text, $"A channel that has shown one step at most has a spread of {channels.Max(c => c.BitSteps):0.##} steps, one that has not moved one as large as its value; of one that only rises no level counts");
        text.Append("\n| channel | unit | smallest spread | and of its level |\n|---|---|---|---|\n");
        foreach (var channel in channels)
        {
            var steps = channel.FloorSteps is { } s ? string.Create(CultureInfo.InvariantCulture, $"{s:0.##} steps of the sensor") : "";
            var floor = channel.Floor > 0 || steps.Length == 0 ? channel.Floor.ToString("g4", CultureInfo.InvariantCulture) : "";
            text.Append(CultureInfo.InvariantCulture, $"| {channel.Name} | {channel.Unit} | {floor}{(floor.Length > 0 && steps.Length > 0 ? ", " : "")}{steps} | {(channel.Drift > 0 ? string.Create(CultureInfo.InvariantCulture, $"{100 * channel.Drift:0.0} %") : "–")} |\n");
        }
    }

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append("- ").Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
