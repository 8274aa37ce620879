using System.Globalization;

namespace EdgeAgent.Modeling.Reporting;

/// <summary>How much a statement weighs.</summary>
internal enum Trust { Good, Careful, Bad }

/// <summary>One thing to know before the bundle is relied on.</summary>
internal readonly record struct TrustLine(Trust Trust, string Text);

/// <summary>Says in words what of a fit can be trusted, and what not.</summary>
internal static class TrustVerdict
{
    private const double FlaggedLimit = 0.02, LabelledLimit = 0.1, UnlabelledLimit = 0.3;
    private const int FewHeldOut = 300;
    private const int FewReadings = 2000, VeryFewReadings = 600;

    /// <summary>The worst line decides.</summary>
    public static (Trust Trust, string Text) Overall(IReadOnlyList<TrustLine> lines) => lines.Max(l => l.Trust) switch
    {
        Trust.Good => (Trust.Good, "Sound: try it beside what you have, then rely on it."),
        Trust.Careful => (Trust.Careful, "Usable with care: run it, but look at its events before anything depends on them."),
        _ => (Trust.Bad, "Not to be relied on yet: see what speaks against it."),
    };

    public static List<TrustLine> Of(FitFindings f)
    {
        var lines = new List<TrustLine>();
        Amount(f, lines);
        Found(f, lines);
        Calm(f, lines);
        Steps(f, lines);
        Mixture(f, lines);
        if (f.Draft.Model.Threshold is { IsAtLimit: true } t)
            lines.Add(new TrustLine(
                Trust.Bad, Text(
                    $"The threshold stands at the end of its range: even there {100 * t.Flagged:0.0} % of the readings taken for normal are flagged (allowed: {100 * t.Allowed:0.00} %). These recordings hold no steady normal, or faults from the start: add recordings of steady operation, or name such with --normal.")));
        if (f.Agreement < 0.97)
            lines.Add(new TrustLine(f.Agreement < 0.9 ? Trust.Bad : Trust.Careful,
                Text($"INT8 and FP32 agree on {100 * f.Agreement:0.0} % of verdicts only: to judge by FP32, put model.fp32.onnx in the place of model.onnx, and leave sha256 out of the manifest.")));
        if (f.Read.Notes.Count(n => n.IsLoss && n.File.Length > 0) is > 0 and var files)
            lines.Add(new TrustLine(
                Trust.Careful, Text($"{files} {(files == 1 ? "file was" : "files were")} left out; see \"What was read\".")));
        if (f.Reports.Where(r => r.Score is not null && (r.Name == "INT8" || r.Name.StartsWith("seed", StringComparison.Ordinal)))
            .Select(r => r.Score!.F1).ToArray() is { Length: > 1 } seeds && seeds.Max() - seeds.Min() > 0.05)
            lines.Add(new TrustLine(
                Trust.Careful, Text($"Other seeds reach an F1 of {seeds.Min():0.00} to {seeds.Max():0.00}: part of this is luck.")));
        return [.. lines.OrderByDescending(l => l.Trust)];
    }

    private static void Amount(FitFindings f, List<TrustLine> lines)
    {
        var (recordings, learned) = (f.Parts.Recordings.Count, f.LearnedReadings);
        if (recordings == 1 && f.Parts.Recordings[0].Rows < FewReadings)
            lines.Add(new TrustLine(
                Trust.Careful, Text(
                    $"One recording of {f.Parts.Recordings[0].Rows} readings: figures mean little, and what another day looks like is not known. Add recordings.")));
        else if (learned < VeryFewReadings)
            lines.Add(new TrustLine(Trust.Careful, Text($"Learned from {learned} readings only; add recordings.")));
        else if (learned < FewReadings)
            lines.Add(new TrustLine(Trust.Careful, Text($"Learned from {learned} readings; more recordings make it steadier.")));
        else if (recordings == 1)
            lines.Add(new TrustLine(
                Trust.Careful,
                Text($"All {learned} readings that it learned from are of one recording: whatever that one does not show (another load, another season, the machine after a repair) is likely to be taken for a fault. Add recordings, or try it on others before anything depends on it.")));
        else
            lines.Add(new TrustLine(Trust.Good, Text($"Learned from {learned} readings of {recordings} recordings.")));
    }

    private static void Found(FitFindings f, List<TrustLine> lines)
    {
        if (f.Reports.FirstOrDefault(r => r.Name == "INT8")?.Score is not { } score)
        {
            lines.Add(new TrustLine(
                Trust.Careful, "No recording has labels, so nobody can say which real faults it finds; below are invented ones."));
            return;
        }
        if (score.Events == 0)
            lines.Add(new TrustLine(
                Trust.Careful, "The labels mark no fault behind the calibration, so nobody can say which real faults it finds."));
        else
            lines.Add(new TrustLine(
                score.Found >= 0.8 * score.Events ? Trust.Good : score.Found >= 0.5 * score.Events ? Trust.Careful : Trust.Bad,
                Text($"It finds {score.Found} of {score.Events} labelled faults{(score.Found > 0 ? $", {Duration(score.MeanDelaySeconds)} after their start on average" : "")}; reading by reading F1 is {score.F1:0.00}.")));
    }

    private static void Calm(FitFindings f, List<TrustLine> lines)
    {
        HeldOut(f, lines);
        var flagged = f.UnseenFlagged;
        if (f.UnseenReadings == 0)
        {
            lines.Add(new TrustLine(
                Trust.Careful, "Nothing is left that it has not learned from, so how often it is wrong is not known: keep a recording aside "
                    + "and replay it with edgeagent replay."));
            return;
        }
        // Recordings without labels may hold the very faults that one wants to find: that they are flagged says nothing against a fit.
        var limit = f.Labelled.Any() ? LabelledLimit : UnlabelledLimit;
        var trust = flagged <= FlaggedLimit ? Trust.Good : flagged <= limit ? Trust.Careful : Trust.Bad;
        var what = f.Labelled.Any() ? "readings that are not labelled as faults" : "readings that it has not learned from";
        var why = trust == Trust.Good ? "" : f.Labelled.Any()
            ? " It takes part of normal operation for faults: name recordings without any with --normal, or add some."
            : " Look at these events in the report: either they are the faults that are to be found, or normal operation moves on "
                + "from what it learned; then add recordings of that, or name those without a fault with --normal.";
        lines.Add(new TrustLine(trust, Text($"{(trust == Trust.Bad ? "Not calm: " : "")}{100 * flagged:0.0} % of {f.UnseenReadings} {what} are flagged, {f.AlarmsPerDay:0.##} alarms a day.{why}")));
    }

    /// <summary>What a device makes of normal readings that training had not seen.</summary>
    private static void HeldOut(FitFindings f, List<TrustLine> lines)
    {
        if (!f.Parts.IsAutomatic || f.Draft.Model.Threshold is not { } threshold) return;
        if (threshold.HeldOutReadings == 0)
            lines.Add(new TrustLine(Trust.Careful,
                "Too little to hold any of it out: the threshold comes from what was learned, and may be too low. Add recordings."));
        else if (threshold.Flagged > FlaggedLimit && threshold.HeldOutReadings < FewHeldOut)
            lines.Add(new TrustLine(
                Trust.Careful, Text(
                    $"{100 * threshold.Flagged:0.0} % of the {threshold.HeldOutReadings} normal readings that could be held out are flagged: too few to tell. Add recordings.")));
        else if (threshold.Flagged > FlaggedLimit)
            lines.Add(new TrustLine(
                Trust.Bad, Text(
                    $"Not calm: {100 * threshold.Flagged:0.0} % of {threshold.HeldOutReadings} normal readings that were held out are flagged. Add recordings of all that is normal (every load, whole days), or name such with --normal; a longer --calibration helps where a cycle is longer than it.")));
        else
            lines.Add(new TrustLine(
                Trust.Good, Text(
                    $"{100 * threshold.Flagged:0.00} % of {threshold.HeldOutReadings} normal readings that were held out of training are flagged.")));
    }

    /// <summary>Devices that are not alike share floors that only the largest needs; the others' faults drown in them.</summary>
    private static void Mixture(FitFindings f, List<TrustLine> lines)
    {
        for (var c = 0; c < f.Manifest.Channels.Count && !f.Parts.Options.InOwnSpread; c++)
        {
            var floor = f.Manifest.Channels[c].Floor;
            var drowned = f.Parts.Recordings.Where(r => Range(r, c) < floor).Select(r => r.Name).ToArray();
            if (drowned.Length > 0)
                lines.Add(new TrustLine(drowned.Length * 4 > f.Parts.Recordings.Count ? Trust.Bad : Trust.Careful,
                    Text($"\"{f.Manifest.Channels[c].Name}\" moves less in {string.Join(", ", drowned.Take(3))}{(drowned.Length > 3 ? $" and {drowned.Length - 3} more" : "")} than the {floor:g3} that other recordings need as a floor, so nothing is seen there: these are different devices, fit each kind alone.")));
        }
        var steps = f.Parts.Recordings.Select(r => r.StepSeconds).Order().ToArray();
        if (steps[^1] > 1.5 * steps[0])
            lines.Add(new TrustLine(Trust.Careful, Text(
                $"The recordings have a reading every {Duration(steps[0])} to every {Duration(steps[^1])}; a model is for one rate.")));
    }

    private static float Range(Recordings.Recording recording, int channel)
    {
        var (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
        for (var r = 0; r < recording.Rows; r++)
            (low, high) = (Math.Min(low, recording.Row(r)[channel]), Math.Max(high, recording.Row(r)[channel]));
        return high - low;
    }

    private static void Steps(FitFindings f, List<TrustLine> lines)
    {
        if (f.Steps is not { } steps)
        {
            lines.Add(new TrustLine(
                Trust.Careful, "No calm stretch was long enough to try invented faults on: longer recordings show what it finds."));
            return;
        }
        var share = steps.FoundOf(6);
        var remedy = share >= 0.9 ? ""
            : " The threshold is where these recordings are calm: more of them, or runs without a fault named with --normal, bring it down.";
        lines.Add(new TrustLine(share >= 0.9 ? Trust.Good : share >= 0.6 ? Trust.Careful : Trust.Bad, Text(
            $"Steps of 6 spreads in one channel are found in {100 * share:0} % of trials, of 3 spreads in {100 * steps.FoundOf(3):0} %.{remedy}")));
        foreach (var (channel, c) in f.Manifest.Channels.Select((m, i) => (m, i)).Where(p => p.m.Drift > 0.3))
            lines.Add(new TrustLine(
                Trust.Careful,
                Text($"\"{channel.Name}\" wanders by {100 * channel.Drift:0} % of its level while all is well; only faults beyond {6 * steps.Spreads[c]:g3} are seen in it.")));
    }

    public static string Duration(double seconds) => seconds switch
    {
        < 120 => Text($"{seconds:0} s"),
        < 7200 => Text($"{seconds / 60:0} min"),
        < 172_800 => Text($"{seconds / 3600:0.#} h"),
        _ => Text($"{seconds / 86_400:0.#} days"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
