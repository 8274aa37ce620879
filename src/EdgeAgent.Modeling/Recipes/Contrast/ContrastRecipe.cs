using EdgeAgent.Modeling.Candidates;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Trials;

namespace EdgeAgent.Modeling.Recipes.Contrast;

/// <summary>
/// Learns to tell normal windows from invented faults. Where nobody has said which recordings are normal, it gives way to the
/// one of its rivals that finds more.
/// </summary>
/// <param name="rivals">What is tried beside it.</param>
internal sealed class ContrastRecipe(IReadOnlyList<ICandidate> rivals) : IFolderRecipe
{
    public const string Id = "contrast";

    public string Name => Id;

    public string Summary => "recordings of devices alike; tells normal windows from invented faults, small and quick";

    public void Fit(FitRequest request, Action<string> progress) =>
        new ContrastFitting(request, new ContrastOptions(), rivals).Run(progress);

    public TrialFit Trial(FitRequest request)
    {
        var options = new ContrastOptions();
        return new TrialFit(options.Normals, normals =>
        {
            var model = ContrastTraining.Fit(normals, options, request.Seed, _ => { });
            return (model.Manifest, model.Quantized);
        });
    }
}
