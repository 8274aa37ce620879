using System.Globalization;
using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Fitting;

namespace EdgeAgent.Modeling.Recipes.ManyChannels;

/// <summary>The card of a many-channels bundle: how it judges, what it finds, what it cannot do.</summary>
internal static class ManyChannelsCard
{
    public static string Write(FitRequest request, ManyChannelsOptions o, BundleManifest manifest, ManyChannelsReport trial)
    {
        var card = new StringBuilder();
        card.Append(CultureInfo.InvariantCulture, $$"""
            # {{manifest.Name}} {{manifest.Version}}

            {{manifest.Description}}.

            A detector with this bundle watches all channels of a source, whatever they are. Where the source does not list its channels, the
            detector does:

            ```toml
            [detectors.machine]
            source = "pumps"
            model = "models/{{manifest.Name}}"
            channels = ["Pressure", "Temperature", "Current"]   # where the source has "values.*" and the like
            ```

            ## How it judges

            - Each channel by itself, as `single-channel` judges one: its first {{o.ScaleReadings}} readings give its own level and spread, so the unit does not matter; each reading then has {{manifest.Input.Features!.Count}} features: mean, ln(standard deviation + 0.1) and ln(mean change from reading to reading + 0.1) over the last {{string.Join(", ", o.Lengths)}} readings, and the newest reading. The first {{o.CalibrationWindows}} of these, up to reading {{manifest.Window.Length + o.CalibrationWindows - 1}}, are what is normal.
            - A channel's distance is the root mean square of its features' distances from normal, in spreads, each at most {{o.Clip}}. The raw number is that of the channel that is farthest: what is as it was adds nothing, and dilutes nothing.
            - A channel that has shown one step at most, a bit, has a spread of {{o.BitSteps}} steps: by itself it never reaches the threshold, however fast it toggles. One that has not moved has a spread as large as its value ({{o.BitSteps}} where that is 0), so that its first change is judged by its size. One that has only risen, 20 times or more, is a counter: how fast it counts is judged, where it stands is not.
            - Score 1 is {{o.Threshold.Times:0.00}} times the highest raw number of the device's own calibration, at least {{o.Threshold.From}} and at most {{o.Threshold.To}}. On after {{o.OnAfter}} readings at 1 or more, off after {{o.OffAfter}} below, critical from {{o.Critical}}.
            - A level that is off by less also counts when it stays off: of each channel the root mean square of z of the means, averaged over {{o.Threshold.Lasting!.Over}} readings, and of these the highest; the bound comes down from {{o.Threshold.Lasting.Start}} to {{o.Threshold.Lasting.From}} while the device is calm.
            - Each {{o.Renew.Every}} readings below the threshold are learned, once as many calm ones have followed; what was learned fades over {{o.Renew.Memory}} readings. An event is closed as the new normal when all channels have been steady in it for {{o.Renew.AdoptAfter}} readings, or when it has been open for {{o.Renew.AdoptAtLast}}.
            - `model.onnx` is that in FP32, for any number of channels. It has no weights, so there is nothing to quantize.

            ## How it was made

            ```
            {{Command(request)}}
            ```


            """);
        Figures(card, request, o, trial);
        Limits(card, o, manifest);
        return card.ToString();
    }

    private static void Figures(StringBuilder card, FitRequest request, ManyChannelsOptions o, ManyChannelsReport trial)
    {
        card.Append(CultureInfo.InvariantCulture, $"""
            ## Figures

            On {o.TrialMachines} invented machines without a fault, {o.TrialReadings} readings each, of {InventedMachine.Channels} channels: six sensors (any mixture of noise, wandering, seasons, changing loads, bursts and coarse scales), one of them once more in another unit, a bit, one that is rarely set, a counter and two that never move: {100 * trial.Flagged:0.00} % of the readings behind the calibration lie in an event, {1e4 * trial.FalseEvents / trial.Readings:0.0} events in 10,000 readings. On as many for each kind of fault, which one sensor has over the last {o.FaultReadings} readings, with 2 to 30 of its spreads:

            | fault | found % |
            |---|---|

            """);
        foreach (var (shape, share) in trial.Found)
            card.Append(CultureInfo.InvariantCulture, $"| {shape.ToString().ToLowerInvariant()} | {100 * share:0.0} |\n");
        foreach (var (key, text) in request.Notes)
            card.Append(CultureInfo.InvariantCulture, $"\n- {key}: {text}");
        card.Append(request.Notes.Count > 0 ? "\n" : "");
    }

    private static void Limits(StringBuilder card, ManyChannelsOptions o, BundleManifest manifest) =>
        card.Append(CultureInfo.InvariantCulture, $$"""

            ## Limits

            - What only shows between channels (a flow that does not go with its pump's speed) is not seen: each channel is held against itself. Fit a model on recordings for that.
            - A fault that is already on while a device calibrates becomes its normal, and one that stands steadily for {{o.Renew.AdoptAfter}} readings, or in any way for {{o.Renew.AdoptAtLast}}, becomes it later, but for a sensor that stands still where it used to move; the event is told before, and closes as adopted.
            - What a bit says is not judged, and neither is the level of a counter, or of a sensor that rises without a single fall up to reading {{manifest.Window.Length + o.CalibrationWindows - 1}}. Where a bit is an alarm, write a rule. A counter that begins anew is an event of some 60 readings.
            - Of a channel that never moved while it calibrated only the value is known: a change that is small beside it is not seen.
            - A device is judged once it has sent every channel; a model for each group of channels suits devices that differ.

            """);

    private static string Command(FitRequest request)
    {
        var notes = request.Notes.Select(n => $"--note '{n.Key}={n.Value}'");
        return string.Join(" \\\n  ", [$"edgeagent-model fit --recipe {ManyChannelsRecipe.Id}", .. notes, $"--seed {request.Seed}",
            $"--out {(Path.IsPathRooted(request.Out) ? Path.GetFileName(request.Out) : request.Out)}"]);
    }
}
