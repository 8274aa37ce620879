using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Trials;

namespace EdgeAgent.Modeling.Recipes;

/// <summary>A way to make a bundle; <c>fit --recipe</c> finds it by its name.</summary>
internal interface IRecipe
{
    /// <summary>As users and manifests name it.</summary>
    string Name { get; }

    /// <summary>What it learns from and how, in a few words for the help.</summary>
    string Summary { get; }

    /// <summary>Learns, and writes the bundle into the folder that the request names.</summary>
    /// <param name="request">What the user asks for.</param>
    /// <param name="progress">Told what is going on, a line at a time.</param>
    /// <exception cref="ModelingException">The request cannot be met, or the recordings cannot be used.</exception>
    void Fit(FitRequest request, Action<string> progress);
}

/// <summary>A recipe that learns from a folder of recordings; the others invent or simulate what they learn from.</summary>
internal interface IFolderRecipe : IRecipe
{
    /// <summary>How a trial fits it, without a bundle being written.</summary>
    TrialFit Trial(FitRequest request);
}
