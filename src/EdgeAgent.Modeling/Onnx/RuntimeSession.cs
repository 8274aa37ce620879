using EdgeAgent.Inference.Sessions;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Modeling.Onnx;

/// <summary>Opens graphs that may have come from anywhere on ONNX Runtime, with errors for people.</summary>
internal static class RuntimeSession
{
    static RuntimeSession() => Telemetry.Disable();

    /// <summary>A session of one thread, so that results repeat.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="optimize">Whether the runtime may rewrite it.</param>
    /// <exception cref="ModelingException">The runtime refuses it.</exception>
    public static InferenceSession Open(ModelProto model, bool optimize = true)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            GraphOptimizationLevel = optimize ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL,
        };
        return Guard(model, () => new InferenceSession(model.ToByteArray(), options));
    }

    /// <summary>The same of a file's bytes, in the agent's own way, so that what it takes is what the agent pays.</summary>
    /// <param name="file">The bytes.</param>
    public static InferenceSession Open(byte[] file)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        return new InferenceSession(file, options);
    }

    /// <summary>Turns the runtime's exceptions into ones that the user is shown in a line.</summary>
    public static T Guard<T>(ModelProto model, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelingException($"ONNX Runtime refuses the graph \"{model.Graph.Name}\": {e.Message}", e);
        }
    }
}
