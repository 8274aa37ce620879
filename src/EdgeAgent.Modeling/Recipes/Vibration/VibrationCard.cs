using System.Globalization;
using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Simulation;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>The card of a vibration bundle: above all, that nothing in it has seen a real machine.</summary>
internal static class VibrationCard
{
    public static string Write(
        FitRequest request, VibrationOptions options, BundleManifest manifest, FittedNetwork model, VibrationReport report)
    {
        var card = new StringBuilder();
        card.Append(CultureInfo.InvariantCulture, $"# {manifest.Name} {manifest.Version}\n\n{manifest.Description}.\n\n");
        card.Append(
            "**All figures below are of simulated machines.** They show that the way from samples to event works and what the model "
                + "reacts to. They do not show that it finds faults of real machines, nor how often it is wrong there; see the limits.\n");
        Making(card, request, options, manifest, model);
        Figures(card, options, report);
        card.Append(Limits);
        return card.ToString();
    }

    private static void Making(
        StringBuilder card, FitRequest request, VibrationOptions o, BundleManifest manifest, FittedNetwork model) =>
        card.Append(CultureInfo.InvariantCulture, $$"""

        ## How it was made

        ```
        edgeagent-model fit --recipe {{VibrationRecipe.Id}} --seed {{request.Seed}} --out {{(Path.IsPathRooted(request.Out) ? Path.GetFileName(request.Out) : request.Out)}}
        ```

        The same seed gives the same bytes on one machine; math libraries differ in last bits between platforms.

        - Input: accelerations on the axes {{string.Join(", ", o.Axes)}}, in any unit, at any even rate. Of each window of {{o.WindowLength}} samples, one every {{o.Stride}}, and each axis {{o.Features().Count}} features, as logarithms: standard deviation, peak to peak, kurtosis, crest factor, and the energy in {{o.Edges.Length - 1}} bands with edges at {{string.Join(", ", o.Edges.Select(e => e.ToString(CultureInfo.InvariantCulture)))}} of the sample rate.
        - Each device calibrates on the features of its first {{o.CalibrationWindows}} windows ({{Samples(o, o.CalibrationWindows)}} samples, more where it sends bursts): z = (feature − mean) / spread, clipped to ± {{o.Clip}}. From window {{o.ProvisionalWindows}} on ({{Samples(o, o.ProvisionalWindows)}} samples) it is judged provisionally, by what it has learned so far. The spread of a feature is at least what is usual among the simulated machines over a long while (`input.features[].floor`).
        - Data: {{o.Machines}} simulated sound machines of {{(o.CalibrationBlocks + o.BlocksOfMachine) * o.WindowsOfBlock}} windows each, in blocks of {{o.BlockLength}} samples. A machine has orders of its shaft (8 to 60 turns a second), a gear mesh, four modes, noise of process and sensor, steps and range of the sensor; speed and load wander. Machines differ in all of it. The sensors of {{100 * o.SlowShare:0}} % tell only {{o.SlowRate:0}} samples a second, so that most of the machine is folded back into what they tell.
        - A network {{string.Join(" → ", [.. new[] { manifest.Input.Features!.Count * o.Axes.Length }, .. o.HiddenWidths, 1])}} with ReLU ({{model.Parameters}} numbers) tells {{o.RowsPerClass}} windows of sound machines that wander from as many with an invented change (louder, knocking, duller, anything; 1.5 to 20 spreads). No fault, simulated or not, was used to learn, and no label.
        - Threshold (score 1): {{100 * o.Margin:0}} % above the INT8 output that all but 1 in {{1 / o.Excess:0}} of {{o.ThresholdMachines}} further sound machines of {{o.ThresholdBlocks * o.WindowsOfBlock}} windows each stayed below; what counts is what a machine kept for as long as an event needs. Score 0: their median. For devices that have learned fewer windows the same machines, having learned as few, give a threshold of their own (`output.provisional`): {{string.Join(", ", manifest.Output.Provisional!.Select(p => string.Create(CultureInfo.InvariantCulture, $"{manifest.Output.Score(p.One):0.00} times as high from {p.Readings} on")))}}. A further machine exceeds each with a chance of 1 in {{1 / o.Excess:0}} over as many windows, the margin aside (split conformal prediction). On after {{o.OnAfter}} windows at 1 or more of the mean of {{o.Smooth}}, off after {{o.OffAfter}} below.
        - `model.onnx` is INT8 (static QDQ); `model.fp32.onnx` is the same network before that, for comparison.

        """);

    private static void Figures(StringBuilder card, VibrationOptions options, VibrationReport report)
    {
        var (trial, sound) = (options.Trial, report.Sound);
        card.Append(CultureInfo.InvariantCulture, $$"""

            ## Figures (simulated machines, none of them met before)

            Every machine has its own resonances, speed, noise and sensor. It calibrates on blocks that follow each other at once or up to a minute apart, so that some learn in half a minute what then is to hold for a day; each window gets a verdict from the past alone, from the first block on.

            - {{sound.Machines}} sound machines over {{report.Days(trial):0.##}} days together, with a block every {{trial.HealthySeconds:0}} s ({{sound.SoundWindows}} windows): {{sound.FalseEvents}} false events, {{report.FalseEventsPerDay(trial):0.00}} per machine and day; {{100.0 * sound.SoundFlagged / sound.SoundWindows:0.00}} % of windows under an event.{{(sound.FalseEvents == 0 ? $" (None in so many is what one would see 1 time in 20 at {(3 / report.Days(trial)).ToString("0.00", CultureInfo.InvariantCulture)} a day.)" : "")}}
            - Faults grow from a tenth of the machine's usual vibration to three times it, in equal ratios over {{trial.GrowthBlocks}} blocks, {{trial.CalmBlocks}} blocks after the calibration. Blocks are up to a minute apart there, too. Of knocks that is a fourth of their peak, before the structure passes it on: at a strength of 1 they hardly stand out to the eye.
            - "By level": the same machines judged by the standard deviation of their loudest axis alone, calibrated and given a threshold in the same way ({{report.Level[0].FalseEvents}} false events on the sound machines). Where the model is no earlier, it adds nothing.

            | fault | machines | found | median delay, blocks | fault's strength then, of the usual vibration | false events before onset | by level: found | median delay |
            |---|---|---|---|---|---|---|---|

            """);
        foreach (var f in report.Faults)
            card.Append(CultureInfo.InvariantCulture, $"| {Name(f.Fault)} | {f.Machines} | {100.0 * f.Found / f.Machines:0} % | {f.MedianDelay?.ToString(CultureInfo.InvariantCulture) ?? "–"} | {(f.SeverityAtMedian is { } s ? Strength(f.Fault, s) : "–")} | {f.FalseEvents} | {Level(report, f.Fault)} |\n");
        ShortCalibrations(card, options, report);
        card.Append(CultureInfo.InvariantCulture, $"\nINT8 and FP32 agree on {100 * report.Agreement:0.00} % of verdicts.\n");
    }

    private static void ShortCalibrations(StringBuilder card, VibrationOptions options, VibrationReport report)
    {
        var trial = options.Trial;
        card.Append(CultureInfo.InvariantCulture, $$"""

            A fault that comes all at once ({{0.1 * Math.Pow(30, trial.ShortSeverity.Low):0.0}} to {{0.1 * Math.Pow(30, trial.ShortSeverity.High):0.0}} times the usual vibration, of all kinds) when a machine has learned so much, and the {{trial.ShortBlocks}} blocks from then on; {{trial.ShortMachines}} machines with the fault and as many without:

            | samples learned | sound windows under an event | F1 by window | AUROC of the score |
            |---|---|---|---|

            """);
        foreach (var s in report.Short)
            card.Append(CultureInfo.InvariantCulture, $"| {s.Samples} | {100 * s.FalseShare:0.0} % | {s.F1:0.000} | {s.Area:0.000} |\n");
    }

    private static int Samples(VibrationOptions o, int windows) => o.WindowLength + (windows - 1) * o.Stride;

    private static string Level(VibrationReport report, FaultKind fault)
    {
        var level = report.Level.First(l => l.Fault == fault);
        return string.Create(CultureInfo.InvariantCulture, $"{100.0 * level.Found / level.Machines:0} % | {(level.MedianDelay is { } delay ? $"{delay}" : "–")}");
    }

    private static string Strength(FaultKind fault, double severity) => fault is FaultKind.ClippedSensor or FaultKind.LooseSensor
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * severity:0} % of the way")
        : string.Create(CultureInfo.InvariantCulture, $"{0.1 * Math.Pow(30, severity):0.00}");

    private static string Name(FaultKind fault) => fault switch
    {
        FaultKind.OuterRace => "bearing, outer race",
        FaultKind.InnerRace => "bearing, inner race",
        FaultKind.Imbalance => "imbalance",
        FaultKind.Misalignment => "misalignment",
        FaultKind.Looseness => "looseness",
        FaultKind.Rub => "rub",
        FaultKind.ClippedSensor => "sensor clips",
        _ => "sensor came loose",
    };

    private const string Limits = """

        ## Limits

        - Simulated machines are simpler than real ones. Real ones start, stop and change their process; neighbours shake them; several things go wrong at once; resonances move with temperature. How far the figures carry over is not known: no recording of a real machine was at hand.
        - The simulation and the network's idea of a change were made by the same hands. No simulated fault was used to learn, but what was thought of in one was thought of in the other.
        - A machine must run as it usually does while it calibrates, in all its usual speeds and loads. One that later runs outside of them is told as anomalous; make it judged in one state only, or calibrate anew.
        - A fault that is already there while a device calibrates becomes its normal.
        - It tells that a machine has changed and in which features, not which fault it is.
        - For three axes named x, y and z.

        """;
}
