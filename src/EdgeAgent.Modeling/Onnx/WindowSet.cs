namespace EdgeAgent.Modeling.Onnx;

/// <summary>Inputs for a graph, one window after the other.</summary>
/// <param name="Values">All of them in a row.</param>
/// <param name="Shape">Of one, without the batch axis.</param>
internal sealed record WindowSet(float[] Values, long[] Shape)
{
    /// <summary>Floats of one window.</summary>
    public int Length { get; } = (int)Shape.Aggregate(1L, (a, b) => a * b);
    public int Count => Values.Length / Length;

    /// <summary>At most so many of them, evenly spread.</summary>
    public WindowSet Thin(int limit)
    {
        if (Count <= limit)
            return this;
        var values = new float[limit * Length];
        for (var i = 0; i < limit; i++)
            Values.AsSpan((int)((long)i * Count / limit) * Length, Length).CopyTo(values.AsSpan(i * Length));
        return new WindowSet(values, Shape);
    }
}
