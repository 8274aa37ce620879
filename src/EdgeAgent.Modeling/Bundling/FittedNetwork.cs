using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Bundling;

/// <summary>What learning from invented readings yields, before it is put into a bundle.</summary>
/// <param name="Float">The network as trained, FP32.</param>
/// <param name="Quantized">The same in INT8.</param>
/// <param name="Zero">Median raw output of <paramref name="Quantized"/> on machines or sensors in order.</param>
/// <param name="One">Its threshold.</param>
/// <param name="Parameters">Trained numbers.</param>
internal sealed record FittedNetwork(ModelProto Float, ModelProto Quantized, float Zero, float One, int Parameters);
