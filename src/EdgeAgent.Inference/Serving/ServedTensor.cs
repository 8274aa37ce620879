namespace EdgeAgent.Inference.Serving;

/// <summary>What a graph says of one of its tensors.</summary>
/// <param name="Name">As the graph has it.</param>
/// <param name="Datatype">See <see cref="TensorDatatype"/>.</param>
/// <param name="Shape">An open axis is -1.</param>
public sealed record ServedTensor(string Name, string Datatype, IReadOnlyList<long> Shape);

/// <summary>A tensor with what it holds.</summary>
/// <param name="Name">As the graph has it.</param>
/// <param name="Datatype">See <see cref="TensorDatatype"/>.</param>
/// <param name="Shape">Of no open axis.</param>
/// <param name="Data">Row-major, little-endian; <see cref="TensorDatatype.Bytes"/> has each element behind its length.</param>
public sealed record TensorValue(string Name, string Datatype, IReadOnlyList<long> Shape, byte[] Data)
{
    /// <summary>How many elements a shape has; null: more than can be counted, or an axis is negative.</summary>
    public static long? ElementsOf(IReadOnlyList<long> shape)
    {
        var elements = 1L;
        foreach (var length in shape)
        {
            if (length < 0 || (length > 0 && elements > int.MaxValue / length)) return null;
            elements *= length;
        }
        return elements;
    }
}
