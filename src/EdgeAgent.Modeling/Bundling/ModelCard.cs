using System.Globalization;
using System.Text;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Normals;

namespace EdgeAgent.Modeling.Bundling;

/// <summary>The card that goes with a bundle: what it learned from, how, what it reached, what it cannot do.</summary>
internal static class ModelCard
{
    /// <summary>Instead of a table without rows.</summary>
    public const string NoLabels =
        "No recording has labels, so nothing here says how many faults are found, nor how often an alarm is wrong.\n";

    /// <param name="draft">The model.</param>
    /// <param name="reports">INT8 and FP32 on labelled recordings, normal runs, other seeds; whichever there are.</param>
    /// <param name="normalRuns">Names of the recordings without a fault.</param>
    public static string Write(BundleDraft draft, IReadOnlyList<Report> reports, string[] normalRuns)
    {
        var card = new StringBuilder();
        card.Append(CultureInfo.InvariantCulture, $"# {draft.Manifest.Name} {draft.Manifest.Version}\n\n{draft.Manifest.Description}.\n");
        Making(card, draft);
        Data(card, draft, normalRuns);
        Figures(card, reports);
        Limits(card, draft);
        return card.ToString();
    }

    private static void Making(StringBuilder card, BundleDraft draft)
    {
        var o = draft.Options;
        card.Append(CultureInfo.InvariantCulture, $$"""

            ## How it was made

            ```
            {{CommandText.Of(draft.Request)}}
            ```

            The same recordings and seed give the same bytes on one machine; math libraries differ in last bits between platforms.

            {{Calibrating(draft)}}
            - {{draft.Candidate.Learning(draft.Model, o, draft.Manifest.Channels.Count)}}
            - Threshold (score 1): {{ThresholdText.Of(draft)}}. On after {{draft.Manifest.Decision.OnAfter}} readings at 1 or more, off after {{draft.Manifest.Decision.OffAfter}} below.
            - `model.onnx` is INT8 (static QDQ; 8-bit activations, weights in 7 of 8 bits with one step per output, so that all processors add alike); `model.fp32.onnx` is the same network before that, for comparison.

            """);
    }

    private static string Calibrating(BundleDraft draft)
    {
        var text = new StringBuilder();
        if (draft.Manifest.CalibratesFeatures)
        {
            CalibrationCard.Write(text, draft.Manifest);
            return text.ToString().TrimEnd();
        }
        var o = draft.Options;
        var drift = o.InOwnSpread
            ? $"The spread is taken as many times as the channel wanders while all is well (`channels[].wander`; measured on the normal recordings: windows against calibrations before them), and is at least {o.FloorSteps} of the device's own steps (`channels[].floorSteps`)"
            : $"The spread is at least {o.FloorSteps} steps of the sensor (`channels[].floor`; a step is the 5 % quantile of the sensor's changes) and at least what the channel wanders while all is well, as a share of its level (`channels[].drift`; measured on the normal recordings: windows against calibrations before them)";
        text.Append(CultureInfo.InvariantCulture, $"""
            - Each device calibrates on its first {o.CalibrationReadings} readings: z = (value − mean) / spread per channel, clipped to ± {o.Clip}. {drift}. Of {o.CalibrationBlocks} blocks, those far from most are left out.{ProvisionalReadings.Sentence(o.CalibrationReadings)}
            - Calibration is renewed: every {o.Block} readings in which nothing was found, and that were followed by as many more, take the place of the oldest.{(o.AdoptAfter > 0 ? $" An event that has stood for {o.AdoptAfter} readings on a level as steady as normal operation is taken for the new normal (`calibration.renew.adoptAfter`)." : "")}{(o.KnownStates > 0 ? " A machine that is set back to where it calibrated is not at fault: such an event closes as `known` (`calibration.renew.states`)." : "")}
            - Of the last {o.WindowLength} readings: {(o.Features.Count == 0 ? "each as it is" : string.Join(", ", o.Features.Select(f => $"{f.Stat} over {f.Over} ({f.Squash})")))} of each channel.
            """);
        return text.ToString();
    }

    private static void Data(StringBuilder card, BundleDraft draft, string[] normalRuns)
    {
        card.Append("\n## Data\n\n");
        foreach (var (key, text) in draft.Request.Notes)
            card.Append(CultureInfo.InvariantCulture, $"- {key}: {text}\n");
        card.Append(CultureInfo.InvariantCulture,
            $"- Taken for normal, without labels: the first {draft.Options.CalibrationReadings} readings of each recording");
        card.Append(normalRuns.Length == 0 ? ".\n"
            : draft.IsAutomatic ? FormattableString.Invariant($"; of {string.Join(", ", normalRuns)}, which are long, the first {100 * NormalChoice.FirstShare:0} %, without stretches far from the rest.\n")
            : $", and the first two thirds of {string.Join(", ", normalRuns)}.\n");
        if (draft.Normals.LeftOut.Count > 0)
            card.Append(CultureInfo.InvariantCulture, $"- Left out because the calibration part moves unlike that of the others: {string.Join(", ", draft.Normals.LeftOut)}.\n");
        card.Append(
            "- Labels were used to measure only. No recording, or part of one, is in this bundle; the golden windows are invented.\n");
    }

    private static void Figures(StringBuilder card, IReadOnlyList<Report> reports)
    {
        card.Append(
            "\n## Figures\n\nEach recording is one device: it calibrates on its first readings, then every later reading gets a verdict "
                + "from the past alone; no tolerance, no adjustment.\n\n");
        var labelled = reports.Where(r => r.Score is not null).Select(r => (r.Name, Score: r.Score!)).ToArray();
        if (labelled.Length == 0)
            card.Append(NoLabels);
        else
            card.Append(
                "| model | F1 | FAR % | MAR % | events found | mean delay s | false alarms | flagged % |\n"
                    + "|---|---|---|---|---|---|---|---|\n");
        foreach (var (name, score) in labelled)
            card.Append(
                CultureInfo.InvariantCulture,
                $"| {name} | {score.F1:0.0000} | {100 * score.FalseAlarmRate:0.00} | {100 * score.MissedAlarmRate:0.00} | "
                    + $"{score.Found}/{score.Events} | {score.MeanDelaySeconds:0.0} | {score.FalseAlarms} | "
                    + $"{100 * score.FlaggedShare:0.00} |\n");
        if (reports is [{ Score: not null } first, { Score: not null } second, ..])
            card.Append(
                CultureInfo.InvariantCulture, $"\nINT8 and FP32 agree on {100 * Report.Agreement(first, second):0.00} % of verdicts.");
        if (labelled.Length > 0)
            card.Append(" The bundle keeps the seed it was asked for, whatever the other seeds reach.\n");
        foreach (var run in reports.Where(r => r.Score is null))
            card.Append(CultureInfo.InvariantCulture, $"\n- {run.Summary}.");
    }

    private static void Limits(StringBuilder card, BundleDraft draft) => card.Append(CultureInfo.InvariantCulture, $$"""


        ## Limits

        - A machine that moves faster than calibration is renewed, and further than the drift that training saw, is flagged; while an event is open nothing is learned{{(draft.Options.AdoptAfter > 0 ? ", until its level has been steady for long" : ", so a new normal stays an event until an operator resets the calibration")}}.
        - A fault that is already on while a device calibrates becomes its normal.
        - Slow faults that look like the drift of normal operation, above all in temperatures, are not told from it.
        - For devices with the same channels in the same order, at about the same rate of readings.
        - The recipe's form (how drift is measured, horizons, sizes of invented faults, how threshold and streaks are set) was settled with scores on SKAB in view: about eighty variants were tried. Weights, drift and threshold have seen no label. Figures on other machines will differ.

        """);
}
