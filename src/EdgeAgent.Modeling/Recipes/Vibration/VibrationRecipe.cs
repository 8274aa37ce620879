using EdgeAgent.Modeling.Fitting;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>Learns from simulated machines to tell the vibration of a sound one from that of one at fault.</summary>
internal sealed class VibrationRecipe : IRecipe
{
    public const string Id = "vibration";

    public string Name => Id;

    public string Summary => "simulated machines";

    public void Fit(FitRequest request, Action<string> progress) => new VibrationFitting(request, new VibrationOptions()).Run(progress);
}
