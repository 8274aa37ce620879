using EdgeAgent.Modeling.Quantization;

namespace EdgeAgent.Modeling.Commands;

/// <summary>What a user asks of <c>quantize</c>.</summary>
/// <param name="Model">The FP32 model.</param>
/// <param name="Out">The INT8 model to write.</param>
/// <param name="Bundle">Folder of the bundle whose manifest holds, or null.</param>
/// <param name="Manifest">A manifest alone, or null.</param>
/// <param name="Data">Folder of recordings.</param>
/// <param name="Windows">How many windows ranges are taken from.</param>
/// <param name="Options">How to quantize.</param>
/// <param name="Reports">Files for the report, <c>.json</c> or <c>.md</c>.</param>
/// <param name="Channel">For a model of any one channel: the column, where recordings have several.</param>
internal sealed record QuantizeRequest(
    string Model,
    string Out,
    string? Bundle,
    string? Manifest,
    string Data,
    int Windows,
    QuantizationOptions Options,
    string[] Reports,
    string? Channel = null);
