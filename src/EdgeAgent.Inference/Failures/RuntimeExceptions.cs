namespace EdgeAgent.Inference.Failures;

/// <summary>What a graph is given does not fit it: shapes, elements, names, or numbers that its operators do not take.</summary>
public sealed class InvalidModelArgumentException(string message, Exception? inner = null)
    : ModelRunException($"{message}; with the same input it fails again", inner)
{
    /// <inheritdoc/>
    public override bool CanRetry => false;
}

/// <summary>The model, or a file that it keeps weights in, is not there.</summary>
public sealed class ModelFileMissingException(string message, Exception? inner = null)
    : ModelRunException($"{message}; try again once the file is there", inner)
{
    /// <inheritdoc/>
    public override bool CanRetry => true;
}

/// <summary>A file is no ONNX model, or is damaged.</summary>
public sealed class InvalidModelFileException(string message, Exception? inner = null)
    : ModelRunException($"{message}; copy the file again", inner)
{
    /// <inheritdoc/>
    public override bool CanRetry => false;
}

/// <summary>A graph is none by the rules of ONNX.</summary>
public sealed class InvalidGraphException(string message, Exception? inner = null)
    : ModelRunException($"{message}; export the model anew", inner)
{
    /// <inheritdoc/>
    public override bool CanRetry => false;
}

/// <summary>This ONNX Runtime cannot run the graph: it has no kernel for a node, or does not know its version.</summary>
public sealed class UnsupportedModelException(string message, Exception? inner = null)
    : ModelRunException($"{message}; export the model with another operator, type or opset", inner)
{
    /// <inheritdoc/>
    public override bool CanRetry => false;
}

/// <summary>There is not as much memory as was asked for.</summary>
public sealed class ModelMemoryException(string message, Exception? inner = null)
    : ModelRunException($"out of memory: {message}; it may go well once memory is free", inner)
{
    /// <inheritdoc/>
    public override bool CanRetry => true;
}

/// <summary>ONNX Runtime failed and does not say why in a way that is known.</summary>
public sealed class RuntimeFailureException(string message, Exception? inner = null) : ModelRunException(message, inner)
{
    /// <inheritdoc/>
    public override bool CanRetry => false;
}
