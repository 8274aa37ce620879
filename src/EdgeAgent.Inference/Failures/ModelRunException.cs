namespace EdgeAgent.Inference.Failures;

/// <summary>
/// ONNX Runtime could not do with a model what it was asked to; of a run that ended so, the outputs say nothing. Its kinds say what
/// it was, and each whether trying again can help.
/// </summary>
public abstract class ModelRunException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the same may go well at another time, with nothing changed on the model.</summary>
    public abstract bool CanRetry { get; }
}
