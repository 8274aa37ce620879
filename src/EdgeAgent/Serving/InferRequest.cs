using EdgeAgent.Inference.Serving;

namespace EdgeAgent.Serving;

/// <summary>An output that is asked for.</summary>
/// <param name="Name">As the graph has it.</param>
/// <param name="IsBinary">Whether it comes behind the JSON as it is; null: as the request says of all.</param>
internal readonly record struct WantedOutput(string Name, bool? IsBinary);

/// <summary>A request to run a model.</summary>
/// <param name="Id">Goes back with the answer; null: none.</param>
/// <param name="Inputs">In the order in which they were given.</param>
/// <param name="Outputs">None: all.</param>
/// <param name="IsBinary">Whether outputs come behind the JSON as they are, where they say nothing else.</param>
internal sealed record InferRequest(
    string? Id, IReadOnlyList<TensorValue> Inputs, IReadOnlyList<WantedOutput> Outputs, bool IsBinary)
{
    /// <summary>Whether an output comes behind the JSON as it is.</summary>
    public bool WantsBinary(string output) => Outputs.FirstOrDefault(o => o.Name == output).IsBinary ?? IsBinary;
}
