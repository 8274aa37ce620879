using EdgeAgent.Modeling.Recipes;
using EdgeAgent.Modeling.Recipes.Distance;
using EdgeAgent.Modeling.Recipes.EachChannel;

namespace EdgeAgent.Modeling.Bundling;

/// <summary>What manifest and card say of each recipe that learns from a folder.</summary>
internal static class RecipeText
{
    /// <summary>The bundle in a sentence.</summary>
    public static string Description(string recipe) => recipe switch
    {
        DistanceFitting.Recipe => "How far the means of the last readings lie from where normal operation, drift included, puts them; learned without labels (distance recipe, INT8)",
        EachChannelRecipe.Recipe => "Tells normal operation, drift included, from faults, each channel by itself, the worst one counts; learned without labels (each-channel recipe, INT8)",
        _ => "Tells normal operation, drift included, from faults; learned without labels (contrast recipe, INT8)",
    };

    /// <summary>How the model was learned.</summary>
    public static string Learning(BundleDraft draft)
    {
        var (o, channels) = (draft.Options, draft.Manifest.Channels.Count);
        var inputs = o.Features.Count * channels;
        return draft.Recipe switch
        {
            DistanceFitting.Recipe => $"The Mahalanobis distance of {inputs} statistics from those of {o.WindowsPerClass} normal windows with the drift that normal operation shows ({draft.Model.Parameters} numbers, measured, not trained).",
            EachChannelRecipe.Recipe => $"{o.Members} networks {string.Join(" → ", [o.Features.Count, .. o.HiddenWidths, 1])} with ReLU, whose mean judges each channel by itself ({draft.Model.Parameters} numbers, the same for all channels); the highest of them is the output. They tell {o.WindowsPerClass} normal windows each from as many that also hold {Faults(o, "")}.",
            _ => $"{o.Members} networks {string.Join(" → ", [inputs, .. o.HiddenWidths, 1])} with ReLU, whose mean is the model ({draft.Model.Parameters} numbers), tell {o.WindowsPerClass} normal windows each from as many that also hold {Faults(o, "; 1 to 3 channels")}.",
        };
    }

    /// <summary>How the threshold was found.</summary>
    public static string Threshold(BundleDraft draft) => draft.Normals.Held.IsEmpty
        ? $"the lowest INT8 output at which hardly an event opens {ThresholdSearch.Rule(draft.Options)}; found by replaying what training took for normal as a device would see it; score 0: the median there"
        : FormattableString.Invariant($"{HeldOutThreshold.Rule}, found by replaying them as a device would see them; score 0: their median. Held out were {Held(draft.Normals.Held)}: {100 * draft.Model.Threshold!.Value.Flagged:0.00} % of {draft.Model.Threshold!.Value.HeldOutReadings} readings are flagged");

    private static string Faults(RecipeOptions o, string channels) => $"an invented fault (step, ramp, noise, stuck{(o.SticksInPlace ? " beside its place or in it" : "")}; 1.5 to 30 spreads{channels})";

    private static string Held(HeldOut held)
    {
        var words = held.Runs.Select(r => $"{r.Recording.Name} from row {r.From}").Concat(held.Parts.Select(p => $"the calibration part of {p.Name}")).ToArray();
        return string.Join(", ", words.Take(6)) + (words.Length > 6 ? $" and {words.Length - 6} more" : "");
    }
}
