using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Thresholds;

namespace EdgeAgent.Modeling.Bundling;

/// <summary>What a card says of the threshold of a model that was learned from a folder.</summary>
internal static class ThresholdText
{
    /// <summary>How the threshold was found.</summary>
    public static string Of(BundleDraft draft) => draft.Manifest.Calibration.Threshold is not null
        ? "each device takes its own from its calibration"
        : draft.Normals.Held.IsEmpty
        ? $"the lowest INT8 output at which hardly an event opens {ThresholdSearch.Rule(draft.Options)}; found by replaying what training took for normal as a device would see it; score 0: the median there"
        : FormattableString.Invariant(
            $"{HeldOutThreshold.Rule}, found by replaying them as a device would see them; score 0: their median. Held out were {Held(draft.Normals.Held)}: {100 * draft.Model.Threshold!.Value.Flagged:0.00} % of {draft.Model.Threshold!.Value.HeldOutReadings} readings are flagged");

    private static string Held(HeldOut held)
    {
        var words = held.Runs.Select(r => $"{r.Recording.Name} from row {r.From}")
            .Concat(held.Parts.Select(p => $"the calibration part of {p.Name}")).ToArray();
        return string.Join(", ", words.Take(6)) + (words.Length > 6 ? $" and {words.Length - 6} more" : "");
    }
}
