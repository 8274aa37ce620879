using EdgeAgent.Modeling.Normals;

namespace EdgeAgent.Modeling.Candidates;

/// <summary>A way to learn from normal recordings that <c>fit</c> may choose by itself.</summary>
internal interface ICandidate
{
    /// <summary>As manifest and progress name it.</summary>
    string Name { get; }

    /// <summary>The bundle in a sentence.</summary>
    string Description { get; }

    /// <summary>Whether others must find more to be taken, and it is taken where nothing can be tried.</summary>
    bool ComesFirst => false;

    /// <summary>Whether it is tried at all.</summary>
    /// <param name="channels">Channels of the recordings.</param>
    /// <param name="options">The constants of the folder.</param>
    bool Suits(int channels, NormalOptions options);

    /// <summary>The constants that suit it, made from those of the folder.</summary>
    NormalOptions Suited(NormalOptions options);

    /// <summary>Learns a model.</summary>
    /// <param name="normals">What counts as normal.</param>
    /// <param name="options">What <see cref="Suited"/> gave.</param>
    /// <param name="seed">Decides everything random.</param>
    /// <param name="progress">Told what is going on, a line at a time.</param>
    FittedModel Fit(NormalSource normals, NormalOptions options, ulong seed, Action<string> progress);

    /// <summary>How the model was learned, in a sentence for the card.</summary>
    string Learning(FittedModel model, NormalOptions options, int channels);
}
