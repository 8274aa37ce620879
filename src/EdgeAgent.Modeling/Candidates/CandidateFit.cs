using EdgeAgent.Modeling.Normals;

namespace EdgeAgent.Modeling.Candidates;

/// <summary>
/// Fits the recipes that suit a folder which nobody has described, and takes the one that finds most of invented faults with
/// thresholds at which readings that were held out are calm.
/// </summary>
/// <param name="Candidate">How it was learned.</param>
/// <param name="Model">What that yielded.</param>
/// <param name="Options">Its constants.</param>
/// <param name="Power">Share of invented faults found; null: nothing was held out to try it on.</param>
internal sealed record CandidateFit(ICandidate Candidate, FittedModel Model, NormalOptions Options, double? Power)
{
    // Candidates that come first see more of what these trials do not show, such as channels that part: so much more must be found
    // to leave them.
    private const double Preference = 0.03;

    /// <summary>Fits one candidate, without a trial.</summary>
    public static CandidateFit Of(ICandidate candidate, NormalSource normals, NormalOptions options, ulong seed, Action<string> progress)
    {
        var suited = candidate.Suited(options);
        return new CandidateFit(candidate, candidate.Fit(normals, suited, seed, progress), suited, null);
    }

    /// <summary>The best of the candidates; where nothing was held out to try them on, the first.</summary>
    public static CandidateFit Best(
        IReadOnlyList<ICandidate> candidates, NormalSource normals, NormalOptions options, ulong seed, Action<string> progress)
    {
        if (normals.Held.IsEmpty) return Of(candidates[0], normals, options, seed, progress);
        CandidateFit[] fits =
        [
            .. candidates.Where(c => normals.Floors.Length <= c.ChannelLimit)
                .Select(c => Of(c, normals, options, seed, progress)),
        ];
        fits = [.. fits.Select(f => f with { Power = FaultPower.Of(f.Model, normals, seed) })];
        progress("readings of invented faults found, put where nothing was learned: "
            + string.Join(", ", fits.Select(f => FormattableString.Invariant($"{f.Candidate.Name} {100 * f.Power:0} %"))));
        return fits.Aggregate((best, next) => next.Power > best.Power + Preference ? next : best);
    }
}
