using System.Globalization;
using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Normals;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>The card of a single-channel bundle: what it learned from, how, what it finds, what it cannot do.</summary>
internal static class SingleChannelCard
{
    public static string Write(
        FitRequest request, SingleChannelOptions o, BundleManifest manifest, FittedNetwork model, SingleChannelReport trial)
    {
        var card = new StringBuilder();
        card.Append(CultureInfo.InvariantCulture, $$"""
            # {{manifest.Name}} {{manifest.Version}}

            {{manifest.Description}}.

            A detector with this bundle watches one channel. Where a device sends several, the configuration says which:

            ```toml
            [detectors.outlet-temperature]
            source = "pumps"
            model = "models/{{manifest.Name}}"
            channel = "Temperature"
            ```

            ## How it was made

            ```
            {{Command(request)}}
            ```

            The same seed gives the same bytes on one machine; math libraries differ in last bits between platforms.

            - A sensor calibrates on its first {{o.CalibrationReadings}} readings: z = (value − mean) / spread, clipped to ± {{o.Clip}}. The spread is at least {{o.FloorSteps}} steps of the sensor; a step is the smallest change from reading to reading in its calibration (`channels[].floorSteps`).{{ProvisionalReadings.Sentence(o.CalibrationReadings)}}
            - Of the last {{o.WindowLength}} readings: {{string.Join(", ", o.Features.Select(f => $"{f.Stat} over {f.Over}"))}}; means as signed logarithm, deviations as logarithm.
            - A network {{string.Join(" → ", [o.Features.Count, .. o.HiddenWidths, 1])}} with ReLU ({{model.Parameters}} numbers) tells {{o.Sensors * o.WindowsPerSensor / 2}} windows of {{o.Sensors}} invented sensors from as many that also hold a fault: a step (40 %), ramp (25 %), noise (15 %), standstill (10 %) or spikes (10 %), of 2 to 30 spreads, 3 to 1200 readings old.
            - An invented sensor is any mixture of noise (some with heavy tails), wandering over 3 to 400 readings, drift over thousands, a season of 24 to 400 readings, changing loads, bursts, swelling, and a coarse scale.
            - Threshold (score 1): where {{o.CalmSensors}} further invented sensors without a fault cause one event in {{o.ReadingsPerFalseEvent}} readings (a week at one every five minutes), with the INT8 model. Score 0: the median there. On after {{o.OnAfter}} readings at 1 or more, off after {{o.OffAfter}} below, critical from {{o.Critical}}; becoming critical is reported at once.
            - `model.onnx` is INT8 (static QDQ); `model.fp32.onnx` is the same network before that, for comparison.


            """);
        Figures(card, request, trial);
        Limits(card, o);
        return card.ToString();
    }

    private static void Figures(StringBuilder card, FitRequest request, SingleChannelReport trial)
    {
        card.Append(
            "## Figures\n\nOn invented sensors that it has not seen, share of faulty windows found, beside the mean of the last 8 "
                + "readings with a bound that flags as many normal windows:\n\n");
        card.Append("| fault | this model % | mean of 8 % |\n|---|---|---|\n");
        foreach (var (shape, share) in trial.Found)
            card.Append(CultureInfo.InvariantCulture,
                $"| {shape.ToString().ToLowerInvariant()} | {100 * share:0.0} | {100 * trial.FoundByMean[shape]:0.0} |\n");
        card.Append(CultureInfo.InvariantCulture, $"\nINT8 and FP32 agree on {100 * trial.Agreement:0.00} % of these windows.\n");
        foreach (var (key, text) in request.Notes)
            card.Append(CultureInfo.InvariantCulture, $"\n- {key}: {text}");
        card.Append(request.Notes.Count > 0 ? "\n" : "");
    }

    private static void Limits(StringBuilder card, SingleChannelOptions o) => card.Append(CultureInfo.InvariantCulture, $$"""

        ## Limits

        - A fault that is already on while a sensor calibrates becomes its normal. A sensor that shows little of its life in {{o.CalibrationReadings}} readings is judged too strictly afterwards; where its normal changes for good, it must calibrate again.
        - It sees values and their order, not the clock: a usual value at an unusual hour is no event to it.
        - A sensor in order may cause an event about once in {{o.ReadingsPerFalseEvent}} readings, more where it behaves as no invented one does. At one reading a second this is too often: raise `on_after`, or let a rule ask for a higher score.

        """);

    private static string Command(FitRequest request)
    {
        var notes = request.Notes.Select(n => $"--note '{n.Key}={n.Value}'");
        return string.Join(" \\\n  ", [$"edgeagent-model fit --recipe {SingleChannelRecipe.Id}", .. notes, $"--seed {request.Seed}",
            $"--out {(Path.IsPathRooted(request.Out) ? Path.GetFileName(request.Out) : request.Out)}"]);
    }
}
