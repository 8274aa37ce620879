namespace EdgeAgent.Modeling.Training;

/// <summary>Puts networks of the same form side by side into one whose logit is the mean of theirs.</summary>
internal static class Ensemble
{
    /// <param name="members">Networks with the same widths.</param>
    /// <param name="batchLimit">Largest batch of the result.</param>
    public static Network Merge(IReadOnlyList<Network> members, int batchLimit)
    {
        var layers = members[0].Layers;
        int[] widths = [layers[0].Inputs, .. layers[..^1].Select(l => l.Outputs * members.Count), 1];
        var merged = new Network(widths, batchLimit, new SplittableRandom(0));
        for (var l = 0; l < layers.Length; l++)
        {
            Array.Clear(merged.Layers[l].Weights);
            for (var m = 0; m < members.Count; m++)
                Place(members[m].Layers[l], merged.Layers[l], m, isFirst: l == 0, share: l == layers.Length - 1 ? 1f / members.Count : 1);
        }
        return merged;
    }

    /// <summary>A member's layer becomes a block on the diagonal; all see the same inputs and add up in the last layer.</summary>
    private static void Place(DenseLayer from, DenseLayer to, int member, bool isFirst, float share)
    {
        var isLast = to.Outputs == from.Outputs;
        var (row, column) = (isFirst ? 0 : member * from.Inputs, isLast ? 0 : member * from.Outputs);
        for (var i = 0; i < from.Inputs; i++)
            for (var o = 0; o < from.Outputs; o++)
                to.Weights[(row + i) * to.Outputs + column + o] = from.Weights[i * from.Outputs + o] * share;
        for (var o = 0; o < from.Outputs; o++)
            to.Bias[column + o] += from.Bias[o] * share;
    }
}
